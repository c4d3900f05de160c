import { formatTime } from '../time.ts'
import type { KubeObject } from '../types.ts'
import { conditionsOf, type Condition } from './kind.ts'

/** Keeps a definition until all of its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io'

/** The definition with a condition; the time of it changes with its status only. */
export function withCondition(definition: KubeObject, nowMs: number, type: string, status: Condition['status'], reason: string, message: string): KubeObject {
  const old = conditionsOf(definition)
  const before = old.find((condition) => condition.type === type)
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : formatTime(nowMs)
  const condition: Condition = { lastTransitionTime, message, reason, status, type }
  const conditions = before === undefined ? [...old, condition] : old.map((other) => (other === before ? condition : other))
  return { ...definition, status: { ...definition['status'], conditions } }
}
