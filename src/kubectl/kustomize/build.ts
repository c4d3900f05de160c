/** `kubectl kustomize` and `-k`: what a directory with a kustomization.yaml makes of its files (sigs.k8s.io/kustomize). */
import { goFormat } from '../../engine/api/patch/jsonMap.ts'
import { CommandError, ExitError } from '../errors.ts'
import { readDocuments } from '../manifest/documents.ts'
import { toYaml } from '../printing/goYaml.ts'
import { normalize } from '../manifest/files.ts'
import { err, kustomize, type Session, type Task } from '../session.ts'
import { generated, hashOf } from './generate.ts'
import { joined, type Generator, readKustomization } from './kustomization.ts'
import { followNames } from './references.ts'
import { replace } from './replacements.ts'
import type { Fields, Resource } from './resource.ts'
import { rename, transform } from './transform.ts'

export interface Built {
  /** Documents, with lines between them. */
  text: string
  warnings: string
}

type Files = Readonly<Record<string, string>>

/** Objects come in the order in which they can be made, unless the kustomization asks for the order in which they are named. */
export function build(files: Files, path: string): Built {
  if (/^(https?:\/\/|git@|github\.com\/)/.test(path)) throw new CommandError(`failed to run '/usr/bin/git fetch --depth=1 ${path}': no network`)
  const warnings: string[] = []
  const directory = joined('', path.replace(/^\/root(\/|$)/, ''))
  const resources = accumulate(files, directory, { warnings, above: [], shown: path })
  for (const resource of resources) if (resource.needsHash) rename(resource, (name) => `${name}-${hashOf(resource.object)}`)
  followNames(resources)
  const objects = resources.map(({ object }) => object)
  const { order = 'legacy', legacySortOptions: { orderFirst = first, orderLast = last } = {} } = readKustomization(files, directory)?.kustomization.sortOptions ?? {}
  const rank = (kind: string): number => (orderFirst.includes(kind) ? orderFirst.indexOf(kind) - orderFirst.length : orderLast.indexOf(kind) + 1)
  const ordered = order === 'fifo' ? objects : objects.toSorted((a, b) => rank(a['kind']) - rank(b['kind']) || compare(idOf(a), idOf(b)))
  return { text: ordered.map(toYaml).join('---\n'), warnings: [...new Set(warnings)].join('') }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** What has no group or namespace comes behind what has one. */
function idOf({ apiVersion, kind, metadata }: Fields): string {
  const [version, group = '~G'] = String(apiVersion).split('/').toReversed()
  return [`${group}_${version}_${kind}`, metadata.namespace ?? '~X', metadata.name].join('\0')
}

/** What others need comes first, what might keep others from being made comes last (api/resmap/idslice.go). */
const first = [
  'Namespace', 'ResourceQuota', 'StorageClass', 'CustomResourceDefinition', 'ServiceAccount', 'PodSecurityPolicy', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'ConfigMap', 'Secret',
  'Endpoints', 'Service', 'LimitRange', 'PriorityClass', 'PersistentVolume', 'PersistentVolumeClaim', 'Deployment', 'StatefulSet', 'CronJob', 'PodDisruptionBudget',
]
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']
interface Way {
  warnings: string[]
  /** Directories that led here. */
  above: readonly string[]
  /** As the command or the kustomization names it. */
  shown: string
}

/** `onto`: what a component is put on; it changes all that its kustomization has so far. */
function accumulate(files: Files, directory: string, way: Way, onto?: Resource[]): Resource[] {
  const found = readKustomization(files, directory)
  if (found === undefined) {
    const isThere = Object.keys(files).some((path) => directory === '' || path.startsWith(`${directory}/`))
    const full = `/root${directory === '' ? '' : `/${directory}`}`
    throw new CommandError(isThere ? `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${full}'` : `must build at directory: ${Object.hasOwn(files, directory) ? `'${way.shown}': file is not directory` : `not a valid directory: evalsymlink failure on '${way.shown}' : lstat ${full}: no such file or directory`}`)
  }
  if (way.above.includes(directory)) throw new CommandError(`cycle detected: candidate root '/root/${directory}' contains visited root`)
  const { kustomization, isComponent, warnings } = found
  if (isComponent !== (onto !== undefined) && way.above.length > 0) throw new CommandError(isComponent ? `accumulating resources: accumulation err='accumulating resources from '${way.shown}': '/root/${directory}' must resolve to a file': expected kind != 'Component' for path '/root/${directory}'` : `accumulating components: accumulateDirectory: "expected kind 'Component' for path '/root/${directory}' but got 'Kustomization'"`)
  way.warnings.push(...warnings)
  const read = (path: string): string => {
    if (Object.hasOwn(files, path)) return insideOf(directory, path, files[path]!)
    throw new CommandError(`evalsymlink failure on '/root/${path}' : lstat /root/${path}: no such file or directory`)
  }
  const resources = onto ?? []
  for (const path of kustomization.resources ?? []) {
    const more = loaded(files, directory, path, way)
    add(resources, more, (why) => unaccumulated(path, joined(directory, path), Object.hasOwn(files, joined(directory, path)) ? { merging: why } : { recursed: why }))
  }
  for (const path of kustomization.components ?? []) accumulate(files, joined(directory, path), { ...way, above: [...way.above, directory], shown: path }, resources)
  for (const [kind, generators] of [['ConfigMap', kustomization.configMapGenerator], ['Secret', kustomization.secretGenerator]] as const) {
    for (const generator of generators ?? []) generate(resources, kind, generator, { options: kustomization.generatorOptions ?? {}, read, directory })
  }
  transform(resources, kustomization, read, directory)
  replace(resources, kustomization.replacements ?? [], read, directory)
  followNames(resources)
  return resources
}

/** A kustomization reads nothing that lies elsewhere, but whole directories. */
function insideOf(directory: string, path: string, text: string): string {
  if (directory === '' || path.startsWith(`${directory}/`)) return text
  throw new CommandError(`security; file '/root/${path}' is not in or below '/root/${directory}'`)
}

/** A path is tried as a file first and then as a directory: what kustomize says when it is neither, or not what it should be. */
function unaccumulated(path: string, at: string, why: { reading?: string; merging?: string; recursed?: string }): CommandError {
  const asFile = why.merging === undefined ? `accumulating resources from '${path}': ${why.reading ?? `'/root/${at}' must resolve to a file`}` : `merging resources from '${path}': ${why.merging}`
  const asDirectory = why.recursed === undefined ? `must build at directory: '/root/${at}': file is not directory` : `recursed merging from path '/root/${at}': ${why.recursed}`
  return new CommandError(`accumulating resources: accumulation err='${asFile}': ${asDirectory}`)
}

function loaded(files: Files, directory: string, path: string, way: Way): Resource[] {
  if (/^https?:\/\/|^github\.com\//.test(path)) throw new CommandError(`accumulating resources: accumulation err='accumulating resources from '${path}': Get "${path}": dial tcp: lookup ${path.replace(/^https?:\/\//, '').split('/')[0]}: no such host'`)
  const at = joined(directory, path)
  if (!Object.hasOwn(files, at)) {
    const isDirectory = Object.keys(files).some((file) => file.startsWith(`${at}/`))
    if (!isDirectory) throw new CommandError(`accumulating resources: accumulation err='accumulating resources from '${path}': evalsymlink failure on '/root/${at}' : lstat /root/${at}: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/root/${at}' : lstat /root/${at}: no such file or directory`)
    return accumulate(files, at, { ...way, above: [...way.above, directory], shown: path })
  }
  try {
    const { values, error } = readDocuments(insideOf(directory, at, files[at]!), 'core')
    if (error !== '') throw new ExitError(`error: accumulating resources: accumulating resources from '${path}': MalformedYAMLError: ${error.replace('error converting YAML to JSON: ', '')} in File: ${path}`, 1)
    return values.flatMap((value) => itemsOf(value))
  } catch (error) {
    throw error instanceof CommandError ? unaccumulated(path, at, { reading: error.message }) : error
  }
}

function itemsOf(value: unknown): Resource[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new CommandError('missing Resource metadata')
  const fields = value as Fields
  if (typeof fields['kind'] === 'string' && fields['kind'].endsWith('List') && Array.isArray(fields['items'])) return (fields['items'] as Fields[]).flatMap(itemsOf)
  const { apiVersion = '', kind = '', metadata = {} } = fields
  const missing = kind === '' ? 'kind' : !metadata?.name ? 'metadata.name' : undefined
  if (missing !== undefined) throw new CommandError(`missing ${missing} in object {{${apiVersion} ${kind}} {{${metadata?.name ?? ''} ${metadata?.namespace ?? ''}} ${goFormat(metadata?.labels ?? {})} ${goFormat(metadata?.annotations ?? {})}}}`)
  return [{ object: JSON.parse(JSON.stringify(value)) as Fields, names: [], needsHash: false }]
}

function add(resources: Resource[], more: readonly Resource[], failed: (why: string) => CommandError = (why) => new CommandError(why)): void {
  for (const one of more) {
    const { apiVersion, kind, metadata } = one.object as { apiVersion: string; kind: string; metadata: Fields }
    if (resources.some(({ object }) => object['kind'] === kind && object['apiVersion'] === apiVersion && object['metadata'].name === metadata['name'] && object['metadata'].namespace === metadata['namespace'])) {
      const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['[noGrp]', apiVersion]
      throw failed(`may not add resource with an already registered id: ${kind}.${version}.${group}/${metadata['name']}.${metadata['namespace'] ?? '[noNs]'}`)
    }
    resources.push(one)
  }
}

function generate(resources: Resource[], kind: 'ConfigMap' | 'Secret', generator: Generator, o: { options: NonNullable<Generator['options']>; read: (path: string) => string; directory: string }): void {
  const object = generated(kind, generator, o.options, o.read, o.directory)
  const needsHash = (generator.options?.disableNameSuffixHash ?? o.options.disableNameSuffixHash) !== true
  const base = resources.find(({ object: other, names }) => other['kind'] === kind && [other['metadata'].name, ...names].includes(generator.name))
  if (generator.behavior === 'merge' || generator.behavior === 'replace') {
    if (base === undefined) throw mergeFailure(kind, generator, 'does not exist; cannot merge or replace')
    const { metadata } = base.object as { metadata: Fields }
    for (const field of ['labels', 'annotations']) if (object['metadata'][field] !== undefined) metadata[field] = { ...metadata[field], ...object['metadata'][field] }
    base.object['data'] = generator.behavior === 'merge' ? { ...base.object['data'], ...object['data'] } : object['data']
    base.needsHash = needsHash
  } else if (base !== undefined && base.object['metadata'].namespace === generator.namespace) throw mergeFailure(kind, generator, 'exists; behavior must be merge or replace')
  else add(resources, [{ object, names: [], needsHash }])
}

/** Go's words for a generator, its address made up. */
function mergeFailure(kind: string, { name, namespace = '' }: Generator, why: string): CommandError {
  const gvk = `resid.Gvk{Group:"", Version:"v1", Kind:${JSON.stringify(kind)}, isClusterScoped:false}`
  return new CommandError(`merging from generator &{0xc000b6a000 <nil>}: id resid.ResId{Gvk:${gvk}, Name:${JSON.stringify(name)}, Namespace:${JSON.stringify(namespace)}} ${why}`)
}

/** `-k`: the command gets what the kustomization makes as if it were one file. */
export function* kustomized(session: Session): Task<Session> {
  const { flags, input } = session
  if (flags.list('filename').length > 0) throw new CommandError("only one of -f or -k can be specified")
  const directory = flags.string('kustomize')
  const { text, warnings } = build(input.files, directory)
  yield* err(warnings)
  flags.set('filename', directory)
  return { ...session, input: { ...input, files: { ...input.files, [normalize(directory)]: text } } }
}

kustomize.bring({ build, kustomized })
