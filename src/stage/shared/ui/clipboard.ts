/**
 * Puts a text on the clipboard; false where that is forbidden. A page that does not come by https has no `navigator.clipboard`: there the
 * text is selected and copied as somebody would do it.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copySelected(text)
  }
}

function copySelected(text: string): boolean {
  const before = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.className = 'visually-hidden'
  // A dialog lets no focus out of it.
  const ground = before?.closest('[role="dialog"]') ?? document.querySelector('[role="dialog"][data-state="open"]') ?? document.body
  ground.append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  if (before instanceof HTMLElement) before.focus()
  return isCopied
}
