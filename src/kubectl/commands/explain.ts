import { structOfKind } from '../../engine/api/schema/schema.ts'
import { apiVersionOf, type ResourceInfo } from '../../engine/api/resources.ts'
import type { Command } from '../command.ts'
import { plainResourceFor } from '../discovery.ts'
import { CommandError } from '../errors.ts'
import { byName, describedKind, describedSchema, type Described } from '../explain/described.ts'
import { explanation } from '../explain/explanation.ts'
import { schemaOf } from '../explain/openapi.ts'
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
    { name: 'output', type: 'string', default: 'plaintext', values: ['plaintext'], usage: 'Output format.' },
    { name: 'recursive', type: 'bool', usage: 'All fields below, by name only.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  if (args.length === 0) throw new CommandError('You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.')
  if (args.length > 1) throw new CommandError('We accept only this format: explain RESOURCE')
  if (!['plaintext', 'plaintext-openapiv2'].includes(flags.string('output'))) throw new CommandError(`unrecognized format: ${flags.string('output')}`)
  if (flags.string('output') !== 'plaintext') throw new CommandError('--output=plaintext-openapiv2 is not supported by Podreel')
  const [type = '', ...path] = args[0]!.split('.')
  const resource = yield* resourceOf(session, type)
  const root = yield* describedRoot(session, resource)
  yield* out(head(resource))
  yield* out(explanation(root, path, flags.bool('recursive')))
}

/** Built-in kinds are known; of others the server's OpenAPI document is asked. */
function* describedRoot(session: Session, resource: ResourceInfo): Task<Described> {
  const known = structOfKind(apiVersionOf(resource), resource.kind)
  if (known !== undefined) return describedKind(known)
  const schema = yield* schemaOf(session, resource)
  if (schema === undefined) throw new CommandError(`GVR (${apiVersionOf(resource)}, Resource=${resource.plural}) not found in OpenAPI schema`)
  return withObjectFields(describedSchema(schema))
}

const ofEveryObject = ['apiVersion', 'kind', 'metadata']

/** What every object has is said in the words of every object. */
function withObjectFields(described: Described): Described {
  const known = describedKind(structOfKind('v1', 'ConfigMap')!).fields().filter(({ name }) => ofEveryObject.includes(name))
  return { ...described, fields: () => [...described.fields().filter(({ name }) => !ofEveryObject.includes(name)), ...known].toSorted(byName) }
}

function* resourceOf(session: Session, type: string): Task<ResourceInfo> {
  const version = session.flags.string('api-version')
  const found = yield* plainResourceFor(session, type)
  if (version === '' || apiVersionOf(found) === version) return found
  const other = session.discovery.resources.find((r) => r.plural === found.plural && apiVersionOf(r) === version)
  if (other) return other
  throw new CommandError(
    `couldn't find resource for "${version.includes('/') ? version : `/${version}`}, Resource=${found.plural}"`,
  )
}

function head({ group, version, kind }: ResourceInfo): string {
  return `${group === '' ? '' : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`
}
