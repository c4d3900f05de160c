import { isTrue, type ApiRequest } from '../request-info.ts'
import type { DeleteOptions } from './deletion.ts'

/** DeleteOptions as they were sent. */
export interface GivenDeleteOptions extends DeleteOptions {
  /** The older way to say which policy. */
  orphanDependents?: boolean
  dryRun?: readonly string[]
}

/** DeleteOptions come in the body; single ones may come as query parameters (kubectl sends a body). */
export function givenDeleteOptions({ query, body, subresource }: ApiRequest): GivenDeleteOptions {
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, dryRun } = query
  const given = subresource === 'eviction' ? (body as { deleteOptions?: GivenDeleteOptions } | undefined)?.deleteOptions : (body as GivenDeleteOptions | undefined)
  return {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: Number(gracePeriodSeconds) }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy: propagationPolicy as NonNullable<DeleteOptions['propagationPolicy']> }),
    ...(orphanDependents === undefined ? {} : { orphanDependents: isTrue(orphanDependents) }),
    ...(dryRun === undefined ? {} : { dryRun: [dryRun] }),
    ...given,
  }
}

export function deleteOptions(request: ApiRequest): DeleteOptions {
  const given = givenDeleteOptions(request)
  if (given.orphanDependents === undefined || given.propagationPolicy !== undefined) return given
  return { ...given, propagationPolicy: given.orphanDependents ? 'Orphan' : 'Background' }
}

/** Whether nothing is to be done, only said: a DELETE, or an eviction, may say so in its body. */
export function isDryRun(request: ApiRequest): boolean {
  if (request.query['dryRun'] === 'All') return true
  return (request.verb === 'delete' || request.verb === 'deletecollection' || request.subresource === 'eviction') && givenDeleteOptions(request).dryRun?.includes('All') === true
}
