import type { FileSystem } from './runtime/filesystem.ts'
import { join } from './runtime/filesystem/path.ts'
import { runShell } from './runtime/process/child.ts'
import { print, readAll } from './runtime/process/io.ts'
import { BLOCKED, OpenFile } from './runtime/process/open-file.ts'
import { Terminal } from './runtime/process/terminal.ts'
import type { Process, Program, Run } from './runtime/process/process.ts'

/** A command line of a program that runs beside the machine (kubectl), as a process of the machine's asks for it. */
export interface LocalStart {
  /** Without the program's name, quoted as a shell would have it. */
  line: string
  stdin: string
  files: Readonly<Record<string, string>>
  /** On another machine than the one that one sits at: files of the desk are not its own. */
  elsewhere?: boolean
  /** Somebody sits at a terminal, and may type into it. */
  terminal?: boolean
}

export interface LocalEvents {
  output: (to: 'stdout' | 'stderr', text: string) => void
  /** A file that it has written; below the process's directory unless the path is absolute. */
  wrote: (path: string, text: string) => void
  ended: (exitCode: number) => void
}

/** Begins it. */
export type StartLocal = (start: LocalStart, events: LocalEvents) => LocalRun

export interface LocalRun {
  /** Before its time. */
  end: () => void
  /** Keys, for what it has begun in a container. */
  type: (keys: string) => void
}

/** The process that stands for such a program in a shell: it passes on what the other reads, prints and writes. */
export function localProgram(start: StartLocal, directories: readonly string[], { elsewhere = false }: { elsewhere?: boolean } = {}): Program {
  return function* (p: Process): Run<number> {
    const words = withKubeconfig(p.argv.slice(1), p.env.get('KUBECONFIG'))
    const terminal = elsewhere && p.fd(0).isTerminal && wantsTerminal(words)
    const files = (): LocalStart['files'] =>
      elsewhere ? { [ownConfig]: '', ...filesFor(p, [...directories, ...named(p, words)], p.env.get('HOME')) } : filesFor(p, directories)
    const begin: Begin = (stdin) => (events) => start({ line: words.map(quoted).join(' '), stdin, files: files(), elsewhere, terminal }, events)
    const editor = editorFor(words, p)
    if (editor !== undefined) return yield* edited(p, begin, editor)
    // What is typed at a terminal goes on as it comes.
    const stdin = readsInput(words) && !p.fd(0).isTerminal ? yield* readAll(p, p.fd(0)) : ''
    return yield* passedOn(p, begin(stdin), { terminal })
  }
}

type Begin = (stdin: string) => (events: LocalEvents) => LocalRun

/** Until it has ended. `quietly`: what it says is nobody's business, what it writes is. */
function* passedOn(p: Process, begin: (events: LocalEvents) => LocalRun, { terminal = false, quietly }: { terminal?: boolean; quietly?: { wrote: (path: string) => void } } = {}): Run<number> {
  const said = new Said()
  const run = begin({
    output: (to, text) => quietly !== undefined || said.add({ fd: to === 'stdout' ? 1 : 2, text }),
    wrote: (path, text) => {
      p.machine.files.writeText(path.startsWith('/') ? path : join(p.cwd, path), text)
      quietly?.wrote(path)
    },
    ended: (exitCode) => said.add({ exitCode }),
  })
  said.whenClosed = run.end
  // Among its descriptors, so that its end, whatever it comes of, ends the other too.
  p.setFd(p.openDescriptors().length + 10, said)
  const keys = terminal ? new Keys(p.fd(0), said) : undefined
  for (;;) {
    const next = said.take()
    if (next === BLOCKED) {
      keys?.passOn(run.type)
      yield { wait: 'io', on: said, interruptible: false }
    } else if ('exitCode' in next) {
      keys?.leave()
      return next.exitCode
    } else yield* print(p, next.text, next.fd)
  }
}

