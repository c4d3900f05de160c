import { textResponse } from '../http.ts'
import { versionOf } from '../images/versions.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Program, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { connect } from '../tools/http-client.ts'
import { parseOptions } from '../../text/options.ts'
import { runInitScripts } from './database-init.ts'
import { Replication } from './mysql/replication.ts'
import { dataDirectory, mysqlVariables, mysqlVersion } from './mysql/variables.ts'
import { type Handler, listenOn, serve, stopsOn } from './serve.ts'
import { sqlHandler } from './sql-server.ts'

const MIB = 1024 ** 2

export interface Service {
  ports: readonly number[] | ((p: Process) => readonly number[])
  startMs: number
  /** From start to ready, spread over the starting time. */
  lines: (p: Process) => string[]
  /** What it has said before the film is in its log. */
  recalls?: boolean
  stopMs: number
  stopLine?: string
  exitCode?: number
  memoryMiB: number
  handle?: (p: Process) => Handler
}

/** A server that takes its time to start and to stop, and speaks a protocol of its own. */
export function service(s: Service): Program {
  return function* (p): Run<number> {
    const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT', 'WINCH'], s.exitCode ?? 0)
    const lines = s.lines(p)
    const since = s.recalls === true ? p.machine.config.runningSince : undefined
    for (const line of lines) {
      if (since !== undefined) {
        p.machine.recall(since, line)
        continue
      }
      yield* print(p, `${line}\n`)
      yield* sleep(p, s.startMs / lines.length, true)
      if (stopped() !== undefined) return s.exitCode ?? 0
    }
    p.machine.setMemory(p, s.memoryMiB * MIB)
    const listeners = yield* listenOn(p, typeof s.ports === 'function' ? s.ports(p) : s.ports, (port, why) => `could not bind port ${port}: ${why}`)
    if (listeners === undefined) return 1
    const handle: Handler = s.handle?.(p) ?? (() => ({ response: { error: 'reset' } }))
    const code = yield* serve(p, { listeners, handle, stopped })
    yield* sleep(p, s.stopMs)
    if (s.stopLine !== undefined) yield* print(p, `${s.stopLine}\n`)
    return code
  }
}

const stamp = (p: Process) => formatTime('%F %T', p.machine.now())

const postgresServer = service({
  ports: [5432],
  handle: (p) => {
    const name = p.env.get('POSTGRES_USER') ?? 'postgres'
    const first = [...new Set(['postgres', 'template0', 'template1', name, p.env.get('POSTGRES_DB') ?? name])]
    const password = p.env.get('POSTGRES_PASSWORD') ?? readSecret(p, 'POSTGRES_PASSWORD_FILE')
    const root = password === undefined ? undefined : { name, password }
    return sqlHandler(p, { kind: 'postgres', file: `${p.env.get('PGDATA') ?? '/var/lib/postgresql/data'}/global.dat`, first, root })
  },
  startMs: 1500,
  memoryMiB: 60,
  stopMs: 200,
  stopLine: 'LOG:  database system is shut down',
  lines: (p) => [
    `${stamp(p)} UTC [${p.pid}] LOG:  starting PostgreSQL ${versionOf('postgres', p.machine.config.image)} on x86_64-pc-linux-gnu, 64-bit`,
    `${stamp(p)} UTC [${p.pid}] LOG:  listening on IPv4 address "0.0.0.0", port 5432`,
    `${stamp(p)} UTC [${p.pid}] LOG:  database system is ready to accept connections`,
  ],
})

