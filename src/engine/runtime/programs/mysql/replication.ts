import { jsonOf } from '../../../api/json.ts'
import type { Process, Run } from '../../process/process.ts'
import { askByWire } from '../../tools/wire-client.ts'
import type { SqlResult } from '../sql.ts'
import { dataDirectory, type Variables } from './variables.ts'

/** A statement that has changed something, and the database it was in. */
export interface LoggedStatement {
  database: string
  statement: string
}

/** Whom a replica follows, and how far it has come. */
interface Source {
  host: string
  port: number
  user: string
  password: string
  retry: number
  file: string
  position: number
  running: boolean
}

/** What a replica asks for: what stands in this log behind this position. */
export interface Following {
  file: string
  position: number
}

export interface Followed extends Following {
  events: LoggedStatement[]
}

/** Where the first statement of a new log begins, and what each takes besides its own letters. */
const LOG_START = 154
const EVENT_OVERHEAD = 130

const changes = /^(create|drop|insert|replace|update|delete|alter|truncate|grant|revoke|rename)\b/i
const reads = /^(show\s+(?!variables|global\s+var|status)|desc|use\s|select\s[\s\S]*\sfrom\s|explain)/i

/** One server's part in a replication: the log it writes for others, and whom it follows. A replica takes what is new when somebody asks it for what it has. */
export class Replication {
  private readonly p: Process
  private readonly variables: Variables
  private source: Source | undefined
  /** Why it does not get on. */
  private lastError: { code: number; text: string } | undefined
  private isLinked = false

  constructor(p: Process, variables: Variables) {
    this.p = p
    this.variables = variables
    const kept = p.machine.files.readText(this.infoFile)
    this.source = kept === undefined ? undefined : (jsonOf(kept) as Source | undefined)
  }

  private get infoFile(): string {
    return `${dataDirectory(this.variables)}/master.info`
  }

  // --- the log that others follow -----------------------------------------------------------------

  private get isLogged(): boolean {
    return this.variables.get('log_bin') === 'ON'
  }

  private get logName(): string {
    const base = this.variables.get('log_bin_basename') ?? ''
    if (base !== '') return `${base.replace(/^.*\//, '').replace(/\.\w+$/, '')}.000002`
    return this.variables.get('version')!.startsWith('5.') || this.variables.get('version')!.includes('Maria') ? `${this.variables.get('hostname')}-bin.000003` : 'binlog.000002'
  }

  private get logFile(): string {
    return `${dataDirectory(this.variables)}/${this.logName}`
  }

  private get logged(): LoggedStatement[] {
    return (this.p.machine.files.readText(this.logFile) ?? '').split('\n').flatMap((line) => (jsonOf(line) as LoggedStatement | undefined) ?? [])
  }

  /** Of a statement that was run for a client. */
  log(event: LoggedStatement): void {
    if (this.isLogged && changes.test(event.statement)) this.p.machine.files.writeText(this.logFile, `${JSON.stringify(event)}\n`, { append: true })
  }

  eventsAfter({ file, position }: Following): Followed {
    let at = LOG_START
    const events = this.logged.filter((event) => {
      at += sizeOf(event)
      return at > position || file !== this.logName
    })
    return { file: this.logName, position: at, events: this.isLogged ? events : [] }
  }

  // --- what a client says of it -------------------------------------------------------------------

  /** A replica that is to be read only takes nothing from a client. */
  refuses(statement: string, isRoot: boolean): string | undefined {
    const option = this.variables.get('super_read_only') === 'ON' ? '--super-read-only' : this.variables.get('read_only') === 'ON' && !isRoot ? '--read-only' : undefined
    return option !== undefined && changes.test(statement) ? `ERROR 1290 (HY000) at line 1: The MySQL server is running with the ${option} option so it cannot execute this statement` : undefined
  }

  answer(statement: string): SqlResult | undefined {
    if (/^change\s+(master|replication\s+source)\s+to\s/i.test(statement)) return this.change(statement)
    if (/^(start|stop)\s+(slave|replica)\b/i.test(statement)) return this.run(/^start/i.test(statement))
    if (/^reset\s+(slave|replica)\b/i.test(statement)) {
      this.source = undefined
      this.p.machine.files.writeText(this.infoFile, '')
      return { tag: 'RESET' }
    }
    if (/^show\s+(master|binary\s+log)\s+status\b/i.test(statement)) return this.logStatus()
    const replica = /^show\s+(slave|replica)\s+status\b/i.exec(statement)
    return replica === null ? undefined : this.replicaStatus(/slave/i.test(replica[1]!))
  }

  private logStatus(): SqlResult {
    const columns = ['File', 'Position', 'Binlog_Do_DB', 'Binlog_Ignore_DB', 'Executed_Gtid_Set']
    return { columns, rows: this.isLogged ? [[this.logName, String(LOG_START + this.logged.reduce((sum, event) => sum + sizeOf(event), 0)), '', '', '']] : [] }
  }

