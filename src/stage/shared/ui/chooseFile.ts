/** The text of a file that a person chooses; undefined when none is chosen. `accept`: endings, as an input of a form takes them. */
export function chooseFile(accept: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const input = Object.assign(document.createElement('input'), { type: 'file', accept })
    input.addEventListener('change', () => resolve(input.files?.[0]?.text()))
    input.addEventListener('cancel', () => resolve(undefined))
    input.click()
  })
}
