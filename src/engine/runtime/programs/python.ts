import { versionOf } from '../images/versions.ts'
import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { builtinScope } from '../python/builtins.ts'
import { Jump } from '../python/calls.ts'
import { Interpreter } from '../python/interpreter.ts'
import { findModule } from '../python/modules.ts'
import { Threads } from '../python/threads.ts'
import { parsePython } from '../python/parser.ts'
import { PythonSyntaxError } from '../python/tokens.ts'
import { tracebackText } from '../python/traceback.ts'
import { numeric, Raised, toStr, Tuple } from '../python/values.ts'
import { pythonHttpServer } from './apache.ts'
import { hasPackages } from '../tools/pip.ts'
import { application } from './languages.ts'

/**
 * python -c PROGRAM, FILE, -m http.server: a small part of the language and of its library, enough
 * for what examples write on one page. A program that needs more behaves as any server would.
 */
export function* python(p: Process): Run<number> {
  const args = p.argv.slice(1).filter((a) => !/^-[uBOsSEI]+$/.test(a))
  const [first, second] = args
  if (first === '--version' || first === '-V') {
    yield* print(p, `Python ${versionOf('python', p.machine.config.image)}\n`)
    return 0
  }
  if (first === '-m') return yield* runModule(p, args.slice(1))
  if (first === '-c') return yield* runProgram(p, second ?? '', '<string>')
  if (first === undefined) return yield* interactive(p)
  const source = p.machine.files.readText(first, p.access)
  if (source !== undefined) return yield* runProgram(p, source, first)
  // What an image that nobody knows has in it is its own affair.
  if (p.machine.config.image.unknown) return yield* application(p, 500, undefined)
  yield* print(
    p,
    `${p.argv[0]}: can't open file '${first.startsWith('/') ? first : `${p.cwd === '/' ? '' : p.cwd}/${first}`}': [Errno 2] No such file or directory\n`,
    2,
  )
  return 2
}

const jsonTool = `import json, sys
try:
    print(json.dumps(json.load(sys.stdin), indent=4))
except ValueError as e:
    sys.exit(str(e))`

function* runModule(p: Process, args: readonly string[]): Run<number> {
  const [name = '', ...rest] = args
  if (name === 'http.server' || name === 'SimpleHTTPServer') return yield* pythonHttpServer(p, rest)
  if (name === 'json.tool') return yield* runProgram(p, jsonTool, '<stdin>')
  if (p.machine.config.image.unknown || ['flask', 'gunicorn', 'uvicorn', 'django'].includes(name))
    return yield* application(p, 800, 0)
  yield* complain(p, `No module named ${name}`)
  return 1
}

/** Without a program it reads one; from a pipe or a file all at once. */
function* interactive(p: Process): Run<number> {
  const input = p.fd(0)
  let source = ''
  for (let data = input.read(65_536); typeof data === 'string'; data = input.read(65_536)) source += data
  return source === '' ? 0 : yield* runProgram(p, source, '<stdin>')
}

function* runProgram(p: Process, source: string, file: string): Run<number> {
  let program: ReturnType<typeof parsePython>
  try {
    program = parsePython(source)
  } catch (e) {
    if (!(e instanceof PythonSyntaxError)) throw e
    const line = source.split('\n')[e.line - 1] ?? ''
    const column = e.column === undefined ? 0 : e.column - (line.length - line.trimStart().length)
    yield* print(p, `  File "${file}", line ${e.line}\n    ${line.trim()}\n    ${' '.repeat(column)}^\nSyntaxError: ${e.message}\n`, 2)
    return 1
  }
  // ^C is an exception in Python; process 1 has this handler, but none for TERM.
  p.cpu.charge(15_000)
  const builtins = builtinScope(p, () => interpreter)
  const threads = new Threads(p, () => interpreter, (q) => new Interpreter(q, builtins, modules))
  const modules = findModule(p, () => interpreter, threads)
  const interpreter: Interpreter = new Interpreter(p, builtins, modules)
  interpreter.globals.program = { file, source }
  try {
    yield* interpreter.run(program, interpreter.globals)
    yield* threads.joinAll()
    return 0
  } catch (e) {
    if (e instanceof Jump) {
      yield* print(p, `SyntaxError: '${e.kind}' outside ${e.kind === 'return' ? 'function' : 'loop'}\n`, 2)
      return 1
    }
    if (!(e instanceof Raised)) throw e
    // What a package brings is not simulated: a program that stands on one is taken for an application.
    if (e.error.type?.name === 'ModuleNotFoundError' && hasPackages(p)) return yield* application(p, 800, undefined, portOf(source))
    interpreter.passes(e)
    return yield* ended(p, e)
  }
}

/** What serves, by the names of what is imported for it. */
const frameworks = /^\s*(?:from|import)\s+(flask|fastapi|uvicorn|tornado|aiohttp|bottle|sanic|starlette|django|dash|streamlit|waitress|cherrypy|quart|falcon|gradio|http\.server)\b/m

/** Where a program says that it listens, or where its framework does when nothing is said; nowhere, when none is there to serve. */
function portOf(source: string): number[] {
  const framework = frameworks.exec(source)?.[1]
  if (framework === undefined) return []
  const said = /\b(?:run|serve|listen|run_app|run_simple|launch)\s*\([^\n]*?\b(?:port\s*=\s*|['"]PORT['"]\s*,\s*['"]?|listen\()(\d{2,5})\b/i.exec(source)?.[1] ?? /\bport\s*=\s*(\d{2,5})\b/i.exec(source)?.[1]
  if (said !== undefined) return [Number(said)]
  return framework === 'flask' ? [5000] : framework === 'uvicorn' || framework === 'fastapi' ? [8000] : []
}

function* ended(p: Process, e: Raised): Run<number> {
  const { error } = e
  if (error.type?.name === 'SystemExit') {
    const args = error.names.get('args')
    const code = args instanceof Tuple ? (args.items[0] ?? null) : null
    if (code === null) return 0
    const n = numeric(code)
    if (n !== undefined) return n & 0xff
    yield* print(p, `${toStr(code)}\n`, 2)
    return 1
  }
  yield* print(p, `${tracebackText(p, e)}\n`, 2)
  return 1
}
