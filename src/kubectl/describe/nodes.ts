import { addLists, quantity } from '../../engine/api/quantity.ts'
import { findResource } from '../../engine/api/resources.ts'
import { age } from '../../engine/api/time.ts'
import type { Event, KubeObject, Node, Pod, ResourceList } from '../../engine/api/types.ts'
import { KubectlError, ServerError } from '../errors.ts'
import { podsResource } from '../podsOf.ts'
import type { Session, Task } from '../session.ts'
import { getObject } from '../fileTargets.ts'
import { listObjects } from '../targets.ts'
import type { Describer } from './describer.ts'
import { eventsAbout, writeEvents } from './events.ts'
import { podTotals } from './podTotals.ts'
import { amount, dateOf, Description, writeAnnotations, writeLabels, writeTaints } from './writer.ts'

const leases = findResource('coordination.k8s.io', 'v1', 'leases')!

export const describeNode: Describer = function* (session, target) {
  const node = (yield* getObject(session, target)) as Node
  const pods = yield* podsOn(session, target.name)
  const events = yield* nodeEvents(session, node)
  const w = new Description(session.input.now())
  writeNode(w, node)
  yield* writeLease(session, w, target.name)
  writeNodeStatus(w, node)
  if (pods) writePods(w, node, pods)
  else w.line(0, 'Pods:\tnot authorized')
  writeEvents(w, events)
  return w.text()
}

/** Undefined for those who may see nodes but not all pods. */
function* podsOn(session: Session, name: string): Task<Pod[] | undefined> {
  const fieldSelector = `spec.nodeName=${name},status.phase!=Succeeded,status.phase!=Failed`
  try {
    return (yield* listObjects(session, { resource: podsResource, namespace: '', fieldSelector })).items as Pod[]
  } catch (error) {
    if (error instanceof ServerError && error.reason === 'Forbidden') return undefined
    throw error
  }
}

/** Controllers write of a node by its uid, the kubelet by its name. */
function* nodeEvents(session: Session, { metadata }: Node): Task<Event[] | undefined> {
  const about = { kind: 'Node', name: metadata.name, namespace: '' }
  const byUid = yield* eventsAbout(session, { ...about, uid: metadata.uid })
  if (byUid === undefined) return undefined
  const byName = (yield* eventsAbout(session, { ...about, uid: metadata.name })) ?? []
  return [...byUid, ...byName]
}

/** node-role.kubernetes.io/<role> and kubernetes.io/role=<role> */
function rolesOf(labels: Readonly<Record<string, string>> = {}): string {
  const prefix = 'node-role.kubernetes.io/'
  const roles = Object.keys(labels).filter((key) => key.startsWith(prefix) && key !== prefix).map((key) => key.slice(prefix.length))
  const named = labels['kubernetes.io/role']
  if (named) roles.push(named)
  return [...new Set(roles)].toSorted().join(',') || '<none>'
}

function writeNode(w: Description, { metadata, spec }: Node): void {
  w.line(0, `Name:\t${metadata.name}`)
  w.line(0, `Roles:\t${rolesOf(metadata.labels)}`)
  writeLabels(w, 'Labels', metadata.labels)
  writeAnnotations(w, 'Annotations', metadata.annotations)
  w.line(0, `CreationTimestamp:\t${dateOf(metadata.creationTimestamp)}`)
  writeTaints(w, spec?.taints ?? [])
  w.line(0, `Unschedulable:\t${spec?.unschedulable ?? false}`)
}

function* writeLease(session: Session, w: Description, name: string): Task<void> {
  let lease: KubeObject
  try {
    lease = yield* getObject(session, { resource: leases, namespace: 'kube-node-lease', name, source: '', object: undefined })
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    return w.line(0, `Lease:\tFailed to get lease: ${error.message}`)
  }
  const { holderIdentity, acquireTime, renewTime } = lease['spec'] ?? {}
  w.line(0, 'Lease:')
  w.line(1, `HolderIdentity:\t${holderIdentity ?? '<unset>'}`)
  w.line(1, `AcquireTime:\t${acquireTime ? dateOf(acquireTime) : '<unset>'}`)
  w.line(1, `RenewTime:\t${renewTime ? dateOf(renewTime) : '<unset>'}`)
}

