/** `-o`: how objects are printed that the server has not laid out as a table. */
import { apiVersionOf, type ResourceInfo } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { Part } from '../../engine/part.ts'
import type { FlagSpec } from '../commandLine/flags.ts'
import type { Session } from '../session.ts'

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

/** What else `-o` can name: formats.ts. `isGet`: whether it may be "wide" or "custom-columns". */
export const otherFormats = new Part<(session: Session, format: string, argument: string, isGet: boolean) => ObjectPrinter>('kubectl')

/**
 * The printer of `-o`. `operation` ("created") is what the default format says after the name, if anything; only `get`, which knows
 * more formats than the others, has none.
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
    default:
      return otherFormats.get()(session, format, argument, operation === undefined)
  }
}

export function itemsOf(object: unknown): unknown[] {
  const items = object instanceof Map ? object.get('items') : (object as { items?: unknown }).items
  return Array.isArray(items) ? items : [object]
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

/** What several objects are printed as. */
export function asList(items: readonly unknown[]): unknown {
  return { apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }
}

/** The same where the program has a Go type for it: in JSON its fields stand in the type's order. */
export function asTypedList(items: readonly unknown[]): unknown {
  return new Map<string, unknown>([['kind', 'List'], ['apiVersion', 'v1'], ['metadata', {}], ['items', items]])
}
