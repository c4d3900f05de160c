import { custom } from '../api/custom/custom.ts'
import type { DefinitionReader } from '../api/custom/kind.ts'
import { resourceInPath, type ApiRequest } from './request-info.ts'

/** A request for a kind that is not built in, as one for the custom resource that a definition gives; others as they are. */
export function withCustom(request: ApiRequest, reader: DefinitionReader): ApiRequest {
  const { info } = request
  if (info !== undefined && info.custom === undefined) return request
  const place = info === undefined ? resourceInPath(request.path) : { group: info.group, version: info.version, plural: info.plural }
  if (place === undefined || !place.group.includes('.')) return request
  return { ...request, info: custom.get().findCustom(reader, place.group, place.version, place.plural) }
}
