import { expect, test } from 'vitest'
import { ROOT } from '../filesystem/node.ts'
import { FileSystem } from '../filesystem.ts'
import { Lab, LAB_START } from '../testing/lab.ts'

const volume = (): FileSystem => {
  const files = new FileSystem({ now: () => LAB_START })
  files.chmod('/', 0o777, { cwd: '/', who: ROOT })
  return files
}

/** As charts have it: a root that is only read, a volume for what it keeps. */
const packed = (name: string, env: Record<string, string>): Lab =>
  new Lab({ image: `registry-1.docker.io/bitnami/${name}:latest`, env, user: 1001, readOnlyRootFilesystem: true, mounts: [{ path: `/bitnami/${name}`, source: volume(), readOnly: false }, { path: '/tmp', source: volume(), readOnly: false }] }).start().until(30_000)

test.each([
  ['mysql', { MYSQL_ROOT_PASSWORD: 'p', MYSQL_DATABASE: 'shop' }, ['mysql', '-uroot', '-pp', '-N', '-e', "show databases; show variables like 'datadir'"], /shop\n[\s\S]*datadir\t\/bitnami\/mysql\/data\n/],
  ['mariadb', { MARIADB_ROOT_PASSWORD: 'p' }, ['mariadb-admin', 'status', '-uroot', '-pp'], /^Uptime: \d+ {2}Threads: /],
  ['postgresql', { POSTGRESQL_PASSWORD: 'p' }, ['psql', '-U', 'postgres', '-tc', 'select 1'], /1/],
  ['mongodb', { MONGODB_ROOT_PASSWORD: 'p' }, ['mongosh', '--eval', 'db.hello().isWritablePrimary || db.hello().secondary'], /true/],
  ['rabbitmq', { RABBITMQ_USERNAME: 'u', RABBITMQ_PASSWORD: 'p' }, ['curl', '-sf', '--user', 'u:p', '127.0.0.1:15672/api/health/checks/local-alarms'], /"status":"ok"/],
] as const)('%s', (name, env, command, seen) => {
  expect(packed(name, env).exec([...command]).stdout).toMatch(seen)
})

test.each([
  ['. /opt/bitnami/scripts/libfs.sh; is_dir_empty /opt/bitnami/mysql/conf && echo empty; is_dir_empty /opt/bitnami/mysql/logs || echo full', 'empty\nfull\n'],
  ['. /opt/bitnami/scripts/libversion.sh; get_sematic_version 8.4.7 2', '4\n'],
  ['. /opt/bitnami/scripts/libmysql.sh; is_boolean_yes yes && info "up" 2>&1 | grep -c "INFO  ==> up"', '1\n'],
  ['cp -r /opt/bitnami/mysql/logs /tmp/kept; readlink /tmp/kept/mysqld.log', '/dev/stdout\n'],
])('scripts of charts call what the image has: %s', (script, printed) => {
  expect(packed('mysql', { MYSQL_ROOT_PASSWORD: 'p' }).exec(['/bin/bash', '-ec', script]).stdout).toBe(printed)
})
