import { versionOf } from '../../images/versions.ts'
import { parseDate } from '../../javascript/dates.ts'
import { inspect } from '../../javascript/inspect.ts'
import { addGlobals, formatted } from '../../javascript/globals.ts'
import { Interpreter } from '../../javascript/interpreter.ts'
import { EventLoop } from '../../javascript/loop.ts'
import { parseJavaScript } from '../../javascript/parser.ts'
import { JsSyntaxError } from '../../javascript/tokens.ts'
import { errorOf, Exit, fail, JsArray, JsFunction, JsObject, native, objectOf, Thrown, toNumber, toText, type Value } from '../../javascript/values.ts'
import { print, readAll, readLine, sleep } from '../../process/io.ts'
import { INTERRUPTED, type Process, type Run } from '../../process/process.ts'
import { parseOptions } from '../../../text/options.ts'
import { databaseOf } from './database.ts'
import type { Document, Field } from './documents.ts'
import { askMongo, type MongoReply } from './server.ts'
import { legacyText } from './values.ts'

interface Address {
  host: string
  port: number
}

/** A connection: where the server is, which database is meant, and who asks. */
export class Session {
  db = 'test'
  readonly isLegacy: boolean
  private hosts: Address[]
  private readonly p: Process
  private readonly user: { name: string; password: string } | undefined
  private readonly asksPrimary: boolean

  constructor(p: Process, o: { hosts: Address[]; db: string; user: { name: string; password: string } | undefined; asksPrimary: boolean; isLegacy: boolean }) {
    this.p = p
    this.hosts = o.hosts
    this.db = o.db
    this.user = o.user
    this.asksPrimary = o.asksPrimary
    this.isLegacy = o.isLegacy
  }

  /** The first who answers; of a set of replicas, the one who may write. */
  *connect(): Run<string | undefined> {
    let why = 'refused'
    for (const at of this.hosts) {
      const hello = yield* askMongo(this.p, at.host, at.port, { db: 'admin', command: 'hello', args: {} })
      if ('unreachable' in hello) {
        why = hello.unreachable
        continue
      }
      const primary = hello.ok === 1 && this.asksPrimary ? (hello.result as Document)['primary'] : undefined
      const [host = at.host, port = at.port] = typeof primary === 'string' ? primary.split(':') : []
      this.hosts = [{ host, port: Number(port) }]
      if (this.user === undefined) return undefined
      const asked = yield* this.ask('ping', {})
      return asked.ok === 1 ? undefined : this.isLegacy ? `Error: ${asked.error.message}` : `MongoServerError: ${asked.error.message}`
    }
    const { host, port } = this.hosts[0]!
    if (why === 'unresolved') return this.isLegacy ? `Error: couldn't connect to server ${host}:${port}, connection attempt failed: HostNotFound: Could not find address for ${host}:${port}: SocketException: Host not found (authoritative) :` : `MongoNetworkError: getaddrinfo ENOTFOUND ${host}`
    return this.isLegacy ? `Error: couldn't connect to server ${host}:${port}, connection attempt failed: SocketException: Error connecting to ${host}:${port} :: caused by :: Connection refused :` : `MongoNetworkError: connect ECONNREFUSED ${host}:${port}`
  }

  get address(): string {
    return `${this.hosts[0]!.host}:${this.hosts[0]!.port}`
  }

  *ask(command: string, args: Document): Run<MongoReply> {
    const { host, port } = this.hosts[0]!
    const reply = yield* askMongo(this.p, host, port, { db: this.db, command, args, user: this.user })
    if ('unreachable' in reply) throw fail('MongoNetworkError', `connect ECONNREFUSED ${host}:${port}`)
    return reply
  }

  /** What a command gives, or the error it throws. */
  *get(command: string, args: Document = {}): Run<Field> {
    const reply = yield* this.ask(command, args)
    if (reply.ok === 1) return reply.result
    const error = errorOf(reply.error.code === 11_000 ? 'MongoServerError' : this.isLegacy ? 'uncaught exception: Error' : 'MongoServerError', reply.error.message)
    error.fields.set('code', reply.error.code).set('codeName', reply.error.codeName).set('stack', `${this.isLegacy ? 'uncaught exception: Error' : 'MongoServerError'}${this.isLegacy ? '' : `[${reply.error.codeName}]`}: ${reply.error.message}`)
    throw new Thrown(error)
  }

  id(): JsObject {
    const hex = (n: number, digits: number): string => n.toString(16).padStart(digits, '0').slice(-digits)
    return new JsObject('ObjectId', hex(Math.floor(this.p.machine.now() / 1000), 8) + hex(this.p.machine.random(2 ** 31), 8) + hex(this.p.machine.random(2 ** 31), 8))
  }
}

const valued = ['eval', 'host', 'port', 'username', 'password', 'authenticationDatabase', 'file', 'tls', 'tlsCAFile', 'apiVersion']

