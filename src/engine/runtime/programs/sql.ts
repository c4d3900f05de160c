/** As much of SQL as examples write to see that data stays: databases, tables, rows, and questions about them. */

import { escapeRegExp } from '../../text/regexp.ts'

export type SqlResult = { columns: string[]; rows: string[][]; title?: string } | { tag: string; count?: number } | { error: string }

interface Table {
  columns: string[]
  rows: string[][]
  /** As they were declared, what stands behind the type included: "text NOT NULL". */
  types?: string[]
}

export interface SqlState {
  databases: Record<string, Record<string, Table>>
  /** Passwords of those who were made besides the first. */
  users?: Record<string, string>
  /** What they may besides: the words after CREATE ROLE. */
  roles?: Record<string, string>
}

export interface SqlFlavor {
  kind: 'mysql' | 'postgres'
  version: string
  now: string
  host: string
  /** Who may do everything. */
  owner?: string
  /** Of MySQL's server; SET GLOBAL changes them. */
  variables?: Map<string, string>
}

/** What a client says it works in; USE changes it. */
export interface SqlSession {
  database: string
  user: string
}

/** Statements of a text, without their semicolons. */
export const statements = (text: string): string[] => script(text).map((one) => one.text)

export interface Statement {
  text: string
  /** Of its end, from 1. */
  line: number
}

/**
 * A script: statements end with a semicolon outside of quotes, what psql is told (\c shop) with its line, rows of COPY ... FROM stdin
 * with `\.`; comments are no part of them.
 */
export function script(text: string): Statement[] {
  const found: Statement[] = []
  let current = ''
  let line = 1
  const end = (): void => {
    if (current.trim() !== '') found.push({ text: current.trim(), line })
    current = ''
  }
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at, at + 2)
    const isStart = current.trim() === ''
    const piece = isStart && text[at] === '\\' ? toEndOfLine(text, at) : pieceAt(text, at)
    at += piece.length
    line += piece.split('\n').length - 1
    if (isStart && piece.startsWith('\\')) {
      found.push({ text: piece.trim(), line })
      continue
    }
    // mysql ends a statement by it, too, and turns the rows that come.
    if (!isStart && rest === '\\G') {
      current += rest
      at++
      end()
      continue
    }
    if (rest === '--' || rest === '/*' || (rest.startsWith('#') && isStart)) continue
    if (piece !== ';') {
      current += piece
      continue
    }
    if (!/^\s*copy\b[\s\S]*\bfrom\s+stdin\s*$/i.test(current)) {
      end()
      continue
    }
    const rows = /\n([\s\S]*?)^\\\.$/m.exec(text.slice(at))
    current += `\n${rows?.[1] ?? ''}`
    at += rows === null ? 0 : rows.index + rows[0].length
    end()
  }
  end()
  return found
}

function toEndOfLine(text: string, at: number): string {
  const newline = text.indexOf('\n', at)
  return text.slice(at, newline < 0 ? text.length : newline + 1)
}

/** A comment, something in quotes, or one character. */
function pieceAt(text: string, at: number): string {
  const from = text.slice(at, at + 2)
  if (from === '--' || text[at] === '#') return from === '--' || /(^|\n)\s*$/.test(text.slice(Math.max(0, at - 80), at)) ? toEndOfLine(text, at) : text[at]!
  const close = from === '/*' ? '*/' : from === '$$' ? '$$' : ["'", '"', '`'].includes(text[at]!) ? text[at]! : undefined
  if (close === undefined) return text[at]!
  const until = text.indexOf(close, at + (close.length > 1 ? 2 : 1))
  return text.slice(at, until < 0 ? text.length : until + close.length)
}

