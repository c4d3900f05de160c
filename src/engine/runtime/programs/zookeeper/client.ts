import { print, readLine } from '../../process/io.ts'
import { INTERRUPTED, type Process, type Run } from '../../process/process.ts'
import { askByWire } from '../../tools/wire-client.ts'
import { isBefore35 } from './config.ts'
import type { Answered, Asked } from './tree.ts'

const words: Readonly<Record<string, (path: string) => string>> = {
  NoNode: (path) => `Node does not exist: ${path}`,
  NodeExists: (path) => `Node already exists: ${path}`,
  NotEmpty: (path) => `Node not empty: ${path}`,
  BadArguments: () => 'Path must start with / character',
  ConnectionLoss: (path) => `KeeperErrorCode = ConnectionLoss for ${path}`,
}

/** zkCli.sh [-server HOST:PORT] [COMMAND ARGS...]; without one it reads them. */
export function* zkCli(p: Process): Run<number> {
  let args = p.argv.slice(1)
  let server = 'localhost:2181'
  while (args[0]?.startsWith('-') === true) {
    if (args[0] === '-server') server = args[1] ?? server
    args = args.slice(args[0] === '-r' ? 1 : 2)
  }
  const client = new Client(p, server.split(',')[0]!)
  yield* print(p, `Connecting to ${server}\n`)
  if (args.length > 0) {
    if (yield* client.isThere()) yield* print(p, '\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null\n')
    return yield* client.command(args)
  }
  yield* print(p, 'Welcome to ZooKeeper!\nJLine support is disabled\n')
  if (yield* client.isThere()) yield* print(p, '\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null\n')
  for (let number = 0; ; number++) {
    if (p.fd(0).isTerminal) yield* print(p, `[zk: ${server}(CONNECTED) ${number}] `)
    const line = yield* readLine(p, p.fd(0))
    if (line === undefined || line === INTERRUPTED || line.trim() === 'quit') return 0
    if (line.trim() !== '') yield* client.command(line.trim().split(/\s+/).map((word) => word.replace(/^(["'])(.*)\1$/, '$2')))
  }
}

class Client {
  private readonly p: Process
  private readonly host: string
  private readonly port: number

  constructor(p: Process, server: string) {
    this.p = p
    const [host = 'localhost', port = '2181'] = server.replace(/\/.*$/, '').split(':')
    this.host = host
    this.port = Number(port)
  }

  *isThere(): Run<boolean> {
    const answered = yield* this.ask({ op: 'stat', path: '/' })
    return !('error' in answered)
  }

  private *ask(asked: Asked): Run<Answered> {
    const answer = yield* askByWire<Answered>(this.p, 'ZOOKEEPER', { host: this.host, port: this.port }, asked, { timeoutMs: 15_000 })
    return 'told' in answer ? answer.told : { error: 'ConnectionLoss' }
  }

  *command([name = '', ...args]: readonly string[]): Run<number> {
    const flags = args.filter((arg) => /^-[a-zA-Z]$/.test(arg))
    const [path = '', data = ''] = args.filter((arg) => !/^-[a-zA-Z]$/.test(arg))
    const op = ({ create: 'create', set: 'set', delete: 'delete', deleteall: 'deleteall', rmr: 'deleteall', get: 'get', ls: 'ls', ls2: 'ls', stat: 'stat' } as const)[name]
    if (op === undefined || path === '') {
      yield* print(this.p, `ZooKeeper -server host:port -client-configuration properties-file cmd args\n${['create [-s] [-e] [-c] [-t ttl] path [data] [acl]', 'delete [-v version] path', 'deleteall path [-b batch size]', 'get [-s] [-w] path', 'ls [-s] [-w] [-R] path', 'quit ', 'set [-s] [-v version] path data', 'stat [-w] path'].map((line) => `\t${line}\n`).join('')}`)
      return op === undefined && name !== 'help' ? 1 : 0
    }
    const isOld = isBefore35(this.p)
    const answered = yield* this.ask({ op, path, data, sequential: flags.includes('-s') && op === 'create', recursive: flags.includes('-R') })
    if ('error' in answered) {
      yield* print(this.p, `${words[answered.error]!(path)}\n`, isOld || answered.error === 'ConnectionLoss' ? 2 : 1)
      return isOld && answered.error !== 'ConnectionLoss' ? 0 : 1
    }
    const { text, data: found, stat = '', names } = answered
    if (names !== undefined) yield* print(this.p, flags.includes('-R') ? `${names.join('\n')}\n` : `[${names.join(', ')}]\n`)
    else if (op === 'get') yield* print(this.p, `${found ?? ''}\n${isOld || flags.includes('-s') ? stat : ''}`)
    else yield* print(this.p, op === 'stat' ? stat : text === '' ? '' : `${text}\n`)
    return 0
  }
}
