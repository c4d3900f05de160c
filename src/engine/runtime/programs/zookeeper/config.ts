import type { Process } from '../../process/process.ts'
import { homeOf } from '../../images/catalogue.ts'
import { parseOptions } from '../../../text/options.ts'

/** One of an ensemble: server.1=host:2888:3888 */
export interface Member {
  id: number
  host: string
  /** Where followers meet the leader. */
  port: number
  electionPort: number
}

export interface ZooKeeperConfig {
  clientPort: number
  dataDir: string
  members: Member[]
  id: number
  /** Words of four letters that are answered; undefined: all. */
  allowed: ReadonlySet<string> | undefined
}

/** The version that an image says it is: of its tag, for the one of the tutorials what stands behind its own version. */
export function isBefore35(p: Process): boolean {
  const tag = p.machine.config.image.reference.slice(p.machine.config.image.repository.length + 1)
  return /^(?:v?\d[\d.]*-)?3\.[0-4](?:\.|-|$)/.test(tag)
}

/** Where the image keeps its configuration. */
export function configFile(p: Process): string {
  return p.machine.files.exists('/opt/zookeeper/conf') ? '/opt/zookeeper/conf/zoo.cfg' : '/conf/zoo.cfg'
}

export function readConfig(p: Process, text: string): ZooKeeperConfig {
  const values = new Map([...text.matchAll(/^\s*([\w.]+)\s*=\s*(.*?)\s*$/gm)].map(([, key, value]) => [key!, value!] as const))
  const members = [...values].flatMap(([key, value]) => {
    const id = /^server\.(\d+)$/.exec(key)?.[1]
    const [host = '', port = '2888', electionPort = '3888'] = value.replace(/;.*$/, '').split(':')
    return id === undefined ? [] : [{ id: Number(id), host, port: Number(port), electionPort: Number(electionPort) }]
  })
  const own = [...values].find(([key]) => /^server\.\d+$/.test(key))?.[1]
  const dataDir = values.get('dataDir') ?? '/data'
  const allowed = values.get('4lw.commands.whitelist') ?? (isBefore35(p) ? '*' : 'srvr')
  return {
    clientPort: Number(values.get('clientPort') ?? /;(?:\S+:)?(\d+)/.exec(own ?? '')?.[1] ?? 2181),
    dataDir,
    members: members.length > 1 ? members : [],
    id: Number(p.machine.files.readText(`${dataDir}/myid`)?.trim() ?? 1),
    allowed: allowed === '*' ? undefined : new Set(allowed.split(/[\s,]+/)),
  }
}

/** The official image's entry point: variables make the configuration, unless there is one. */
export function configureByEnvironment(p: Process): void {
  const { files } = p.machine
  const set = (name: string, otherwise: string): string => p.env.get(name) ?? otherwise
  const dataDir = set('ZOO_DATA_DIR', '/data')
  if (!files.exists('/conf/zoo.cfg')) {
    const servers = (p.env.get('ZOO_SERVERS') ?? (isBefore35(p) ? '' : `server.1=localhost:2888:3888;2181`)).split(/\s+/).filter((one) => one !== '')
    const lines = [
      ...(isBefore35(p) ? ['clientPort=2181'] : []), `dataDir=${dataDir}`, `dataLogDir=${set('ZOO_DATA_LOG_DIR', '/datalog')}`, `tickTime=${set('ZOO_TICK_TIME', '2000')}`, `initLimit=${set('ZOO_INIT_LIMIT', '5')}`,
      `syncLimit=${set('ZOO_SYNC_LIMIT', '2')}`, `autopurge.snapRetainCount=${set('ZOO_AUTOPURGE_SNAPRETAINCOUNT', '3')}`, `autopurge.purgeInterval=${set('ZOO_AUTOPURGE_PURGEINTERVAL', '0')}`,
      `maxClientCnxns=${set('ZOO_MAX_CLIENT_CNXNS', '60')}`, `standaloneEnabled=${set('ZOO_STANDALONE_ENABLED', 'true')}`, `admin.enableServer=${set('ZOO_ADMINSERVER_ENABLED', 'true')}`, ...servers,
      ...(p.env.has('ZOO_4LW_COMMANDS_WHITELIST') ? [`4lw.commands.whitelist=${p.env.get('ZOO_4LW_COMMANDS_WHITELIST')!}`] : []),
    ]
    files.writeText('/conf/zoo.cfg', `${lines.join('\n')}\n`)
  }
  if (!files.exists(`${dataDir}/myid`)) files.writeText(`${dataDir}/myid`, `${set('ZOO_MY_ID', '1')}\n`)
}