const name = (text: string): string => text.replaceAll(/[`"]/g, '')

class Failure extends Error {}

/** Runs one statement; `state` and `session` are changed. */
export function runSql(state: SqlState, session: SqlSession, flavor: SqlFlavor, statement: string): SqlResult {
  try {
    for (const [pattern, run] of rules) {
      const match = pattern.exec(statement)
      if (match !== null) return run({ state, session, flavor }, match)
    }
    return { error: syntaxError(flavor, statement) }
  } catch (e) {
    if (e instanceof Failure) return { error: e.message }
    throw e
  }
}

interface Context {
  state: SqlState
  session: SqlSession
  flavor: SqlFlavor
}

type Rule = [RegExp, (context: Context, match: RegExpExecArray) => SqlResult]

const ok = (tag: string, count = 0): SqlResult => ({ tag, count })

const rules: Rule[] = [
  [/^create\s+(?:database|schema)\s+(if\s+not\s+exists\s+)?([`"\w]+)/i, createDatabase],
  [/^drop\s+(?:database|schema)\s+(?:if\s+exists\s+)?([`"\w]+)/i, ({ state }, [, database]) => {
    delete state.databases[name(database!)]
    return ok('DROP DATABASE')
  }],
  [/^\\l(?:ist)?\b/i, ({ state, session }) => listing('List of databases', ['Name', 'Owner', 'Encoding'], Object.keys(state.databases).toSorted().map((one) => [one, session.user, 'UTF8']))],
  [/^show\s+(?:databases|schemas)\b/i, ({ state, flavor }) => ({ columns: [flavor.kind === 'mysql' ? 'Database' : 'Name'], rows: Object.keys(state.databases).toSorted().map((one) => [one]) })],
  [/^(?:use|\\c(?:onnect)?)\s+([`"\w]+)/i, use],
  [/^\\d\s+([`".\w]+)/i, describePostgres],
  [/^\\dt?\+?\s*$/i, (context) => {
    const found = Object.keys(databaseOf(context, context.session.database)).toSorted()
    return found.length === 0 ? { error: 'Did not find any relations.' } : listing('List of relations', ['Schema', 'Name', 'Type', 'Owner'], found.map((one) => ['public', one, 'table', context.session.user]))
  }],
  [/^\\du\+?\s*$/i, ({ state, flavor }) => {
    const rows = [[flavor.owner ?? 'postgres', 'Superuser, Create role, Create DB, Replication, Bypass RLS'], ...Object.keys(state.users ?? {}).map((one) => [one, state.roles?.[one] ?? ''])].toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1))
    const isOld = Number.parseInt(flavor.version) < 16
    return listing('List of roles', ['Role name', 'Attributes', ...(isOld ? ['Member of'] : [])], isOld ? rows.map((row) => [...row, '{}']) : rows)
  }],
  [/^(?:describe|desc|show\s+columns\s+from)\s+([`".\w]+)/i, describeMysql],
  [/^create\s+(?:user|role)\s+(?:if\s+not\s+exists\s+)?([\w'"`@%.-]+)([\s\S]*)$/i, ({ state }, [, user, rest]) => {
    const password = /(?:password|identified\s+by|identified\s+with\s+\w+\s+by)\s+'([^']*)'/i.exec(rest!)?.[1] ?? ''
    state.users = { ...state.users, [bareUser(user!)]: password }
    const words = rest!.replace(/'[^']*'/g, '').toLowerCase()
    state.roles = { ...state.roles, [bareUser(user!)]: attributes.filter(([word]) => words.split(/\s+/).includes(word)).map(([, shown]) => shown).join(', ') }
    return ok('CREATE ROLE')
  }],
  [/^drop\s+(?:user|role)\s+(?:if\s+exists\s+)?([\w'"`@%.-]+)/i, ({ state }, [, user]) => {
    state.users = Object.fromEntries(Object.entries(state.users ?? {}).filter(([one]) => one !== bareUser(user!)))
    return ok('DROP ROLE')
  }],
  [/^copy\s+([`".\w]+)\s*(?:\(([^)]*)\))?\s*from\s+stdin\s*\n?([\s\S]*)$/i, copyIn],
  [/^show\s+(?:global\s+|session\s+)?variables(?:\s+(?:like|where\s+variable_name\s*(?:=|like))\s*'([^']*)')?$/i, ({ flavor }, [, like = '%']) => {
    const pattern = likePattern(like)
    return { columns: ['Variable_name', 'Value'], rows: [...(flavor.variables ?? [])].filter(([one]) => pattern.test(one)).toSorted(([a], [b]) => (a < b ? -1 : 1)) }
  }],
  [/^set\s+(?:global\s+|persist\s+|@@global\.)(\w+)\s*=\s*'?(.*?)'?$/i, ({ flavor }, [, variable, value]) => {
    if (flavor.kind === 'mysql' && flavor.variables?.has(variable!) === false) throw new Failure(`ERROR 1193 (HY000) at line 1: Unknown system variable '${variable}'`)
    flavor.variables?.set(variable!, value!)
    return ok('SET')
  }],
  [/^show\s+tables\b/i, (context) => ({ columns: [context.flavor.kind === 'mysql' ? `Tables_in_${context.session.database}` : 'Name'], rows: Object.keys(databaseOf(context, context.session.database)).toSorted().map((one) => [one]) })],
  [/^create\s+table\s+(if\s+not\s+exists\s+)?([`".\w]+)\s*\(([\s\S]*)\)/i, createTable],
  [/^drop\s+table\s+(?:if\s+exists\s+)?([`".\w]+)/i, (context, [, table]) => {
    const [database, own] = placeOf(context, table!)
    delete databaseOf(context, database)[own]
    return ok('DROP TABLE')
  }],
  [/^(?:insert|replace)\s+into\s+([`".\w]+)\s*(?:\(([^)]*)\))?\s*values\s*([\s\S]+)$/i, insert],
  [/^select\s+([\s\S]+?)\s+from\s+([`".\w]+)(?:\s+where\s+([\s\S]+?))?(?:\s+order\s+by\s+([`"\w]+)(\s+desc)?[\s\S]*?)?(?:\s+limit\s+(\d+))?$/i, select],
  [/^select\s+([\s\S]+)$/i, ({ flavor, session }, [, text]) => {
    const asked = parts(text!)
    return { columns: asked.map((one) => titleOf(one, flavor)), rows: [asked.map((one) => valueOf(one, flavor, session))] }
  }],
  [/^update\s+([`".\w]+)\s+set\s+([\s\S]+?)(?:\s+where\s+([\s\S]+))?$/i, update],
  [/^delete\s+from\s+([`".\w]+)(?:\s+where\s+([\s\S]+))?$/i, (context, [, table, where]) => {
    const found = tableOf(context, table!)
    const kept = found.rows.filter((row) => !fits(found, row, where))
    const count = found.rows.length - kept.length
    found.rows = kept
    return ok(`DELETE ${count}`, count)
  }],
  [/^(grant|revoke|flush|alter|set|commit|begin|start|create\s+extension|create\s+sequence|create\s+function|do|comment|create\s+(?:unique\s+)?index|truncate|analyze|vacuum)\b/i, (_, [, verb]) => ok(verb!.toUpperCase())],
]

function syntaxError({ kind }: SqlFlavor, statement: string): string {
  const word = /^\S+/.exec(statement)?.[0] ?? ''
  return kind === 'mysql'
    ? `ERROR 1064 (42000) at line 1: You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for the right syntax to use near '${statement.slice(0, 80)}' at line 1`
    : `ERROR:  syntax error at or near "${word}"\nLINE 1: ${statement}\n        ^`
}

function createDatabase({ state, flavor }: Context, [, lenient, text]: RegExpExecArray): SqlResult {
  const database = name(text!)
  if (state.databases[database] !== undefined && lenient === undefined) {
    throw new Failure(flavor.kind === 'mysql' ? `ERROR 1007 (HY000) at line 1: Can't create database '${database}'; database exists` : `ERROR:  database "${database}" already exists`)
  }
  state.databases[database] ??= {}
  return ok('CREATE DATABASE', 1)
}

function use(context: Context, [, text]: RegExpExecArray): SqlResult {
  const database = name(text!)
  databaseOf(context, database)
  context.session.database = database
  return context.flavor.kind === 'mysql' ? ok('USE') : ok(`You are now connected to database "${database}" as user "${context.session.user}".`)
}

function databaseOf({ state, flavor }: Context, database: string): Record<string, Table> {
  if (database === '') throw new Failure('ERROR 1046 (3D000) at line 1: No database selected')
  const found = Object.hasOwn(state.databases, database) ? state.databases[database] : undefined
  if (found === undefined) throw new Failure(flavor.kind === 'mysql' ? `ERROR 1049 (42000) at line 1: Unknown database '${database}'` : `FATAL:  database "${database}" does not exist`)
  return found
}

/** 'test.messages' names its database; in PostgreSQL what stands before the dot is a schema. */
function placeOf({ session, flavor }: Context, text: string): [database: string, table: string] {
  const [first = '', second] = name(text).split('.')
  return second === undefined ? [session.database, first] : [flavor.kind === 'mysql' ? first : session.database, second]
}

function tableOf(context: Context, text: string): Table {
  const [database, own] = placeOf(context, text)
  const tables = databaseOf(context, database)
  if (Object.hasOwn(tables, own)) return tables[own]!
  throw new Failure(context.flavor.kind === 'mysql' ? `ERROR 1146 (42S02) at line 1: Table '${database}.${own}' doesn't exist` : `ERROR:  relation "${own}" does not exist`)
}

function createTable(context: Context, [, lenient, text, columns]: RegExpExecArray): SqlResult {
  const [database, own] = placeOf(context, text!)
  const tables = databaseOf(context, database)
  if (Object.hasOwn(tables, own) && lenient === undefined) {
    throw new Failure(context.flavor.kind === 'mysql' ? `ERROR 1050 (42S01) at line 1: Table '${own}' already exists` : `ERROR:  relation "${own}" already exists`)
  }
  const named = parts(columns!).filter((column) => !/^(primary|foreign|unique|key|constraint|index|check)\b/i.test(column))
  tables[own] ??= { columns: named.map((column) => name(/^\S+/.exec(column)![0])), types: named.map((column) => column.replace(/^\S+\s*/, '')), rows: [] }
  return ok('CREATE TABLE')
}

const bareUser = (text: string): string => text.replaceAll(/['"`]/g, '').replace(/@.*$/, '')

/** What CREATE ROLE may say, and \du says of it (psql describeRoles). */
const attributes = [['superuser', 'Superuser'], ['createrole', 'Create role'], ['createdb', 'Create DB'], ['replication', 'Replication'], ['bypassrls', 'Bypass RLS']] as const

/** With a title above it, as psql shows what it lists. */
const listing = (title: string, columns: string[], rows: string[][]): SqlResult => ({ title, columns, rows })

const isKey = (type: string): boolean => /primary\s+key/i.test(type)
const isNeeded = (type: string): boolean => isKey(type) || /not\s+null|serial/i.test(type)
const defaultOf = (type: string): string => /default\s+('[^']*'|\S+)/i.exec(type)?.[1] ?? ''

/** As PostgreSQL calls it. */
function postgresType(type: string): string {
  const bare = type.replace(/\s+(?:primary|not|null|default|unique|references|check|generated|constraint)\b[\s\S]*$/i, '').trim().toLowerCase()
  const known: Record<string, string> = { int: 'integer', int4: 'integer', serial: 'integer', bigserial: 'bigint', int8: 'bigint', bool: 'boolean', timestamp: 'timestamp without time zone', timestamptz: 'timestamp with time zone' }
  return known[bare] ?? bare.replace(/^varchar/, 'character varying').replace(/^decimal/, 'numeric')
}

function describePostgres(context: Context, [, text]: RegExpExecArray): SqlResult {
  const table = tableOf(context, text!)
  const own = placeOf(context, text!)[1]
  const rows = table.columns.map((column, i) => {
    const type = table.types?.[i] ?? 'text'
    return [column, postgresType(type), '', isNeeded(type) ? 'not null' : '', /serial/i.test(type) ? `nextval('${own}_${column}_seq'::regclass)` : defaultOf(type)]
  })
  return listing(`Table "public.${own}"`, ['Column', 'Type', 'Collation', 'Nullable', 'Default'], rows)
}

function describeMysql(context: Context, [, text]: RegExpExecArray): SqlResult {
  const table = tableOf(context, text!)
  const rows = table.columns.map((column, i) => {
    const type = table.types?.[i] ?? 'text'
    const bare = type.replace(/\s+(?:primary|not|null|default|unique|auto_increment|references|comment)\b[\s\S]*$/i, '').trim().toLowerCase()
    return [column, bare, isNeeded(type) ? 'NO' : 'YES', isKey(type) ? 'PRI' : '', defaultOf(type).replaceAll("'", '') || 'NULL', /auto_increment/i.test(type) ? 'auto_increment' : '']
  })
  return { columns: ['Field', 'Type', 'Null', 'Key', 'Default', 'Extra'], rows }
}

/** Rows of a dump: tabs between values, \N for none. */
function copyIn(context: Context, [, text, columns, lines]: RegExpExecArray): SqlResult {
  const table = tableOf(context, text!)
  const into = columns === undefined ? table.columns : parts(columns).map(name)
  const rows = lines!.split('\n').filter((line) => line !== '').map((line) => line.split('\t').map((value) => (value === '\\N' ? 'NULL' : value)))
  for (const row of rows) table.rows.push(table.columns.map((column) => row[into.indexOf(column)] ?? 'NULL'))
  return ok(`COPY ${rows.length}`, rows.length)
}

/** Between commas that stand in no parentheses and no quotes. */
function parts(text: string): string[] {
  const found: string[] = []
  let depth = 0
  let quote = ''
  let current = ''
  for (const char of text) {
    if (quote !== '') quote = char === quote ? '' : quote
    else if (char === "'" || char === '"' || char === '`') quote = char
    else if (char === '(') depth++
    else if (char === ')') depth--
    if (char === ',' && depth === 0 && quote === '') {
      found.push(current.trim())
      current = ''
    } else current += char
  }
  return [...found, current.trim()].filter((part) => part !== '')
}

function insert(context: Context, [, text, columns, values]: RegExpExecArray): SqlResult {
  const table = tableOf(context, text!)
  const into = columns === undefined ? table.columns : parts(columns).map(name)
  const rows = parts(values!.trim()).map((row) => parts(row.replace(/^\(/, '').replace(/\)$/, '')).map((value) => valueOf(value, context.flavor, context.session)))
  for (const row of rows) table.rows.push(table.columns.map((column, i) => row[into.indexOf(column)] ?? (i === 0 ? String(table.rows.length + 1) : 'NULL')))
  return ok(`INSERT 0 ${rows.length}`, rows.length)
}

const likePattern = (text: string): RegExp => new RegExp(`^${escapeRegExp(text).replaceAll('%', '.*')}$`, 'i')

function fits(table: Table, row: readonly string[], where: string | undefined): boolean {
  if (where === undefined) return true
  return where.split(/\s+and\s+/i).every((condition) => {
    const [, column = '', operator = '=', value = ''] = /^([`"\w]+)\s*(=|<>|!=|>=|<=|>|<|like)\s*(.+)$/i.exec(condition.trim()) ?? []
    const found = row[table.columns.indexOf(name(column))] ?? 'NULL'
    const wanted = value.trim().replace(/^'(.*)'$/, '$1')
    if (operator.toLowerCase() === 'like') return likePattern(wanted).test(found)
    const order = Number.isNaN(Number(found)) || Number.isNaN(Number(wanted)) ? (found < wanted ? -1 : found > wanted ? 1 : 0) : Number(found) - Number(wanted)
    return { '=': order === 0, '<>': order !== 0, '!=': order !== 0, '>': order > 0, '<': order < 0, '>=': order >= 0, '<=': order <= 0 }[operator] === true
  })
}

function select(context: Context, [, what, text, where, by, descending, limit]: RegExpExecArray): SqlResult {
  const table = tableOf(context, text!)
  let rows = table.rows.filter((row) => fits(table, row, where))
  if (/^count\s*\(/i.test(what!)) return { columns: [context.flavor.kind === 'mysql' ? what! : 'count'], rows: [[String(rows.length)]] }
  if (by !== undefined) {
    const at = table.columns.indexOf(name(by))
    rows = rows.toSorted((a, b) => (Number(a[at]) - Number(b[at]) || (a[at]! < b[at]! ? -1 : 1)) * (descending === undefined ? 1 : -1))
  }
  const chosen = what!.trim() === '*' ? table.columns : parts(what!).map((column) => name(column.replace(/^\w+\./, '')))
  return { columns: chosen, rows: rows.slice(0, limit === undefined ? undefined : Number(limit)).map((row) => chosen.map((column) => row[table.columns.indexOf(column)] ?? 'NULL')) }
}

function update(context: Context, [, text, changes, where]: RegExpExecArray): SqlResult {
  const table = tableOf(context, text!)
  const set = parts(changes!).map((change) => change.split('=', 2).map((part) => part.trim()))
  const touched = table.rows.filter((row) => fits(table, row, where))
  for (const row of touched) for (const [column = '', value = ''] of set) row[table.columns.indexOf(name(column))] = computed(table, row, value) ?? valueOf(value, context.flavor, context.session)
  return ok(`UPDATE ${touched.length}`, touched.length)
}

/** `price * 2`, `count + 1`: of a column and a number. */
function computed(table: Table, row: readonly string[], text: string): string | undefined {
  const [, column = '', operator, number] = /^([\w"`]+)\s*([-+*/])\s*(\d+(?:\.\d+)?)$/.exec(text) ?? []
  const at = table.columns.indexOf(name(column))
  if (at < 0) return undefined
  const [a, b] = [Number(row[at]), Number(number)]
  const result = operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : a / b
  const places = /\.(\d+)$/.exec(row[at] ?? '')?.[1]?.length
  return places === undefined ? String(result) : result.toFixed(places)
}

/** A literal, or one of the few functions that examples ask for. */
function valueOf(text: string, flavor: SqlFlavor, session: SqlSession): string {
  const bare = text.replace(/\s+as\s+\S+$/i, '').trim()
  if (/^'.*'$/s.test(bare) || /^".*"$/s.test(bare)) return bare.slice(1, -1).replaceAll("''", "'")
  if (/^(now\(\)|current_timestamp(\(\))?)$/i.test(bare)) return flavor.now
  if (/^(@@)?version(\(\))?$/i.test(bare)) return flavor.kind === 'mysql' ? flavor.version : `PostgreSQL ${flavor.version} on x86_64-pc-linux-gnu, 64-bit`
  if (/^(user|current_user)(\(\))?$/i.test(bare)) return flavor.kind === 'mysql' ? `${session.user}@localhost` : session.user
  if (/^(database|current_database)\(\)$/i.test(bare)) return session.database === '' ? 'NULL' : session.database
  const variable = /^@@(?:global\.|session\.)?(\w+)$/i.exec(bare)?.[1]?.toLowerCase()
  if (variable !== undefined) return valueOfVariable(variable, flavor)
  const sum = /^(\d+)\s*([-+*])\s*(\d+)$/.exec(bare)
  if (sum !== null) return String(sum[2] === '+' ? Number(sum[1]) + Number(sum[3]) : sum[2] === '-' ? Number(sum[1]) - Number(sum[3]) : Number(sum[1]) * Number(sum[3]))
  return bare
}

/** A switch is a number where it is selected. */
function valueOfVariable(name: string, { kind, variables, host }: SqlFlavor): string {
  if (kind !== 'mysql') throw new Failure('ERROR:  syntax error at or near "@@"')
  const found = variables?.get(name) ?? (name === 'hostname' ? host : undefined)
  if (found === undefined) throw new Failure(`ERROR 1193 (HY000) at line 1: Unknown system variable '${name}'`)
  return found === 'ON' ? '1' : found === 'OFF' ? '0' : found
}

function titleOf(text: string, { kind }: SqlFlavor): string {
  const alias = /\s+as\s+(\S+)$/i.exec(text)?.[1]
  if (alias !== undefined) return name(alias)
  if (kind === 'mysql') return text.replace(/^'(.*)'$/, '$1')
  return /^(\w+)\(\)$/.exec(text)?.[1]?.toLowerCase() ?? '?column?'
}

// --- how clients show it ------------------------------------------------------------------------

/** mysql: tabs when nobody looks, a box on a terminal, and in a session how much it was. */
export function shownByMysql(result: SqlResult, to: 'file' | 'terminal' | 'session', rowsOnly = false): string {
  if (!('columns' in result)) return to !== 'session' || 'error' in result ? '' : result.tag === 'USE' ? 'Database changed\n' : `Query OK, ${result.count ?? 0} row${result.count === 1 ? '' : 's'} affected (0.00 sec)\n\n`
  const { columns, rows } = result
  if (to === 'file') return rows.length === 0 ? '' : [...(rowsOnly ? [] : [columns]), ...rows].map((row) => `${row.join('\t')}\n`).join('')
  if (rows.length === 0) return to === 'session' ? 'Empty set (0.00 sec)\n\n' : ''
  const widths = columns.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)))
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => (/^-?\d+(\.\d+)?$/.test(cell) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(' | ')} |\n`
  const box = `${rule}${line(columns)}${rule}${rows.map(line).join('')}${rule}`
  return to === 'session' ? `${box}${rows.length} row${rows.length === 1 ? '' : 's'} in set (0.00 sec)\n\n` : box
}

/** A row below the other, each of its values in a line: `SELECT ...\G`. */
export function shownUpright(result: SqlResult): string {
  if (!('columns' in result)) return ''
  const width = Math.max(...result.columns.map((title) => title.length))
  const stars = '*'.repeat(27)
  return result.rows.map((row, i) => `${stars} ${i + 1}. row ${stars}\n${row.map((cell, k) => `${result.columns[k]!.padStart(width)}: ${cell}\n`).join('')}`).join('')
}

/** psql: titles in the middle, numbers to the right, and how many rows there are. */
export function shownByPsql(result: SqlResult, { rowsOnly, unaligned }: { rowsOnly: boolean; unaligned: boolean }): string {
  if ('error' in result) return ''
  if (!('columns' in result)) return `${result.tag}\n`
  const { columns, rows } = result
  if (unaligned) return `${[...(rowsOnly ? [] : [columns]), ...rows].map((row) => `${row.join('|')}\n`).join('')}${rowsOnly ? '' : `(${rows.length} row${rows.length === 1 ? '' : 's'})\n`}`
  const widths = columns.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)))
  const body = rows.map((row) => ` ${row.map((cell, i) => (/^-?\d+(\.\d+)?$/.test(cell) ? cell.padStart(widths[i]!) : i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join(' | ')}\n`).join('')
  if (rowsOnly) return `${body}\n`
  const middle = (title: string, width: number): string => title.padStart(title.length + Math.floor((width - title.length) / 2)).padEnd(width)
  const width = widths.reduce((sum, one) => sum + one + 3, -1)
  const above = result.title === undefined ? '' : `${result.title.padStart(result.title.length + Math.max(0, Math.floor((width - result.title.length) / 2)))}\n`
  // What describes a table, or roles, says not how many there are.
  const count = /^(Table |List of roles)/.test(result.title ?? '') ? '\n' : `(${rows.length} row${rows.length === 1 ? '' : 's'})\n\n`
  return `${above} ${columns.map((title, i) => middle(title, widths[i]!)).join(' | ')} \n${widths.map((width) => '-'.repeat(width + 2)).join('+')}\n${body}${count}`
}
