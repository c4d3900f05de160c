import { print, readAll, readLine } from '../../process/io.ts'
import { INTERRUPTED, type Process, type Run } from '../../process/process.ts'
import { askByWire, type Unreachable } from '../../tools/wire-client.ts'
import { parseOptions } from '../../../text/options.ts'
import { script, type SqlResult, type SqlSession } from '../sql.ts'
import { type Asked, ports, type RingView } from './server.ts'

function* ask<T>(p: Process, host: string, port: number, body: Asked): Run<{ told: T } | { unreachable: Unreachable }> {
  return yield* askByWire<T>(p, 'CASSANDRA', { host, port }, body, { timeoutMs: 10_000 })
}

/** nodetool [-h HOST] [-p PORT] status | info | drain | decommission | version | describecluster */
export function* nodetool(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'h:p:u:', long: ['host', 'port', 'username', 'password'], stopAtOperand: true })
  const [command = 'help'] = o.operands
  const host = o.value('h', 'host') ?? '127.0.0.1'
  const port = o.number(ports.jmx, 'p', 'port')
  const known = new Set(['status', 'info', 'drain', 'decommission', 'version', 'describecluster', 'flush', 'cleanup', 'repair', 'ring', 'compactionstats', 'tpstats', 'gossipinfo'])
  if (!known.has(command)) {
    yield* print(p, `nodetool: Found unexpected parameters: [${command}]\nSee 'nodetool help' or 'nodetool help <command>'.\n`, 2)
    return 1
  }
  const answer = yield* ask<RingView>(p, host, port, { tool: command === 'drain' || command === 'decommission' ? command : 'status' })
  if ('unreachable' in answer) {
    yield* print(p, `nodetool: Failed to connect to '${host}:${port}' - ConnectException: 'Connection refused (Connection refused)'.\n`, 2)
    return 1
  }
  if (command === 'drain' || command === 'decommission') return 0
  const view = answer.told
  yield* print(p, command === 'status' ? statusOf(view) : command === 'info' ? infoOf(view) : command === 'version' ? `ReleaseVersion: ${versionHere(p)}\n` : command === 'describecluster' ? `Cluster Information:\n\tName: ${view.cluster}\n\tSnitch: org.apache.cassandra.locator.SimpleSnitch\n` : '')
  return 0
}

/** The tutorial's image says its own version, not Cassandra's. */
const versionHere = (p: Process): string => /:v?([345]\.\d[\d.]*)/.exec(p.machine.config.image.reference)?.[1] ?? (p.machine.config.image.repository.startsWith('gcr.io') ? '3.11.2' : '5.0.6')

const kib = (n: number): string => `${n.toFixed(2)} KiB`

function statusOf({ nodes }: RingView): string {
  const found = nodes.toSorted((a, b) => (a.address < b.address ? -1 : 1))
  const centers = [...new Set(found.map((node) => node.datacenter))].toSorted()
  const width = Math.max(7, ...found.map((node) => node.address.length))
  return centers
    .map((datacenter) => {
      const own = found.filter((node) => node.datacenter === datacenter)
      const title = `Datacenter: ${datacenter}`
      const share = `${(100 * Math.min(1, 1 / own.length)).toFixed(1)}%`
      const rows = own.map((node) => `${node.isUp ? 'U' : 'D'}N  ${node.address.padEnd(width)}  ${kib(node.loadKiB).padEnd(10)}  ${String(node.tokens).padEnd(6)}  ${share.padEnd(16)}  ${node.hostId}  ${node.rack}\n`)
      return `${title}\n${'='.repeat(title.length)}\nStatus=Up/Down\n|/ State=Normal/Leaving/Joining/Moving\n--  ${'Address'.padEnd(width)}  ${'Load'.padEnd(10)}  Tokens  Owns (effective)  ${'Host ID'.padEnd(36)}  Rack\n${rows.join('')}\n`
    })
    .join('')
}

function infoOf({ nodes: [own], isDrained }: RingView): string {
  const lines: [string, string][] = [['ID', own!.hostId], ['Gossip active', String(!isDrained)], ['Native Transport active', String(own!.isUp && !isDrained)], ['Load', kib(own!.loadKiB)], ['Data Center', own!.datacenter], ['Rack', own!.rack]]
  return lines.map(([name, value]) => `${name.padEnd(23)}: ${value}\n`).join('')
}

