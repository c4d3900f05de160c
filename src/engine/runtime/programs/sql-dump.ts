import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import type { SqlResult } from './sql.ts'

/** Asks the server one thing; an error is what came back. */
export type Ask = (statement: string) => Run<SqlResult>

/** Rows of an answer, in the order of their columns. */
const rowsOf = (result: SqlResult): readonly string[][] => ('columns' in result ? result.rows : [])
const columnsOf = (result: SqlResult): readonly string[] => ('columns' in result ? result.columns : [])

/** What pg_dump writes of a database: psql takes it again. */
export function* postgresDump(ask: Ask, version: string, owner: string): Run<string> {
  const parts = [`--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version ${version}\n-- Dumped by pg_dump version ${version}\n\nSET statement_timeout = 0;\nSET client_encoding = 'UTF8';\n\n`]
  const tables = rowsOf(yield* ask('\\dt')).map(([, name = '']) => name)
  for (const table of tables) {
    const columns = rowsOf(yield* ask(`\\d ${table}`)).map(([name = '', type = '', , nullable = '', byDefault = '']) => `    ${name} ${type}${byDefault === '' || byDefault.startsWith('nextval') ? '' : ` DEFAULT ${byDefault}`}${nullable === '' ? '' : ' NOT NULL'}`)
    parts.push(`--\n-- Name: ${table}; Type: TABLE; Schema: public; Owner: ${owner}\n--\n\nCREATE TABLE public.${table} (\n${columns.join(',\n')}\n);\n\n\nALTER TABLE public.${table} OWNER TO ${owner};\n\n`)
  }
  for (const table of tables) {
    const all = yield* ask(`SELECT * FROM ${table}`)
    const rows = rowsOf(all).map((row) => `${row.map((value) => (value === 'NULL' ? '\\N' : value)).join('\t')}\n`)
    parts.push(`--\n-- Data for Name: ${table}; Type: TABLE DATA; Schema: public; Owner: ${owner}\n--\n\nCOPY public.${table} (${columnsOf(all).join(', ')}) FROM stdin;\n${rows.join('')}\\.\n\n\n`)
  }
  return `${parts.join('')}--\n-- PostgreSQL database dump complete\n--\n`
}

/** What mysqldump writes of databases. */
export function* mysqlDump(p: Process, ask: Ask, o: { databases: readonly string[]; names: boolean; host: string; version: string }): Run<string> {
  const parts = [`-- MySQL dump 10.13  Distrib ${o.version}, for Linux (x86_64)\n--\n-- Host: ${o.host}    Database: ${o.names ? '' : o.databases.join(' ')}\n-- ------------------------------------------------------\n-- Server version\t${o.version}\n\n`]
  for (const database of o.databases) {
    if (o.names) parts.push(`CREATE DATABASE IF NOT EXISTS \`${database}\`;\n\nUSE \`${database}\`;\n\n`)
    const used = yield* ask(`USE ${database}`)
    if ('error' in used) {
      yield* print(p, `mysqldump: Got error: ${/ERROR (\d+)/.exec(used.error)?.[1] ?? '1049'}: ${used.error.replace(/^.*line \d+: /, '')} when selecting the database\n`, 2)
      return ''
    }
    for (const [table = ''] of rowsOf(yield* ask('SHOW TABLES'))) {
      const columns = rowsOf(yield* ask(`DESCRIBE ${table}`)).map(([name = '', type = '', nullable = '', key = '', , extra = '']) => `  \`${name}\` ${type}${nullable === 'NO' ? ' NOT NULL' : ''}${extra === '' ? '' : ' AUTO_INCREMENT'}${key === 'PRI' ? ' PRIMARY KEY' : ''}`)
      parts.push(`--\n-- Table structure for table \`${table}\`\n--\n\nDROP TABLE IF EXISTS \`${table}\`;\nCREATE TABLE \`${table}\` (\n${columns.join(',\n')}\n);\n\n`)
      const rows = rowsOf(yield* ask(`SELECT * FROM ${table}`)).map((row) => `(${row.map((value) => (value === 'NULL' || /^-?\d+(\.\d+)?$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`)).join(',')})`)
      if (rows.length > 0) parts.push(`--\n-- Dumping data for table \`${table}\`\n--\n\nINSERT INTO \`${table}\` VALUES ${rows.join(',')};\n\n`)
    }
  }
  return `${parts.join('')}-- Dump completed on ${formatTime('%F %T', p.machine.now())}\n`
}
