import type { KubeObject } from './types.ts'

/**
 * Requests at a steady rate from somebody who is no part of the cluster's own work. A load begins under its name, takes the place of
 * one that runs under the same name, and goes on until `forMs` are over or it is ended.
 */
export type Load = LoadStart | { name: string; stop: true }

export interface LoadStart {
  name: string
  /** http://<Service, address, node:port or host of an Ingress>[:port]/path */
  url: string
  perSecond: number
  /** The pod that asks, 'web' or 'namespace/web'; somebody outside of the cluster when left out. */
  from?: string
  method?: string
  headers?: Record<string, string>
  /** Virtual ms that it waits for one answer; 5 s when left out. */
  timeoutMs?: number
  /** Virtual ms. */
  forMs?: number
}

/**
 * What has become of the requests of one load so far: `loads/<name>` of the store of what lies outside of the cluster, which has the
 * revisions that etcd has.
 */
export interface LoadRecord {
  readonly name: string
  readonly url: string
  readonly perSecond: number
  readonly from: string | undefined
  /** Virtual ms. */
  readonly startedAt: number
  readonly endedAt: number | undefined
  readonly sent: number
  /** Sent and without an end. */
  readonly inFlight: number
  /** How many ended in which way: '200', '502', 'refused', 'timeout', 'reset', 'unreachable', 'unresolved'. */
  readonly outcomes: Readonly<Record<string, number>>
  /** Of those that were answered, in virtual ms. */
  readonly tookMs: { readonly sum: number; readonly most: number; readonly last: number }
}

export const defaultLoadTimeoutMs = 5_000

/** The way in which a request ended, as `outcomes` counts it; a server that says 5xx has not done what was asked. */
export function isFailure(outcome: string): boolean {
  return !/^[1-4]\d\d$/.test(outcome)
}

export function countsOf({ outcomes }: Pick<LoadRecord, 'outcomes'>): { answered: number; failed: number } {
  const counts = { answered: 0, failed: 0 }
  for (const [outcome, count] of Object.entries(outcomes)) counts[isFailure(outcome) ? 'failed' : 'answered'] += count
  return counts
}

/** Whose requests a load's are: undefined for somebody outside. */
export function askingPod({ from }: Pick<LoadStart, 'from'>): { namespace: string; name: string } | undefined {
  if (from === undefined) return undefined
  const [first = '', second] = from.split('/')
  return second === undefined ? { namespace: 'default', name: first } : { namespace: first, name: second }
}

/** Whether names of the cluster's DNS mean anything to its processes. */
export function asksClusterDns({ spec }: KubeObject): boolean {
  const policy: string = spec?.dnsPolicy ?? 'ClusterFirst'
  return policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && spec?.hostNetwork !== true)
}
