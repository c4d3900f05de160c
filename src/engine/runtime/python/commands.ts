import { asText } from '../filesystem/data.ts'
import { basename, dirname, normalize } from '../filesystem/path.ts'
import { startChild, waitFor } from '../process/child.ts'
import { readAll } from '../process/io.ts'
import { pipe } from '../process/pipe.ts'
import type { Process, Run } from '../process/process.ts'
import { sendSignal } from '../tools/kill.ts'
import { type Call, module, number, object, orRaise, text } from './support.ts'
import { type Arguments, Blob, Builtin, Class, exceptions, Instance, List, Raised, raised, repr, Tuple, type Value } from './values.ts'

/** What programs do with other programs and with files: subprocess, shutil, glob, pathlib, tempfile. */

const calledError = new Class('CalledProcessError', [exceptions.get('Exception')!], new Map<string, Value>([['__module__', 'subprocess']]))
const timeoutError = new Class('TimeoutExpired', [exceptions.get('Exception')!], new Map<string, Value>([['__module__', 'subprocess']]))

/** subprocess.PIPE, DEVNULL, STDOUT. */
const [PIPE, STDOUT, DEVNULL] = [-1, -2, -3]

interface Started {
  argv: readonly string[]
  child: Process
  out: ReturnType<typeof pipe> | undefined
  err: ReturnType<typeof pipe> | undefined
}

function started(p: Process, { args, named }: Arguments): Started {
  const given = args[0] ?? named.get('args') ?? null
  const argv = given instanceof List || given instanceof Tuple ? given.items.map(text) : named.get('shell') === true ? ['sh', '-c', text(given)] : [text(given)]
  const captures = named.get('capture_output') === true
  const [wantsOut, wantsErr] = [captures ? PIPE : named.get('stdout'), captures ? PIPE : named.get('stderr')]
  const [out, err] = [wantsOut === PIPE || wantsOut === DEVNULL ? pipe() : undefined, wantsErr === PIPE || wantsErr === DEVNULL ? pipe() : undefined]
  const input = named.get('input')
  const own = [p.fd(0).retain(), p.fd(1).retain(), p.fd(2).retain()]
  if (input !== undefined && input !== null) {
    const fed = pipe()
    fed.writer.write(input instanceof Blob ? input.text : text(input))
    fed.writer.release()
    p.setFd(0, fed.reader)
  }
  if (out !== undefined) p.setFd(1, out.writer)
  if (err !== undefined) p.setFd(2, err.writer)
  else if (wantsErr === STDOUT && out !== undefined) p.setFd(2, out.writer.retain())
  const begun = startChild(p, argv)
  own.forEach((file, fd) => p.setFd(fd, file))
  if ('failed' in begun) throw raised('FileNotFoundError', `[Errno 2] No such file or directory: ${repr(argv[0] ?? '')}`)
  return { argv, child: begun.child, out, err }
}

function* output(p: Process, { child, out, err }: Started, isText: boolean): Run<{ code: number; stdout: Value; stderr: Value }> {
  const read = function* (from: Started['out']): Run<Value> {
    if (from === undefined) return null
    const content = asText(yield* readAll(p, from.reader))
    return isText ? content : new Blob(content)
  }
  const stdout = yield* read(out)
  const stderr = yield* read(err)
  const code = yield* waitFor(p, child)
  return { code: code > 128 ? 128 - code : code, stdout, stderr }
}

const isText = ({ named }: Arguments): boolean => ['text', 'universal_newlines', 'encoding'].some((name) => named.get(name) !== undefined && named.get(name) !== false)

function failed(argv: readonly string[], code: number, stdout: Value, stderr: Value, shown: Value): never {
  const message = `Command '${text(shown)}' returned non-zero exit status ${code}.`
  throw new Raised(new Instance(calledError, new Map<string, Value>([['args', new Tuple([message])], ['returncode', code], ['cmd', new List([...argv])], ['stdout', stdout], ['output', stdout], ['stderr', stderr]])))
}

