import type { ApiRequest } from '../request-info.ts'
import type { DeleteOptions } from './deletion.ts'

/** DeleteOptions come in the body; single ones may come as query parameters (kubectl sends a body). */
export function deleteOptions(request: ApiRequest): DeleteOptions {
  const inQuery = request.query['gracePeriodSeconds']
  const given = (request.subresource === 'eviction'
    ? (request.body as { deleteOptions?: DeleteOptions } | undefined)?.deleteOptions
    : request.body) as DeleteOptions | undefined
  return {
    ...(inQuery === undefined ? {} : { gracePeriodSeconds: Number(inQuery) }),
    ...(request.query['propagationPolicy'] === undefined
      ? {}
      : { propagationPolicy: request.query['propagationPolicy'] as NonNullable<DeleteOptions['propagationPolicy']> }),
    ...given,
  }
}
