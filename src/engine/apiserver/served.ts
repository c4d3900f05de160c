import { collectionOf, findResource, type ResourceInfo } from '../api/resources.ts'
import { special } from './authorization/special.ts'
import { type ApiRequest, nameInBody } from './request-info.ts'

const podInfo = findResource('', 'v1', 'pods')!

/** POST bindings is the older way to say POST pods/x/binding. */
export function asBinding(request: ApiRequest): ApiRequest {
  if (request.info === undefined || collectionOf(request.info) !== 'bindings' || request.verb !== 'create') return request
  return { ...request, info: podInfo, name: nameInBody(request) ?? '', subresource: 'binding' }
}

const proxiedSubresources = new Set(['log', 'exec', 'attach', 'portforward', 'proxy'])

/** Whether the resource, or its subresource, knows the verb. */
export const takes = ({ verb, subresource, path }: ApiRequest, info: ResourceInfo): boolean =>
  path === '' || (subresource === undefined ? info.verbs : special.get().verbsOf(info, subresource)).includes(verb)

/** "jobs/scale" is no path of the server's, though "jobs" is; what follows "proxy" is for what lies behind. */
export function isServed({ subresource }: ApiRequest, { subresources }: ResourceInfo): boolean {
  return subresource === undefined || subresources.includes(subresource.split('/', 1)[0]!)
}

export function isProxied(request: ApiRequest): boolean {
  return request.subresource !== undefined && proxiedSubresources.has(request.subresource)
}
