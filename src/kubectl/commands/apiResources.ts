import { apiVersionOf, type ResourceInfo } from '../../engine/api/resources.ts'
import type { Command } from '../command.ts'
import { refreshDiscovery } from '../discovery.ts'
import { CommandError, usageError } from '../errors.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { tableLayout, TabWriter } from '../printing/tabwriter.ts'
import { out, send, type Session, type Task } from '../session.ts'
import { given, inOrder } from './create/generating.ts'

export const apiResources: Command = {
  name: 'api-resources',
  usage: 'api-resources [flags] [options]',
  summary: 'Print the supported API resources on the server',
  flags: [
    { name: 'api-group', type: 'string', usage: 'Only the resources of this group.' },
    { name: 'cached', type: 'bool', usage: 'Use what is known without asking the server.' },
    { name: 'categories', type: 'strings', usage: 'Only resources in these categories.' },
    { name: 'namespaced', type: 'bool', default: 'true', usage: 'Only resources that are in namespaces, or only others.' },
    { name: 'no-headers', type: 'bool', usage: 'No titles.' },
    { name: 'output', short: 'o', type: 'string', values: ['json', 'yaml', 'name', 'wide'], usage: 'Output format.' },
    ...outputFlags.filter(({ name }) => name === 'show-managed-fields' || name === 'template'),
    { name: 'sort-by', type: 'string', values: ['name', 'kind'], usage: 'What to sort by.' },
    { name: 'verbs', type: 'strings', usage: 'Only resources that these verbs work on.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args, command } = session
  const format = flags.string('output')
  const sortBy = flags.string('sort-by')
  if (args.length > 0) throw usageError(command, `unexpected arguments: [${args.join(' ')}]`)
  if (!['', 'name', 'wide', 'json', 'yaml'].includes(format)) throw new CommandError(`--output ${format} is not available`)
  if (!['', 'name', 'kind'].includes(sortBy)) throw new CommandError('--sort-by accepts only name or kind')
  if (!flags.bool('cached')) yield* refreshDiscovery(session)
  const chosen = preferred(session.discovery.resources).filter((resource) => isWanted(session, resource)).toSorted(order(sortBy))
  if (format === 'name') return yield* out(chosen.map((r) => `${nameOf(r)}\n`).join(''))
  if (format === 'json' || format === 'yaml') return yield* out(printerFor(session, '')(listOf(chosen)))
  yield* out(table(chosen, format === 'wide', !flags.bool('no-headers')))
}

/** As `-o name` lists what the verb works on. */
export function resourceNames(resources: readonly ResourceInfo[], verb: string): string[] {
  return preferred(resources).filter(({ verbs }) => (verbs as readonly string[]).includes(verb)).toSorted(order('')).map(nameOf)
}

const nameOf = ({ plural, group }: ResourceInfo): string => (group === '' ? plural : `${plural}.${group}`)

/** Each resource once: in the first version that has it. */
function preferred(resources: readonly ResourceInfo[]): ResourceInfo[] {
  const latest = resources.toSorted((a, b) => (a.group === b.group ? versionRank(b) - versionRank(a) : 0))
  return latest.filter((r, i) => latest.findIndex((other) => other.group === r.group && other.plural === r.plural) === i)
}

const versionRank = ({ version }: ResourceInfo): number => (/^v\d+$/.test(version) ? Number(version.slice(1)) : 0)

function isWanted({ flags }: Session, resource: ResourceInfo): boolean {
  if (flags.changed('api-group') && resource.group !== flags.string('api-group')) return false
  if (flags.changed('namespaced') && resource.namespaced !== flags.bool('namespaced')) return false
  return flags.list('verbs').every((verb) => (resource.verbs as readonly string[]).includes(verb)) && flags.list('categories').every((c) => resource.categories.includes(c))
}

function order(sortBy: string): (a: ResourceInfo, b: ResourceInfo) => number {
  const keyOf = (r: ResourceInfo) => (sortBy === 'kind' ? r.kind : sortBy === 'name' ? r.plural : `${r.group}\0${r.plural}`)
  return (a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0)
}

/** metav1.APIResourceList, all groups in one; as a Go type its fields have an order in JSON. */
function listOf(resources: readonly ResourceInfo[]): unknown {
  const entry = (r: ResourceInfo) => inOrder(given({
    name: r.plural, singularName: r.singular, namespaced: r.namespaced, group: r.group || undefined, version: r.version, kind: r.kind,
    verbs: r.verbs, shortNames: r.shortNames.length > 0 ? r.shortNames : undefined, categories: r.categories.length > 0 ? r.categories : undefined,
  }))
  return new Map<string, unknown>([['kind', 'APIResourceList'], ['apiVersion', 'v1'], ['groupVersion', ''], ['resources', resources.map(entry)]])
}

function table(resources: readonly ResourceInfo[], wide: boolean, headers: boolean): string {
  const writer = new TabWriter(tableLayout)
  if (headers) writer.write(`NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND${wide ? '\tVERBS\tCATEGORIES' : ''}\n`)
  for (const r of resources) {
    const more = wide ? `\t${r.verbs.join(',')}\t${r.categories.join(',')}` : ''
    writer.write(`${r.plural}\t${r.shortNames.join(',')}\t${apiVersionOf(r)}\t${r.namespaced}\t${r.kind}${more}\n`)
  }
  return writer.flush()
}

export const apiVersions: Command = {
  name: 'api-versions',
  usage: 'api-versions [options]',
  summary: 'Print the supported API versions on the server, in the form of "group/version"',
  flags: [],
  *run(session) {
    if (session.args.length > 0) throw usageError('api-versions', `unexpected arguments: [${session.args.join(' ')}]`)
    const versions = new Set<string>()
    for (const path of ['/api', '/apis']) for (const version of versionsIn((yield* send(session, { verb: 'get', path })).body)) versions.add(version)
    yield* out([...versions].toSorted().map((version) => `${version}\n`).join(''))
  },
}

/** Of both forms of discovery: aggregated, and the old lists. */
function versionsIn(body: any): string[] {
  if (body?.kind === 'APIVersions') return body.versions
  if (body?.kind === 'APIGroupList') return body.groups.flatMap((group: any) => group.versions.map((v: any) => v.groupVersion))
  return (body?.items ?? []).flatMap((group: any) => group.versions.map((v: any) => (group.metadata?.name ? `${group.metadata.name}/${v.version}` : v.version)))
}
