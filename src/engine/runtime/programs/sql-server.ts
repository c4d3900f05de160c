import { jsonOf } from '../../api/json.ts'
import { type HttpRequest, type HttpResponse, wireResponse } from '../http.ts'
import { versionOf } from '../images/versions.ts'
import { print, readAll, readLine } from '../process/io.ts'
import { INTERRUPTED, type Process, type Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { askByWire, type Unreachable } from '../tools/wire-client.ts'
import { parseOptions } from '../../text/options.ts'
import type { Followed, Following, Replication } from './mysql/replication.ts'
import type { Answer, Handler } from './serve.ts'
import { runSql, script, shownByMysql, shownByPsql, shownUpright, type SqlFlavor, type SqlResult, type SqlSession, type SqlState, type Statement, statements } from './sql.ts'
import { type Ask, mysqlDump, postgresDump } from './sql-dump.ts'

/** What a client asks: one statement, in the database that it is in. */
interface Question {
  session: SqlSession
  password: string
  /** Over the server's socket, or its own localhost. */
  local: boolean
  statement: string
  /** Of a replica: what it wants of the log. */
  following?: Following
}

interface Reply {
  session: SqlSession
  result: SqlResult
  followed?: Followed
}

interface Database {
  kind: SqlFlavor['kind']
  /** Where it keeps what it has: on the volume, if there is one. */
  file: string
  /** Made when there is nothing yet. */
  first: readonly string[]
  /** Who may do everything; undefined: whoever comes may. */
  root: { name: string; password: string } | undefined
  /** Whom else the image makes, with their passwords. */
  users?: Readonly<Record<string, string>>
  /** Of MySQL: what it goes by, and its part in a replication. */
  variables?: Map<string, string>
  replication?: Replication
}

/** Answers the clients below, and keeps each change. */
export function sqlHandler(p: Process, database: Database): Handler {
  const { files } = p.machine
  const kept = files.readText(database.file)
  // What nobody can read is as good as nothing.
  const found = kept === undefined ? undefined : (jsonOf(kept) as SqlState | undefined)
  const state: SqlState = found ?? { databases: Object.fromEntries(database.first.map((name) => [name, {}])), ...(database.users === undefined ? {} : { users: { ...database.users } }) }
  const save = (): void => files.writeText(database.file, JSON.stringify(state))
  if (found === undefined) save()
  const { replication } = database
  const run = (session: SqlSession, statement: string): SqlResult => {
    const before = JSON.stringify(state)
    const { root, kind, variables } = database
    const flavor: SqlFlavor = { kind, version: versionHere(p, kind), now: formatTime('%F %T', p.machine.now()), host: p.machine.config.hostname, ...(root === undefined ? {} : { owner: root.name }), ...(variables === undefined ? {} : { variables }) }
    const result = runSql(state, session, flavor, statement)
    if (JSON.stringify(state) !== before) save()
    return result
  }
  /** What is new of the source's, and then what was asked. */
  function* replicated(followed: Replication, session: SqlSession, statement: string): Run<Answer> {
    for (const event of yield* followed.pull()) run({ user: 'root', database: event.database }, event.statement)
    return { response: reply({ session, result: followed.answer(statement) ?? run(session, statement) }) }
  }
  return (r: HttpRequest): HttpResponse | Run<Answer> | { response: { error: 'reset' } } => {
    if (r.method !== 'SQL') return { response: { error: 'reset' } }
    const question = jsonOf(r.body) as Question | undefined
    if (question === undefined) return { response: { error: 'reset' } }
    const { session, password, statement, local } = question
    const { root } = database
    // Who is inside already needs no password of PostgreSQL's (the image's pg_hba.conf).
    const trusted = root === undefined || (database.kind === 'postgres' && local)
    const expected = root === undefined || session.user === root.name ? root?.password : state.users?.[session.user]
    const isStranger = database.kind === 'mysql' && root !== undefined && expected === undefined
    if (isStranger || (!trusted && expected !== undefined && password !== expected)) return reply({ session, result: { error: denied(database.kind, session.user, password, local ? 'localhost' : (r.source ?? 'localhost')) } })
    const unknown = database.kind === 'postgres' ? strangers(state, session, root?.name ?? 'postgres') : undefined
    if (unknown !== undefined) return reply({ session, result: { error: unknown } })
    if (question.following !== undefined && replication !== undefined) return reply({ session, result: { tag: '' }, followed: replication.eventsAfter(question.following) })
    if (statement === '') return reply({ session, result: { tag: '' } })
    const refusal = replication?.refuses(statement, session.user === 'root')
    if (refusal !== undefined) return reply({ session, result: { error: refusal } })
    if (replication?.isAskedFor(statement) === true) return replicated(replication, session, statement)
    const { database: where } = session
    const result = replication?.answer(statement) ?? run(session, statement)
    if (!('error' in result)) replication?.log({ database: where, statement })
    return reply({ session, result })
  }
}

/** PostgreSQL knows who and where at once. */
function strangers(state: SqlState, { user, database }: SqlSession, owner: string): string | undefined {
  if (user !== owner && state.users?.[user] === undefined) return `FATAL:  role "${user}" does not exist`
  return Object.hasOwn(state.databases, database) ? undefined : `FATAL:  database "${database}" does not exist`
}

const reply = (answer: Reply): HttpResponse => wireResponse('SQL', JSON.stringify(answer))

function versionHere(p: Process, kind: SqlFlavor['kind']): string {
  if (kind === 'postgres') return versionOf('postgres', p.machine.config.image)
  return p.machine.config.image.repository.endsWith('mariadb') ? `${versionOf('mariadb', p.machine.config.image)}-MariaDB` : versionOf('mysql', p.machine.config.image)
}

function denied(kind: SqlFlavor['kind'], user: string, password: string, from: string): string {
  if (kind === 'postgres') return password === '' ? 'fe_sendauth: no password supplied' : `FATAL:  password authentication failed for user "${user}"`
  return `ERROR 1045 (28000): Access denied for user '${user}'@'${from}' (using password: ${password === '' ? 'NO' : 'YES'})`
}

interface Client {
  host: string
  port: number
  session: SqlSession
  password: string
  shown: (result: SqlResult) => string
  prompt: (session: SqlSession) => string
  unreachable: (why: Unreachable) => string
  failure: (error: string) => string
}

function* askServer(p: Process, client: Client, statement: string): Run<Reply | undefined> {
  const question: Question = { session: client.session, password: client.password, local: isLoopback(client.host), statement }
  const answer = yield* askByWire<Reply>(p, 'SQL', client, question, { timeoutMs: 30_000 })
  if ('unreachable' in answer) {
    yield* print(p, `${client.unreachable(answer.unreachable)}\n`, 2)
    return undefined
  }
  client.session = answer.told.session
  return answer.told
}

interface Account {
  host: string
  database: string
  user: string
  password: string
}

/** What an application asks PostgreSQL, and how it ended: 'unreachable' when nobody answered. */
export function* askPostgres(p: Process, o: Account, statement: string): Run<SqlResult | 'unreachable'> {
  return yield* askOnce(p, { ...o, port: 5432 }, false, statement)
}

/** By whichever name: an account of localhost is meant. */
const isLoopback = (host: string): boolean => host === 'localhost' || host === '127.0.0.1'

/** What a tool asks MySQL. */
export function* askMysql(p: Process, o: Account, statement: string): Run<SqlResult | 'unreachable'> {
  return yield* askOnce(p, { ...o, port: 3306 }, isLoopback(o.host), statement)
}

function* askOnce(p: Process, o: Account & { port: number }, local: boolean, statement: string): Run<SqlResult | 'unreachable'> {
  const question: Question = { session: { database: o.database, user: o.user }, password: o.password, local, statement }
  const answer = yield* askByWire<Reply>(p, 'SQL', o, question, { timeoutMs: 15_000 })
  return 'told' in answer ? answer.told.result : 'unreachable'
}

/** What becomes of a script of which a statement fails. */
type OnError = { goesOn: boolean; code: number; where?: (statement: Statement) => string }

const stops: OnError = { goesOn: false, code: 1 }

/** Runs what was given, or what is read, statement by statement. */
function* converse(p: Process, client: Client, given: string | undefined, failCode: number, onError: OnError = stops): Run<number> {
  const hello = yield* askServer(p, client, '')
  if (hello === undefined) return failCode
  if ('error' in hello.result) {
    yield* print(p, `${client.failure(hello.result.error)}\n`, 2)
    return failCode
  }
  const input = p.fd(0)
  if (given === undefined && input.isTerminal) return yield* typed(p, client)
  for (const statement of script(given ?? (yield* readAll(p, input)))) {
    const isWell = yield* say(p, client, statement.text, onError.where?.(statement))
    if (!isWell && !onError.goesOn) return onError.code
  }
  return 0
}

function* typed(p: Process, client: Client): Run<number> {
  const input = p.fd(0)
  for (let text = ''; ; ) {
    yield* print(p, text === '' ? client.prompt(client.session) : '    -> ')
    const line = yield* readLine(p, input)
    if (line === undefined || line === INTERRUPTED || /^(\\q|exit|quit);?\s*$/i.test(line)) return 0
    text += `${line}\n`
    if (!/(;|\\G)\s*$/.test(text) && !text.startsWith('\\') && !/^use\s/i.test(text)) continue
    for (const statement of statements(text)) yield* say(p, client, statement)
    text = ''
  }
}

function* say(p: Process, client: Client, statement: string, where = ''): Run<boolean> {
  const isUpright = statement.endsWith('\\G')
  const told = yield* askServer(p, client, isUpright ? statement.slice(0, -2).trim() : statement)
  if (told === undefined) return false
  if ('columns' in told.result && isUpright) yield* print(p, shownUpright(told.result))
  else if ('error' in told.result) yield* print(p, `${where}${told.result.error}\n`, 2)
  else yield* print(p, client.shown(told.result))
  // That there is nothing to list is no failure (psql listTables).
  return !('error' in told.result) || told.result.error.startsWith('Did not find any relations')
}

/** mysql [-h HOST] [-P PORT] [-u USER] [-p[PASSWORD]] [-e STATEMENT] [DATABASE] */
export function* mysqlClient(p: Process): Run<number> {
  const args = p.argv.slice(1)
  const password = args.map((arg) => /^(?:-p|--password=)(.*)$/s.exec(arg)?.[1]).find((found) => found !== undefined) ?? p.env.get('MYSQL_PWD') ?? ''
  const o = parseOptions(args.filter((arg) => !/^(-p|--password=)/.test(arg)), { short: 'h:P:u:e:D:BNsvt', long: ['host', 'port', 'user', 'execute', 'database', 'ssl-mode', 'default-character-set'] })
  if (/^(--version|-V)$/.test(args[0] ?? '')) {
    yield* print(p, `mysql  Ver ${versionHere(p, 'mysql')} for Linux on x86_64 (MySQL Community Server - GPL)\n`)
    return 0
  }
  const host = o.value('h', 'host') ?? '127.0.0.1'
  const asked = [...(o.repeated.get('e') ?? []), ...(o.repeated.get('execute') ?? [])]
  const given = asked.length === 0 ? undefined : asked.join('\n')
  const to = !p.fd(1).isTerminal ? 'file' : given === undefined ? 'session' : 'terminal'
  const client: Client = {
    host,
    port: o.number(3306, 'P', 'port'),
    session: { database: '', user: o.value('u', 'user') ?? 'root' },
    password,
    shown: (result) => shownByMysql(result, o.has('B') ? 'file' : to, o.has('N', 'skip-column-names')),
    prompt: () => 'mysql> ',
    unreachable: (why) => {
      if (why === 'unresolved') return `ERROR 2005 (HY000): Unknown MySQL server host '${host}' (-2)`
      if (why === 'alien' || why === 'reset' || why === 'closed') return "ERROR 2013 (HY000): Lost connection to MySQL server at 'reading initial communication packet', system error: 0"
      return `ERROR 2003 (HY000): Can't connect to MySQL server on '${host}:${o.number(3306, 'P', 'port')}' (${why === 'timeout' ? 110 : 111})`
    },
    failure: (error) => error,
  }
  if (password !== '') yield* print(p, 'mysql: [Warning] Using a password on the command line interface can be insecure.\n', 2)
  const database = o.value('D', 'database') ?? o.operands[0]
  const first = database === undefined ? '' : `USE ${database};`
  if (given === undefined && p.fd(0).isTerminal) {
    yield* print(p, `Welcome to the MySQL monitor.  Commands end with ; or \\g.\nServer version: ${versionHere(p, 'mysql')} MySQL Community Server - GPL\n\n`)
    client.session.database = database ?? ''
    return yield* converse(p, client, undefined, 1)
  }
  return yield* converse(p, client, `${first}${given ?? (yield* readAll(p, p.fd(0)))}`, 1)
}

const cutOff = 'server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.'

/** What psql says of a server that it does not understand, or that says nothing. */
const noAnswer: Partial<Record<string, string>> = {
  timeout: 'Connection timed out',
  unreachable: 'No route to host',
  reset: cutOff,
  closed: cutOff,
  alien: 'received invalid response to SSL negotiation: H',
}

/** psql [-h HOST] [-p PORT] [-U USER] [-d DATABASE] [-t] [-c STATEMENT] [DATABASE] */
export function* psqlClient(p: Process): Run<number> {
  const args = p.argv.slice(1)
  const o = parseOptions(args, { short: 'h:p:U:d:c:f:tAqwWv:X1F:', long: ['host', 'port', 'username', 'dbname', 'command', 'file', 'tuples-only', 'set', 'variable'] })
  if (/^(--version|-V)$/.test(args[0] ?? '')) {
    yield* print(p, `psql (PostgreSQL) ${versionHere(p, 'postgres')}\n`)
    return 0
  }
  const user = o.value('U', 'username') ?? p.env.get('PGUSER') ?? 'root'
  const host = o.value('h', 'host') ?? p.env.get('PGHOST')
  const database = o.value('d', 'dbname') ?? o.operands[0] ?? p.env.get('PGDATABASE') ?? user
  const port = o.number(5432, 'p', 'port')
  const server = host === undefined ? 'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed' : `connection to server at "${host}", port ${port} failed`
  const client: Client = {
    host: host ?? '127.0.0.1',
    port,
    session: { database, user },
    password: p.env.get('PGPASSWORD') ?? '',
    shown: (result) => (o.has('q', 'quiet') && !('columns' in result) ? '' : shownByPsql(result, { rowsOnly: o.has('t', 'tuples-only'), unaligned: o.has('A', 'no-align') })),
    prompt: (session) => `${session.database}=# `,
    unreachable: (why) => `psql: error: ${why === 'unresolved' ? `could not translate host name "${host}" to address: Name or service not known` : `${server}: ${noAnswer[why] ?? 'Connection refused'}`}`,
    failure: (error) => `psql: error: ${server}: ${error}`,
  }
  const file = o.value('f', 'file')
  const text = file === undefined || file === '-' ? undefined : p.machine.files.readText(file, p.access)
  if (file !== undefined && file !== '-' && text === undefined) {
    yield* print(p, `psql: error: ${file}: No such file or directory\n`, 2)
    return 1
  }
  const commands = [...(o.repeated.get('c') ?? []), ...(o.repeated.get('command') ?? [])]
  const command = commands.pop()
  const given = command ?? text
  const stopsAtError = [...(o.repeated.get('v') ?? []), ...(o.repeated.get('set') ?? []), ...(o.repeated.get('variable') ?? [])].some((one) => /^ON_ERROR_STOP=(1|on|true)$/i.test(one))
  // A script goes on where a command ends, unless it is told to stop.
  const onError: OnError = command !== undefined ? stops : { goesOn: !stopsAtError, code: 3, ...(text === undefined ? {} : { where: (statement) => `psql:${file}:${statement.line}: ` }) }
  if (given === undefined && p.fd(0).isTerminal) yield* print(p, `psql (${versionHere(p, 'postgres')})\nType "help" for help.\n\n`)
  for (const earlier of commands) {
    const code = yield* converse(p, client, earlier, 2, onError)
    if (code === 2 || (code !== 0 && stopsAtError)) return code
  }
  return yield* converse(p, client, given, 2, onError)
}

/** A client that asks and says nothing of it. */
function asking(p: Process, client: Client): Ask {
  return function* (statement) {
    const told = yield* askServer(p, client, statement)
    return told?.result ?? { error: '' }
  }
}

/** pg_dump, mysqldump: `-f FILE` or standard output. */
function* written(p: Process, path: string | undefined, text: string): Run<number> {
  if (path === undefined) yield* print(p, text)
  else p.machine.files.writeText(path.startsWith('/') ? path : `${p.cwd}/${path}`, text)
  return 0
}

export function* pgDump(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'h:p:U:d:f:F:wWaOxcCsv', long: ['host', 'port', 'username', 'dbname', 'file', 'format', 'table', 'schema'] })
  const user = o.value('U', 'username') ?? p.env.get('PGUSER') ?? 'root'
  const host = o.value('h', 'host') ?? p.env.get('PGHOST')
  const port = o.number(5432, 'p', 'port')
  const server = host === undefined ? 'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed' : `connection to server at "${host}", port ${port} failed`
  const failed = (words: string): string => `pg_dump: error: ${words}`
  const client: Client = {
    host: host ?? '127.0.0.1', port, session: { database: o.value('d', 'dbname') ?? o.operands[0] ?? p.env.get('PGDATABASE') ?? user, user }, password: p.env.get('PGPASSWORD') ?? '',
    shown: () => '', prompt: () => '', failure: (error) => failed(`${server}: ${error}`),
    unreachable: (why) => failed(why === 'unresolved' ? `could not translate host name "${host}" to address: Name or service not known` : `${server}: ${noAnswer[why] ?? 'Connection refused'}`),
  }
  const hello = yield* askServer(p, client, '')
  if (hello === undefined) return 1
  if ('error' in hello.result) {
    yield* print(p, `${client.failure(hello.result.error)}\n`, 2)
    return 1
  }
  return yield* written(p, o.value('f', 'file'), yield* postgresDump(asking(p, client), versionHere(p, 'postgres'), user))
}

