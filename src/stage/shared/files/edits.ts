/**
 * Files in which an object is being edited: `kubectl edit` in the terminal makes one, and Apply saves it to the
 * server. Its first line says so, which outlives a reload and can be taken away by whoever wants an ordinary file.
 */

const mark = /^# kubectl ((?:edit|create|apply edit-last-applied) [^\n]*)\n/

/** What was opened, by the name of its file, as long as the page lives: only what differs from it is sent. */
const opened = new Map<string, string>()

/** What kubectl would open an editor with, among the files that it would write. */
export function editedFile(files: Readonly<Record<string, string>> = {}): string | undefined {
  return Object.entries(files).find(([path]) => path.startsWith('/tmp/kubectl-edit-'))?.[1]
}

/** `line`: what stands behind "kubectl ". */
export function openEdit(line: string, text: string): { name: string; text: string } {
  const name = editName(text)
  opened.set(name, withoutHead(text))
  return { name, text: `# kubectl ${line}\n${text}` }
}

/** What the command reads that saves the file. */
export function saveInput(name: string, text: string): string {
  const before = opened.get(name)
  return before === undefined ? text : `${text.replace(/\n?$/, '\n')}---\n${before}`
}

/** The words behind "kubectl" that save this text; undefined: it is an ordinary file. */
export function saveCommand(text: string): string | undefined {
  return mark.exec(text)?.[1]!.trim()
}

/** The text with the head that the copy of a refused one has: it tells why. */
export function withReasons(text: string, copy: string): string {
  const head = /^(?:#.*\n)*/.exec(copy)![0]
  return `${mark.exec(text)?.[0] ?? ''}${head.replace(mark, '')}${withoutHead(text)}`
}

const withoutHead = (text: string): string => text.replace(/^(?:#.*\n)+/, '')

/** "edit-deployment-shop.yaml" */
function editName(yaml: string): string {
  const kind = /^kind: (\w+)$/m.exec(yaml)?.[1] ?? 'object'
  const name = /^ {2}name: "?([\w.-]+)"?$/m.exec(yaml)?.[1] ?? 'new'
  return kind === 'List' ? 'edit-list.yaml' : `edit-${kind.toLowerCase()}-${name}.yaml`
}
