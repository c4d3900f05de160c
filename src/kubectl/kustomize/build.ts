/** `kubectl kustomize` and `-k`: what a directory with a kustomization.yaml makes of its files (sigs.k8s.io/kustomize). */
import { CommandError } from '../errors.ts'
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

/** `sorted`: as the command prints them; `-k` keeps the order in which they are named. */
export function build(files: Files, path: string, sorted: boolean): Built {
  if (/^(https?:\/\/|git@|github\.com\/)/.test(path)) throw new CommandError(`failed to run '/usr/bin/git fetch --depth=1 ${path}': no network`)
  const warnings: string[] = []
  const resources = accumulate(files, joined('', path.replace(/^\/root(\/|$)/, '')), { warnings, above: [], shown: path })
  for (const resource of resources) if (resource.needsHash) rename(resource, (name) => `${name}-${hashOf(resource.object)}`)
  followNames(resources)
  const objects = resources.map(({ object }) => object)
  const ordered = sorted ? objects.toSorted((a, b) => rank(a['kind']) - rank(b['kind']) || compare(idOf(a), idOf(b))) : objects
  return { text: ordered.map(toYaml).join('---\n'), warnings: [...new Set(warnings)].join('') }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const idOf = ({ apiVersion, kind, metadata }: Fields): string => `${apiVersion.includes('/') ? apiVersion.split('/')[0] : ''} ${kind} ${metadata.namespace ?? ''} ${metadata.name}`

/** What others need comes first, what might keep others from being made comes last (api/resmap/idslice.go). */
const first = [
  'Namespace', 'ResourceQuota', 'StorageClass', 'CustomResourceDefinition', 'ServiceAccount', 'PodSecurityPolicy', 'Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding', 'ConfigMap', 'Secret',
  'Endpoints', 'Service', 'LimitRange', 'PriorityClass', 'PersistentVolume', 'PersistentVolumeClaim', 'Deployment', 'StatefulSet', 'CronJob', 'PodDisruptionBudget',
]
const last = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration']
const rank = (kind: string): number => (first.includes(kind) ? first.indexOf(kind) - first.length : last.indexOf(kind) + 1)

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
  if (isComponent !== (onto !== undefined) && way.above.length > 0) throw new CommandError(isComponent ? `accumulating resources: accumulation err='accumulating resources from '${way.shown}': expected kind != 'Component' for path '/root/${directory}'` : `accumulating components: accumulateDirectory: "expected kind 'Component' for path '/root/${directory}' but got 'Kustomization'"`)
  way.warnings.push(...warnings)
  const read = (path: string): string => {
    if (Object.hasOwn(files, path)) return files[path]!
    throw new CommandError(`evalsymlink failure on '/root/${path}' : lstat /root/${path}: no such file or directory`)
  }
  const resources = onto ?? []
  for (const path of kustomization.resources ?? []) add(resources, loaded(files, directory, path, way))
  for (const path of kustomization.components ?? []) accumulate(files, joined(directory, path), { ...way, above: [...way.above, directory], shown: path }, resources)
  for (const [kind, generators] of [['ConfigMap', kustomization.configMapGenerator], ['Secret', kustomization.secretGenerator]] as const) {
    for (const generator of generators ?? []) generate(resources, kind, generator, { options: kustomization.generatorOptions ?? {}, read, directory })
  }
  transform(resources, kustomization, read, directory)
  replace(resources, kustomization.replacements ?? [], read, directory)
  followNames(resources)
  return resources
}

function loaded(files: Files, directory: string, path: string, way: Way): Resource[] {
  if (/^https?:\/\/|^github\.com\//.test(path)) throw new CommandError(`accumulating resources: accumulation err='accumulating resources from '${path}': Get "${path}": dial tcp: lookup ${path.replace(/^https?:\/\//, '').split('/')[0]}: no such host'`)
  const at = joined(directory, path)
  if (!Object.hasOwn(files, at)) {
    const isDirectory = Object.keys(files).some((file) => file.startsWith(`${at}/`))
    if (!isDirectory) throw new CommandError(`accumulating resources: accumulation err='accumulating resources from '${path}': evalsymlink failure on '/root/${at}' : lstat /root/${at}: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/root/${at}' : lstat /root/${at}: no such file or directory`)
    return accumulate(files, at, { ...way, above: [...way.above, directory], shown: path })
  }
  const { values, error } = readDocuments(files[at]!)
  if (error !== '') throw new CommandError(`accumulating resources: accumulation err='accumulating resources from '${path}': MalformedYAMLError: ${error} in File: ${path}'`)
  return values.filter((value) => value !== null && typeof value === 'object').flatMap((value) => itemsOf(value as Fields, path))
}

function itemsOf(value: Fields, path: string): Resource[] {
  if (typeof value['kind'] === 'string' && value['kind'].endsWith('List') && Array.isArray(value['items'])) return (value['items'] as Fields[]).flatMap((item) => itemsOf(item, path))
  if (!value['kind'] || !value['metadata']?.name) throw new CommandError(`accumulating resources: accumulation err='accumulating resources from '${path}': missing ${value['kind'] ? 'metadata.name' : 'Resource metadata'}'`)
  return [{ object: JSON.parse(JSON.stringify(value)) as Fields, names: [], needsHash: false }]
}

function add(resources: Resource[], more: readonly Resource[]): void {
  for (const one of more) {
    const { apiVersion, kind, metadata } = one.object as { apiVersion: string; kind: string; metadata: Fields }
    if (resources.some(({ object }) => object['kind'] === kind && object['apiVersion'] === apiVersion && object['metadata'].name === metadata['name'] && object['metadata'].namespace === metadata['namespace'])) {
      const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['[noGrp]', apiVersion]
      throw new CommandError(`accumulating resources: accumulation err='merging resources from': may not add resource with an already registered id: ${kind}.${version}.${group}/${metadata['name']}.${metadata['namespace'] ?? '[noNs]'}`)
    }
    resources.push(one)
  }
}

function generate(resources: Resource[], kind: 'ConfigMap' | 'Secret', generator: Generator, o: { options: NonNullable<Generator['options']>; read: (path: string) => string; directory: string }): void {
  const object = generated(kind, generator, o.options, o.read, o.directory)
  const needsHash = (generator.options?.disableNameSuffixHash ?? o.options.disableNameSuffixHash) !== true
  const base = resources.find(({ object: other, names }) => other['kind'] === kind && [other['metadata'].name, ...names].includes(generator.name))
  if (generator.behavior === 'merge' || generator.behavior === 'replace') {
    if (base === undefined) throw new CommandError(`merging from generator: id resid.ResId{Name:${JSON.stringify(generator.name)}} does not exist; cannot merge or replace`)
    base.object['data'] = generator.behavior === 'merge' ? { ...base.object['data'], ...object['data'] } : object['data']
    base.needsHash = needsHash
  } else add(resources, [{ object, names: [], needsHash }])
}

/** `-k`: the command gets what the kustomization makes as if it were one file. */
export function* kustomized(session: Session): Task<Session> {
  const { flags, input } = session
  if (flags.list('filename').length > 0) throw new CommandError("only one of -f or -k can be specified")
  const directory = flags.string('kustomize')
  const { text, warnings } = build(input.files, directory, false)
  yield* err(warnings)
  flags.set('filename', directory)
  return { ...session, input: { ...input, files: { ...input.files, [normalize(directory)]: text } } }
}

kustomize.bring({ build, kustomized })