export function subprocessModule(p: Process): Instance {
  const run = function* (a: Arguments): Run<Value> {
    const it = started(p, a)
    const { code, stdout, stderr } = yield* output(p, it, isText(a))
    if (a.named.get('check') === true && code !== 0) return failed(it.argv, code, stdout, stderr, a.args[0] ?? null)
    return object({ check_returncode: () => (code === 0 ? null : failed(it.argv, code, stdout, stderr, a.args[0] ?? null)) }, { returncode: code, stdout, stderr, args: a.args[0] ?? null }, new Class('CompletedProcess', [], new Map()))
  }
  const checked = (a: Arguments, more: Record<string, Value>): Run<Value> => run({ args: a.args, named: new Map([...a.named, ...Object.entries(more)]) })
  const popen = (a: Arguments): Value => {
    const it = started(p, a)
    const made: Instance = object({
      *communicate() {
        const { code, stdout, stderr } = yield* output(p, it, isText(a))
        made.names.set('returncode', code)
        return new Tuple([stdout, stderr])
      },
      *wait() {
        const code = yield* waitFor(p, it.child)
        made.names.set('returncode', code)
        return code
      },
      poll: () => (it.child.exit === undefined ? null : 0),
      terminate: () => (sendSignal(p, it.child.pid, 'TERM'), null),
      kill: () => (sendSignal(p, it.child.pid, 'KILL'), null),
      __enter__: () => made,
      __exit__: () => false,
    }, { pid: it.child.pid, returncode: null })
    return made
  }
  return module({
    run, Popen: popen,
    *call(a) {
      return ((yield* run(a)) as Instance).names.get('returncode')!
    },
    *check_call(a) {
      return ((yield* checked(a, { check: true })) as Instance).names.get('returncode')!
    },
    *check_output(a) {
      return ((yield* checked(a, { check: true, stdout: PIPE })) as Instance).names.get('stdout')!
    },
    *getoutput(a) {
      return text(((yield* checked(a, { shell: true, stdout: PIPE, text: true })) as Instance).names.get('stdout')!).replace(/\n$/, '')
    },
  }, { PIPE, STDOUT, DEVNULL, CalledProcessError: calledError, TimeoutExpired: timeoutError })
}

/** The paths that a pattern with * and ? names, in order. */
function matching(p: Process, pattern: string): string[] {
  const isAbsolute = pattern.startsWith('/')
  let paths = [isAbsolute ? '/' : p.cwd]
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    const re = new RegExp(`^${part.replaceAll(/[.+^${}()|\\]/g, String.raw`\$&`).replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`)
    paths = paths.flatMap((path) => (p.machine.files.list(path) ?? []).filter((name) => re.test(name) && (part.startsWith('.') || !name.startsWith('.'))).map((name) => (path === '/' ? `/${name}` : `${path}/${name}`)))
  }
  return paths.toSorted().map((path) => (isAbsolute ? path : path.slice(p.cwd === '/' ? 1 : p.cwd.length + 1)))
}

export const globModule = (p: Process): Instance => module({ glob: ({ args }) => new List(matching(p, text(args[0]))), iglob: ({ args }) => new List(matching(p, text(args[0]))) })

function removeTree(p: Process, path: string): void {
  const { files } = p.machine
  if (files.stat(path, { access: p.access, link: true })?.type !== 'directory') return files.unlink(path, p.access)
  for (const name of files.list(path) ?? []) removeTree(p, `${path}/${name}`)
  files.rmdir(path, p.access)
}

export function shutilModule(p: Process): Instance {
  const { files } = p.machine
  const copy: Call = ({ args }) => {
    const [from, given] = [text(args[0]), text(args[1])]
    const to = files.stat(given, { access: p.access })?.type === 'directory' ? `${given}/${basename(from)}` : given
    orRaise(from, () => files.writeText(normalize(to, p.cwd), files.readText(normalize(from, p.cwd), p.access) ?? files.readDirectory(from, p.access).join('')))
    return to
  }
  return module({
    copy, copyfile: copy, copy2: copy,
    move: ({ args }) => (orRaise(text(args[0]), () => files.rename(text(args[0]), text(args[1]), p.access)), text(args[1])),
    rmtree: ({ args, named }) => {
      if (named.get('ignore_errors') === true && !files.exists(normalize(text(args[0]), p.cwd))) return null
      orRaise(text(args[0]), () => removeTree(p, normalize(text(args[0]), p.cwd)))
      return null
    },
    which: ({ args }) => {
      const found = (p.env.get('PATH') ?? '').split(':').map((folder) => `${folder}/${text(args[0])}`).find((path) => files.exists(path))
      return found ?? null
    },
    disk_usage: () => object({}, { total: 100 * 1024 ** 3, used: 8 * 1024 ** 3, free: 92 * 1024 ** 3 }),
  })
}