/** The image's entry point: it refuses to make a database without a password. */
export function* postgres(p: Process): Run<number> {
  const dataDirectory = p.env.get('PGDATA') ?? '/var/lib/postgresql/data'
  const isNew = !p.machine.files.exists(`${dataDirectory}/PG_VERSION`)
  const password = p.env.get('POSTGRES_PASSWORD') ?? readSecret(p, 'POSTGRES_PASSWORD_FILE')
  if (isNew && (password === undefined || password === '') && p.env.get('POSTGRES_HOST_AUTH_METHOD') !== 'trust') {
    yield* print(
      p,
      'Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".\n\n       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all\n       connections without a password. This is *not* recommended.\n\n       See PostgreSQL documentation about "trust":\n       https://www.postgresql.org/docs/current/auth-trust.html\n',
      2,
    )
    return 1
  }
  if (isNew) {
    if (p.machine.files.exists(`${dataDirectory}/lost+found`)) {
      yield* print(
        p,
        `initdb: error: directory "${dataDirectory}" exists but is not empty\ninitdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.\n`,
        2,
      )
      return 1
    }
    yield* print(p, 'The files belonging to this database system will be owned by user "postgres".\n')
    yield* sleep(p, 1500)
    p.machine.files.writeText(`${dataDirectory}/PG_VERSION`, `${versionOf('postgres', p.machine.config.image).split('.')[0]}\n`)
    const user = p.env.get('POSTGRES_USER') ?? 'postgres'
    const code = yield* runInitScripts(p, {
      server: postgresServer, stopSignal: 'INT', port: 5432,
      client: (path) => ['psql', '-v', 'ON_ERROR_STOP=1', '--no-password', '--no-psqlrc', '--username', user, '--dbname', p.env.get('POSTGRES_DB') ?? user, '-f', path],
      says: (words) => `/usr/local/bin/docker-entrypoint.sh: ${words}\n`,
    })
    if (code !== 0) return code
    yield* print(p, '\nPostgreSQL init process complete; ready for start up.\n\n')
  }
  return yield* postgresServer(p)
}

function readSecret(p: Process, variable: string): string | undefined {
  const path = p.env.get(variable)
  return path === undefined ? undefined : p.machine.files.readText(path, p.access)?.trim()
}

/** Of a new database: whoever was told the root password may do everything, and so it stays. */
function mysqlRoot(p: Process): { name: string; password: string } | undefined {
  const password = p.machine.files.readText(`${dataDirectory(mysqlVariables(p))}/mysql.ibd`)
  return password === undefined || password === '' ? undefined : { name: 'root', password }
}

const rootPassword = (p: Process): string =>
  p.env.get('MYSQL_ROOT_PASSWORD') ?? p.env.get('MARIADB_ROOT_PASSWORD') ?? readSecret(p, 'MYSQL_ROOT_PASSWORD_FILE') ?? readSecret(p, 'MARIADB_ROOT_PASSWORD_FILE') ?? ''

const mysqlServer = service({
  ports: [3306],
  handle: (p) => {
    const own = p.env.get('MYSQL_DATABASE') ?? p.env.get('MARIADB_DATABASE')
    const first = ['information_schema', 'mysql', 'performance_schema', 'sys', ...(own === undefined ? [] : [own])]
    const user = p.env.get('MYSQL_USER') ?? p.env.get('MARIADB_USER')
    const users = user === undefined ? {} : { users: { [user]: p.env.get('MYSQL_PASSWORD') ?? p.env.get('MARIADB_PASSWORD') ?? readSecret(p, 'MYSQL_PASSWORD_FILE') ?? '' } }
    const variables = mysqlVariables(p)
    return sqlHandler(p, { kind: 'mysql', file: `${dataDirectory(variables)}/ibdata1`, first, root: mysqlRoot(p), ...users, variables, replication: new Replication(p, variables) })
  },
  startMs: 3000,
  memoryMiB: 380,
  stopMs: 1000,
  stopLine: 'mysqld: Shutdown complete',
  lines: (p) => [
    `${stamp(p)}Z 0 [System] [MY-010116] [Server] /usr/sbin/mysqld (mysqld ${mysqlVersion(p).version}) starting as process ${p.pid}`,
    `${stamp(p)}Z 1 [System] [MY-013576] [InnoDB] InnoDB initialization has started.`,
    `${stamp(p)}Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '${mysqlVersion(p).version}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.`,
  ],
})

