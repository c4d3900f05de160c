import { semanticEqual } from '../../api/equality.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, type Reconciliation } from '../../client/controller.ts'
import { keyOf } from '../../client/informer.ts'
import { canonical } from '../common/hash.ts'
import { controllerReference } from '../common/pods.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { managedByLabel, serviceNameLabel, type EndpointPort, type SliceChanges } from './decide.ts'
import { sliceCalls, slices } from './slice-calls.ts'
import { lastChangeTriggerTime } from './trigger-times.ts'
import { Written } from './written.ts'

const services = resource('services')
const endpoints = resource('endpoints')

const mirrorManager = 'endpointslicemirroring-controller.k8s.io'
const skipMirrorLabel = 'endpointslice.kubernetes.io/skip-mirror'
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader'
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** So many addresses of one subset are mirrored (mirroring-max-endpoints-per-subset). */
const maxPerSubset = 1000

/** pkg/controller/endpointslicemirroring: Endpoints that somebody writes by hand for a Service without a selector, as slices that kube-proxies read. */
export function startEndpointSliceMirroring(options: ComponentOptions, informers: SharedInformers): void {
  const [all, present, mirrors] = [informers.of<KubeObject>(services), informers.of<KubeObject>(endpoints), informers.of<KubeObject>(slices)]
  const own = (namespace: string, name: string): KubeObject[] => [...mirrors.byIndex('namespace', namespace)].filter(({ metadata: { labels, deletionTimestamp } }) =>
    labels?.[serviceNameLabel] === name && labels[managedByLabel] === mirrorManager && deletionTimestamp === undefined)
  const written = new Written()
  const controller = new Controller(options, 'endpointslicemirroring-controller', 5, (key): Reconciliation => {
    const [namespace, name] = key.split('/') as [string, string]
    const service = all.byKey(key)
    const source = present.byKey(key)
    const mirrored = service !== undefined && service['spec'].selector === undefined && source !== undefined && shouldMirror(source)
    const shown = own(namespace, name)
    if (source === undefined) written.forget(key)
    else if (written.isBehind(key, shown)) return {}
    return { calls: sliceCalls(key, mirrorOf(mirrored ? source : undefined, shown), written) }
  })
  for (const informer of [all, present]) {
    informer.onChange(({ object, old }) => {
      const concerns = (it: KubeObject): boolean => (informer === all ? it['spec'].selector === undefined : shouldMirror(it))
      if (concerns(object) || (old !== undefined && concerns(old))) controller.queue.add(keyOf(object))
    })
  }
  mirrors.onChange(({ type, object }) => {
    const { labels, namespace } = object.metadata
    if (labels?.[managedByLabel] !== mirrorManager || !labels[serviceNameLabel]) return
    const key = `${namespace}/${labels[serviceNameLabel]}`
    if (type === 'delete') written.gone(key, object)
    if (type !== 'add' || written.wakes(key)) controller.queue.add(key)
  })
}

/** Not those of the endpoint controller's kin that say so, and not a lock of an election. */
export function shouldMirror({ metadata: { labels, annotations } }: KubeObject): boolean {
  return labels?.[skipMirrorLabel] !== 'true' && annotations?.[leaderAnnotation] === undefined
}

interface Address {
  ip: string
  hostname?: string
  nodeName?: string
  targetRef?: object
}

interface Subset {
  addresses?: Address[]
  notReadyAddresses?: Address[]
  ports?: Partial<EndpointPort>[]
}

/** What is to become of the mirrors: one a list of ports, changed rather than made anew; none without a source. */
export function mirrorOf(source: KubeObject | undefined, existing: readonly KubeObject[]): SliceChanges {
  const changes: SliceChanges = { create: [], update: [], remove: [] }
  const left = new Map(existing.map((slice) => [canonical(slice['ports'] ?? []), slice]))
  for (const subset of (source?.['subsets'] ?? []) as Subset[]) {
    const wanted = sliceOf(source!, subset)
    const key = canonical(wanted['ports'])
    const before = left.get(key)
    left.delete(key)
    if (before === undefined) changes.create.push(wanted)
    else if (!sameMirror(before, wanted)) changes.update.push({ ...before, endpoints: wanted['endpoints'], metadata: { ...before.metadata, labels: wanted.metadata.labels!, annotations: wanted.metadata.annotations! } })
  }
  const kept = new Set([...changes.update.map(({ metadata }) => metadata.name)])
  changes.remove.push(...[...left.values()].filter(({ metadata }) => !kept.has(metadata.name)))
  return changes
}

function sameMirror(before: KubeObject, wanted: KubeObject): boolean {
  const facts = ({ metadata: { labels, annotations }, ...slice }: KubeObject): unknown => [slice['endpoints'] ?? [], labels ?? {}, annotations ?? {}]
  return semanticEqual(facts(before), facts(wanted))
}

function sliceOf(source: KubeObject, { addresses = [], notReadyAddresses = [], ports = [] }: Subset): KubeObject {
  const { name, namespace, labels } = source.metadata
  const { [lastChangeTriggerTime]: _time, [lastApplied]: _applied, ...annotations } = source.metadata.annotations ?? {}
  const endpoint = ({ ip, hostname, nodeName, targetRef }: Address, ready: boolean): object =>
    ({ addresses: [ip], conditions: { ready }, ...(hostname ? { hostname } : {}), ...(nodeName ? { nodeName } : {}), ...(targetRef === undefined ? {} : { targetRef }) })
  const all = [...addresses.map((address) => endpoint(address, true)), ...notReadyAddresses.map((address) => endpoint(address, false))]
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [serviceNameLabel]: name, [managedByLabel]: mirrorManager },
      annotations,
      ownerReferences: [controllerReference(source)],
    } as unknown as KubeObject['metadata'],
    addressType: 'IPv4',
    endpoints: all.slice(0, maxPerSubset),
    ports: ports.map(({ name: portName = '', port, protocol = 'TCP', appProtocol }) => ({ name: portName, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) })),
  }
}
