import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Event, Node, Pod } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'
import table from './testdata/events.yaml?raw'

/*
 * Events of upstream's kubelet that nothing here leads to: FailedPodSandBoxStatus (the runtime always knows the sandbox that it has just made); and of
 * the attach/detach controller: "AttachVolume.Attach failed for volume" (attaching does not fail, it waits: see storage.test.ts for Multi-Attach).
 * NetworkNotReady stands in node-status.test.ts, Preempting in preemption.test.ts, SandboxChanged and Rebooted in restart.test.ts, Evicted and
 * ExceededGracePeriod in eviction/eviction.test.ts. Before v1.34 a probe that cannot be asked was "errored", without a resulting state.
 */

interface Case {
  case: string
  objects?: { kind: string }[]
  node?: object
  others?: number
  spec: object
  delete?: boolean
  waits?: string[]
  events: string[]
}

const plurals: Record<string, string> = { ConfigMap: 'configmaps', Secret: 'secrets', Pod: 'pods' }

function line({ type, reason, message, involvedObject }: Event, uid: string): string {
  const text = message
    .replaceAll(uid, 'ID')
    .replace(/"[0-9a-f]{64}"/, '"ID"')
    .replace(/in \S+ \(\S+ including/, 'in DURATION (DURATION including')
    .replace(/size: \d+/, 'size: BYTES')
    .replace(/(tcp |:\/\/|")10\.[\d.]+:/, '$1ADDRESS:')
  return `${type} ${reason} ${involvedObject.fieldPath ?? ''}: ${text}`
}

/** Every reason for which a container of the pod has been seen to wait. */
function waiting(cluster: Cluster): Set<string> {
  const seen = cluster.etcd.log.filter(({ key, value }) => key === 'pods/default/shop' && value !== undefined).map(({ value }) => (value as Pod).status)
  const statuses = seen.flatMap((status) => [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
  return new Set(statuses.flatMap(({ state }) => state?.waiting?.reason ?? []))
}

test.each((parse(table) as Case[]).map((c) => [c.case, c] as const))('%s', (_, c) => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node1' }, spec: c.node ?? {} } as unknown as Node
  const cluster = createCluster({ nodes: [node] })
  const path = (object: { kind: string }): string => `/api/v1/namespaces/default/${plurals[object.kind]}`
  const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: c.spec })
  const others = Array.from({ length: c.others ?? 0 }, (_other, i) => pod(`other${i}`))
  for (const object of [...(c.objects ?? []), ...others, pod('shop')]) expect(cluster.request({ verb: 'POST', path: path(object), body: object as never }).code).toBe(201)
  const { uid } = (cluster.world().get('Pod', 'shop', 'default') as Pod).metadata
  cluster.run({ for: '60s' })
  if (c.delete === true) cluster.request({ verb: 'DELETE', path: '/api/v1/namespaces/default/pods/shop' })
  cluster.run({ for: '5s' })
  const events = (cluster.world().list('Event', { namespace: 'default' }) as unknown as Event[])
    .filter(({ involvedObject, source }) => involvedObject.uid === uid && source?.component === 'kubelet')
    .map((event) => line(event, uid))
  expect(events).toEqual(expect.arrayContaining(c.events))
  expect([...waiting(cluster)]).toEqual(expect.arrayContaining(c.waits ?? []))
})