export function* mysqldump(p: Process): Run<number> {
  const args = p.argv.slice(1)
  const password = args.map((arg) => /^(?:-p|--password=)(.*)$/s.exec(arg)?.[1]).find((found) => found !== undefined) ?? p.env.get('MYSQL_PWD') ?? ''
  const o = parseOptions(args.filter((arg) => !/^(-p|--password=)/.test(arg)), { short: 'h:P:u:r:ABv', long: ['host', 'port', 'user', 'result-file'] })
  const host = o.value('h', 'host') ?? 'localhost'
  const port = o.number(3306, 'P', 'port')
  const client: Client = {
    host, port, session: { database: '', user: o.value('u', 'user') ?? 'root' }, password, shown: () => '', prompt: () => '',
    failure: (error) => `mysqldump: Got error: ${/ERROR (\d+)/.exec(error)?.[1] ?? '2002'}: ${error.replace(/^ERROR \d+ \([^)]*\):? /, '')} when trying to connect`,
    unreachable: (why) => `mysqldump: Got error: ${why === 'unresolved' ? `2005: Unknown MySQL server host '${host}' (-2)` : `2003: Can't connect to MySQL server on '${host}:${port}' (${why === 'timeout' ? 110 : 111})`} when trying to connect`,
  }
  if (password !== '') yield* print(p, 'mysqldump: [Warning] Using a password on the command line interface can be insecure.\n', 2)
  const all = o.has('A', 'all-databases')
  if (!all && o.operands.length === 0) {
    yield* print(p, 'Usage: mysqldump [OPTIONS] database [tables]\n')
    return 1
  }
  const hello = yield* askServer(p, client, '')
  if (hello === undefined || 'error' in hello.result) {
    if (hello !== undefined && 'error' in hello.result) yield* print(p, `${client.failure(hello.result.error)}\n`, 2)
    return 2
  }
  const ask = asking(p, client)
  const listed = yield* ask('SHOW DATABASES')
  const own = ['information_schema', 'mysql', 'performance_schema', 'sys']
  const databases = all ? ('columns' in listed ? listed.rows.map(([name = '']) => name).filter((name) => !own.includes(name)) : []) : o.has('B', 'databases') ? o.operands : o.operands.slice(0, 1)
  const text = yield* mysqlDump(p, ask, { databases, names: all || o.has('B', 'databases'), host, version: versionHere(p, 'mysql') })
  return text === '' ? 2 : yield* written(p, o.value('r', 'result-file'), text)
}
