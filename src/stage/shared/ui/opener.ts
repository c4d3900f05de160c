/** Who opened what lies over the page, where the keyboard did it: there the focus returns to. */
let opener: HTMLElement | undefined

/**
 * For `onOpenAutoFocus` and `onCloseAutoFocus` of dialogs without a trigger. After a click the focus does not return: Space would open
 * it again instead of playing. A dialog that was opened by another one returns to whoever opened that.
 */
export const openerFocus = {
  onOpen(): void {
    const active = document.activeElement
    if (!(active instanceof HTMLElement) || active.closest('[role=dialog], [role=menu]') !== null) return
    opener = active !== document.body && active.matches(':focus-visible') ? active : undefined
  },
  onClose(event: Event): void {
    event.preventDefault()
    if (opener?.isConnected === true) opener.focus()
  },
}
