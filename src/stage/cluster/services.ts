import type { KubeObject } from '../../engine/api/types.ts'

/** Services and their endpoints at the moment on stage, as the graph draws them. */
export interface ServiceFact {
  /** 'namespace/name' */
  key: string
  name: string
  namespace: string
  uid: string
  /** 'ClusterIP', 'NodePort', ... or 'headless'. */
  type: string
  ready: number
  total: number
  /** Pods behind it by 'namespace/name', and how each stands. */
  endpoints: ReadonlyMap<string, EndpointLook>
}

/** Gets traffic; gets it only as a last resort, while it ends; gets none. */
export type EndpointLook = 'ready' | 'terminating' | 'unready'

interface SliceEndpoint {
  conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean }
  targetRef?: { kind?: string; namespace?: string; name?: string }
}

/** Every cluster has it, and it leads to no pod. */
const ofTheApiServer = 'default/kubernetes'

export function serviceFacts(services: readonly KubeObject[], slices: readonly KubeObject[]): ServiceFact[] {
  const byService = new Map<string, Map<string, EndpointLook>>()
  for (const { metadata, endpoints } of slices as (KubeObject & { endpoints?: SliceEndpoint[] })[]) {
    const key = `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name']}`
    const own = byService.get(key) ?? new Map<string, EndpointLook>()
    byService.set(key, own)
    for (const { conditions, targetRef } of endpoints ?? []) {
      if (targetRef?.kind === 'Pod') own.set(`${targetRef.namespace}/${targetRef.name}`, lookOf(conditions))
    }
  }
  return services.flatMap((service) => {
    const { name, namespace = '', uid } = service.metadata
    const key = `${namespace}/${name}`
    if (key === ofTheApiServer) return []
    const endpoints = byService.get(key) ?? new Map<string, EndpointLook>()
    const ready = [...endpoints.values()].filter((look) => look === 'ready').length
    const type = service['spec'].clusterIP === 'None' ? 'headless' : (service['spec'].type as string)
    return [{ key, name, namespace, uid, type, ready, total: endpoints.size, endpoints }]
  })
}

function lookOf(conditions: SliceEndpoint['conditions'] = {}): EndpointLook {
  if (conditions.ready !== false) return 'ready'
  return conditions.terminating === true && conditions.serving === true ? 'terminating' : 'unready'
}
