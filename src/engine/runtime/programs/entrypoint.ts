import type { Process, Run } from '../process/process.ts'
import { runInstead } from '../tools/processes.ts'

/**
 * The entry point scripts of official images: they run their arguments, and when these begin with an
 * option (or are no command) they are meant for the image's own program.
 */
export function* dockerEntrypoint(p: Process): Run<number> {
  const args = p.argv.slice(1)
  const first = args[0] ?? ''
  const own = ownProgram(p)
  const isCommand =
    first !== '' && !('failed' in p.machine.resolve([first], { access: p.access, path: p.env.get('PATH') ?? '' }))
  const isForOwn =
    own !== undefined && (first.startsWith('-') || first.endsWith('.conf') || (!isCommand && first !== ''))
  const argv = isForOwn ? [...own, ...args] : args.length > 0 ? args : (own ?? ['sh'])
  return yield* runInstead(p, argv)
}

function ownProgram(p: Process): readonly string[] | undefined {
  const name = p.machine.config.image.repository.replace(/^.*\//, '')
  const programs: Record<string, string[]> = {
    redis: ['redis-server'],
    postgres: ['postgres'],
    mysql: ['mysqld'],
    mariadb: ['mariadbd'],
    mongo: ['mongod'],
    memcached: ['memcached'],
    node: ['node'],
    bash: ['bash'],
    curl: ['curl'],
    cassandra: ['cassandra', '-f'],
    traefik: ['traefik'],
    php: ['php'],
    nginx: ['nginx'],
  }
  return programs[name]
}