/** mongosh [URI] [--eval CODE] [--file FILE] [FILE.js], and mongo, the shell before it. */
export function* mongosh(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'u:p:f:', long: valued })
  const isLegacy = /(?:^|\/)mongo$/.test(p.argv[0] ?? '')
  const version = versionOf('mongo', p.machine.config.image)
  if (o.has('version')) {
    yield* print(p, isLegacy ? `MongoDB shell version v${version}\n` : '2.5.9\n')
    return 0
  }
  const session = sessionOf(p, o, isLegacy)
  if (isLegacy && !o.has('quiet')) yield* print(p, `MongoDB shell version v${version}\nconnecting to: mongodb://${session.address}/${session.db === 'test' ? '' : session.db}?compressors=disabled&gssapiServiceName=mongodb\n`)
  const problem = yield* session.connect()
  if (problem !== undefined) {
    yield* print(p, `${problem}${isLegacy ? '\nconnect@src/mongo/shell/mongo.js:374:17\n@(connect):2:6\nexception: connect failed\nexiting with code 1' : ''}\n`, isLegacy ? 1 : 2)
    return 1
  }
  if (isLegacy && !o.has('quiet')) yield* print(p, `MongoDB server version: ${version}\n`)
  const shell = new Shell(p, session)
  const code = o.repeated.get('eval')
  const files = [...(o.repeated.get('file') ?? []), ...(o.repeated.get('f') ?? []), ...o.operands.filter((word) => word.endsWith('.js'))]
  try {
    for (const text of code ?? []) if (!(yield* shell.evaluate(text, true))) return 1
    for (const path of files) {
      const text = path === '/dev/stdin' ? yield* readAll(p, p.fd(0)) : p.machine.files.readText(path, p.access)
      if (text === undefined) {
        yield* print(p, `Error: ENOENT: no such file or directory, open '${path}'\n`, 2)
        return 1
      }
      if (!(yield* shell.evaluate(text, false))) return 1
    }
    return code === undefined && files.length === 0 ? yield* shell.read() : 0
  } catch (e) {
    if (e instanceof Exit) return e.code
    throw e
  }
}

