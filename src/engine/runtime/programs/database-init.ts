import { startChild, waitFor } from '../process/child.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Program, Run } from '../process/process.ts'
import { isCommand } from './entrypoint.ts'

/** Where a database's image looks for what a new database begins with. */
const FOLDER = '/docker-entrypoint-initdb.d'

export interface Initialization {
  /** A server for the time of it. */
  server: Program
  stopSignal: 'INT' | 'TERM'
  port: number
  /** How a script in SQL is run. */
  client: (path: string) => string[]
  /** A line of the entry point. */
  says: (words: string) => string
}

/** Scripts in the order of their names; false: one has failed, and with it the container. */
export function* runInitScripts(p: Process, o: Initialization): Run<number> {
  const scripts = (p.machine.files.list(FOLDER, p.access) ?? []).filter((name) => p.machine.files.stat(`${FOLDER}/${name}`)?.type === 'file')
  if (scripts.length === 0) return 0
  const server = p.machine.spawn({ parent: p, argv: p.argv, program: o.server, costUs: 500 })
  while (!p.machine.listeners().some(({ listener }) => listener.port === o.port)) {
    if (server.exit !== undefined) return 1
    yield* sleep(p, 100)
  }
  let code = 0
  for (const name of scripts) {
    code = yield* runScript(p, o, `${FOLDER}/${name}`)
    if (code !== 0) break
  }
  p.machine.kill(server, o.stopSignal)
  yield* waitFor(p, server)
  return code
}

function* runScript(p: Process, o: Initialization, path: string): Run<number> {
  const kind = /\.(sh|sql)$/.exec(path)?.[1]
  if (kind === undefined) {
    yield* print(p, o.says(`ignoring ${path}`))
    return 0
  }
  yield* print(p, o.says(`running ${path}`))
  // What may not be executed is sourced, by bash where the image has one.
  const started = startChild(p, kind === 'sql' ? o.client(path) : [isCommand(p, 'bash') ? 'bash' : 'sh', path])
  return 'failed' in started ? 127 : yield* waitFor(p, started.child)
}
