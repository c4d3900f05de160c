import { collectionOf, type ResourceInfo } from '../api/resources.ts'

/**
 * Keys in etcd: `<plural>/<namespace>/<name>`, or `<plural>/<name>` for what has no namespace; upstream
 * has the same behind "/registry/". Events of both API groups share one place, as upstream.
 */
export function objectKey(info: ResourceInfo, namespace: string | undefined, name: string): string {
  return info.namespaced ? `${collectionOf(info)}/${namespace}/${name}` : `${collectionOf(info)}/${name}`
}

export function listPrefix(info: ResourceInfo, namespace: string | undefined): string {
  return info.namespaced && namespace !== undefined ? `${collectionOf(info)}/${namespace}/` : `${collectionOf(info)}/`
}
