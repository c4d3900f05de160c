import { semanticEqual } from '../../api/equality.ts'
import { newMilliQuantity, quantity } from '../../api/quantity.ts'
import { findKind, type ResourceInfo } from '../../api/resources.ts'
import { isSelectorError, matches, parseSelector, type Selector } from '../../api/selector.ts'
import { formatTime } from '../../api/time.ts'
import type { KubeObject, Pod, Status } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { downscaleWindowMs, limitByBehavior, limitByDefault, longestPeriodMs, type Behavior, type Limited, type Memory, type ScaleEvent, type Sizes } from './limits.ts'
import { unservedMetric, type MetricSpec, type ResourceSource } from './metric-specs.ts'
import { containerMetrics, podMetrics, podMetricsResource } from './metrics.ts'
import { proposeReplicas, requestsOf, type Target } from './replica-calculator.ts'

const autoscalers = resource('horizontalpodautoscalers', 'autoscaling', 'v2')

/** horizontal-pod-autoscaler-sync-period */
const syncMs = 15_000

/** pkg/controller/podautoscaler: sets the size of a target by what its pods use, through the subresource `scale` alone. */
export function startHorizontalPodAutoscalers(options: ComponentOptions, informers: SharedInformers): void {
  new HorizontalPodAutoscalers(options, informers)
}

interface Condition {
  type: string
  status: 'True' | 'False'
  reason: string
  message: string
  lastTransitionTime: string
}

/** The status of one autoscaler while it is worked out. */
interface Draft {
  key: string
  hpa: KubeObject
  conditions: Condition[]
}

/** What one metric asks for, and what of it is shown. */
interface Proposed {
  replicas: number
  name: string
  status: object
}

interface Failed {
  error: string
  reason: string
  /** As it is put into the condition and the event of its own. */
  message: string
}

