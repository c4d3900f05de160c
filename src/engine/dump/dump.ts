import { formatTime } from '../api/time.ts'
import type { KubeObject, Node } from '../api/types.ts'
import type { Fault } from '../fault.ts'
import type { ClusterOptions } from '../scenario.ts'
import { completeDump, momentOf } from './complete.ts'
import { readDump } from './read.ts'
import type { DumpFile, ImportedDump } from './report.ts'
import { takeObjects } from './take.ts'

/** When nothing in the objects tells a time: 2026-01-05T09:00:00Z, as in a film that says nothing. */
const defaultNowMs = 1_767_603_600_000

/** Reads what `kubectl get -o yaml` has printed of another cluster. `keepSecrets`: their contents, too; a link would carry them. */
export function importDump(files: readonly DumpFile[], { keepSecrets }: { keepSecrets: boolean }): ImportedDump {
  const { objects: given, unread } = readDump(files)
  const { objects, refused } = takeObjects(given)
  const nowMs = momentOf(objects.values()) ?? defaultNowMs
  const completions = completeDump(objects, nowMs)
  const secrets = [...objects.values()].filter(({ kind }) => kind === 'Secret')
  if (!keepSecrets) for (const secret of secrets) objects.set(`secrets/${secret.metadata.namespace}/${secret.metadata.name}`, emptied(secret))
  const all = [...objects.values()]
  return {
    cluster: { startTime: formatTime(nowMs), ...addOnsOf(all), objects: all },
    faults: all.flatMap((object) => (object.kind === 'Node' ? faultsOf(object as unknown as Node) : [])),
    kinds: countKinds(all),
    secrets: secrets.length,
    unread,
    refused,
    completions,
  }
}

/** '{}' in base64: whoever reads such a key wants JSON. */
const emptyMap = 'e30='

/** Only the keys are left. What kubectl has written down of the manifest holds the contents once more. */
function emptied(secret: KubeObject): KubeObject {
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...annotations } = secret.metadata.annotations ?? {}
  const { annotations: had, managedFields: _fields, ...metadata } = secret.metadata
  const data = Object.fromEntries(Object.keys((secret['data'] ?? {}) as object).map((key) => [key, key.startsWith('.docker') ? emptyMap : '']))
  return {
    ...secret,
    metadata: had === undefined ? metadata : { ...metadata, annotations },
    ...(secret['data'] === undefined ? {} : { data }),
  }
}

/** What is installed there beside Kubernetes itself, as far as it can be here. */
function addOnsOf(objects: readonly KubeObject[]): Pick<ClusterOptions, 'metricsServer' | 'cloud' | 'ingress'> {
  const has = (test: (object: KubeObject) => boolean): boolean => objects.some(test)
  return {
    ...(has(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'metrics-server') ? { metricsServer: true } : {}),
    ...(has(({ kind, spec, status }) => kind === 'Service' && spec?.type === 'LoadBalancer' && status?.loadBalancer?.ingress?.length > 0) ? { cloud: true } : {}),
    ...(has(({ kind, spec }) => kind === 'IngressClass' && spec?.controller === 'k8s.io/ingress-nginx') ? { ingress: true } : {}),
  }
}

const pressures = { MemoryPressure: 'memory', DiskPressure: 'disk', PIDPressure: 'pids' } as const

/** A node that nobody has heard of: its kubelet is away, for nothing says that the machine is. */
function faultsOf({ metadata: { name }, status }: Node): Fault[] {
  const conditions = new Map((status.conditions ?? []).map((condition) => [condition.type, condition]))
  const ready = conditions.get('Ready')
  if (ready?.status === 'Unknown') return [{ type: 'kubelet-stop', node: name }]
  const pressed = Object.entries(pressures).filter(([type]) => conditions.get(type)?.status === 'True')
  const faults = pressed.map(([, signal]): Fault => ({ type: 'node-pressure', node: name, signal }))
  if (ready?.status === 'False' && ready.message?.includes('NetworkPluginNotReady') === true) faults.push({ type: 'network-stop', node: name })
  return faults
}

function countKinds(objects: readonly KubeObject[]): { kind: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { kind } of objects) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1))
}
