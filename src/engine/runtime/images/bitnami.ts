import type { CatalogueEntry } from './entry.ts'
import { bitnamiScripts } from './bitnami-scripts.ts'
import { nginxRoot } from './nginx-files.ts'
import { anyVersion as any } from './tags.ts'

interface Packed {
  programs: readonly string[]
  ports: readonly number[]
  /** What leads to standard output. */
  log?: string
}

const servers: Readonly<Record<string, Packed>> = {
  redis: { programs: ['redis-server', 'redis-cli', 'redis-sentinel'], ports: [6379] },
  nginx: { programs: ['nginx'], ports: [8080] },
  postgresql: { programs: ['postgres', 'psql', 'pg_isready', 'pg_dump'], ports: [5432] },
  mysql: { programs: ['mysqld', 'mysql', 'mysqladmin', 'mysqldump'], ports: [3306], log: 'mysqld.log' },
  mariadb: { programs: ['mariadbd', 'mysql', 'mysqladmin', 'mariadb', 'mariadb-admin', 'mariadb-dump', 'mysqldump'], ports: [3306], log: 'mysqld.log' },
  mongodb: { programs: ['mongod', 'mongosh', 'mongo'], ports: [27017], log: 'mongodb.log' },
  rabbitmq: { programs: ['rabbitmq-server', 'rabbitmqctl', 'rabbitmq-diagnostics', 'rabbitmq-plugins'], ports: [5672, 15672] },
  memcached: { programs: ['memcached'], ports: [11211] },
}

/** Programs that are others under another name. */
const programNames: Readonly<Record<string, string>> = { mariadbd: 'mysqld', 'redis-sentinel': 'redis-server', mariadb: 'mysql', 'mariadb-admin': 'mysqladmin', 'mariadb-dump': 'mysqldump', mongo: 'mongosh', 'rabbitmq-diagnostics': 'rabbitmqctl' }

/** Bitnami's servers: they run as nobody in particular, and keep what they have below /bitnami. */
function packed(name: string, { programs, ports, log }: Packed): CatalogueEntry {
  const scripts = `/opt/bitnami/scripts/${name}`
  return {
    tags: { ...any, words: ['debian-9', 'debian-10', 'debian-11', 'debian-12'] },
    megabytes: 90,
    userland: 'debian',
    entrypoint: [`${scripts}/entrypoint.sh`],
    cmd: [`${scripts}/run.sh`],
    user: '1001',
    ...(name === 'nginx' ? nginxRoot(8080) : {}),
    files: { ...(name === 'nginx' ? nginxRoot(8080).files : {}), ...bitnamiScripts(name) },
    ports,
    env: { PATH: '/opt/bitnami/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...(name === 'postgresql' ? { PGDATA: '/bitnami/postgresql/data' } : {}) },
    directories: [`/bitnami/${name}`, ...['conf', 'etc', 'logs', 'tmp', 'mounted-etc', 'secrets'].map((folder) => `/opt/bitnami/${name}/${folder}`), '/bitnami/postgresql/data', '/bitnami/mysql/data', '/bitnami/mariadb/data', '/bitnami/mongodb/data/db', '/var/lib/mysql', '/data/db', '/data', '/var/lib/rabbitmq', '/var/cache/nginx', '/var/run'],
    links: { ...(name === 'nginx' ? nginxRoot(8080).links : {}), ...(log === undefined ? {} : { [`/opt/bitnami/${name}/logs/${log}`]: '/dev/stdout' }) },
    programs: { [`${scripts}/entrypoint.sh`]: 'bitnami', [`${scripts}/run.sh`]: 'bitnami', ...Object.fromEntries(programs.map((program) => [`/opt/bitnami/bin/${program}`, programNames[program] ?? program])), '/usr/bin/curl': 'curl' },
  }
}

export const bitnami: Readonly<Record<string, CatalogueEntry>> = Object.fromEntries(Object.entries(servers).map(([name, server]) => [`docker.io/bitnami/${name}`, packed(name, server)]))
