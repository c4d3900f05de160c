/** From what the metrics ask for to what is done at once: stabilisation and limits (pkg/controller/podautoscaler/horizontal.go). */

export interface Recommendation {
  at: number
  replicas: number
}

export interface ScaleEvent {
  at: number
  /** How many replicas came or went; positive either way. */
  change: number
}

export interface ScalingRules {
  stabilizationWindowSeconds?: number
  selectPolicy?: 'Max' | 'Min' | 'Disabled'
  policies?: { type: 'Pods' | 'Percent'; value: number; periodSeconds: number }[]
}

export interface Behavior {
  scaleUp?: ScalingRules
  scaleDown?: ScalingRules
}

/** What is remembered of one autoscaler. */
export interface Memory {
  recommendations: Recommendation[]
  ups: ScaleEvent[]
  downs: ScaleEvent[]
}

export interface Sizes {
  current: number
  desired: number
  min: number
  max: number
}

/** A condition's reason and message. */
export interface Why {
  reason: string
  message: string
}

export interface Limited {
  replicas: number
  able: Why
  limited: Why & { status: 'True' | 'False' }
}

/** horizontal-pod-autoscaler-downscale-stabilization */
export const downscaleWindowMs = 300_000

const ready: Why = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' }
const downStabilized: Why = { reason: 'ScaleDownStabilized', message: 'recent recommendations were higher than current one, applying the highest recent recommendation' }
const upStabilized: Why = { reason: 'ScaleUpStabilized', message: 'recent recommendations were lower than current one, applying the lowest recent recommendation' }
const within: Why = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' }
const tooFew: Why = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' }
const tooMany: Why = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' }
const upLimit: Why = { reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' }
const downLimit: Why = { reason: 'ScaleDownLimit', message: 'the desired replica count is decreasing faster than the maximum scale rate' }

/** Without spec.behavior (normalizeDesiredReplicas): down only to the highest of the last five minutes, up at most to the double or four. */
export function limitByDefault(sizes: Sizes, { recommendations }: Memory, now: number): Limited {
  const { current, desired, min, max } = sizes
  const recent = recommendations.filter(({ at }) => at >= now - downscaleWindowMs)
  const stabilized = Math.max(desired, ...recent.map(({ replicas }) => replicas))
  const able = stabilized === desired ? ready : downStabilized
  const rate = Math.max(2 * current, 4)
  const [most, why] = max > rate ? [rate, upLimit] : [max, tooMany]
  if (stabilized < min) return limited(min, able, tooFew)
  if (stabilized > most) return limited(most, able, why)
  return { replicas: stabilized, able, limited: { status: 'False', ...within } }
}

const limited = (replicas: number, able: Why, why: Why): Limited => ({ replicas, able, limited: { status: 'True', ...why } })

/** With spec.behavior (normalizeDesiredReplicasWithBehaviors). */
export function limitByBehavior(sizes: Sizes, { scaleUp = {}, scaleDown = {} }: Behavior, memory: Memory, now: number): Limited {
  const { current, desired, min, max } = sizes
  const stabilized = stabilize(sizes, scaleUp, scaleDown, memory, now)
  const able = stabilized === desired ? ready : desired >= current ? upStabilized : downStabilized
  if (stabilized > current) {
    const rate = Math.max(current, rateLimit(current, scaleUp, memory, now, 1))
    const [most, why] = max > rate ? [rate, upLimit] : [max, tooMany]
    if (stabilized > most) return limited(most, able, why)
  } else if (stabilized < current) {
    const rate = Math.min(current, rateLimit(current, scaleDown, memory, now, -1))
    const [least, why] = min < rate ? [rate, downLimit] : [min, tooFew]
    if (stabilized < least) return limited(least, able, why)
  }
  return { replicas: stabilized, able, limited: { status: 'False', ...within } }
}

/** As little away from the present size as the recommendations of both windows allow. */
function stabilize({ current, desired }: Sizes, up: ScalingRules, down: ScalingRules, { recommendations }: Memory, now: number): number {
  const since = (windowMs: number): number[] => recommendations.filter(({ at }) => at > now - windowMs).map(({ replicas }) => replicas)
  const least = Math.min(desired, ...since((up.stabilizationWindowSeconds ?? 0) * 1000))
  const most = Math.max(desired, ...since(down.stabilizationWindowSeconds === undefined ? downscaleWindowMs : down.stabilizationWindowSeconds * 1000))
  return Math.min(Math.max(current, least), most)
}

/** How far one may go now: each policy from the size at the beginning of its period; `way` is 1 up, -1 down. */
function rateLimit(current: number, { selectPolicy = 'Max', policies = [] }: ScalingRules, { ups, downs }: Memory, now: number, way: 1 | -1): number {
  if (selectPolicy === 'Disabled') return current
  const proposals = policies.map(({ type, value, periodSeconds }) => {
    const start = current - changed(ups, periodSeconds, now) + changed(downs, periodSeconds, now)
    if (type === 'Pods') return start + way * value
    return way > 0 ? Math.ceil(start * (1 + value / 100)) : Math.trunc(start * (1 - value / 100))
  })
  const furthest = (selectPolicy === 'Max') === (way > 0) ? Math.max : Math.min
  return furthest(...proposals)
}

function changed(events: readonly ScaleEvent[], periodSeconds: number, now: number): number {
  return events.filter(({ at }) => at > now - periodSeconds * 1000).reduce((sum, { change }) => sum + change, 0)
}

/** The longest period that any policy looks back over, in ms: older events are forgotten. */
export function longestPeriodMs({ policies = [] }: ScalingRules): number {
  return Math.max(0, ...policies.map(({ periodSeconds }) => periodSeconds)) * 1000
}
