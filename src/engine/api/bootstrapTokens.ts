import { fromBase64 } from './base64.ts'
import { parseTime } from './time.ts'
import type { KubeObject } from './types.ts'

/** Secrets that let somebody join the cluster (k8s.io/cluster-bootstrap/token). */
export const bootstrapType = 'bootstrap.kubernetes.io/token'

/** How long one is good for, in virtual ms; a time that nobody can read is over, and without one it never ends. */
export function bootstrapMsLeft(secret: KubeObject, nowMs: number): number {
  const expiration = fromBase64(secret['data']?.expiration ?? '')
  if (expiration === '') return Number.POSITIVE_INFINITY
  return (parseTime(expiration) ?? nowMs) - nowMs
}
