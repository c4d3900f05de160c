import { findKind } from '../api/resources.ts'
import { formatTime, parseTime } from '../api/time.ts'
import type { KubeObject, Node, OwnerReference, Pod } from '../api/types.ts'
import { objectKey } from '../apiserver/keys.ts'
import { registeredNode } from '../bootstrap.ts'
import { byRevision, patchOf, revisionLabel } from '../controllers/common/revisions.ts'
import type { Completion } from './report.ts'
import { madeUid, nameOf } from './take.ts'

type Objects = Map<string, KubeObject>

/** Completes `objects` in place and says how. */
export function completeDump(objects: Objects, nowMs: number): Completion[] {
  return [
    ...makeNamespaces(objects, formatTime(nowMs)),
    ...makeNodes(objects, nowMs),
    ...cutOwners(objects),
    ...makeRevisions(objects),
    ...missingReferences(objects),
  ]
}

const ofKind = (objects: Objects, kind: string): KubeObject[] => [...objects.values()].filter((object) => object.kind === kind)

const bootstrapNamespaces: ReadonlySet<string> = new Set(['default', 'kube-node-lease', 'kube-public', 'kube-system'])

function makeNamespaces(objects: Objects, creationTimestamp: string): Completion[] {
  const named = new Set([...objects.values()].flatMap(({ metadata: { namespace } }) => (namespace ? [namespace] : [])))
  const made: Completion[] = []
  for (const name of named) {
    if (bootstrapNamespaces.has(name) || objects.has(`namespaces/${name}`)) continue
    objects.set(`namespaces/${name}`, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, uid: madeUid(`namespace ${name}`), resourceVersion: '', creationTimestamp, labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    })
    made.push({ type: 'NamespaceMade', name })
  }
  return made
}

/** Only for a dump without any nodes: a pod on a node that others do without is a pod whose node is gone. */
function makeNodes(objects: Objects, nowMs: number): Completion[] {
  if (ofKind(objects, 'Node').length > 0) return []
  const pods = new Map<string, Pod[]>()
  for (const pod of ofKind(objects, 'Pod') as Pod[]) {
    const { nodeName } = pod.spec
    if (nodeName) pods.set(nodeName, [...(pods.get(nodeName) ?? []), pod])
  }
  return [...pods].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, own], i) => {
    const uid = own.flatMap(({ metadata }) => metadata.ownerReferences ?? []).find(({ kind }) => kind === 'Node')?.uid ?? madeUid(`node ${name}`)
    const address = own.find(({ status }) => status.hostIP)?.status.hostIP
    const addresses = address === undefined ? {} : { addresses: [{ type: 'InternalIP', address }, { type: 'Hostname', address: name }] }
    const given = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid, resourceVersion: '', creationTimestamp: formatTime(nowMs) }, status: addresses } as unknown as Node
    objects.set(`nodes/${name}`, registeredNode(given, i, nowMs) as unknown as KubeObject)
    return { type: 'NodeMade', name, pods: own.length }
  })
}

function cutOwners(objects: Objects): Completion[] {
  const uids = new Set([...objects.values()].map(({ metadata }) => metadata.uid))
  const cut: Completion[] = []
  for (const [key, object] of objects) {
    const { ownerReferences } = object.metadata
    // Whoever owns what of a kind that is not served here, nobody goes to look for.
    const isLost = ({ apiVersion, kind, uid }: OwnerReference): boolean => !uids.has(uid) && findKind(apiVersion, kind) !== undefined
    if (ownerReferences === undefined || !ownerReferences.some(isLost)) continue
    const { ownerReferences: _, ...metadata } = object.metadata
    const left = ownerReferences.filter((reference) => !isLost(reference))
    objects.set(key, { ...object, metadata: left.length === 0 ? metadata : { ...metadata, ownerReferences: left } })
    for (const { kind, name } of ownerReferences.filter(isLost)) {
      const { namespace } = object.metadata
      cut.push({ type: 'OwnerMissing', object: nameOf(object), owner: { kind, ...(namespace === undefined || kind === 'Node' ? {} : { namespace }), name } })
    }
  }
  return cut
}

/**
 * The newest ControllerRevision of a DaemonSet or StatefulSet is that of its present template, when the controller has seen the last change
 * of it: its data is written as this controller manager would write it, since every version of Kubernetes writes it a little differently.
 */
function makeRevisions(objects: Objects): Completion[] {
  const ofOwner = new Map<string, KubeObject[]>()
  for (const revision of ofKind(objects, 'ControllerRevision')) {
    for (const { uid } of revision.metadata.ownerReferences ?? []) ofOwner.set(uid, [...(ofOwner.get(uid) ?? []), revision])
  }
  const made: Completion[] = []
  for (const set of [...ofKind(objects, 'DaemonSet'), ...ofKind(objects, 'StatefulSet')]) {
    if (set['status']?.observedGeneration === undefined || set['status'].observedGeneration !== set.metadata.generation) continue
    const { namespace = 'default', name } = set.metadata
    const newest = ofOwner.get(set.metadata.uid)?.toSorted(byRevision).at(-1)
    const hash = newest === undefined ? presentHash(objects, set) : undefined
    if (newest !== undefined) objects.set(`controllerrevisions/${namespace}/${newest.metadata.name}`, { ...newest, data: patchOf(set) })
    if (hash === undefined) continue
    const revision = revisionOf(set, hash)
    objects.set(`controllerrevisions/${namespace}/${revision.metadata.name}`, revision)
    made.push({ type: 'RevisionMade', object: { kind: set.kind, namespace, name } })
  }
  return made
}

