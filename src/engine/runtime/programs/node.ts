import { versionOf } from '../images/versions.ts'
import { dirname, normalize } from '../filesystem/path.ts'
import { addGlobals, fromJson } from '../javascript/globals.ts'
import { Interpreter } from '../javascript/interpreter.ts'
import { EventLoop, stackOf } from '../javascript/loop.ts'
import { fetchFunction } from '../javascript/fetch.ts'
import { addProcess, nodeModule } from '../javascript/modules.ts'
import { knownPackage } from '../javascript/packages.ts'
import { parseJavaScript } from '../javascript/parser.ts'
import type { Statement } from '../javascript/syntax.ts'
import { JsSyntaxError } from '../javascript/tokens.ts'
import { Exit, fail, JsFunction, JsObject, Thrown, toNumber, toText, type Value } from '../javascript/values.ts'
import { print, readAll, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { application } from './languages.ts'

const nodeVersion = (p: Process): string => `v${versionOf('node', p.machine.config.image)}`

/** node FILE, -e CODE, -p CODE: what stands on node alone. A program that stands on packages behaves as any server would. */
export function* node(p: Process): Run<number> {
  const args = p.argv.slice(1)
  if (/^(--version|-v)$/.test(args[0] ?? '')) {
    yield* print(p, `${nodeVersion(p)}\n`)
    return 0
  }
  const at = args.findIndex((arg) => /^(-e|--eval|-p|--print|-pe)$/.test(arg))
  const file = at < 0 ? args.find((arg) => !arg.startsWith('-')) : undefined
  const { image } = p.machine.config
  if (at >= 0) return yield* runText(p, args[at + 1] ?? '', { args: args.slice(at + 2), file: `${p.cwd === '/' ? '' : p.cwd}/[eval]`, prints: args[at]!.includes('p') })
  if (file === undefined) {
    if (image.unknown || p.fd(0).isTerminal) return yield* application(p, 400, undefined)
    return yield* runText(p, yield* readAll(p, p.fd(0)), { args: [], file: `${p.cwd}/[stdin]`, prints: false })
  }
  const path = [normalize(file, p.cwd), `${normalize(file, p.cwd)}.js`, `${normalize(file, p.cwd)}/index.js`].find((one) => p.machine.files.readText(one, p.access) !== undefined)
  if (path !== undefined && p.machine.files.readText(path, p.access) !== '') return yield* runText(p, p.machine.files.readText(path, p.access)!, { args: [path, ...args.slice(args.indexOf(file) + 1)], file: path, prints: false })
  // What an image that nobody knows has in it is its own affair.
  if (image.unknown || path !== undefined) return yield* application(p, 400, undefined)
  yield* print(p, `node:internal/modules/cjs/loader:1372\n  throw err;\n  ^\n\nError: Cannot find module '${normalize(file, p.cwd)}'\n    at Function._resolveFilename (node:internal/modules/cjs/loader:1369:15) {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n\nNode.js ${nodeVersion(p)}\n`, 2)
  return 1
}

/** A package that somebody has installed, and that nobody can see into. */
class Unseen extends Error {}

function* runText(p: Process, text: string, o: { args: string[]; file: string; prints: boolean }): Run<number> {
  p.machine.setMemory(p, 40 * 1024 ** 2)
  yield* sleep(p, 60)
  const js = new Interpreter(p)
  const loop = new EventLoop(p, js)
  addGlobals(js, p)
  loop.addGlobals()
  js.global.set('fetch', fetchFunction(p, loop))
  addProcess(p, js, loop, { version: nodeVersion(p), args: o.args })
  js.global.set('require', requireFrom(p, js, loop, o.file))
  js.global.set('__filename', o.file)
  js.global.set('__dirname', dirname(o.file))
  js.global.set('module', new JsObject())
  let program: Statement[]
  try {
    program = parseJavaScript(text)
  } catch (e) {
    if (!(e instanceof JsSyntaxError)) throw e
    yield* print(p, `${o.file}:${e.line}\n${text.split('\n')[e.line - 1] ?? ''}\n\n\nSyntaxError: ${e.message}\n    at wrapSafe (node:internal/modules/cjs/loader:1469:18)\n\nNode.js ${nodeVersion(p)}\n`, 2)
    return 1
  }
  try {
    const value = yield* js.run(program)
    if (o.prints) yield* js.call((js.global.find('console')!.value as JsObject).fields.get('log'), undefined, [value])
    yield* loop.run()
    const code = (js.global.find('process')!.value as JsObject).fields.get('exitCode')
    return code === undefined ? 0 : toNumber(code) & 0xff
  } catch (e) {
    if (e instanceof Exit) return e.code
    if (e instanceof Unseen) return yield* application(p, 400, undefined, listensAt(p, text))
    if (!(e instanceof Thrown)) throw e
    yield* print(p, `${o.file}:1\n\n\n${e.value instanceof JsObject && e.value.className === 'Error' ? stackOf(e.value) : `Uncaught:\n${toText(e.value)}`}\n\nNode.js ${nodeVersion(p)}\n`, 2)
    return 1
  }
}

/** Where a program says that it listens: `app.listen(3000)`, or by a name that has the number. */
function listensAt(p: Process, text: string): number[] {
  const said = /\.listen\(\s*([^,)]+(?:\|\|\s*\d+)?)/.exec(text)?.[1]?.trim()
  const value = said !== undefined && /^\w+$/.test(said) && !/^\d+$/.test(said) ? new RegExp(`\\b${said}\\s*=\\s*([^;\\n]+)`).exec(text)?.[1] : said
  if (value === undefined) return []
  const variable = /process\.env\.(\w+)/.exec(value)?.[1]
  const port = Number((variable === undefined ? undefined : p.env.get(variable)) ?? /\b(\d{2,5})\b/.exec(value.replace(/process\.env\.\w+/, ''))?.[1])
  return Number.isInteger(port) && port > 0 && port < 65_536 ? [port] : []
}

/** Modules of node, files beside the program, and packages below node_modules. */
function requireFrom(p: Process, js: Interpreter, loop: EventLoop, file: string): JsFunction {
  const loaded = new Map<string, JsObject>()
  return new JsFunction('require', function* (_, [given]): Run<Value> {
    const name = toText(given)
    const own = nodeModule(name, p, js, loop)
    if (own !== undefined) return own
    if (!/^[./]/.test(name)) {
      for (let at = dirname(file); ; at = dirname(at)) {
        if (p.machine.files.exists(`${at === '/' ? '' : at}/node_modules/${name}`)) {
          const known = knownPackage(name, p, js, loop)
          if (known === undefined) throw new Unseen()
          return known
        }
        if (at === '/' || at === '.') break
      }
    }
    const base = normalize(name, dirname(file))
    const path = ['', '.js', '.json', '/index.js'].map((end) => base + end).find((one) => p.machine.files.readText(one, p.access) !== undefined)
    if (!/^[./]/.test(name) || path === undefined) throw missing(name, file)
    const text = p.machine.files.readText(path, p.access)!
    if (path.endsWith('.json')) return fromJson(text)
    const known = loaded.get(path)
    if (known !== undefined) return known.fields.get('exports')
    const module = new JsObject()
    const exports = new JsObject()
    module.fields.set('exports', exports)
    loaded.set(path, module)
    const wrapped = js.closure({ type: 'function', name: '', knowsItself: false, parameters: ['module', 'exports', 'require', '__filename', '__dirname'].map((one) => ({ pattern: { type: 'name', name: one }, otherwise: undefined })), rest: undefined, body: parseJavaScript(text), isArrow: false, isAsync: false }, js.global)
    yield* js.call(wrapped, undefined, [module, exports, requireFrom(p, js, loop, path), path, dirname(path)])
    return module.fields.get('exports')
  })
}

function missing(name: string, file: string): Thrown {
  const thrown = fail('Error', `Cannot find module '${name}'\nRequire stack:\n- ${file}`)
  ;(thrown.value as JsObject).fields.set('code', 'MODULE_NOT_FOUND')
  return thrown
}
