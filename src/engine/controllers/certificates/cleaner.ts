import { fromBase64 } from '../../api/base64.ts'
import { readCertificate } from '../../api/pki/x509.ts'
import type { KubeObject } from '../../api/types.ts'
import { ask, type Routine } from '../../client/controller.ts'
import { timeOf } from '../common/pods.ts'
import { conditionsOf, requests } from './request.ts'

const hourMs = 3_600_000
/** How often one looks, how long what has ended may lie, and what nobody has decided. */
export const periodMs = hourMs
const endedMs = hourMs
const pendingMs = 24 * hourMs

/** pkg/controller/certificates/cleaner: requests that have had their time. One that cannot be deleted is there for the next round. */
export function* clean(all: Iterable<KubeObject>, now: number): Routine {
  for (const request of [...all]) if (isOver(request, now)) yield* ask({ verb: 'delete', info: requests, name: request.metadata.name })
  return { requeueAfterMs: periodMs }
}

function isOver(request: KubeObject, now: number): boolean {
  const { certificate } = request['status'] ?? {}
  const conditions = conditionsOf(request)
  const isOlder = (time: string | undefined, ms: number): boolean => time !== undefined && now - timeOf(time) > ms
  if (conditions.length === 0) return isOlder(request.metadata.creationTimestamp, pendingMs)
  return conditions.some(({ type, lastUpdateTime }) => {
    if (type === 'Approved') return Boolean(certificate) && (isOlder(lastUpdateTime, endedMs) || isExpired(certificate, now))
    return (type === 'Denied' || type === 'Failed') && isOlder(lastUpdateTime, endedMs)
  })
}

function isExpired(certificate: string, now: number): boolean {
  const read = readCertificate(fromBase64(certificate))
  return read !== undefined && now > read.notAfter
}