/** cqlsh [-u USER] [-p PASSWORD] [-k KEYSPACE] [-e STATEMENT] [-f FILE] [HOST [PORT]] */
export function* cqlsh(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'u:p:k:e:f:', long: ['username', 'password', 'keyspace', 'execute', 'file', 'cqlversion', 'connect-timeout', 'request-timeout'] })
  const [host = p.env.get('CQLSH_HOST') ?? '127.0.0.1', port = p.env.get('CQLSH_PORT') ?? String(ports.native)] = o.operands
  const session: SqlSession = { database: o.value('k', 'keyspace') ?? '', user: 'cassandra' }
  const hello = yield* ask(p, host, Number(port), { session, statement: 'SELECT 1' })
  if ('unreachable' in hello) {
    yield* print(p, `Connection error: ('Unable to connect to any servers', {'${host}:${port}': ConnectionRefusedError(111, "Tried connecting to [('${host}', ${port})]. Last error: Connection refused")})\n`, 2)
    return 1
  }
  const client = { host, port: Number(port), session }
  const file = o.value('f', 'file')
  const given = o.value('e', 'execute') ?? (file === undefined ? undefined : (p.machine.files.readText(file, p.access) ?? ''))
  if (given === undefined && p.fd(0).isTerminal) return yield* typed(p, client)
  let code = 0
  for (const { text } of script(given ?? (yield* readAll(p, p.fd(0))))) if (!(yield* say(p, client, text))) code = 2
  return code
}

interface Client {
  host: string
  port: number
  session: SqlSession
}

function* typed(p: Process, client: Client): Run<number> {
  yield* print(p, `Connected to Test Cluster at ${client.host}:${client.port}\n[cqlsh 6.2.0 | Cassandra ${versionHere(p)} | CQL spec 3.4.7 | Native protocol v5]\nUse HELP for help.\n`)
  for (let text = ''; ; ) {
    const where = client.session.database === '' ? 'cqlsh' : `cqlsh:${client.session.database}`
    yield* print(p, text === '' ? `${where}> ` : `${' '.repeat(where.length - 3)}... `)
    const line = yield* readLine(p, p.fd(0))
    if (line === undefined || line === INTERRUPTED || /^(exit|quit);?\s*$/i.test(line)) return 0
    text += line
    if (!/;\s*$/.test(text) && !/^(desc|describe|show|help|consistency|use)\b/i.test(text)) continue
    for (const one of script(text)) yield* say(p, client, one.text)
    text = ''
  }
}

function* say(p: Process, client: Client, statement: string): Run<boolean> {
  const answer = yield* ask<{ session: SqlSession; result: SqlResult }>(p, client.host, client.port, { session: client.session, statement: asSql(statement) })
  if ('unreachable' in answer) {
    yield* print(p, `NoHostAvailable: \n`, 2)
    return false
  }
  const { session, result } = answer.told
  client.session = session
  if ('error' in result) yield* print(p, `<stdin>:1:${words(result.error)}\n`, 2)
  else if ('columns' in result) yield* print(p, /^desc(ribe)?\s/i.test(statement) ? `\n${result.rows.map(([one]) => one).join('  ')}\n\n` : shown(result.columns, result.rows))
  return !('error' in result)
}

/** Keyspaces are databases; what only Cassandra asks for changes no answer here. */
function asSql(statement: string): string {
  return statement
    .replace(/^create\s+keyspace\s+(if\s+not\s+exists\s+)?("?\w+"?)[\s\S]*$/i, 'create database $1$2')
    .replace(/^drop\s+keyspace/i, 'drop database')
    .replace(/^desc(?:ribe)?\s+keyspaces$/i, 'show databases')
    .replace(/^desc(?:ribe)?\s+tables$/i, 'show tables')
    .replace(/\s+allow\s+filtering\s*$/i, '')
    .replace(/\s+using\s+(ttl|timestamp)\s+\d+\s*$/i, '')
    .replace(/^consistency\b.*$/i, 'set x = 1')
}

function words(error: string): string {
  const invalid = (message: string): string => `InvalidRequest: Error from server: code=2200 [Invalid query] message="${message}"`
  const [, database] = /Unknown database '(.*?)'/.exec(error) ?? []
  if (database !== undefined) return invalid(`Keyspace '${database}' does not exist`)
  const [, table] = /Table '[^']*?(\w+)' doesn't exist/.exec(error) ?? []
  if (table !== undefined) return invalid(`table ${table} does not exist`)
  const [, existing] = /Can't create database '(.*?)'/.exec(error) ?? []
  if (existing !== undefined) return `AlreadyExists: Keyspace '${existing}' already exists`
  if (error.includes('No database selected')) return invalid('No keyspace has been specified. USE a keyspace, or explicitly specify keyspace.tablename')
  const [, near = ''] = /near '(\S*)/.exec(error) ?? []
  return near === '' ? invalid(error) : `SyntaxException: line 1:0 no viable alternative at input '${near}'`
}

function shown(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)))
  const head = ` ${columns.map((title, i) => title.padEnd(widths[i]!)).join(' | ').trimEnd()}\n${widths.map((width) => '-'.repeat(width + 2)).join('+')}\n`
  return `\n${head}${rows.map((row) => ` ${row.map((cell, i) => (cell === 'NULL' ? 'null' : cell).padStart(widths[i]!)).join(' | ')}\n`).join('')}\n(${rows.length} rows)\n`
}