/** Of `kubectl edit`: a command that changes a file by itself (sed -i); one that waits for a person is the page's own. */
function editorFor(words: readonly string[], { env }: Process): string | undefined {
  const editor = env.get('KUBE_EDITOR') ?? env.get('EDITOR') ?? ''
  return words.find((word) => !word.startsWith('-')) === 'edit' && /^(?:\/\S*\/)?(?:sed|perl|cp|tee|sh|bash|awk|true)\b/.test(editor) ? editor : undefined
}

/** What kubectl would have shown in an editor goes through the command, and back to kubectl. */
function* edited(p: Process, begin: Begin, editor: string): Run<number> {
  let path = ''
  yield* passedOn(p, begin(''), { quietly: { wrote: (at) => (path = at) } })
  // There was nothing to edit: it says so itself.
  if (path === '') return yield* passedOn(p, begin(''))
  const code = yield* runShell(p, `${editor} ${path}`)
  if (code !== 0) {
    yield* print(p, `error: there was a problem with the editor ${JSON.stringify(editor)}\n`, 2)
    return 1
  }
  return yield* passedOn(p, begin(p.machine.files.readText(path) ?? ''))
}

/** What is typed at a terminal while another program has it: that one echoes and edits. */
class Keys {
  private readonly input: OpenFile
  private readonly waiter: { wake: () => void }

  constructor(input: OpenFile, said: Said) {
    this.input = input
    this.waiter = { wake: () => said.wake() }
    if (input instanceof Terminal) input.raw = true
  }

  passOn(type: (keys: string) => void): void {
    this.input.stopWaiting(this.waiter)
    for (let keys = this.input.read(65_536); typeof keys === 'string' && keys !== ''; keys = this.input.read(65_536)) type(keys)
    this.input.waitFor(this.waiter)
  }

  leave(): void {
    this.input.stopWaiting(this.waiter)
    if (this.input instanceof Terminal) this.input.raw = false
  }
}

/** `exec -it`, `debug -it`, `run -it` */
function wantsTerminal(words: readonly string[]): boolean {
  const dash = words.indexOf('--')
  const own = dash < 0 ? words : words.slice(0, dash)
  const has = (letter: string, long: string): boolean => own.some((word) => word === long || (/^-[itq]+$/.test(word) && word.includes(letter)))
  return has('i', '--stdin') && has('t', '--tty')
}

/** What words of the line name, and what lies where the process stands. */
function named(p: Process, words: readonly string[]): string[] {
  const paths = words.map((word) => /^(?:-\w=?|--[\w-]+=)?((?:\/|\.\.?\/)\S*)$/.exec(word)?.[1]).filter((path) => path !== undefined)
  return [...paths.map((path) => (path.startsWith('/') ? path : join(p.cwd, path))), ...(/^\/($|proc|sys|dev|usr)/.test(p.cwd) ? [] : [p.cwd])]
}

/** Who has no such file here asks nobody. */
const ownConfig = '.kube/config'

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

  /** Also what is typed wakes whoever waits here. */
  wake(): void {
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
function filesFor(p: Process, directories: readonly string[], home?: string): Record<string, string> {
  const { files } = p.machine
  const texts: Record<string, string> = Object.create(null)
  const below = p.cwd === '/' ? '/' : `${p.cwd}/`
  for (const directory of directories) {
    for (const path of regularFiles(files, directory)) {
      const text = files.readText(path) ?? ''
      texts[path.startsWith(below) ? path.slice(below.length) : path] = text
      // By these names kubectl knows what lies at home.
      if (home !== undefined && path.startsWith(`${home}/`)) texts[path.slice(home.length + 1)] ??= text
    }
  }
  return texts
}

export function regularFiles(files: FileSystem, directory: string): string[] {
  if (files.stat(directory)?.type === 'file') return [directory]
  return (files.list(directory) ?? []).flatMap((name) => {
    const path = join(directory, name)
    const kind = files.stat(path, { link: true })?.type
    if (kind === 'directory') return regularFiles(files, path)
    return kind === 'file' ? [path] : []
  })
}
