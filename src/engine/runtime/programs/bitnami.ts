import { attempt } from '../filesystem/errno.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { runInstead } from '../tools/processes.ts'

/** A server as Bitnami packs it: its own words at the start, its own variables, and no start without a password unless that is wanted. */
interface Packed {
  /** As its log calls it. */
  title: string
  argv: readonly string[]
  /** One of them has to be set, or ALLOW_EMPTY_PASSWORD be yes. */
  password?: readonly string[]
  /** Its variables, by the names that the official image has for them. */
  env?: Readonly<Record<string, string>>
}

const packed: Readonly<Record<string, Packed>> = {
  redis: { title: 'Redis', argv: ['redis-server'], password: ['REDIS_PASSWORD', 'REDIS_PASSWORD_FILE'] },
  nginx: { title: 'NGINX', argv: ['nginx', '-g', 'daemon off;'] },
  postgresql: { title: 'PostgreSQL', argv: ['postgres'], password: ['POSTGRESQL_PASSWORD', 'POSTGRES_PASSWORD', 'POSTGRESQL_PASSWORD_FILE', 'POSTGRES_PASSWORD_FILE'], env: { POSTGRES_PASSWORD: 'POSTGRESQL_PASSWORD', POSTGRES_PASSWORD_FILE: 'POSTGRESQL_PASSWORD_FILE', POSTGRES_USER: 'POSTGRESQL_USERNAME', POSTGRES_DB: 'POSTGRESQL_DATABASE' } },
  mysql: { title: 'MySQL', argv: ['mysqld', '--datadir=/bitnami/mysql/data'], password: ['MYSQL_ROOT_PASSWORD', 'MYSQL_ROOT_PASSWORD_FILE'] },
  mariadb: { title: 'MariaDB', argv: ['mariadbd', '--datadir=/bitnami/mariadb/data'], password: ['MARIADB_ROOT_PASSWORD', 'MARIADB_ROOT_PASSWORD_FILE'] },
  mongodb: { title: 'MongoDB', argv: ['mongod', '--bind_ip_all', '--dbpath', '/bitnami/mongodb/data/db'], env: { MONGO_INITDB_ROOT_USERNAME: 'MONGODB_ROOT_USER', MONGO_INITDB_ROOT_PASSWORD: 'MONGODB_ROOT_PASSWORD' } },
  rabbitmq: { title: 'RabbitMQ', argv: ['rabbitmq-server'] },
  memcached: { title: 'Memcached', argv: ['memcached'] },
}

/** /opt/bitnami/scripts/NAME/entrypoint.sh [COMMAND...]; any command but its own is run as it is. */
export function* bitnami(p: Process): Run<number> {
  const name = p.machine.config.image.repository.replace(/^.*\//, '')
  const args = p.argv.slice(1)
  const run = `/opt/bitnami/scripts/${name}/run.sh`
  const server = packed[name]!
  if (args[0] !== run && p.argv[0] !== run) return yield* runInstead(p, args)
  const say = (words: string, level = 'INFO '): Run<void> => print(p, `${name} ${formatTime('%T', p.machine.now())}.00 ${level} ==> ${words}\n`, 2)
  for (const line of ['', `Welcome to the Bitnami ${name} container`, 'Subscribe to project updates by watching https://github.com/bitnami/containers', '', `** Starting ${server.title} setup **`]) yield* say(line)
  const allowsEmpty = /^(yes|true|1)$/i.test(p.env.get('ALLOW_EMPTY_PASSWORD') ?? '')
  if (server.password !== undefined && !allowsEmpty && !server.password.some((variable) => (p.env.get(variable) ?? '') !== '')) {
    yield* say(`The ${server.password[0]} environment variable is empty or not set. Set the environment variable ALLOW_EMPTY_PASSWORD=yes to allow the container to be started with blank passwords. This is recommended only for development.`, 'ERROR')
    return 1
  }
  if (allowsEmpty && server.password !== undefined) yield* say('You set the environment variable ALLOW_EMPTY_PASSWORD=yes. For safety reasons, do not use this flag in a production environment.', 'WARN ')
  yield* sleep(p, 300)
  const at = server.argv.indexOf('--dbpath')
  if (at >= 0) attempt(() => p.machine.files.mkdir(server.argv[at + 1]!, { uid: p.who.uid, gid: p.who.gid }))
  yield* say(`** ${server.title} setup finished! **`)
  yield* say(`** Starting ${server.title} **`)
  const env = new Map(p.env)
  for (const [to, from] of Object.entries(server.env ?? {})) if (env.has(from) && !env.has(to)) env.set(to, env.get(from)!)
  if (allowsEmpty) for (const [to, value] of Object.entries({ POSTGRES_HOST_AUTH_METHOD: 'trust', MYSQL_ALLOW_EMPTY_PASSWORD: 'yes', MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: 'yes' })) env.set(to, value)
  const password = name === 'redis' ? (env.get('REDIS_PASSWORD') ?? '') : ''
  return yield* runInstead(p, password === '' ? server.argv : [...server.argv, '--requirepass', password], env)
}
