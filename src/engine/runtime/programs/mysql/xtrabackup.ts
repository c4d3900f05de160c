import { jsonOf } from '../../../api/json.ts'
import { asText } from '../../filesystem/data.ts'
import { print, readAll } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { askMysql } from '../sql-server.ts'
import { parseOptions } from '../../../text/options.ts'
import type { SqlResult } from '../sql.ts'

/** What a stream of files begins with (xbstream.h). */
const MAGIC = 'XBSTCK01'

interface Packed {
  path: string
  text: string
}

/** What belongs to one server alone: logs for others, whom it follows. */
const ownFiles = /(^|\/)(master\.info|auto\.cnf|\S*bin\.\d+|binlog\.\d+)$/

/** xtrabackup --backup --stream=xbstream | --prepare --target-dir=DIR */
export function* xtrabackup(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'u:p:H:P:', long: ['host', 'user', 'password', 'port', 'stream', 'target-dir', 'datadir', 'compress', 'parallel'] })
  const target = o.value('target-dir') ?? './xtrabackup_backupfiles/'
  if (o.has('backup')) return yield* backup(p, { host: o.value('H', 'host') ?? 'localhost', user: o.value('u', 'user') ?? 'root', password: o.value('p', 'password') ?? '', tellsSource: o.has('slave-info'), stream: o.has('stream'), target })
  if (o.has('prepare')) return yield* prepare(p, target)
  yield* print(p, 'xtrabackup: Error: No valid commands were specified. Use one of --backup, --prepare, --copy-back, --move-back, --decrypt, --decompress, --stats\n', 2)
  return 1
}

interface Asked {
  host: string
  user: string
  password: string
  tellsSource: boolean
  stream: boolean
  target: string
}

const stamp = (p: Process): string => formatTime('%y%m%d %T', p.machine.now())

function* backup(p: Process, o: Asked): Run<number> {
  const ask = (statement: string) => askMysql(p, { ...o, database: '' }, statement)
  yield* print(p, `${stamp(p)} Connecting to MySQL server host: ${o.host}, user: ${o.user}, password: ${o.password === '' ? 'not set' : 'set'}, port: not set, socket: not set\n`, 2)
  const log = yield* ask('SHOW MASTER STATUS')
  if (log === 'unreachable' || 'error' in log) {
    yield* print(p, `Failed to connect to MySQL server: ${log === 'unreachable' ? `Can't connect to MySQL server on '${o.host}' (111)` : ('error' in log ? log.error.replace(/^ERROR \d+ \(\w+\): /, '') : '')}.\n`, 2)
    return 1
  }
  const found: Packed[] = filesBelow(p, '/var/lib/mysql').filter(({ path }) => !ownFiles.test(path))
  const [file, position] = cells(log, ['File', 'Position'])
  if (file !== '') found.push({ path: 'xtrabackup_binlog_info', text: `${file}\t${position}\n` })
  if (o.tellsSource) {
    const source = yield* ask('SHOW SLAVE STATUS')
    const [sourceFile, at] = source === 'unreachable' ? ['', ''] : cells(source, ['Master_Log_File', 'Exec_Master_Log_Pos'])
    if (sourceFile !== '') found.push({ path: 'xtrabackup_slave_info', text: `CHANGE MASTER TO MASTER_LOG_FILE='${sourceFile}', MASTER_LOG_POS=${at};\n` })
  }
  found.push({ path: 'xtrabackup_checkpoints', text: 'backup_type = full-backuped\nfrom_lsn = 0\nto_lsn = 12219394\nlast_lsn = 12219403\ncompact = 0\nrecover_binlog_info = 0\n' })
  if (o.stream) yield* print(p, `${MAGIC}\n${found.map((one) => `${JSON.stringify(one)}\n`).join('')}`)
  else for (const { path, text } of found) p.machine.files.writeText(`${o.target}/${path}`, text)
  for (const { path } of found) yield* print(p, `${stamp(p)} [01] ${o.stream ? 'Streaming' : 'Copying'} ./${path}\n`, 2)
  yield* print(p, `${stamp(p)} completed OK!\n`, 2)
  return 0
}

/** Of the first row. */
function cells(result: SqlResult, names: readonly string[]): string[] {
  if (!('columns' in result)) return names.map(() => '')
  return names.map((name) => result.rows[0]?.[result.columns.indexOf(name)] ?? '')
}

function filesBelow(p: Process, root: string, below = ''): Packed[] {
  const { files } = p.machine
  return (files.list(`${root}/${below}`) ?? []).flatMap((name) => {
    const path = below === '' ? name : `${below}/${name}`
    return files.stat(`${root}/${path}`)?.type === 'directory' ? [{ path: `${path}/`, text: '' }, ...filesBelow(p, root, path)] : [{ path, text: files.readText(`${root}/${path}`) ?? '' }]
  })
}

function* prepare(p: Process, target: string): Run<number> {
  yield* print(p, `xtrabackup: recognized server arguments: --innodb_checksum_algorithm=crc32\nxtrabackup: cd to ${target}\n`, 2)
  const path = `${target.replace(/\/$/, '')}/xtrabackup_checkpoints`
  if (!p.machine.files.exists(path)) {
    yield* print(p, `xtrabackup: Error: cannot open ${path}\nxtrabackup: error: xtrabackup_read_metadata()\nxtrabackup: This target seems not to have correct metadata...\n`, 2)
    return 1
  }
  p.machine.files.writeText(path, p.machine.files.readText(path)!.replace('full-backuped', 'full-prepared'))
  yield* print(p, `InnoDB: Starting shutdown...\nInnoDB: Shutdown completed; log sequence number 12219944\n${stamp(p)} completed OK!\n`, 2)
  return 0
}

/** xbstream -x [-C DIR] < STREAM */
export function* xbstream(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'xcvC:p:', long: ['directory', 'parallel'] })
  const directory = (o.value('C', 'directory') ?? p.cwd).replace(/\/$/, '')
  if (!o.has('x', 'extract')) {
    yield* print(p, 'xbstream: a mode must be specified with -c or -x\n', 2)
    return 1
  }
  const text = asText(yield* readAll(p, p.fd(0)))
  if (text !== '' && !text.startsWith(MAGIC)) {
    yield* print(p, 'xb_stream_read_chunk(): wrong chunk magic at offset 0x0.\n', 2)
    return 1
  }
  for (const line of text.split('\n').slice(1)) {
    const one = jsonOf(line) as Packed | undefined
    if (one?.path.endsWith('/') === true) p.machine.files.mkdir(`${directory}/${one.path.slice(0, -1)}`)
    else if (one !== undefined) p.machine.files.writeText(`${directory}/${one.path}`, one.text)
  }
  return 0
}
