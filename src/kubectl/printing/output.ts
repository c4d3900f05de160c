/** `-o`: how objects are printed that the server has not laid out as a table. */
import { apiVersionOf, type ResourceInfo } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { goQuote } from '../../engine/api/field.ts'
import { CommandError } from '../errors.ts'
import { normalize } from '../manifest/files.ts'
import type { FlagSpec } from '../commandLine/flags.ts'
import type { Session } from '../session.ts'
import { columnsFromFile, parseColumns, printColumns, type CustomColumn } from './customColumns.ts'
import { toIndentedJson, toJson } from './goJson.ts'
import { goSyntax } from './goSyntax.ts'
import { GoTemplate } from './goTemplate/execute.ts'
import { TemplateError } from './goTemplate/scan.ts'
import { toYaml } from './goYaml.ts'
import { JsonPathError } from './jsonpath.ts'
import { JsonPath } from './jsonpathEval.ts'

export const outputFlags: readonly FlagSpec[] = [
  {
    name: 'output', short: 'o', type: 'string', usage: 'Output format.',
    values: ['name', 'yaml', 'json', 'jsonpath=', 'jsonpath-as-json=', 'jsonpath-file=', 'custom-columns=', 'custom-columns-file=', 'go-template=', 'go-template-file='],
  },
  { name: 'allow-missing-template-keys', type: 'bool', default: 'true', usage: 'Print nothing for fields that are missing.' },
  { name: 'template', type: 'string', usage: 'The template for -o go-template or -o jsonpath, or the file of their -file forms.' },
  { name: 'show-managed-fields', type: 'bool', usage: 'Keep metadata.managedFields in JSON and YAML.' },
]

/** Prints one object after another; the second YAML document is preceded by "---". */
export type ObjectPrinter = (object: unknown) => string

const formats = [
  'custom-columns', 'custom-columns-file', 'go-template', 'go-template-file', 'json', 'jsonpath', 'jsonpath-as-json',
  'jsonpath-file', 'name', 'template', 'templatefile', 'wide', 'yaml',
]

/**
 * The printer of `-o`. `operation` ("created") is what the default format says after the name; without
 * one there is no default. `extra`: formats that this command knows besides ("wide").
 */
export function printerFor(session: Session, operation?: string): ObjectPrinter {
  const template = session.flags.string('template')
  const wanted = session.flags.string('output') || (template === '' ? '' : 'go-template')
  const equals = wanted.indexOf('=')
  const format = (equals < 0 ? wanted : wanted.slice(0, equals)).toLowerCase()
  const argument = equals < 0 ? template : wanted.slice(equals + 1)
  switch (format) {
    case '':
    case 'name':
      return (object) => namesOf(object).map((name) => `${name}${operation && format === '' ? ` ${operation}` : ''}\n`).join('')
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
      return columnPrinter(session, columnsFromFile(fileOf(session, argument)))
    case 'go-template':
    case 'template':
      return templatePrinter(session, argument)
    case 'go-template-file':
    case 'templatefile':
      return templatePrinter(session, fileOf(session, argument))
    default:
      throw unknownFormat(wanted, operation === undefined)
  }
}

export function unknownFormat(format: string, wide: boolean): CommandError {
  const allowed = formats.filter((f) => wide || (f !== 'wide' && !f.startsWith('custom-columns')))
  return new CommandError(
    `unable to match a printer suitable for the output format "${format}", allowed formats are: ${allowed.join(',')}`)
}

function yamlPrinter(session: Session): ObjectPrinter {
  let count = 0
  return (object) => (count++ > 0 ? '---\n' : '') + toYaml(shown(session, object))
}

function jsonPathPrinter(session: Session, format: string, argument: string): ObjectPrinter {
  const template = format === 'jsonpath-file' ? fileOf(session, argument) : argument
  if (template === '') throw new CommandError('template format specified but no template given')
  const path = parsed(template, session.flags.bool('allow-missing-template-keys'))
  return (object) => {
    try {
      return format === 'jsonpath-as-json' ? path.printAsJson(object) : path.print(object)
    } catch (error) {
      if (!(error instanceof JsonPathError)) throw error
      throw new CommandError(
        `error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${error.message}. ` +
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
    const data: unknown = JSON.parse(toJson(shown(session, object)))
    try {
      return template.execute(data)
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      throw new CommandError(`error executing template ${goQuote(source)}: ${error.message}`)
    }
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

function itemsOf(object: unknown): unknown[] {
  const items = object instanceof Map ? object.get('items') : (object as { items?: unknown }).items
  return Array.isArray(items) ? items : [object]
}

function fileOf(session: Session, path: string): string {
  const text = session.input.files[normalize(path)]
  if (text === undefined) throw new CommandError(`open ${path}: no such file or directory`)
  return text
}

/** "pod/web", "deployment.apps/web"; those of the items of a list. */
function namesOf(object: unknown): string[] {
  return itemsOf(object).map((item) => objectName(item as KubeObject))
}

export function objectName(object: { apiVersion?: string; kind?: string; metadata?: { name?: string } }): string {
  const slash = object.apiVersion?.indexOf('/') ?? -1
  const group = slash > 0 ? `.${object.apiVersion!.slice(0, slash)}` : ''
  return `${((object.kind ?? '') + group).toLowerCase()}/${object.metadata?.name || '<unknown>'}`
}

/** As messages name what a command has changed: "deployment.apps/web". */
export function resourceName(resource: ResourceInfo, name: string): string {
  return objectName({ apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: { name } })
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

/** What several objects are printed as. */
export function asList(items: readonly unknown[]): unknown {
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }
}

/** The same where the program has a Go type for it: in JSON its fields stand in the type's order. */
export function asTypedList(items: readonly unknown[]): unknown {
  return new Map<string, unknown>([['kind', 'List'], ['apiVersion', 'v1'], ['metadata', {}], ['items', items]])
}
