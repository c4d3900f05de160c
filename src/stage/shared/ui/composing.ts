/**
 * The key belongs to an input method that makes characters of several, as for Chinese. Safari ends that before it tells of the Enter which
 * ended it: this one is known by its code alone.
 */
export function isComposing(event: Pick<KeyboardEvent, 'isComposing' | 'keyCode'>): boolean {
  return event.isComposing || event.keyCode === 229
}
