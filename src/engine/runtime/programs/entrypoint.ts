import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { runInstead } from '../tools/processes.ts'
import { shellOf } from '../images/userland.ts'

/** The program of an image that its entry point puts in front of options. */
interface Own {
  argv: readonly string[]
  /** Also in front of what is no command at all. */
  takesWords?: true
  /** In front of a file of its own, too. */
  isFile?: RegExp
}

const owns: Readonly<Record<string, Own>> = {
  redis: { argv: ['redis-server'], isFile: /\.conf$/ },
  valkey: { argv: ['valkey-server'], isFile: /\.conf$/ },
  postgres: { argv: ['postgres'] },
  mysql: { argv: ['mysqld'] },
  mariadb: { argv: ['mariadbd'] },
  mongo: { argv: ['mongod'] },
  memcached: { argv: ['memcached'] },
  cassandra: { argv: ['cassandra', '-f'] },
  php: { argv: ['php'] },
  node: { argv: ['node'], takesWords: true },
  bash: { argv: ['bash'], takesWords: true },
  curl: { argv: ['curl'], takesWords: true },
  traefik: { argv: ['traefik'], takesWords: true },
  consul: { argv: ['consul'], takesWords: true },
  vault: { argv: ['vault'], takesWords: true },
  rabbitmq: { argv: ['rabbitmq-server'] },
  elasticsearch: { argv: ['elasticsearch'] },
  haproxy: { argv: ['haproxy'] },
  jenkins: { argv: ['jenkins'], takesWords: true },
  registry: { argv: ['registry', 'serve'], isFile: /\.ya?ml$/, takesWords: true },
  influxdb: { argv: ['influxd'] },
  telegraf: { argv: ['telegraf'] },
  fluentd: { argv: ['fluentd'] },
}

/**
 * The entry point scripts of official images: they run their arguments, and when these begin with an
 * option (for some images also: are no command) they are meant for the image's own program.
 */
export function* dockerEntrypoint(p: Process): Run<number> {
  const args = p.argv.slice(1)
  const first = args[0] ?? ''
  const own = owns[p.machine.config.image.repository.replace(/^.*\//, '')]
  if (args.length === 0) return yield* runInstead(p, own?.argv ?? ['sh'])
  if (own !== undefined && (first.startsWith('-') || own.isFile?.test(first) === true)) return yield* runInstead(p, [...own.argv, ...args])
  if (isCommand(p, first)) return yield* runInstead(p, args)
  return own?.takesWords === true ? yield* runInstead(p, [...own.argv, ...args]) : yield* execFailed(p, first)
}

export function isCommand(p: Process, name: string): boolean {
  return !('failed' in p.machine.resolve([name], { access: p.access, path: p.env.get('PATH') ?? '' }))
}

/** Which line of a script says `exec "$@"`, where the shell tells it. */
const execLines: Readonly<Record<string, number>> = { nginx: 47, postgres: 351, mysql: 436, mariadb: 745, mongo: 421, redis: 30 }

/** What the shell says of a command that it was to become. */
export function* execFailed(p: Process, name: string): Run<number> {
  const { image } = p.machine.config
  const script = p.argv[0] ?? ''
  const line = execLines[image.repository.replace(/^.*\//, '')] ?? 1
  const isBash = image.repository.endsWith('/nginx') || image.repository.endsWith('/redis') ? false : shellOf(image.userland) !== 'ash'
  const where = shellOf(image.userland) === 'ash' ? `exec: line ${line}:` : isBash ? `line ${line}: exec:` : `${line}: exec:`
  yield* print(p, `${script}: ${where} ${name}: not found\n`, 2)
  return 127
}
