import { podStatusWord } from './podStatus.ts'
import { matchResource } from './resources.ts'
import type { Event, KubeObject, Pod } from './types.ts'

/**
 * Conditions on the state of the cluster, as scenarios, chapters, goals and "break on" write them:
 *
 *   pod/web Ready                       status.conditions has type Ready with status True
 *   node/node2 Ready=Unknown            ... with another status
 *   pod/web Running                     the phase
 *   pod/web CrashLoopBackOff            any other word: what `kubectl get` shows as STATUS
 *   pod/web exists                      also: gone (was never there, or is there no more), bound
 *   pod/web event BackOff               an Event with this reason about it
 *   pod/web milestone terminate/kill    it passes this node of a flowchart at this step
 *   pod/web .status.containerStatuses[0].restartCount >= 2
 *
 * `-n <namespace>` may follow the name; the namespace is "default" otherwise.
 */
export interface Condition {
  kind: string
  /** Plural, as steps name it. */
  resource: string
  name: string
  /** Undefined for kinds without one. */
  namespace: string | undefined
  claim: Claim
}

export type Claim =
  | { type: 'exists' | 'gone' | 'bound' }
  | { type: 'word'; word: string }
  | { type: 'condition'; condition: string; status: string }
  | { type: 'event'; reason: string }
  | { type: 'milestone'; milestone: string }
  | { type: 'field'; path: readonly (string | number)[]; operator: Operator; value: string }

const operators = ['==', '!=', '>=', '<=', '>', '<'] as const
export type Operator = (typeof operators)[number]

export function parseCondition(text: string): Condition | { error: string } {
  const [object = '', ...rest] = text.trim().split(/\s+/)
  const [kindName = '', name = '', ...more] = object.split('/')
  if (kindName === '' || name === '' || more.length > 0)
    return { error: `a condition begins with kind/name, such as pod/web, not "${object.slice(0, 60)}"` }
  const resource = matchResource(kindName)
  if (resource === undefined) return { error: `unknown kind "${kindName.slice(0, 60)}"` }
  let namespace = resource.namespaced ? 'default' : undefined
  if (rest[0] === '-n') {
    namespace = rest[1]
    rest.splice(0, 2)
  }
  const claim = parseClaim(rest)
  return 'error' in claim ? claim : { kind: resource.kind, resource: resource.plural, name, namespace, claim }
}

function parseClaim(words: readonly string[]): Claim | { error: string } {
  const [first, second, third] = words
  if (first === undefined) return { error: 'a condition needs a state after the name, such as Ready' }
  if (first.startsWith('.')) return parseFieldClaim(words)
  const expected = first === 'event' || first === 'milestone' ? 2 : 1
  if (words.length !== expected) {
    const found = words[expected]
    return {
      error:
        found === undefined
          ? `"${first}" needs a word after it`
          : `unexpected "${found.slice(0, 60)}" in the condition`,
    }
  }
  if (first === 'exists' || first === 'gone' || first === 'bound') return { type: first }
  if (first === 'event') return { type: 'event', reason: second! }
  if (first === 'milestone') return { type: 'milestone', milestone: second! }
  const [condition = '', status, extra] = first.split('=')
  if (status === undefined) return { type: 'word', word: first }
  if (!['True', 'False', 'Unknown'].includes(status) || extra !== undefined || third !== undefined) {
    return { error: `the status of a condition is True, False or Unknown, not "${status.slice(0, 60)}"` }
  }
  return { type: 'condition', condition, status }
}

function parseFieldClaim([field = '', operator = '', ...value]: readonly string[]): Claim | { error: string } {
  if (!operators.includes(operator as Operator)) return { error: `after a field comes one of ${operators.join(' ')}` }
  if (value.length === 0) return { error: 'a comparison needs a value' }
  if (!/^(\.[\w-]+|\[\d+\])+$/.test(field)) return { error: `"${field.slice(0, 60)}" is no path to a field` }
  const path = [...field.matchAll(/\.([\w-]+)|\[(\d+)\]/g)].map(([, key, index]) => key ?? Number(index))
  return { type: 'field', path, operator: operator as Operator, value: value.join(' ') }
}