function writeNodeStatus(w: Description, { spec, status }: Node): void {
  if (status.conditions?.length) {
    w.write(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n')
    w.line(1, '----\t------\t-----------------\t------------------\t------\t-------')
    for (const c of status.conditions) {
      w.line(1, `${c.type} \t${c.status} \t${dateOf(c.lastHeartbeatTime)} \t${dateOf(c.lastTransitionTime)} \t${c.reason ?? ''} \t${c.message ?? ''}`)
    }
  }
  w.line(0, 'Addresses:')
  for (const { type, address } of status.addresses ?? []) w.line(1, `${type}:\t${address}`)
  writeList(w, 'Capacity', status.capacity)
  writeList(w, 'Allocatable', status.allocatable)
  writeSystem(w, (status.nodeInfo ?? {}) as Record<string, string>)
  if (spec?.podCIDR) w.line(0, `PodCIDR:\t${spec.podCIDR}`)
  if (spec?.podCIDRs?.length) w.line(0, `PodCIDRs:\t${spec.podCIDRs.join(',')}`)
  if (spec?.providerID) w.line(0, `ProviderID:\t${spec.providerID}`)
}

function writeList(w: Description, title: string, list: ResourceList | undefined): void {
  const names = Object.keys(list ?? {}).toSorted()
  if (names.length > 0) w.line(0, `${title}:`)
  for (const name of names) w.line(1, `${name}:\t${amount(list![name])}`)
}

const system: readonly [string, string][] = [
  ['Machine ID', 'machineID'], ['System UUID', 'systemUUID'], ['Boot ID', 'bootID'], ['Kernel Version', 'kernelVersion'], ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'], ['Architecture', 'architecture'], ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'], ['Kube-Proxy Version', 'kubeProxyVersion'],
]

function writeSystem(w: Description, info: Readonly<Record<string, string>>): void {
  w.line(0, 'System Info:')
  for (const [title, field] of system) w.line(1, `${title}:\t${info[field] ?? ''}`)
}

const ofWhole = (part: number, whole: number): number => (whole === 0 ? 0 : Math.trunc((part / whole) * 100))

/** "250m (12%)" */
function share(list: ResourceList, whole: ResourceList, name: string): string {
  const part = quantity(list[name])
  const all = quantity(whole[name])
  const percent = name === 'cpu' ? ofWhole(Number(part.milliValue), Number(all.milliValue)) : ofWhole(Number(part.value), Number(all.value))
  return `${part.text} (${percent}%)`
}

function writePods(w: Description, { status }: Node, pods: readonly Pod[]): void {
  const { allocatable = {}, capacity = {} } = status
  const whole: ResourceList = Object.keys(allocatable).length > 0 ? allocatable : capacity
  w.line(0, `Non-terminated Pods:\t(${pods.length} in total)`)
  w.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge')
  w.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---')
  let requests: ResourceList = {}
  let limits: ResourceList = {}
  for (const pod of pods) {
    const total = podTotals(pod)
    requests = addLists(requests, total.requests)
    limits = addLists(limits, total.limits)
    const cells = [share(total.requests, whole, 'cpu'), share(total.limits, whole, 'cpu'), share(total.requests, whole, 'memory'), share(total.limits, whole, 'memory')]
    w.line(1, `${pod.metadata.namespace}\t${pod.metadata.name}\t\t${cells.join('\t')}\t${age(pod.metadata.creationTimestamp, w.now)}`)
  }
  w.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n')
  w.line(1, 'Resource\tRequests\tLimits')
  w.line(1, '--------\t--------\t------')
  const names = Object.keys(whole).toSorted()
  const huge = names.filter((name) => name.startsWith('hugepages-'))
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...huge]) w.line(1, `${name}\t${share(requests, whole, name)}\t${share(limits, whole, name)}`)
  const ordinary = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods', ...huge])
  for (const name of names) if (!ordinary.has(name)) w.line(1, `${name}\t${amount(requests[name])}\t${amount(limits[name])}`)
}
