/** The formats of `-o` that do more than to name an object. */
import { goQuote } from '../../engine/api/field.ts'
import { CommandError } from '../errors.ts'
import { normalize } from '../manifest/files.ts'
import type { Session } from '../session.ts'
import { columnsFromFile, parseColumns, printColumns, type CustomColumn } from './customColumns.ts'
import { toIndentedJson, toJson } from './goJson.ts'
import { goSyntax } from './goSyntax.ts'
import { GoTemplate } from './goTemplate/execute.ts'
import { goText } from './goTemplate/print.ts'
import { TemplateError } from './goTemplate/scan.ts'
import { toYaml } from './goYaml.ts'
import { JsonPathError } from './jsonpath.ts'
import { JsonPath } from './jsonpathEval.ts'
import { itemsOf, otherFormats, type ObjectPrinter } from './output.ts'

const formats = [
  'custom-columns', 'custom-columns-file', 'go-template', 'go-template-file', 'json', 'jsonpath', 'jsonpath-as-json',
  'jsonpath-file', 'name', 'template', 'templatefile', 'wide', 'yaml',
]

const onlyOfGet: ReadonlySet<string> = new Set(['custom-columns', 'custom-columns-file', 'wide'])

otherFormats.bring((session, format, argument, isGet) => {
  switch (isGet || !onlyOfGet.has(format) ? format : 'unknown') {
    case 'json':
      return (object) => `${toIndentedJson(shown(session, object))}\n`
    case 'yaml':
      return yamlPrinter(session)
    case 'jsonpath':
    case 'jsonpath-as-json':
    case 'jsonpath-file':
      return jsonPathPrinter(session, format, argument)
    case 'custom-columns':
      return columnPrinter(session, parseColumns(argument))
    case 'custom-columns-file':
      return columnPrinter(session, columnsFromFile(fileOf(session, argument, `reading template ${argument}`)))
    case 'go-template':
    case 'template':
      return templatePrinter(session, argument)
    case 'go-template-file':
    case 'templatefile':
      return templatePrinter(session, fileOf(session, argument, `reading --template ${argument}`))
    default:
      throw unknownFormat(session.flags.string('output'), isGet)
  }
})

function unknownFormat(format: string, isGet: boolean): CommandError {
  const allowed = formats.filter((f) => isGet || !onlyOfGet.has(f))
  return new CommandError(
    `unable to match a printer suitable for the output format "${format}", allowed formats are: ${allowed.join(',')}`)
}

function yamlPrinter(session: Session): ObjectPrinter {
  let count = 0
  return (object) => (count++ > 0 ? '---\n' : '') + toYaml(shown(session, object))
}

function jsonPathPrinter(session: Session, format: string, argument: string): ObjectPrinter {
  const template = format === 'jsonpath-file' ? fileOf(session, argument, `reading --template ${argument}`) : argument
  if (template === '') throw new CommandError('template format specified but no template given')
  const path = parsed(template, session.flags.bool('allow-missing-template-keys'))
  return (object) => {
    try {
      return format === 'jsonpath-as-json' ? path.printAsJson(object) : path.print(object)
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error
      throw new CommandError(
        `error executing jsonpath ${goQuote(template)}: Error executing template: ${error.message}. ` +
        'Printing more information for debugging the template:\n' +
        `\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n\n`)
    }
  }
}

/** Go's text/template over the object as JSON. */
function templatePrinter(session: Session, source: string): ObjectPrinter {
  if (source === '') throw new CommandError('template format specified but no template given')
  const template = parsedTemplate(source, session.flags.bool('allow-missing-template-keys'))
  return (object) => {
    const json = toJson(object)
    const data: unknown = JSON.parse(json, integersExact)
    try {
      return template.execute(data)
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      throw new TemplateFailure(source, error, json, data)
    }
  }
}

/** As apimachinery decodes JSON: whole numbers are int64, not float64. */
const integersExact = (_: string, value: unknown): unknown => (Number.isInteger(value) ? BigInt(value as number) : value)

/** What a template had to work with is printed where its result was to stand. */
class TemplateFailure extends CommandError {
  override readonly printed: string

  constructor(source: string, { message, written }: TemplateError, json: string, data: unknown) {
    super(`error executing template ${goQuote(source)}: ${message}`)
    this.printed =
      `${written}Error executing template: ${message}. Printing more information for debugging the template:\n` +
      `\ttemplate was:\n\t\t${source}\n\traw data was:\n\t\t${json}\n\tobject given to template engine was:\n\t\t${goText(data)}\n\n`
  }
}

function parsedTemplate(source: string, allowMissing: boolean): GoTemplate {
  try {
    return new GoTemplate(source, allowMissing)
  } catch (error) {
    if (error instanceof TemplateError) throw new CommandError(`error parsing template ${source}, ${error.message}`)
    throw error
  }
}

function parsed(template: string, allowMissing: boolean): JsonPath {
  try {
    return new JsonPath(template, allowMissing)
  } catch (error) {
    if (error instanceof JsonPathError) throw new CommandError(`error parsing jsonpath ${template}, ${error.message}`)
    throw error
  }
}

function columnPrinter(session: Session, columns: readonly CustomColumn[]): ObjectPrinter {
  const headers = !(session.flags.has('no-headers') && session.flags.bool('no-headers'))
  return (object) => printColumns(columns, itemsOf(object), headers)
}

/** @throws CommandError that says in what it happened. */
function fileOf(session: Session, path: string, during: string): string {
  const text = session.input.files[normalize(path)]
  if (text === undefined) throw new CommandError(`error ${during}, open ${path}: no such file or directory`)
  return text
}

function shown(session: Session, object: unknown): unknown {
  return session.flags.bool('show-managed-fields') ? object : withoutManagedFields(object)
}

function withoutManagedFields(object: unknown): unknown {
  const o = object as { items?: unknown; metadata?: { managedFields?: unknown } } | null
  if (typeof o !== 'object' || o === null) return object
  if (o instanceof Map) return new Map([...o].map(([key, value]) => [key, key === 'items' ? value.map(withoutManagedFields) : value]))
  if (Array.isArray(o.items)) return { ...o, items: (o.items as unknown[]).map(withoutManagedFields) }
  if (o.metadata?.managedFields === undefined) return object
  const { managedFields: _, ...metadata } = o.metadata
  return { ...o, metadata }
}
