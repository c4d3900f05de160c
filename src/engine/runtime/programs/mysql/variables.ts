import { versionOf } from '../../images/versions.ts'
import type { Process } from '../../process/process.ts'

/** Where the images' own option file sends the server for more, in the order in which they are read. */
const folders = ['/etc/mysql/conf.d', '/etc/mysql/mysql.conf.d', '/etc/mysql/mariadb.conf.d', '/etc/my.cnf.d']
const groups = new Set(['mysqld', 'server', 'mariadb', 'mariadbd'])

export type Variables = Map<string, string>

/** As the product says it of itself. */
export function mysqlVersion(p: Process): { product: 'MariaDB' | 'MySQL'; version: string } {
  const maria = p.machine.config.image.repository.endsWith('mariadb')
  return { product: maria ? 'MariaDB' : 'MySQL', version: versionOf(maria ? 'mariadb' : 'mysql', p.machine.config.image) }
}

/** What a server goes by: what it is built with, option files, its command line (mysys/my_default.cc, sql/sys_vars.cc). */
export function mysqlVariables(p: Process): Variables {
  const { product, version } = mysqlVersion(p)
  const isOld = product === 'MariaDB' || version.startsWith('5.')
  const variables: Variables = new Map(Object.entries({
    ...builtIn,
    version: product === 'MariaDB' ? `${version}-MariaDB` : version,
    version_comment: product === 'MariaDB' ? 'mariadb.org binary distribution' : 'MySQL Community Server (GPL)',
    hostname: p.machine.config.hostname,
    server_id: isOld && product === 'MySQL' ? '0' : '1',
    log_bin: isOld ? 'OFF' : 'ON',
    ...(isOld ? { character_set_server: 'latin1', collation_server: 'latin1_swedish_ci' } : {}),
    ...(product === 'MySQL' && !version.startsWith('5.') ? { default_authentication_plugin: 'caching_sha2_password' } : {}),
  }))
  const { files } = p.machine
  const found = ['/etc/my.cnf', '/etc/mysql/my.cnf', ...folders.flatMap((folder) => (files.list(folder, p.access) ?? []).filter((name) => name.endsWith('.cnf')).toSorted().map((name) => `${folder}/${name}`))]
  for (const file of found) for (const [key, value] of optionsOf(files.readText(file, p.access) ?? '')) set(variables, key, value)
  for (const arg of p.argv.slice(1)) {
    const [, key, value] = /^--([\w-]+)(?:=(.*))?$/s.exec(arg) ?? []
    if (key !== undefined) set(variables, key, value)
  }
  return variables
}

/** Of the groups that are the server's. */
function optionsOf(text: string): [key: string, value: string | undefined][] {
  let group = ''
  const found: [string, string | undefined][] = []
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '' || /^[#;!]/.test(line)) continue
    const name = /^\[([^\]]+)\]/.exec(line)?.[1]
    if (name !== undefined) group = name.trim()
    const [, key, value] = name === undefined ? (/^([\w-]+)\s*(?:=\s*(.*?)\s*)?$/.exec(line) ?? []) : []
    if (key !== undefined && groups.has(group.replace(/-[\d.]+$/, ''))) found.push([key, value?.replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2')])
  }
  return found
}

/** `log-bin`, `log_bin=ON` and `skip-log-bin`; sizes as 256M. */
function set(variables: Variables, key: string, value: string | undefined): void {
  const name = key.replaceAll('-', '_').replace(/^loose_/, '')
  if (name.startsWith('skip_') && variables.has(name.slice(5))) variables.set(name.slice(5), 'OFF')
  else if (name === 'log_bin') variables.set('log_bin', 'ON').set('log_bin_basename', value ?? '')
  else variables.set(name === 'character_set_server' || name !== 'character_set' ? name : 'character_set_server', value === undefined ? 'ON' : normal(value, variables.get(name)))
}

function normal(value: string, before: string | undefined): string {
  const [, digits, unit] = /^(\d+)([KMGT])$/i.exec(value) ?? []
  if (digits !== undefined) return String(Number(digits) * 1024 ** ('KMGT'.indexOf(unit!.toUpperCase()) + 1))
  const isSwitch = before === 'ON' || before === 'OFF'
  return isSwitch && /^(1|on|true)$/i.test(value) ? 'ON' : isSwitch && /^(0|off|false)$/i.test(value) ? 'OFF' : value
}

const builtIn = {
  basedir: '/usr/', bind_address: '*', character_set_server: 'utf8mb4', collation_server: 'utf8mb4_0900_ai_ci', datadir: '/var/lib/mysql/', default_storage_engine: 'InnoDB',
  general_log: 'OFF', gtid_mode: 'OFF', innodb_buffer_pool_size: '134217728', innodb_flush_log_at_trx_commit: '1', interactive_timeout: '28800', long_query_time: '10.000000',
  lower_case_table_names: '0', max_allowed_packet: '67108864', max_connections: '151', port: '3306', read_only: 'OFF', slow_query_log: 'OFF', socket: '/var/run/mysqld/mysqld.sock',
  super_read_only: 'OFF', system_time_zone: 'UTC', time_zone: 'SYSTEM', transaction_isolation: 'REPEATABLE-READ', wait_timeout: '28800',
}
