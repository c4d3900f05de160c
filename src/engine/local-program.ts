import type { FileSystem } from './runtime/filesystem.ts'
import { join } from './runtime/filesystem/path.ts'
import { runShell } from './runtime/process/child.ts'
import { print, readAll } from './runtime/process/io.ts'
import { BLOCKED, OpenFile } from './runtime/process/open-file.ts'
import type { Process, Program, Run } from './runtime/process/process.ts'

/** A command line of a program that runs beside the machine (kubectl), as a process of the machine's asks for it. */
export interface LocalStart {
  /** Without the program's name, quoted as a shell would have it. */
  line: string
  stdin: string
  files: Readonly<Record<string, string>>
}

export interface LocalEvents {
  output: (to: 'stdout' | 'stderr', text: string) => void
  /** A file that it has written; below the process's directory unless the path is absolute. */
  wrote: (path: string, text: string) => void
  ended: (exitCode: number) => void
}

/** Begins it; returns how to end it before its time. */
export type StartLocal = (start: LocalStart, events: LocalEvents) => () => void

/** The process that stands for such a program in a shell: it passes on what the other reads, prints and writes. */
export function localProgram(start: StartLocal, directories: readonly string[]): Program {
  return function* (p: Process): Run<number> {
    const words = withKubeconfig(p.argv.slice(1), p.env.get('KUBECONFIG'))
    const editor = editorFor(words, p)
    if (editor !== undefined) return yield* edited(p, start, directories, words, editor)
    return yield* passedOn(p, start, { line: lineOf(words), stdin: readsInput(words) ? yield* readAll(p, p.fd(0)) : '', files: filesFor(p, directories) })
  }
}

/** Until it has ended. `quiet`: what it says is nobody's business, what it writes is. */
function* passedOn(p: Process, start: StartLocal, begun: LocalStart, quiet?: { wrote: (path: string) => void }): Run<number> {
  const said = new Said()
  const end = start(begun, {
    output: (stream, text) => quiet !== undefined || said.add({ fd: stream === 'stdout' ? 1 : 2, text }),
    wrote: (path, text) => {
      p.machine.files.writeText(path.startsWith('/') ? path : join(p.cwd, path), text)
      quiet?.wrote(path)
    },
    ended: (exitCode) => said.add({ exitCode }),
  })
  said.whenClosed = end
  // Among its descriptors, so that its end, whatever it comes of, ends the other too.
  p.setFd(p.openDescriptors().length + 10, said)
  for (;;) {
    const next = said.take()
    if (next === BLOCKED) yield { wait: 'io', on: said, interruptible: false }
    else if ('exitCode' in next) return next.exitCode
    else yield* print(p, next.text, next.fd)
  }
}

const lineOf = (words: readonly string[]): string => words.map(quoted).join(' ')

/** Of `kubectl edit`: a command that changes a file by itself (sed -i); one that waits for a person is the page's own. */
function editorFor(words: readonly string[], { env }: Process): string | undefined {
  const editor = env.get('KUBE_EDITOR') ?? env.get('EDITOR') ?? ''
  return words.find((word) => !word.startsWith('-')) === 'edit' && /^(?:\/\S*\/)?(?:sed|perl|cp|tee|sh|bash|awk|true)\b/.test(editor) ? editor : undefined
}

/** What kubectl would have shown in an editor goes through the command, and back to kubectl. */
function* edited(p: Process, start: StartLocal, directories: readonly string[], words: readonly string[], editor: string): Run<number> {
  let path = ''
  const line = lineOf(words)
  const opened: { wrote: (path: string) => void } = { wrote: (at) => (path = at) }
  yield* passedOn(p, start, { line, stdin: '', files: filesFor(p, directories) }, opened)
  // There was nothing to edit: it says so itself.
  if (path === '') return yield* passedOn(p, start, { line, stdin: '', files: filesFor(p, directories) })
  const code = yield* runShell(p, `${editor} ${path}`)
  if (code !== 0) {
    yield* print(p, `error: there was a problem with the editor ${JSON.stringify(editor)}\n`, 2)
    return 1
  }
  return yield* passedOn(p, start, { line, stdin: p.machine.files.readText(path) ?? '', files: filesFor(p, directories) })
}

/** Its environment is not handed on but for this: the flag says the same. */
function withKubeconfig(words: readonly string[], path = ''): readonly string[] {
  return path === '' || words.some((word) => word.startsWith('--kubeconfig')) ? words : [`--kubeconfig=${path}`, ...words]
}

type Word = { fd: 1 | 2; text: string } | { exitCode: number }

/** What the program has said and its process has not passed on yet. */
class Said extends OpenFile {
  private readonly words: Word[] = []
  whenClosed: () => void = () => {}

  constructor() {
    super('pipe:[13]')
  }

  add(word: Word): void {
    this.words.push(word)
    this.wakeWaiters()
  }

  take(): Word | typeof BLOCKED {
    return this.words.shift() ?? BLOCKED
  }

  protected override closed(): void {
    this.whenClosed()
  }
}

/** `-f -`, `exec -i`: nobody else looks at what a loop around it may be reading line by line. */
function readsInput(words: readonly string[]): boolean {
  const dash = words.indexOf('--')
  const own = dash < 0 ? words : words.slice(0, dash)
  return own.some((word, i) => /^(-\w*f|--[\w-]+)=?-$/.test(word) || (word === '-' && i > 0) || /^-[it]*i[it]*$/.test(word) || word === '--stdin')
}

function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** By the path that leads to each from the process's directory, or its own from elsewhere. */
function filesFor(p: Process, directories: readonly string[]): Record<string, string> {
  const { files } = p.machine
  const texts: Record<string, string> = Object.create(null)
  const below = p.cwd === '/' ? '/' : `${p.cwd}/`
  for (const directory of directories) {
    for (const path of regularFiles(files, directory)) {
      texts[path.startsWith(below) ? path.slice(below.length) : path] = files.readText(path) ?? ''
    }
  }
  return texts
}

export function regularFiles(files: FileSystem, directory: string): string[] {
  return (files.list(directory) ?? []).flatMap((name) => {
    const path = join(directory, name)
    const kind = files.stat(path, { link: true })?.type
    if (kind === 'directory') return regularFiles(files, path)
    return kind === 'file' ? [path] : []
  })
}
