/** `-o custom-columns=NAME:.metadata.name,...` (cli-runtime's CustomColumnsPrinter). */
import { goFormat } from '../../engine/api/patch/jsonMap.ts'
import { CommandError } from '../errors.ts'
import { JsonPathError } from './jsonpath.ts'
import { JsonPath } from './jsonpathEval.ts'
import { tableLayout, TabWriter } from './tabwriter.ts'

export interface CustomColumn {
  header: string
  path: string
}

export function parseColumns(spec: string): CustomColumn[] {
  if (spec === '') throw new CommandError('custom-columns format specified but no custom columns given')
  return spec.split(',').map((part) => {
    const colon = part.indexOf(':')
    if (colon < 0) throw new CommandError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`)
    return { header: part.slice(0, colon), path: relaxedJsonPath(part.slice(colon + 1)) }
  })
}

/** "metadata.name", ".metadata.name", "{metadata.name}" and "{.metadata.name}" mean the same; nothing stays nothing. */
export function relaxedJsonPath(expression: string): string {
  if (expression === '') return ''
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(expression)
  if (!match) {
    throw new CommandError(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`)
  }
  return `{.${match[1] ?? match[2]!}}`
}

/** custom-columns-file: titles in the first line, expressions below them. */
export function columnsFromFile(text: string): CustomColumn[] {
  const [headers = '', expressions = ''] = text.split('\n')
  const names = headers.split(/\s+/).filter((word) => word !== '')
  const specs = expressions.split(/\s+/).filter((word) => word !== '')
  if (names.length === 0) throw new CommandError('invalid template, missing header line. Expected format is one line of space separated headers, one line of space separated column specs.')
  if (specs.length === 0) throw new CommandError('invalid template, missing spec line. Expected format is one line of space separated headers, one line of space separated column specs.')
  if (names.length !== specs.length) throw new CommandError(`number of headers (${names.length}) and field specifications (${specs.length}) don't match`)
  return names.map((header, i) => ({ header, path: relaxedJsonPath(specs[i]!) }))
}

export function printColumns(columns: readonly CustomColumn[], objects: readonly unknown[], headers: boolean): string {
  const writer = new TabWriter(tableLayout)
  if (headers) writer.write(`${columns.map((c) => c.header).join('\t')}\n`)
  try {
    const paths = columns.map((c) => new JsonPath(c.path, true))
    for (const object of objects) writer.write(`${paths.map((path) => cell(path, object)).join('\t')}\n`)
  } catch (error) {
    if (error instanceof JsonPathError) throw new ColumnFailure(error.message, writer.flush())
    throw error
  }
  return writer.flush()
}

/** What was laid out before is printed all the same. */
class ColumnFailure extends CommandError {
  override readonly printed: string

  constructor(message: string, printed: string) {
    super(message)
    this.printed = printed
  }
}

function cell(path: JsonPath, object: unknown): string {
  const values = path.find(object)[0] ?? []
  return values.length === 0 ? '<none>' : values.map(goFormat).join(',')
}
