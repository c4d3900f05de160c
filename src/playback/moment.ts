import { holds, mayChange, parseCondition } from '../engine/api/condition.ts'
import type { Condition, ConditionWorld } from '../engine/api/condition.ts'
import { matchResource } from '../engine/api/resources.ts'
import type { KubeObject } from '../engine/api/types.ts'
import type { Film } from './film.ts'

/** Moments of a film that are named by a condition ('pod/web Ready') instead of a step or a time. */

/** The world at a revision, as conditions look at it. */
export function worldAt(film: Film, revision: number): ConditionWorld {
  return {
    get(kind, name, namespace) {
      const resource = matchResource(kind)
      if (resource === undefined) return undefined
      const key = resource.namespaced
        ? `${resource.plural}/${namespace ?? 'default'}/${name}`
        : `${resource.plural}/${name}`
      return film.etcd.get(key, revision) as KubeObject | undefined
    },
    list(kind, options = {}) {
      const resource = matchResource(kind)
      if (resource === undefined) return []
      const prefix =
        options.namespace === undefined ? `${resource.plural}/` : `${resource.plural}/${options.namespace}/`
      const objects = film.etcd.range(prefix, revision) as KubeObject[]
      const involved = /^involvedObject\.name=(.*)$/.exec(options.fieldSelector ?? '')?.[1]
      return involved === undefined ? objects : objects.filter((o) => o.involvedObject?.name === involved)
    },
  }
}

export function holdsAt(film: Film, condition: Condition, cursor: number): boolean {
  return holds(condition, worldAt(film, film.revisionAt(cursor)), film.steps[cursor])
}

/** The first step after `after` with which the condition begins to hold; undefined when the film has none. */
export function firstMoment(film: Film, condition: Condition, after = -1): number | undefined {
  for (let i = after + 1; i < film.steps.length; i++) {
    if (mayChange(condition, film.steps[i]!) && holdsAt(film, condition, i)) return i
  }
  return undefined
}

/** A step number ('37'), a time since the start ('12.4s', '1m30s', '00:01:30') or a condition. */
export type Destination = { step: number } | { ms: number } | { condition: Condition } | { error: string }

export function parseDestination(text: string): Destination {
  const t = text.trim()
  if (/^\d+$/.test(t)) return { step: Number(t) }
  const ms = parseTime(t)
  if (ms !== undefined) return { ms }
  const condition = parseCondition(t)
  return 'error' in condition ? condition : { condition }
}

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** '12.4s', '1m30s', '250ms', '00:01:30.5' in ms; undefined when it is no time. */
export function parseTime(text: string): number | undefined {
  const clock = /^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(text)
  if (clock) return Math.round((Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3])) * 1000)
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined
  let ms = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) ms += Number(amount) * unitMs[unit!]!
  return Math.round(ms)
}
