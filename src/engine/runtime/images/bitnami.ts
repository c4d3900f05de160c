import type { CatalogueEntry } from './entry.ts'
import { nginxRoot } from './nginx-files.ts'
import { anyVersion as any } from './tags.ts'

interface Packed {
  programs: readonly string[]
  ports: readonly number[]
}

const servers: Readonly<Record<string, Packed>> = {
  redis: { programs: ['redis-server', 'redis-cli', 'redis-sentinel'], ports: [6379] },
  nginx: { programs: ['nginx'], ports: [8080] },
  postgresql: { programs: ['postgres', 'psql', 'pg_isready', 'pg_dump'], ports: [5432] },
  mysql: { programs: ['mysqld', 'mysql', 'mysqladmin', 'mysqldump'], ports: [3306] },
  mariadb: { programs: ['mariadbd', 'mysql', 'mysqladmin', 'mariadb', 'mysqldump'], ports: [3306] },
  mongodb: { programs: ['mongod', 'mongosh', 'mongo'], ports: [27017] },
  rabbitmq: { programs: ['rabbitmq-server', 'rabbitmqctl', 'rabbitmq-diagnostics', 'rabbitmq-plugins'], ports: [5672, 15672] },
  memcached: { programs: ['memcached'], ports: [11211] },
}

/** Programs that are others under another name. */
const programNames: Readonly<Record<string, string>> = { mariadbd: 'mysqld', 'redis-sentinel': 'redis-server', mariadb: 'mysql', mongo: 'mongosh', 'rabbitmq-diagnostics': 'rabbitmqctl' }

/** Bitnami's servers: they run as nobody in particular, and keep what they have below /bitnami. */
function packed(name: string, { programs, ports }: Packed): CatalogueEntry {
  const scripts = `/opt/bitnami/scripts/${name}`
  return {
    tags: { ...any, words: ['debian-9', 'debian-10', 'debian-11', 'debian-12'] },
    megabytes: 90,
    userland: 'debian',
    entrypoint: [`${scripts}/entrypoint.sh`],
    cmd: [`${scripts}/run.sh`],
    user: '1001',
    ...(name === 'nginx' ? nginxRoot(8080) : {}),
    ports,
    env: { PATH: '/opt/bitnami/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...(name === 'postgresql' ? { PGDATA: '/bitnami/postgresql/data' } : {}) },
    directories: [`/bitnami/${name}`, '/bitnami/postgresql/data', '/var/lib/mysql', '/data/db', '/data', '/var/lib/rabbitmq', '/var/cache/nginx', '/var/run'],
    programs: { [`${scripts}/entrypoint.sh`]: 'bitnami', [`${scripts}/run.sh`]: 'bitnami', ...Object.fromEntries(programs.map((program) => [`/opt/bitnami/bin/${program}`, programNames[program] ?? program])), '/usr/bin/curl': 'curl' },
  }
}

export const bitnami: Readonly<Record<string, CatalogueEntry>> = Object.fromEntries(Object.entries(servers).map(([name, server]) => [`docker.io/bitnami/${name}`, packed(name, server)]))