/** What a condition looks at; a View of any moment is one. */
export interface ConditionWorld {
  get(kind: string, name: string, namespace?: string): KubeObject | undefined
  list(kind: string, options?: { namespace?: string; fieldSelector?: string }): readonly KubeObject[]
}

/** The facts of a step that decide whether a condition may have changed with it. */
export interface ConditionStep {
  readonly kind: string
  readonly resource: string | undefined
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly milestone: string | undefined
}

/** Whether this step can have made the condition true or false: cheap, for every step. */
export function mayChange(condition: Condition, step: ConditionStep): boolean {
  const { claim } = condition
  if (claim.type === 'milestone') return step.milestone === claim.milestone && concerns(condition, step)
  if (step.kind !== 'write') return false
  return claim.type === 'event' ? step.resource === 'events' : concerns(condition, step)
}

function concerns({ resource, name, namespace }: Condition, step: ConditionStep): boolean {
  return step.resource === resource && step.name === name && (namespace === undefined || step.namespace === namespace)
}

/** Whether the condition holds in this world; `step` is the one that led to it. */
export function holds(condition: Condition, world: ConditionWorld, step?: ConditionStep): boolean {
  const { claim, kind, name, namespace } = condition
  if (claim.type === 'milestone') return step !== undefined && mayChange(condition, step)
  if (claim.type === 'event') return hasEvent(condition, claim.reason, world)
  const object = world.get(kind, name, namespace)
  return object === undefined ? claim.type === 'gone' : holdsOf(claim, object)
}

function holdsOf(claim: Exclude<Claim, { type: 'milestone' | 'event' }>, object: KubeObject): boolean {
  switch (claim.type) {
    case 'exists':
      return true
    case 'gone':
      return false
    case 'bound':
      return Boolean(object.spec?.nodeName)
    case 'condition':
      return conditionStatus(object, claim.condition) === claim.status
    case 'field':
      return compare(fieldOf(object, claim.path), claim.operator, claim.value)
    case 'word':
      return hasWord(object, claim.word)
  }
}

function hasEvent({ kind, name, namespace }: Condition, reason: string, world: ConditionWorld): boolean {
  const events = world.list('Event', {
    namespace: namespace ?? 'default',
    fieldSelector: `involvedObject.name=${name}`,
  })
  return events.some((e) => e.reason === reason && (e as Event).involvedObject.kind === kind)
}

const phases: ReadonlySet<string> = new Set(['Pending', 'Running', 'Succeeded', 'Failed'])

/** A word alone: a phase, a condition that is True, or the STATUS of a pod. */
function hasWord(object: KubeObject, word: string): boolean {
  if (phases.has(word) && object.status?.phase !== undefined) return object.status.phase === word
  const status = conditionStatus(object, word)
  if (status !== undefined) return status === 'True'
  return object.kind === 'Pod' ? podStatusWord(object as Pod) === word : object.status?.phase === word
}

function conditionStatus(object: KubeObject, type: string): string | undefined {
  const conditions: readonly { type: string; status: string }[] = object.status?.conditions ?? []
  return conditions.find((c) => c.type === type)?.status
}

function fieldOf(object: KubeObject, path: readonly (string | number)[]): unknown {
  let value: unknown = object
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string | number, unknown>)[key]
  }
  return value
}

function compare(actual: unknown, operator: Operator, wanted: string): boolean {
  const text = actual === undefined || actual === null ? '' : String(actual)
  if (operator === '==') return text === wanted
  if (operator === '!=') return text !== wanted
  const [a, b] = [Number(text === '' ? NaN : text), Number(wanted)]
  if (operator === '>=') return a >= b
  if (operator === '<=') return a <= b
  return operator === '>' ? a > b : a < b
}