export function* mysqld(p: Process): Run<number> {
  const names = [
    'MYSQL_ROOT_PASSWORD',
    'MYSQL_ALLOW_EMPTY_PASSWORD',
    'MYSQL_RANDOM_ROOT_PASSWORD',
    'MARIADB_ROOT_PASSWORD',
    'MARIADB_ALLOW_EMPTY_ROOT_PASSWORD',
    'MARIADB_RANDOM_ROOT_PASSWORD',
    'MYSQL_ROOT_PASSWORD_FILE',
    'MARIADB_ROOT_PASSWORD_FILE',
  ]
  const directory = dataDirectory(mysqlVariables(p))
  const isNew = !p.machine.files.exists(`${directory}/ibdata1`)
  if (isNew && !names.some((n) => (p.env.get(n) ?? '') !== '')) {
    const now = formatTime('%F %T%:z', p.machine.now())
    const { product, version } = mysqlVersion(p)
    const needed = product === 'MySQL' ? '    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD' : '\tYou need to specify one of MARIADB_ROOT_PASSWORD, MARIADB_ROOT_PASSWORD_HASH, MARIADB_ALLOW_EMPTY_ROOT_PASSWORD and MARIADB_RANDOM_ROOT_PASSWORD'
    yield* print(
      p,
      `${now} [Note] [Entrypoint]: Entrypoint script for ${product} Server ${version} started.\n${now} [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n${needed}\n`,
      2,
    )
    return 1
  }
  if (isNew) {
    yield* print(p, `${formatTime('%F %T%:z', p.machine.now())} [Note] [Entrypoint]: Initializing database files\n`)
    yield* sleep(p, 5000)
    p.machine.files.writeText(`${directory}/ibdata1`, 'data\n')
    p.machine.files.writeText(`${directory}/mysql.ibd`, rootPassword(p))
    for (const name of ['mysql', 'performance_schema', 'sys']) p.machine.files.mkdir(`${directory}/${name}`)
    const own = p.env.get('MYSQL_DATABASE') ?? p.env.get('MARIADB_DATABASE')
    const code = yield* runInitScripts(p, {
      server: mysqlServer, stopSignal: 'TERM', port: 3306,
      client: (path) => ['sh', '-c', 'MYSQL_PWD="$0" exec mysql -uroot $2 < "$1"', rootPassword(p), path, own ?? ''],
      says: (words) => `${formatTime('%F %T%:z', p.machine.now())} [Note] [Entrypoint]: /usr/local/bin/docker-entrypoint.sh: ${words}\n`,
    })
    if (code !== 0) return code
  }
  return yield* mysqlServer(p)
}

export const memcached = service({ ports: [11211], startMs: 20, memoryMiB: 3, stopMs: 10, lines: () => [] })
/** Serves HTTP on its ports with a page of its own: what is enough for many a server. */
export function webService(
  name: string,
  ports: readonly number[],
  startMs: number,
  memoryMiB: number,
  exitCode = 0,
): Program {
  return service({
    ports,
    startMs,
    memoryMiB,
    stopMs: 50,
    exitCode,
    lines: () => [`${name} started`],
    handle: () => () => textResponse(200, `${name}\n`),
  })
}

/** Since version 5 it keeps what it has in MySQL, unless it is told to develop. */
export const ghost: Program = function* (p) {
  const old = /:[0-4](\.|-|$)/.test(p.machine.config.image.reference)
  const host = p.env.get('database__connection__host') ?? '127.0.0.1'
  const alone = old || p.env.get('NODE_ENV') === 'development' || p.env.get('database__client') === 'sqlite3'
  if (!alone) {
    yield* sleep(p, 3000)
    const answer = yield* connect(p, host, Number(p.env.get('database__connection__port') ?? 3306), 10_000)
    if ('error' in answer) {
      yield* print(p, `[${stamp(p)}] ERROR connect ECONNREFUSED ${host}:3306\n[${stamp(p)}] WARN Ghost is shutting down\n[${stamp(p)}] WARN Ghost has shut down\n`)
      return 2
    }
  }
  return yield* webService('ghost', [2368], 1000, 150)(p)
}

/** A client that only asks whether its server is there: pg_isready, mysqladmin ping, nodetool status, ... */
export function pingClient(port: number, words: { up: string | ((p: Process) => string); down: string; downCode: number }): Program {
  return function* (p): Run<number> {
    const o = parseOptions(p.argv.slice(1), {
      short: 'h:p:P:U:u:d:c:e:',
      long: ['host', 'port', 'eval', 'username', 'dbname', 'user', 'password'],
    })
    const host = o.value('h', 'host') ?? '127.0.0.1'
    const target = o.number(port, 'P', 'port', ...(port === 3306 ? [] : ['p']))
    const answer = yield* connect(p, host, target, 3000)
    const up = !('error' in answer)
    yield* print(
      p,
      `${(up ? (typeof words.up === 'string' ? words.up : words.up(p)) : words.down).replaceAll('HOST', host).replaceAll('PORT', String(target))}\n`,
      up ? 1 : 2,
    )
    return up ? 0 : words.downCode
  }
}
