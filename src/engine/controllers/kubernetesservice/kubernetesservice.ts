import { semanticEqual } from '../../api/equality.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions, type ResourceRef } from '../../client/client.ts'
import { ask, Controller, must, type Routine } from '../../client/controller.ts'

/** How often the server looks after them (pkg/controlplane DefaultEndpointReconcilerInterval). */
const intervalMs = 10_000

const at = { namespace: 'default', name: 'kubernetes' }
const services = resource('services')
const endpoints = resource('endpoints')
const slices = resource('endpointslices', 'discovery.k8s.io')

const serviceCIDRs = resource('servicecidrs', 'networking.k8s.io')

/** Keys in etcd of what the controller keeps. */
export const kept: ReadonlySet<string> = new Set([...['services', 'endpoints', 'endpointslices'].map((plural) => `${plural}/default/kubernetes`), 'servicecidrs/kubernetes'])

/** The Service, its Endpoints and its EndpointSlice, and where Services get their addresses from, as they have to be. */
export interface KubernetesService {
  service: Partial<KubeObject>
  endpoints: Partial<KubeObject>
  slice: Partial<KubeObject>
  serviceCIDR: Partial<KubeObject>
}

/**
 * How the API server makes itself known in the cluster (pkg/controlplane/controller/kubernetesservice): every ten seconds it looks whether the
 * Service "kubernetes" and what it leads to are as they have to be, and whether the ServiceCIDR of that name is there (defaultservicecidr). The function that is returned says that one of them has been written;
 * as long as nobody touches them nothing is looked at.
 */
export function startKubernetesService(options: ComponentOptions, wanted: KubernetesService): () => void {
  const startedAt = options.kernel.now
  const controller = new Controller({ ...options, process: 'kube-apiserver' }, 'kubernetesservice', 1, () => sync(wanted))
  let isDue = false
  return () => {
    if (isDue) return
    isDue = true
    controller.queue.addAfter('kubernetes', intervalMs - ((controller.now - startedAt) % intervalMs))
  }

  function* sync({ service, endpoints: addresses, slice, serviceCIDR }: KubernetesService): Routine {
    isDue = false
    yield* keep(services, service, () => false)
    yield* keep(endpoints, addresses, (found) => !semanticEqual(found['subsets'], addresses['subsets']))
    yield* keep(slices, slice, (found) => !semanticEqual([found['endpoints'], found['ports']], [slice['endpoints'], slice['ports']]))
    const found = yield* ask({ verb: 'get', info: serviceCIDRs, name: at.name })
    if (found.code === 404) yield* must({ verb: 'create', info: serviceCIDRs, body: serviceCIDR, tolerate: [409] })
  }
}

/** A Service that is there is left as it is, whatever somebody has made of it (CreateOrUpdateMasterServiceIfNeeded without reconcile). */
function* keep(info: ResourceRef, wanted: Partial<KubeObject>, differs: (found: KubeObject) => boolean): Routine<void> {
  const found = yield* ask({ verb: 'get', info, ...at })
  if (found.code === 404) yield* must({ verb: 'create', info, namespace: at.namespace, body: wanted, tolerate: [409] })
  else if (found.code === 200 && differs(found.body as KubeObject)) yield* must({ verb: 'update', info, ...at, body: { ...(found.body as KubeObject), ...wanted, metadata: (found.body as KubeObject).metadata }, tolerate: [409] })
}
