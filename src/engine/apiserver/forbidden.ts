import { forbiddenMessage } from '../api/status.ts'
import { groupResource } from '../api/resources.ts'
import type { Status } from '../api/types.ts'
import type { UserInfo } from '../api/request.ts'
import type { ApiRequest } from './request-info.ts'

/** The words of apiserver/pkg/endpoints/handlers/responsewriters (forbiddenMessage). */
export function forbiddenRequest(user: UserInfo, request: ApiRequest, reason: string): Status {
  const { info, verb, subresource, namespace, name } = request
  const why = reason === '' ? '' : `: ${reason}`
  if (info === undefined) return forbiddenMessage(`User "${user.name}" cannot ${verb} path "${request.path}"${why}`)
  const named = name === undefined ? '' : ` "${name}"`
  const resource = subresource === undefined ? info.plural : `${info.plural}/${subresource}`
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const text = `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${info.group}" ${scope}${why}`
  const status = forbiddenMessage(`${groupResource(info)}${named} is forbidden: ${text}`)
  const details = { ...(name === undefined ? {} : { name }), ...(info.group === '' ? {} : { group: info.group }), kind: info.plural }
  return { ...status, details }
}
