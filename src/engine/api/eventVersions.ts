/** Event is one kind under two names (pkg/apis/events/v1/conversion.go): the same facts, some fields called differently. */
import type { KubeObject } from './types.ts'

/** events.k8s.io/v1 -> v1 */
const names: readonly (readonly [newer: string, core: string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
]
const toCore = new Map(names)
const toNewer = new Map(names.map(([newer, core]) => [core, newer] as const))

/** What is always written, given or not. */
const written: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  v1: { eventTime: null, firstTimestamp: null, involvedObject: {}, lastTimestamp: null, reportingComponent: '', reportingInstance: '', source: {} },
  'events.k8s.io/v1': { deprecatedFirstTimestamp: null, deprecatedLastTimestamp: null, deprecatedSource: {}, eventTime: null, regarding: {} },
}

export function eventIn(event: KubeObject, apiVersion: string): KubeObject {
  const names = apiVersion === 'v1' ? toCore : toNewer
  const out: Record<string, unknown> = { ...written[apiVersion] }
  for (const [field, value] of Object.entries(event)) {
    // Of the newer kind both are left out when they say nothing.
    if (apiVersion !== 'v1' && value === '') continue
    out[names.get(field) ?? field] = value
  }
  return { ...out, apiVersion } as unknown as KubeObject
}
