import { CommandError } from '../errors.ts'
import { readDocuments } from '../manifest/documents.ts'
import { misfit } from './decode.ts'
import type { FieldSpec } from './labels.ts'

/** What a kustomization.yaml says (kustomize api/types/kustomization.go), as far as it is known here. */
export interface Kustomization {
  resources?: string[]
  namePrefix?: string
  nameSuffix?: string
  namespace?: string
  commonLabels?: Record<string, string>
  labels?: { pairs?: Record<string, string>; includeSelectors?: boolean; includeTemplates?: boolean; fields?: FieldSpec[] }[]
  commonAnnotations?: Record<string, string>
  configMapGenerator?: Generator[]
  secretGenerator?: Generator[]
  generatorOptions?: GeneratorOptions
  images?: { name: string; newName?: string; newTag?: string; digest?: string }[]
  replicas?: { name: string; count: number }[]
  patches?: Patch[]
  patchesStrategicMerge?: string[]
  patchesJson6902?: Patch[]
  components?: string[]
  replacements?: Replacement[]
  sortOptions?: { order?: 'fifo' | 'legacy'; legacySortOptions?: { orderFirst?: string[]; orderLast?: string[] } }
}

/** Which objects are meant; all of these are patterns for the whole. */
export interface Selector {
  group?: string
  version?: string
  kind?: string
  name?: string
  namespace?: string
}

export interface Replacement {
  /** A file that has replacements. */
  path?: string
  source?: Selector & { fieldPath?: string; options?: { delimiter?: string; index?: number } }
  targets?: { select?: Selector; reject?: Selector[]; fieldPaths?: string[]; options?: { delimiter?: string; index?: number; create?: boolean } }[]
}

export interface GeneratorOptions {
  labels?: Record<string, string>
  annotations?: Record<string, string>
  disableNameSuffixHash?: boolean
  immutable?: boolean
}

export interface Generator {
  name: string
  namespace?: string
  type?: string
  behavior?: 'create' | 'replace' | 'merge'
  files?: string[]
  literals?: string[]
  envs?: string[]
  env?: string
  options?: GeneratorOptions
}

export interface Patch {
  path?: string
  patch?: string
  target?: { group?: string; version?: string; kind?: string; name?: string; namespace?: string; labelSelector?: string; annotationSelector?: string }
}

const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

const known = new Set([
  'apiVersion', 'kind', 'metadata', 'resources', 'bases', 'namePrefix', 'nameSuffix', 'namespace', 'commonLabels', 'labels', 'commonAnnotations', 'configMapGenerator', 'secretGenerator',
  'generatorOptions', 'images', 'replicas', 'patches', 'patchesStrategicMerge', 'patchesJson6902', 'components', 'replacements', 'sortOptions', 'buildMetadata',
])
/** What kustomize knows and Podreel does not. */
const beyond = new Set(['crds', 'configurations', 'generators', 'helmCharts', 'helmChartInflationGenerator', 'helmGlobals', 'images', 'inventory', 'openapi', 'transformers', 'validators', 'vars'])

const deprecated: readonly (readonly [field: string, instead: string])[] = [
  ['bases', 'resources'], ['commonLabels', 'labels'], ['patchesJson6902', 'patches'], ['patchesStrategicMerge', 'patches'],
]

export interface Read {
  kustomization: Kustomization
  isComponent: boolean
  warnings: string[]
}

/** Of a directory; undefined: it has none. */
export function readKustomization(files: Readonly<Record<string, string>>, directory: string): Read | undefined {
  const path = fileNames.map((name) => joined(directory, name)).find((one) => Object.hasOwn(files, one))
  if (path === undefined) return undefined
  const { values, error } = readDocuments(files[path]!)
  if (error !== '') throw new CommandError(`invalid Kustomization: ${error.replace('error converting YAML to JSON: ', '')}`)
  const fields = (values[0] ?? {}) as Record<string, unknown>
  if (Object.keys(fields).length === 0) throw new CommandError('kustomization.yaml is empty')
  for (const field of Object.keys(fields)) {
    if (known.has(field)) continue
    throw new CommandError(beyond.has(field) ? `kustomization field ${field} is not supported by Podreel` : `invalid Kustomization: json: unknown field ${JSON.stringify(field)}`)
  }
  const problem = misfit(fields)
  if (problem !== undefined) throw new CommandError(`invalid Kustomization: ${problem}`)
  checkKind(fields, directory)
  const warnings = deprecated.filter(([field]) => fields[field] !== undefined).map(([field, instead]) => `# Warning: '${field}' is deprecated. Please use '${instead}' instead. Run 'kustomize edit fix' to update your Kustomization automatically.\n`)
  const { bases = [], resources = [], ...rest } = fields as Kustomization & { bases?: string[] }
  return { kustomization: { ...rest, resources: [...bases, ...resources] }, isComponent: fields['kind'] === 'Component', warnings }
}

function checkKind({ apiVersion, kind = 'Kustomization' }: Record<string, unknown>, directory: string): void {
  const problems: string[] = []
  if (kind !== 'Kustomization' && kind !== 'Component') problems.push('kind should be Kustomization or Component')
  const wanted = kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1'
  if (apiVersion !== undefined && apiVersion !== wanted) problems.push(`apiVersion for ${String(kind)} should be ${wanted}`)
  if (problems.length > 0) throw new CommandError(`Failed to read kustomization file under /root${directory === '' ? '' : `/${directory}`}:\n${problems.join('\n')}`)
}

/** A path as it is known from the home directory. */
export function joined(directory: string, path: string): string {
  const parts: string[] = []
  for (const part of `${directory}/${path}`.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return parts.join('/')
}