/** pathlib.Path: a path with what can be done there. */
export function pathlibModule(p: Process): Instance {
  const { files } = p.machine
  const type = new Class('Path', [], new Map())
  const at = (given: string): Instance => {
    const full = normalize(given, p.cwd)
    const stat = () => files.stat(full, { access: p.access })
    const read = (): string => orRaise(given, () => files.readText(full, p.access) ?? files.readDirectory(given, p.access).join(''))
    const names: Record<string, Value> = { name: basename(given), suffix: /\.[^./]+$/.exec(given)?.[0] ?? '', stem: basename(given).replace(/\.[^.]+$/, ''), _path: given, parts: new Tuple(given.split('/').filter((one) => one !== '')) }
    const made = object({
      exists: () => stat() !== undefined,
      is_file: () => stat()?.type === 'file',
      is_dir: () => stat()?.type === 'directory',
      read_text: read,
      read_bytes: () => new Blob(read()),
      write_text: ({ args }) => (orRaise(given, () => files.writeText(full, text(args[0]))), text(args[0]).length),
      mkdir: () => (orRaise(given, () => files.mkdir(full)), null),
      touch: () => (stat() === undefined && orRaise(given, () => files.writeText(full, '')), null),
      unlink: ({ named }) => (named.get('missing_ok') === true && stat() === undefined) ? null : (orRaise(given, () => files.unlink(given, p.access)), null),
      iterdir: () => new List(orRaise(given, () => files.readDirectory(given, p.access)).map((name) => at(`${given}/${name}`))),
      glob: ({ args }) => new List(matching(p, `${full}/${text(args[0])}`).map(at)),
      resolve: () => at(full),
      absolute: () => at(full),
      joinpath: ({ args }) => at([given, ...args.map(text)].join('/')),
      with_suffix: ({ args }) => at(given.replace(/\.[^./]+$/, '') + text(args[0])),
      as_posix: () => given,
      stat: () => object({}, { st_size: stat()?.sizeBytes ?? 0 }),
      __truediv__: ({ args: [more] }) => at(`${given}/${more instanceof Instance ? text(more.names.get('_path')) : text(more)}`.replaceAll(/\/+/g, '/')),
      __str__: () => given,
      __fspath__: () => given,
      __repr__: () => `PosixPath('${given}')`,
    }, names, type)
    made.names.set('parent', given === '/' || given === '.' ? given : new Instance(type, new Map<string, Value>([['_path', dirname(given)], ['__str__', new Builtin('__str__', () => dirname(given))], ['mkdir', new Builtin('mkdir', () => (orRaise(dirname(given), () => files.mkdir(normalize(dirname(given), p.cwd))), null))], ['__truediv__', new Builtin('__truediv__', ({ args: [more] }) => at(`${dirname(given)}/${text(more)}`))]])))
    return made
  }
  type.names.set('__new__', new Builtin('Path', ({ args }) => at(args.length === 0 ? '.' : args.map((one) => (one instanceof Instance ? text(one.names.get('_path')) : text(one))).join('/'))))
  type.names.set('cwd', new Builtin('cwd', () => at(p.cwd)))
  type.names.set('home', new Builtin('home', () => at(p.env.get('HOME') ?? '/root')))
  return module({}, { Path: type, PurePath: type, PosixPath: type })
}

export function tempfileModule(p: Process): Instance {
  let made = 0
  const name = (prefix: string): string => `/tmp/${prefix}${(p.machine.random(36 ** 6) + 36 ** 6).toString(36)}${made++ === 0 ? '' : made}`
  return module({
    mkdtemp: ({ named }) => {
      const path = name(text(named.get('prefix') ?? 'tmp'))
      p.machine.files.mkdir(path)
      return path
    },
    gettempdir: () => '/tmp',
    mkstemp: () => new Tuple([number(3), name('tmp')]),
  })
}
