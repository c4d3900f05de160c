import { forbidden } from '../api/status.ts'
import type { Status } from '../api/types.ts'
import type { Attributes } from './authorization/attributes.ts'

/** The words of apiserver/pkg/endpoints/handlers/responsewriters (forbiddenMessage). */
export function forbiddenRequest({ user, verb, resource, path }: Attributes, reason: string): Status {
  const why = reason === '' ? '' : `: ${reason}`
  if (resource === undefined) return forbidden({ group: '', plural: '' }, '', `User "${user.name}" cannot ${verb} path "${path}"${why}`)
  const { group, namespace, name, subresource } = resource
  const what = subresource === '' ? resource.resource : `${resource.resource}/${subresource}`
  const scope = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`
  return forbidden({ group, plural: resource.resource }, name, `User "${user.name}" cannot ${verb} resource "${what}" in API group "${group}" ${scope}${why}`)
}