/** What the pods of the set carry: of a StatefulSet its status says it, else most of them decide. */
function presentHash(objects: Objects, set: KubeObject): string | undefined {
  const { namespace, name, uid } = set.metadata
  const said: unknown = set['status'].updateRevision
  if (typeof said === 'string' && said.startsWith(`${name}-`)) return said.slice(name.length + 1)
  const counts = new Map<string, number>()
  for (const pod of ofKind(objects, 'Pod')) {
    const hash = pod.metadata.labels?.[revisionLabel]
    if (hash === undefined || pod.metadata.namespace !== namespace || !pod.metadata.ownerReferences?.some((owner) => owner.uid === uid)) continue
    counts.set(hash, (counts.get(hash) ?? 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}

function revisionOf(set: KubeObject, hash: string): KubeObject {
  const { namespace, name, uid, creationTimestamp } = set.metadata
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      namespace: namespace!,
      uid: madeUid(`revision ${namespace}/${name}-${hash}`),
      resourceVersion: '',
      creationTimestamp,
      labels: { ...set['spec'].template.metadata?.labels, [revisionLabel]: hash },
      ownerReferences: [{ apiVersion: set.apiVersion, kind: set.kind, name, uid, controller: true, blockOwnerDeletion: true }],
    },
    data: patchOf(set),
    revision: 1,
  }
}

/** ConfigMaps, Secrets and claims that pods use; each is said once. */
function missingReferences(objects: Objects): Completion[] {
  const said = new Set<string>()
  const missing: Completion[] = []
  for (const pod of ofKind(objects, 'Pod') as Pod[]) {
    if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') continue
    const { namespace = 'default' } = pod.metadata
    for (const { kind, name } of referencesOf(pod)) {
      const key = objectKey(findKind('v1', kind)!, namespace, name)
      if (objects.has(key) || said.has(key) || name === 'kube-root-ca.crt') continue
      said.add(key)
      missing.push({ type: 'ReferenceMissing', object: { kind, namespace, name }, pod: nameOf(pod as unknown as KubeObject) })
    }
  }
  return missing
}

function referencesOf({ spec }: Pod): { kind: string; name: string }[] {
  const found: { kind: string; name: string | undefined; optional?: boolean | undefined }[] = []
  for (const { configMap, secret, persistentVolumeClaim, projected } of spec.volumes ?? []) {
    if (configMap !== undefined) found.push({ kind: 'ConfigMap', name: configMap.name, optional: configMap.optional })
    if (secret !== undefined) found.push({ kind: 'Secret', name: secret.secretName, optional: secret.optional })
    if (persistentVolumeClaim !== undefined) found.push({ kind: 'PersistentVolumeClaim', name: persistentVolumeClaim.claimName })
    for (const source of projected?.sources ?? []) {
      if (source.configMap !== undefined) found.push({ kind: 'ConfigMap', name: source.configMap.name, optional: source.configMap.optional })
      if (source.secret !== undefined) found.push({ kind: 'Secret', name: source.secret.name, optional: source.secret.optional })
    }
  }
  for (const { env, envFrom } of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const { valueFrom } of env ?? []) {
      const { configMapKeyRef, secretKeyRef } = valueFrom ?? {}
      if (configMapKeyRef !== undefined) found.push({ kind: 'ConfigMap', name: configMapKeyRef.name, optional: configMapKeyRef.optional })
      if (secretKeyRef !== undefined) found.push({ kind: 'Secret', name: secretKeyRef.name, optional: secretKeyRef.optional })
    }
    for (const { configMapRef, secretRef } of envFrom ?? []) {
      if (configMapRef !== undefined) found.push({ kind: 'ConfigMap', name: configMapRef.name, optional: configMapRef.optional })
      if (secretRef !== undefined) found.push({ kind: 'Secret', name: secretRef.name, optional: secretRef.optional })
    }
  }
  return found.flatMap(({ kind, name, optional }) => (name && optional !== true ? [{ kind, name }] : []))
}

const timeFields: ReadonlySet<string> = new Set([
  'creationTimestamp', 'startTime', 'startedAt', 'finishedAt', 'completionTime', 'lastTransitionTime', 'lastUpdateTime', 'lastProbeTime',
  'lastHeartbeatTime', 'lastScheduleTime', 'lastSuccessfulTime', 'lastScaleTime', 'firstTimestamp', 'lastTimestamp', 'eventTime', 'lastObservedTime', 'renewTime', 'acquireTime',
])

/** Virtual ms of the latest moment that the objects tell of, to the next whole second: when they were printed, or soon before. */
export function momentOf(objects: Iterable<KubeObject>): number | undefined {
  let latest = -Infinity
  const look = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(look)
    if (typeof value !== 'object' || value === null) return
    for (const [key, item] of Object.entries(value)) {
      if (typeof item === 'string' && timeFields.has(key)) latest = Math.max(latest, parseTime(item) ?? -Infinity)
      else look(item)
    }
  }
  for (const object of objects) {
    look(object.metadata)
    look(object['status'])
    if (object.kind === 'Event') look({ ...object, metadata: undefined, involvedObject: undefined })
    if (object.kind === 'Lease') look(object['spec'])
  }
  return latest === -Infinity ? undefined : Math.ceil((latest + 1) / 1000) * 1000
}
