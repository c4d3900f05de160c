/** Sentences one after another: behind a Chinese full stop stands no blank. */
export function sentences(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(' ').replaceAll('。 ', '。')
}
