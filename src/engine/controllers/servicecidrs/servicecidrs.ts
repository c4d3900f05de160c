import { formatTime } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, must, type Call, type Routine } from '../../client/controller.ts'
import { timeOf } from '../common/pods.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { decide, finalizer, overlap } from './decide.ts'

const serviceCIDRs = resource('servicecidrs', 'networking.k8s.io')
const services = resource('services')
const name = 'service-cidrs-controller'

interface Ready {
  status: 'True' | 'False'
  reason?: string
  message: string
}
const ready: Ready = { status: 'True', message: 'Kubernetes Service CIDR is ready' }
const terminating: Ready = { status: 'False', reason: 'Terminating', message: 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR' }

/**
 * Ranges of Service addresses: says which are ready, and holds one that is to go while Services have addresses of it alone
 * (pkg/controller/servicecidrs, KEP-1880). The Services are read instead of the IPAddress objects, which are made of them (apiserver/computed.ts).
 */
export function startServiceCIDRs(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(serviceCIDRs)
  const allServices = informers.of<KubeObject>(services)
  const controller: Controller = new Controller(options, name, 5, sync)

  function* sync(key: string): Routine {
    const cidr = all.byKey(key)
    if (cidr === undefined) return
    const verdict = decide(cidr, [...all.all()], addressesOf(allServices.all()), timeOf(cidr.metadata.deletionTimestamp), controller.now)
    if (verdict.do === 'wait') return { requeueAfterMs: verdict.ms }
    const has = cidr.metadata.finalizers?.includes(finalizer) === true
    if (verdict.do === 'release') {
      if (has) yield* must(finalizers(key, { '$deleteFromPrimitiveList/finalizers': [finalizer] }))
      return
    }
    if (verdict.do === 'settle' && !has) yield* must({ ...finalizers(key, { finalizers: [finalizer] }), tolerate: [404] })
    const wanted = verdict.do === 'settle' ? ready : terminating
    if (!says(cidr, wanted)) yield* must(statusCall(key, wanted, controller.now))
  }

  all.onChange(({ type, object }) => {
    for (const other of all.all()) if (type !== 'update' && overlap(object, other)) controller.queue.add(other.metadata.name)
    if (type !== 'delete') controller.queue.add(object.metadata.name)
  })
  allServices.onChange(({ type, object, old }) => {
    if (type === 'update' && object['spec'].clusterIP === old?.['spec'].clusterIP) return
    for (const { metadata } of all.all()) if (metadata.deletionTimestamp !== undefined) controller.queue.add(metadata.name)
  })
}

function* addressesOf(all: Iterable<KubeObject>): Generator<string> {
  for (const { spec } of all) for (const address of (spec?.['clusterIPs'] ?? []) as string[]) if (address !== 'None') yield address
}

const finalizers = (cidr: string, metadata: object): Call => ({ verb: 'patch', info: serviceCIDRs, name: cidr, body: { metadata }, contentType: 'application/strategic-merge-patch+json' })

function says({ status }: KubeObject, wanted: Ready): boolean {
  const condition = ((status?.['conditions'] ?? []) as { type: string; status: string; message: string }[]).find(({ type }) => type === 'Ready')
  return condition?.status === wanted.status && condition.message === wanted.message
}

function statusCall(cidr: string, condition: Ready, now: number): Call {
  const conditions = [{ type: 'Ready', ...condition, lastTransitionTime: formatTime(now) }]
  const body = { apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name: cidr }, status: { conditions } }
  return { verb: 'patch', info: serviceCIDRs, subresource: 'status', name: cidr, body, contentType: 'application/apply-patch+yaml', query: { fieldManager: 'service-cidr-controller', force: 'true' } }
}