/** mongodb://[user:password@]host[:port][,...][/database][?options], host[:port]/database, or a database. */
function sessionOf(p: Process, o: ReturnType<typeof parseOptions>, isLegacy: boolean): Session {
  const place = o.operands.find((word) => !word.endsWith('.js')) ?? ''
  const uri = /^mongodb(\+srv)?:\/\/(?:([^:@]*):([^@]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(place)
  const plain = /^(?:([^/]+)\/)?([^/]*)$/.exec(place)
  const hostText = uri?.[4] ?? o.value('host')?.replace(/^.*\//, '') ?? plain?.[1] ?? '127.0.0.1'
  const hosts = hostText.split(',').map((one) => {
    const [host = '', port] = one.split(':')
    return { host, port: Number(port ?? o.value('port') ?? 27_017) }
  })
  const isAddress = uri === null && plain?.[1] === undefined && /[.:]\d+$/.test(place)
  const name = o.value('u', 'username') ?? uri?.[2]
  return new Session(p, {
    hosts: isAddress ? [{ host: place.split(':')[0]!, port: Number(place.split(':')[1] ?? 27_017) }] : hosts,
    db: (uri === null ? (isAddress ? undefined : plain?.[2]) : uri[5]) || 'test',
    user: name === undefined ? undefined : { name, password: o.value('p', 'password') ?? uri?.[3] ?? '' },
    asksPrimary: uri?.[1] !== undefined || hosts.length > 1 || (uri?.[6] ?? '').includes('replicaSet') || (o.value('host') ?? '').includes('/'),
    isLegacy,
  })
}

class Shell {
  private readonly p: Process
  private readonly session: Session
  private readonly js: Interpreter

  constructor(p: Process, session: Session) {
    this.p = p
    this.session = session
    this.js = new Interpreter(p)
    addGlobals(this.js, p)
    new EventLoop(p, this.js).addGlobals()
    this.addOwn()
  }

  private addOwn(): void {
    const { js, p, session } = this
    const { global } = js
    const printing = (name: string, text: (args: Value[]) => string): void => global.set(name, new JsFunction(name, function* (_, args) {
      yield* print(p, `${text(args)}\n`)
      return undefined
    }))
    const shown = (v: Value): string => (session.isLegacy ? legacyText(v, '') : inspect(v, 6))
    printing('print', (args) => (session.isLegacy ? args.map((one) => toText(one)).join(' ') : formatted(args)))
    printing('printjson', (args) => args.map((one) => (typeof one === 'string' ? JSON.stringify(one) : shown(one))).join(' '))
    global.set('quit', native('quit', ([code]) => {
      throw new Exit(code === undefined ? 0 : toNumber(code) & 0xff)
    }))
    global.set('exit', global.find('quit')!.value)
    global.set('sleep', new JsFunction('sleep', function* (_, [ms]) {
      yield* sleep(p, Math.max(0, toNumber(ms) || 0))
      return undefined
    }))
    global.set('ObjectId', native('ObjectId', ([hex]) => (hex === undefined ? session.id() : new JsObject('ObjectId', toText(hex)))))
    global.set('ISODate', native('ISODate', ([text]) => new JsObject('Date', text === undefined ? Math.floor(p.machine.now()) : parseDate(toText(text)))))
    for (const name of ['NumberInt', 'NumberLong', 'Int32', 'Long', 'NumberDecimal', 'Double']) global.set(name, native(name, ([v]) => toNumber(v)))
    global.set('process', objectOf({ env: objectOf(Object.fromEntries(p.env)), argv: new JsArray([...p.argv]), exit: global.find('quit')!.value }))
    global.set('version', native('version', () => versionOf('mongo', p.machine.config.image)))
    databaseOf(js, session)
  }

  /** Runs a text; the value of its last expression is shown where somebody sees it. False: it failed. */
  *evaluate(text: string, shows: boolean): Run<boolean> {
    const { p } = this
    try {
      const helped = yield* this.command(text.trim().replace(/;$/, ''))
      if (helped) return true
      const value = yield* this.js.run(parseJavaScript(text))
      const settled = value instanceof JsObject && value.className === 'Promise' ? yield* this.js.settle(value) : value
      if (shows) yield* this.show(settled)
      return true
    } catch (e) {
      if (e instanceof JsSyntaxError) yield* print(p, this.session.isLegacy ? `uncaught exception: SyntaxError: ${e.message} :\n@(shell eval):1:1\n` : `SyntaxError: ${e.message}. (1:${e.line})\n`, 2)
      else if (e instanceof Thrown) yield* print(p, `${e.value instanceof JsObject && e.value.className === 'Error' ? toText(e.value.fields.get('stack')).split('\n')[0] : `Error: ${toText(e.value)}`}\n`, this.session.isLegacy ? 1 : 2)
      else throw e
      return false
    }
  }

  private *show(v: Value): Run<void> {
    if (v === undefined) return
    const { isLegacy } = this.session
    if (v instanceof JsObject && v.className === 'Cursor') {
      const items = [...(v.data as Value[])]
      const first = items.slice(0, 20)
      const more = items.length > 20 ? 'Type "it" for more\n' : ''
      yield* print(this.p, isLegacy ? `${first.map((one) => `${legacyText(one, v.isPretty ? '' : undefined)}\n`).join('')}${more}` : items.length === 0 ? '\n' : `${inspect(new JsArray(first), 6)}\n${more}`)
      return
    }
    const words = v instanceof JsObject ? v.words : undefined
    if (isLegacy) yield* print(this.p, `${words !== undefined ? words : typeof v === 'string' ? v : legacyText(v, '')}\n`)
    else yield* print(this.p, `${typeof v === 'string' ? v : inspect(v, 6)}\n`)
  }

  /** show dbs, show collections, use NAME: what is no JavaScript. */
  private *command(text: string): Run<boolean> {
    const { p, session } = this
    const use = /^use\s+(\S+)$/.exec(text)?.[1]
    if (use !== undefined) {
      session.db = use
      yield* print(p, `switched to db ${use}\n`)
      return true
    }
    const what = /^show\s+(dbs|databases|collections|tables|users)$/.exec(text)?.[1]
    if (what === undefined) return false
    if (what === 'dbs' || what === 'databases') {
      const list = (yield* session.get('listDatabases')) as Document[]
      const width = Math.max(...list.map(({ name }) => String(name).length))
      yield* print(p, list.map(({ name }) => `${String(name).padEnd(width)}  ${session.isLegacy ? '0.000GB' : '40.00 KiB'}\n`).join(''))
    } else if (what !== 'users') yield* print(p, ((yield* session.get('listCollections')) as string[]).map((name) => `${name}\n`).join(''))
    return true
  }

  /** What is typed, or comes through a pipe: a line at a time, or several while a bracket is open. */
  *read(): Run<number> {
    const { p, session } = this
    const input = p.fd(0)
    for (let text = ''; ; ) {
      if (input.isTerminal) yield* print(p, text !== '' ? '... ' : session.isLegacy ? '> ' : `${session.db}> `)
      const line = yield* readLine(p, input)
      if (line === undefined || line === INTERRUPTED || /^(exit|quit)\s*;?\s*$/.test(line)) return 0
      text += `${line.replace(/\n$/, '')}\n`
      if (isOpen(text)) continue
      if (text.trim() !== '') yield* this.evaluate(text, true)
      text = ''
    }
  }
}

function isOpen(text: string): boolean {
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\/.*$/gm, '')
  const count = (pattern: RegExp): number => (bare.match(pattern) ?? []).length
  return count(/[([{]/g) > count(/[)\]}]/g) || count(/`/g) % 2 === 1
}
