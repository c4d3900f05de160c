import { structOfKind, type Field, type Struct } from '../../engine/api/schema/schema.ts'
import { apiVersionOf, type ResourceInfo } from '../../engine/api/resources.ts'
import type { Command } from '../command.ts'
import { plainResourceFor } from '../discovery.ts'
import { CommandError } from '../errors.ts'
import { out, type Session, type Task } from '../session.ts'

export const explain: Command = {
  name: 'explain',
  usage: 'explain TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2] [options]',
  summary: 'Get documentation for a resource',
  examples: `# A kind
kubectl explain pods

# A field
kubectl explain pods.spec.containers

# All fields below
kubectl explain deployment.spec --recursive`,
  flags: [
    { name: 'api-version', type: 'string', usage: 'In this version: group/version.' },
    { name: 'output', type: 'string', default: 'plaintext', values: ['plaintext', 'plaintext-openapiv2'], usage: 'Output format.' },
    { name: 'recursive', type: 'bool', usage: 'All fields below, by name only.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  if (args.length === 0) throw new CommandError('You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.')
  if (args.length > 1) throw new CommandError('We accept only this format: explain RESOURCE')
  if (!['plaintext', 'plaintext-openapiv2'].includes(flags.string('output'))) throw new CommandError(`unrecognized format: ${flags.string('output')}`)
  const [type = '', ...path] = args[0]!.split('.')
  const resource = yield* resourceOf(session, type)
  const root = structOfKind(apiVersionOf(resource), resource.kind)
  if (root === undefined) throw new CommandError(`couldn't find resource for "${apiVersionOf(resource)}, Kind=${resource.kind}"`)
  yield* out(head(resource))
  yield* out(about(root, path, flags.bool('recursive')))
}

function* resourceOf(session: Session, type: string): Task<ResourceInfo> {
  const version = session.flags.string('api-version')
  const found = yield* plainResourceFor(session, type)
  if (version === '' || apiVersionOf(found) === version) return found
  const other = session.discovery.resources.find((r) => r.plural === found.plural && apiVersionOf(r) === version)
  if (other) return other
  throw new CommandError(`couldn't find resource for "${version}, Resource=${found.plural}"`)
}

function head({ group, version, kind }: ResourceInfo): string {
  return `${group === '' ? '' : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`
}

const noWords = 'DESCRIPTION:\n    <empty>\n'

/** What the field at the end of the path is, and what is in it. */
function about(root: Struct, path: readonly string[], recursive: boolean): string {
  let at: Struct | undefined = root
  let field: Field | undefined
  for (const name of path) {
    field = fieldsOf(at).get(name)
    if (field === undefined) throw new CommandError(`field ${JSON.stringify(name)} does not exist`)
    at = field.struct
  }
  const title = field === undefined ? '' : `FIELD: ${field.name} <${typeText(field)}>\n\n\n`
  const fields = fieldsOf(at)
  if (fields.size === 0) return `${title}${noWords}\n`
  return `${title}${noWords}FIELDS:\n${recursive ? names(at!, 1) : [...sorted(fields)].map(fieldText).join('')}\n`
}

const nothing: ReadonlyMap<string, Field> = new Map()

function fieldsOf(type: Struct | undefined): ReadonlyMap<string, Field> {
  return type?.fields ?? nothing
}

const sorted = (fields: ReadonlyMap<string, Field>): Field[] => [...fields.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))

function fieldText(field: Field): string {
  return `  ${field.name}\t<${typeText(field)}>${field.required ? ' -required-' : ''}\n    <no description>\n\n`
}

function names(type: Struct, level: number): string {
  if (level > deepest) return ''
  return sorted(type.fields).map((field) => `${'  '.repeat(level)}${field.name}\t<${typeText(field)}>${field.required ? ' -required-' : ''}\n${field.struct ? names(field.struct, level + 1) : ''}`).join('')
}

/** Types that contain themselves (JSONSchemaProps) end somewhere. */
const deepest = 12

const basicNames: Readonly<Record<string, string>> = {
  string: 'string', bool: 'boolean', int32: 'integer', int64: 'integer', double: 'number', time: 'string', microTime: 'string',
  intOrString: 'IntOrString', bytes: 'string', any: 'Object', quantity: 'Quantity',
}

function typeText({ basic, struct: type, collection }: Field): string {
  const element = type ? type.goName : (basicNames[basic] ?? 'Object')
  return collection === 'list' ? `[]${element}` : collection === 'map' ? `map[string]${element}` : element
}