  private change(statement: string): SqlResult {
    const said = new Map([...statement.matchAll(/(?:master|source)_(\w+)\s*=\s*(?:'([^']*)'|(\d+))/gi)].map(([, key, text, number]) => [key!.toLowerCase(), text ?? number!] as const))
    if (this.source?.running === true) return { error: 'ERROR 3021 (HY000) at line 1: This operation cannot be performed with a running slave io thread; run STOP SLAVE IO_THREAD FOR CHANNEL \'\' first.' }
    const before = this.source ?? { host: '', port: 3306, user: '', password: '', retry: 60, file: '', position: 4, running: false }
    const isElsewhere = said.has('host') && said.get('host') !== before.host
    this.source = {
      host: said.get('host') ?? before.host,
      port: Number(said.get('port') ?? before.port),
      user: said.get('user') ?? before.user,
      password: said.get('password') ?? before.password,
      retry: Number(said.get('connect_retry') ?? before.retry),
      file: said.get('log_file') ?? (isElsewhere ? '' : before.file),
      position: Number(said.get('log_pos') ?? (isElsewhere ? 4 : before.position)),
      running: false,
    }
    this.keep()
    return { tag: 'CHANGE' }
  }

  private run(running: boolean): SqlResult {
    if (this.source === undefined) return { error: 'ERROR 1200 (HY000) at line 1: The server is not configured as slave; fix in config file or with CHANGE MASTER TO' }
    this.source = { ...this.source, running }
    this.isLinked = false
    this.keep()
    return { tag: 'START' }
  }

  private keep(): void {
    this.p.machine.files.writeText(this.infoFile, JSON.stringify(this.source))
  }

  private replicaStatus(isOldName: boolean): SqlResult {
    const { source } = this
    const [one, its] = isOldName ? ['Master', 'Slave'] : ['Source', 'Replica']
    const running = source?.running === true ? 'Yes' : 'No'
    const isUp = running === 'Yes' && this.lastError === undefined
    const state = running === 'No' ? '' : isUp ? `Waiting for ${one.toLowerCase()} to send event` : `Reconnecting after a failed ${one.toLowerCase()} event read`
    const told: [string, string][] = [
      [`${its}_IO_State`, state], [`${one}_Host`, source?.host ?? ''], [`${one}_User`, source?.user ?? ''], [`${one}_Port`, String(source?.port ?? '')], ['Connect_Retry', String(source?.retry ?? '')],
      [`${one}_Log_File`, source?.file ?? ''], [`Read_${one}_Log_Pos`, String(source?.position ?? '')], ['Relay_Log_File', `${this.variables.get('hostname')}-relay-bin.000002`],
      [`${its}_IO_Running`, running === 'Yes' && !isUp ? 'Connecting' : running], [`${its}_SQL_Running`, running], ['Last_Errno', '0'], ['Last_Error', ''], [`Exec_${one}_Log_Pos`, String(source?.position ?? '')],
      [`Seconds_Behind_${one}`, isUp ? '0' : 'NULL'], ['Last_IO_Errno', String(this.lastError?.code ?? 0)], ['Last_IO_Error', this.lastError?.text ?? ''], ['Last_SQL_Errno', '0'], ['Last_SQL_Error', ''],
    ]
    return { columns: told.map(([name]) => name), rows: source === undefined || source.host === '' ? [] : [told.map(([, value]) => value)] }
  }

  // --- following ----------------------------------------------------------------------------------

  /** Whether what is new has to be fetched before this is answered. */
  isAskedFor(statement: string): boolean {
    return this.source?.running === true && (reads.test(statement) || !this.isLinked)
  }

  /** Fetches what is new. */
  *pull(): Run<LoggedStatement[]> {
    const source = this.source!
    const { user, password, file, position } = source
    const question = { session: { database: '', user }, password, local: false, statement: '', following: { file, position } satisfies Following }
    const answer = yield* askByWire<{ followed?: Followed; result?: SqlResult }>(this.p, 'SQL', source, question, { timeoutMs: 3000, quiet: true })
    const told = 'told' in answer ? answer.told : undefined
    const failure = told === undefined ? 2003 : told.followed === undefined ? 1045 : undefined
    this.isLinked = failure === undefined
    const why = failure === 1045 ? '' : ` message: Can't connect to MySQL server on '${source.host}:${source.port}' (111)`
    this.lastError = failure === undefined ? undefined : { code: failure, text: `error connecting to master '${user}@${source.host}:${source.port}' - retry-time: ${source.retry} retries: 1${why}` }
    if (told?.followed === undefined) return []
    if (told.followed.position !== position || told.followed.file !== file) {
      this.source = { ...source, file: told.followed.file, position: told.followed.position }
      this.keep()
    }
    return told.followed.events
  }
}

const sizeOf = ({ statement }: LoggedStatement): number => statement.length + EVENT_OVERHEAD