class HorizontalPodAutoscalers {
  private readonly autoscalers: Informer<KubeObject>
  private readonly pods: Informer<Pod>
  private readonly controller: Controller
  private readonly memories = new Map<string, Memory>()
  /** What the target of each selects, by the autoscaler's key. */
  private readonly selectors = new Map<string, Selector>()

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.autoscalers = informers.of(autoscalers)
    this.pods = informers.pods
    const controller = new Controller(options, 'horizontal-pod-autoscaler', 5, (key) => this.sync(key))
    this.controller = controller
    this.autoscalers.onChange(({ type, object }) => {
      if (type === 'delete') this.forget(keyOf(object))
      else controller.queue.addAfter(keyOf(object), syncMs)
    })
  }

  private forget(key: string): void {
    this.memories.delete(key)
    this.selectors.delete(key)
  }

  private *sync(key: string): Routine {
    const hpa = this.autoscalers.byKey(key)
    if (hpa === undefined) return
    yield* this.reconcile({ key, hpa, conditions: [...(hpa['status']?.conditions ?? [])] })
    return { requeueAfterMs: syncMs }
  }

  private *reconcile(draft: Draft): Routine<void> {
    const { hpa } = draft
    const { recorder } = this.controller
    const { scaleTargetRef, maxReplicas, minReplicas = 1 } = hpa['spec']
    const target = findKind(scaleTargetRef.apiVersion ?? 'v1', scaleTargetRef.kind)
    const found = yield* this.scaleOf(hpa, target)
    if ('error' in found) {
      recorder.event(hpa, 'Warning', 'FailedGetScale', found.error)
      this.set(draft, 'AbleToScale', 'False', 'FailedGetScale', `the HPA controller was unable to get the target's current scale: ${found.error}`)
      return yield* this.writeStatus(draft, { ...hpa['status'] })
    }
    const { scale } = found
    this.set(draft, 'AbleToScale', 'True', 'SucceededGetScale', "the HPA controller was able to get the target's current scale")
    const current: number = scale['spec'].replicas ?? 0
    const memory = this.memoryOf(draft.key, current)
    let desired = current
    let reason = ''
    let statuses: object[] | null = null
    if (current === 0 && minReplicas !== 0) {
      this.set(draft, 'ScalingActive', 'False', 'ScalingDisabled', 'scaling is disabled since the replica count of the target is zero')
    } else if (current > maxReplicas) {
      ;[desired, reason] = [maxReplicas, 'Current number of replicas above Spec.MaxReplicas']
    } else if (current < minReplicas) {
      ;[desired, reason] = [minReplicas, 'Current number of replicas below Spec.MinReplicas']
    } else {
      const wanted = yield* this.byMetrics(draft, scale, current)
      statuses = wanted.statuses
      if (wanted.replicas === undefined) {
        yield* this.writeStatus(draft, { ...hpa['status'], currentReplicas: current, currentMetrics: statuses, desiredReplicas: hpa['status']?.desiredReplicas ?? 0 })
        recorder.event(hpa, 'Warning', 'FailedComputeMetricsReplicas', wanted.error!)
        return
      }
      reason = wanted.replicas > current ? `${wanted.name} above target` : 'All metrics below target'
      desired = this.normalize(draft, memory, { current, desired: wanted.replicas, min: minReplicas, max: maxReplicas })
    }
    if (desired !== current) {
      const refused = yield* this.rescale(draft, target!, scale, desired, reason)
      if (refused) return yield* this.writeStatus(draft, { ...hpa['status'], currentReplicas: current, currentMetrics: statuses, desiredReplicas: hpa['status']?.desiredReplicas ?? 0 })
      this.noteScaling(memory, hpa['spec'].behavior, desired - current)
    }
    const lastScaleTime: string | undefined = desired === current ? hpa['status']?.lastScaleTime : formatTime(this.controller.now)
    yield* this.writeStatus(draft, {
      ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
      ...(current === 0 ? {} : { currentReplicas: current }),
      desiredReplicas: desired,
      currentMetrics: statuses,
    })
  }

  // --- the target ----------------------------------------------------------------------------------

  private *scaleOf(hpa: KubeObject, target: ResourceInfo | undefined): Routine<{ scale: KubeObject } | { error: string }> {
    const { apiVersion = 'v1', kind, name } = hpa['spec'].scaleTargetRef
    if (target === undefined) {
      const slash = apiVersion.indexOf('/')
      return { error: `no matches for kind "${kind}" in group "${slash < 0 ? '' : apiVersion.slice(0, slash)}"` }
    }
    if (!target.subresources.includes('scale')) return { error: 'the server could not find the requested resource' }
    const response = yield* ask({ verb: 'get', info: target, subresource: 'scale', namespace: hpa.metadata.namespace, name })
    return isRefusal(response) ? { error: (response.body as Status).message ?? '' } : { scale: response.body as KubeObject }
  }

  private *rescale({ hpa, ...draft }: Draft, target: ResourceInfo, scale: KubeObject, to: number, reason: string): Routine<boolean> {
    const { recorder } = this.controller
    const { namespace, name } = scale.metadata
    const body = { ...scale, spec: { replicas: to } }
    const response = yield* ask({ verb: 'update', info: target, subresource: 'scale', namespace, name, body })
    if (isRefusal(response)) {
      const why = (response.body as Status).message
      recorder.event(hpa, 'Warning', 'FailedRescale', `New size: ${to}; reason: ${reason}; error: ${why}`)
      this.set({ hpa, ...draft }, 'AbleToScale', 'False', 'FailedUpdateScale', `the HPA controller was unable to update the target scale: ${why}`)
      return true
    }
    this.set({ hpa, ...draft }, 'AbleToScale', 'True', 'SucceededRescale', `the HPA controller was able to update the target scale to ${to}`)
    recorder.event(hpa, 'Normal', 'SuccessfulRescale', `New size: ${to}; reason: ${reason}`)
    return false
  }

  // --- metrics -------------------------------------------------------------------------------------

  /** computeReplicasForMetrics: the most that any metric asks for; with one that cannot be read, never less than there are. */
  private *byMetrics(draft: Draft, scale: KubeObject, current: number): Routine<{ replicas: number | undefined; name: string; statuses: object[] | null; error?: string }> {
    const { hpa } = draft
    const selector = this.selectorOf(draft, scale)
    if ('error' in selector) return { replicas: undefined, name: '', statuses: null, error: selector.error }
    const specs: MetricSpec[] = hpa['spec'].metrics ?? []
    const statuses: object[] = []
    let most: Proposed | undefined
    const failures: Failed[] = []
    for (const spec of specs) {
      const proposed = yield* this.byMetric(hpa, spec, selector, current)
      statuses.push('error' in proposed ? { type: '' } : proposed.status)
      if ('error' in proposed) {
        this.controller.recorder.event(hpa, 'Warning', proposed.reason, proposed.message)
        failures.push(proposed)
      } else if (most === undefined || proposed.replicas > most.replicas) most = proposed
    }
    const [first] = failures
    const error = first === undefined ? undefined : `invalid metrics (${failures.length} invalid out of ${specs.length}), first error is: ${first.error}`
    if (most === undefined || (first !== undefined && most.replicas < current)) {
      if (first !== undefined) this.set(draft, 'ScalingActive', 'False', first.reason, `the HPA was unable to compute the replica count: ${first.message}`)
      return { replicas: undefined, name: '', statuses, error: error ?? '' }
    }
    this.set(draft, 'ScalingActive', 'True', 'ValidMetricFound', `the HPA was able to successfully calculate a replica count from ${most.name}`)
    return { replicas: most.replicas, name: most.name, statuses }
  }

  private selectorOf(draft: Draft, scale: KubeObject): Selector | { error: string } {
    const { hpa } = draft
    const text: string = scale['status']?.selector ?? ''
    const selector = parseSelector(text)
    if (text === '' || isSelectorError(selector)) {
      const error = 'selector is required'
      this.controller.recorder.event(hpa, 'Warning', 'SelectorRequired', error)
      this.set(draft, 'ScalingActive', 'False', 'InvalidSelector', "the HPA target's scale is missing a selector")
      return { error }
    }
    this.selectors.set(draft.key, selector)
    const rivals = this.autoscalersOf(hpa.metadata.namespace!, selector)
    if (rivals.length < 2) return selector
    const error = `pods by selector ${text} are controlled by multiple HPAs: [${rivals.map(({ metadata: { name, namespace } }) => `{${name} ${namespace}}`).join(' ')}]`
    this.controller.recorder.event(hpa, 'Warning', 'AmbiguousSelector', error)
    this.set(draft, 'ScalingActive', 'False', 'AmbiguousSelector', error)
    return { error }
  }

  /** Those whose targets select any of these pods, as far as they have been looked at (hpasControllingPodsUnderSelector). */
  private autoscalersOf(namespace: string, selector: Selector): KubeObject[] {
    const pods = [...this.pods.byIndex('namespace', namespace)].filter(({ metadata }) => matches(selector, metadata.labels))
    return [...this.autoscalers.byIndex('namespace', namespace)].filter((hpa) => {
      const of = this.selectors.get(keyOf(hpa))
      return of !== undefined && pods.some(({ metadata }) => matches(of, metadata.labels))
    })
  }

  private *byMetric(hpa: KubeObject, spec: MetricSpec, selector: Selector, current: number): Routine<Proposed | Failed> {
    if (spec.type === 'Resource') return yield* this.byResource(hpa, spec.resource!, undefined, selector, current)
    if (spec.type === 'ContainerResource') return yield* this.byResource(hpa, spec.containerResource!, spec.containerResource!.container, selector, current)
    return unservedMetric(spec, hpa.metadata.namespace!)
  }

  private *byResource(hpa: KubeObject, source: ResourceSource, container: string | undefined, selector: Selector, current: number): Routine<Proposed | Failed> {
    const { name, target } = source
    const { now } = this.controller
    const kind = target.averageValue === undefined ? 'utilization' : 'usage'
    const failed = (why: string): Failed => {
      const message = `failed to get ${name} ${kind}: ${why}`
      return container === undefined
        ? { reason: 'FailedGetResourceMetric', message, error: `failed to get ${name} resource metric value: ${message}` }
        : { reason: 'FailedGetContainerResourceMetric', message, error: `failed to get ${name} container metric value: ${message}` }
    }
    const namespace = hpa.metadata.namespace!
    const measured = yield* this.measure(namespace, selector, name, container)
    if ('error' in measured) return failed(`unable to get metrics for resource ${name}: ${measured.error}`)
    const pods = [...this.pods.byIndex('namespace', namespace)].filter(({ metadata }) => matches(selector, metadata.labels))
    const wanted = this.targetOf(pods, source, container)
    if ('error' in wanted) return failed(wanted.error)
    const proposal = proposeReplicas(current, pods, measured, name, wanted, now)
    if ('error' in proposal) return failed(proposal.error)
    const averageValue = newMilliQuantity(proposal.meanMilli, name === 'memory' ? 'BinarySI' : 'DecimalSI').text
    const shown = { name, ...(container === undefined ? {} : { container }), current: { ...(proposal.utilization === undefined ? {} : { averageUtilization: proposal.utilization }), averageValue } }
    return {
      replicas: proposal.replicas,
      name: kind === 'usage' ? `${name} resource` : `${name} ${container === undefined ? '' : 'container '}resource utilization (percentage of request)`,
      status: container === undefined ? { type: 'Resource', resource: shown } : { type: 'ContainerResource', containerResource: shown },
    }
  }

  private targetOf(pods: readonly Pod[], { name, target }: ResourceSource, container: string | undefined): Target | { error: string } {
    if (target.averageValue !== undefined) return { averageMilli: quantity(target.averageValue).milliValue }
    const requests = requestsOf(pods, name, container)
    return 'error' in requests ? requests : { utilization: target.averageUtilization ?? 0, requests }
  }

  private *measure(namespace: string, selector: Selector, resourceName: string, container: string | undefined) {
    const response = yield* ask({ verb: 'list', info: podMetricsResource, namespace })
    if (isRefusal(response)) {
      const { message = '', reason } = response.body as Status
      const what = reason === 'NotFound' ? ' (get pods.metrics.k8s.io)' : ''
      return { error: `unable to fetch metrics from resource metrics API: ${message}${what}` }
    }
    const items = (response.body as { items: KubeObject[] }).items.filter(({ metadata }) => matches(selector, metadata.labels))
    if (items.length === 0) return { error: 'no metrics returned from resource metrics API' }
    return container === undefined ? podMetrics(items, resourceName) : containerMetrics(items, resourceName, container)
  }

  // --- memory --------------------------------------------------------------------------------------

  private memoryOf(key: string, current: number): Memory {
    let memory = this.memories.get(key)
    if (memory === undefined) this.memories.set(key, (memory = { recommendations: [{ at: this.controller.now, replicas: current }], ups: [], downs: [] }))
    return memory
  }

  private normalize(draft: Draft, memory: Memory, sizes: Sizes): number {
    const { now } = this.controller
    const behavior: Behavior | undefined = draft.hpa['spec'].behavior
    const result: Limited = behavior === undefined ? limitByDefault(sizes, memory, now) : limitByBehavior(sizes, behavior, memory, now)
    const windowMs = Math.max(...[behavior?.scaleUp, behavior?.scaleDown].map((rules) => (rules?.stabilizationWindowSeconds ?? 0) * 1000), downscaleWindowMs)
    memory.recommendations = [...memory.recommendations.filter(({ at }) => at >= now - windowMs), { at: now, replicas: sizes.desired }]
    this.set(draft, 'AbleToScale', 'True', result.able.reason, result.able.message)
    this.set(draft, 'ScalingLimited', result.limited.status, result.limited.reason, result.limited.message)
    return result.replicas
  }

  private noteScaling(memory: Memory, behavior: Behavior | undefined, change: number): void {
    if (behavior === undefined) return
    const { now } = this.controller
    const kept = (events: ScaleEvent[], periodMs: number): ScaleEvent[] => events.filter(({ at }) => at > now - periodMs)
    if (change > 0) memory.ups = [...kept(memory.ups, longestPeriodMs(behavior.scaleUp ?? {})), { at: now, change }]
    else memory.downs = [...kept(memory.downs, longestPeriodMs(behavior.scaleDown ?? {})), { at: now, change: -change }]
  }

  // --- status --------------------------------------------------------------------------------------

  private set({ conditions }: Draft, type: string, status: 'True' | 'False', reason: string, message: string): void {
    const at = conditions.findIndex((condition) => condition.type === type)
    const before = conditions[at]
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : formatTime(this.controller.now)
    const next = { type, status, lastTransitionTime, reason, message }
    if (at < 0) conditions.push(next)
    else conditions[at] = next
  }

  private *writeStatus({ hpa, conditions }: Draft, status: object): Routine<void> {
    const next = { ...status, conditions }
    if (semanticEqual(hpa['status'] ?? {}, next)) return
    const { namespace, name } = hpa.metadata
    yield* must({ verb: 'update', info: autoscalers, subresource: 'status', namespace, name, body: { ...hpa, status: next } })
  }
}
