/** Where kustomize puts labels (api/internal/konfig/builtinpluginconsts commonlabels.go, templatelabels.go). */
import { parseGroupVersion } from '../../engine/api/resources.ts'
import type { Fields } from './resource.ts'

/** A field as kustomize's configuration names it: the names that lead there, through lists too. */
export interface FieldSpec {
  path: string
  group?: string
  version?: string
  kind?: string
  /** Whether it is made where it is not. */
  create?: boolean
}

const of = (kinds: string, path: string, create: boolean): FieldSpec[] => kinds.split(' ').map((kind) => ({ kind, path, create }))

const metadata: readonly FieldSpec[] = [{ path: 'metadata/labels', create: true }]

const templates: readonly FieldSpec[] = [
  ...of('ReplicationController Deployment ReplicaSet DaemonSet StatefulSet Job', 'spec/template/metadata/labels', true),
  ...of('StatefulSet', 'spec/volumeClaimTemplates/metadata/labels', true),
  ...of('CronJob', 'spec/jobTemplate/metadata/labels', true),
  ...of('CronJob', 'spec/jobTemplate/spec/template/metadata/labels', true),
]

const affinities = ['podAffinity', 'podAntiAffinity'].flatMap((affinity) => [
  `spec/template/spec/affinity/${affinity}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
  `spec/template/spec/affinity/${affinity}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
])

const selectors: readonly FieldSpec[] = [
  ...of('Service ReplicationController', 'spec/selector', true),
  ...of('Deployment ReplicaSet DaemonSet StatefulSet', 'spec/selector/matchLabels', true),
  ...[...affinities, 'spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels'].flatMap((path) => of('Deployment StatefulSet', path, false)),
  ...of('Job', 'spec/selector/matchLabels', false),
  ...of('CronJob', 'spec/jobTemplate/spec/selector/matchLabels', false),
  ...of('PodDisruptionBudget', 'spec/selector/matchLabels', false),
  ...['spec/podSelector', 'spec/ingress/from/podSelector', 'spec/egress/to/podSelector'].flatMap((path) => of('NetworkPolicy', `${path}/matchLabels`, false)),
]

/** Puts labels into an object, into what it makes pods of, and into what selects them. */
export function label(object: Fields, pairs: Readonly<Record<string, string>>, o: { selectors: boolean; templates: boolean; fields?: readonly FieldSpec[] }): void {
  for (const spec of [...metadata, ...(o.templates ? templates : []), ...(o.selectors ? selectors : []), ...(o.fields ?? [])]) {
    if (isOf(object, spec)) fill(object, spec.path.split('/').map((name) => name.replace(/\[\]$/, '')), spec.create === true, pairs)
  }
}

function isOf({ apiVersion, kind }: Fields, spec: FieldSpec): boolean {
  const { group, version } = parseGroupVersion(String(apiVersion))
  return [[spec.kind, kind], [spec.group, group], [spec.version, version]].every(([wanted, has]) => wanted === undefined || wanted === has)
}

function fill(value: unknown, path: readonly string[], create: boolean, pairs: Readonly<Record<string, string>>): void {
  if (Array.isArray(value)) {
    for (const item of value) fill(item, path, create, pairs)
    return
  }
  if (typeof value !== 'object' || value === null) return
  const [name, ...rest] = path as [string, ...string[]]
  const fields = value as Fields
  if (fields[name] === undefined || fields[name] === null) {
    if (!create) return
    fields[name] = {}
  }
  if (rest.length === 0) fields[name] = { ...fields[name], ...pairs }
  else fill(fields[name], rest, create, pairs)
}
