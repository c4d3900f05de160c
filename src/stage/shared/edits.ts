/**
 * Files in which an object is being edited: `kubectl edit` in the terminal makes one, and Apply saves it to the
 * server. Its first line says so, which outlives a reload and can be taken away by whoever wants an ordinary file.
 */

const mark = '# kubectl edit '

/** What was opened, by the name of its file, as long as the page lives: only what differs from it is sent. */
const opened = new Map<string, string>()

/** `line`: what stands behind "kubectl edit ". */
export function openEdit(line: string, yaml: string): { name: string; text: string } {
  const name = editName(yaml)
  opened.set(name, yaml)
  return { name, text: editText(line, yaml) }
}

/** What the command reads that saves the file. */
export function saveInput(name: string, text: string): string {
  const before = opened.get(name)
  return before === undefined ? text : `${text.replace(/\n?$/, '\n')}---\n${before}`
}

function editText(line: string, yaml: string): string {
  return `${mark}${line}
# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit.
#
${yaml}`
}

/** The words behind "kubectl" that save this text; undefined: it is an ordinary file. */
export function saveCommand(text: string): string | undefined {
  if (!text.startsWith(mark)) return undefined
  return `edit ${text.slice(mark.length).split('\n', 1)[0]!.trim()}`
}

/** "edit-deployment-shop.yaml" */
function editName(yaml: string): string {
  const kind = /^kind: (\w+)$/m.exec(yaml)?.[1] ?? 'object'
  const name = /^ {2}name: "?([\w.-]+)"?$/m.exec(yaml)?.[1] ?? 'new'
  return `edit-${kind.toLowerCase()}-${name}.yaml`
}