/** start-zookeeper --servers=3 --data_dir=...: a server of a StatefulSet, whose ordinal says who it is. An answer: why it cannot be. */
export function configureByOptions(p: Process): string | undefined {
  const o = parseOptions(p.argv.slice(1), { short: '', long: ['servers', 'data_dir', 'data_log_dir', 'log_dir', 'conf_dir', 'client_port', 'election_port', 'server_port', 'tick_time', 'init_limit', 'sync_limit', 'heap', 'max_client_cnxns', 'snap_retain_count', 'purge_interval', 'max_session_timeout', 'min_session_timeout', 'log_level'] })
  const { files, config } = p.machine
  const of = (name: string, otherwise: string): string => o.value(name) ?? otherwise
  const count = Number(of('servers', '1'))
  const [, name, ordinal] = /^(.*)-(\d+)$/.exec(config.hostname) ?? []
  if (name === undefined) return `Failed to parse name and ordinal of Pod`
  const domain = /\t(\S+)/.exec((files.readText('/etc/hosts') ?? '').split('\n').find((line) => line.includes(`\t${config.hostname}.`)) ?? '')?.[1]?.slice(config.hostname.length + 1)
  const [dataDir, confDir] = [of('data_dir', '/var/lib/zookeeper/data'), of('conf_dir', '/opt/zookeeper/conf')]
  const tick = Number(of('tick_time', '2000'))
  const servers = count < 2 ? [] : Array.from({ length: count }, (_, i) => `server.${i + 1}=${name}-${i}${domain === undefined ? '' : `.${domain}`}:${of('server_port', '2888')}:${of('election_port', '3888')}`)
  const lines = [
    '#This file was autogenerated DO NOT EDIT', `clientPort=${of('client_port', '2181')}`, `dataDir=${dataDir}`, `dataLogDir=${of('data_log_dir', `${dataDir}/log`)}`, `tickTime=${tick}`, `initLimit=${of('init_limit', '10')}`,
    `syncLimit=${of('sync_limit', '5')}`, `maxClientCnxns=${of('max_client_cnxns', '60')}`, `minSessionTimeout=${of('min_session_timeout', String(tick * 2))}`, `maxSessionTimeout=${of('max_session_timeout', String(tick * 20))}`,
    `autopurge.snapRetainCount=${of('snap_retain_count', '3')}`, `autopurge.purgeInteval=${of('purge_interval', '0')}`, ...servers,
  ]
  const own = { uid: p.who.uid, gid: p.who.gid }
  files.writeText(`${confDir}/zoo.cfg`, `${lines.join('\n')}\n`, own)
  files.writeText(`${confDir}/log4j.properties`, log4j(of('log_level', 'INFO')), own)
  files.writeText(`${confDir}/java.env`, `SERVER_JVMFLAGS="-Xmx${of('heap', '512M')} -Xms${of('heap', '512M')}"\n`, own)
  files.mkdir(of('data_log_dir', `${dataDir}/log`), own)
  if (!files.exists(`${dataDir}/myid`)) files.writeText(`${dataDir}/myid`, `${Number(ordinal) + 1}\n`, own)
  return undefined
}

const log4j = (level: string): string =>
  `zookeeper.root.logger=CONSOLE\nzookeeper.console.threshold=${level}\nlog4j.rootLogger=\${zookeeper.root.logger}\nlog4j.appender.CONSOLE=org.apache.log4j.ConsoleAppender\nlog4j.appender.CONSOLE.Threshold=\${zookeeper.console.threshold}\nlog4j.appender.CONSOLE.layout=org.apache.log4j.PatternLayout\nlog4j.appender.CONSOLE.layout.ConversionPattern=%d{ISO8601} [myid:%X{myid}] - %-5p [%t:%C{1}@%L] - %m%n\n`

/** Whether the image is the one that takes options. */
export const isForStatefulSets = (p: Process): boolean => homeOf(p.machine.config.image.repository).endsWith('kubernetes-zookeeper')
