import { matches } from '../../api/selector.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { compiled, startTimeOf, type PodInfo } from '../cache/podinfo.ts'
import { Delete } from '../framework/events.ts'
import { fitErrorMessage } from '../framework/fiterror.ts'
import { NodeStatuses } from '../framework/nodestatuses.ts'
import { failed, unresolvable, unschedulable, type Status } from '../framework/status.ts'
import type { Handle, NodeTrial, Plugin, PostFilterContext, PostFilterResult, Preemption } from '../framework/plugin.ts'
import { names } from './names.ts'

export interface DefaultPreemptionArgs {
  readonly minCandidateNodesPercentage?: number
  readonly minCandidateNodesAbsolute?: number
}

const notHelpful = unresolvable('', 'Preemption is not helpful for scheduling')
const noVictims = unresolvable(names.DefaultPreemption, 'No preemption victims found for incoming pod')

/**
 * Makes room by removing pods of lower priority: finds the nodes on which that would help, the fewest and
 * least important pods on each, and the node where it hurts least. It only decides; the scheduler removes.
 */
export const defaultPreemption = (handle: Handle, args: DefaultPreemptionArgs = {}): Plugin => ({
  name: names.DefaultPreemption,
  // The plugins that refused the pod decide when it is worth another try.
  events: [{ resource: 'AssignedPod', action: Delete, hint: () => 'Skip' }],
  preEnqueue: ({ metadata }) =>
    handle.isPreempting(metadata.uid)
      ? unresolvable(names.DefaultPreemption, 'waiting for the preemption for this pod to be finished')
      : undefined,
  postFilter: (context) => {
    const result = preempt(handle, args, context)
    const { status } = result
    if (status === undefined || status.reasons.length === 0) return result
    return { ...result, status: { ...status, reasons: [`preemption: ${status.reasons.join(', ')}`] } }
  },
})

function preempt(handle: Handle, args: DefaultPreemptionArgs, context: PostFilterContext): PostFilterResult {
  const ineligible = whyNot(handle, context)
  if (ineligible !== undefined) return { status: unschedulable(names.DefaultPreemption, ineligible) }
  const statuses = new NodeStatuses(notHelpful)
  const candidates = findCandidates(handle, args, context, statuses)
  const best = pickOne(candidates, handle.now())
  if (best !== undefined) return { status: undefined, nominatedNodeName: best.nodeName, preemption: best }
  const message = fitErrorMessage({ nodeCount: handle.cache.nodes.length, statuses, preFilterMessage: '', postFilterMessage: '' })
  return { status: unschedulable(names.DefaultPreemption, message), nominatedNodeName: '' }
}

/** Why the pod may not preempt now; undefined when it may. */
function whyNot({ cache }: Handle, { pod, statuses }: PostFilterContext): string | undefined {
  if ((pod.pod.spec as { preemptionPolicy?: string }).preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.'
  const nominated = pod.pod.status.nominatedNodeName
  if (!nominated || statuses.get(nominated)?.code === 'UnschedulableAndUnresolvable') return undefined
  for (const other of cache.node(nominated)?.pods.values() ?? []) {
    if (other.priority < pod.priority && isEndingByPreemption(other.pod)) {
      return 'not eligible due to a terminating pod on the nominated node.'
    }
  }
  return undefined
}

function isEndingByPreemption({ metadata, status }: Pod): boolean {
  if (metadata.deletionTimestamp === undefined) return false
  const condition = status.conditions?.find((c) => c.type === 'DisruptionTarget')
  return condition?.status === 'True' && condition.reason === 'PreemptionByScheduler'
}

/** Tries nodes from a random one on, until enough of them would do. */
function findCandidates(
  handle: Handle, { minCandidateNodesPercentage = 10, minCandidateNodesAbsolute = 100 }: DefaultPreemptionArgs,
  context: PostFilterContext, statuses: NodeStatuses,
): Preemption[] {
  const potential = handle.cache.nodes.filter((node) => context.statuses.get(node.name)?.code === 'Unschedulable')
  if (potential.length === 0) return []
  const offset = handle.random('preemption candidates')(potential.length)
  const share = Math.trunc((potential.length * minCandidateNodesPercentage) / 100)
  const wanted = Math.min(Math.max(share, minCandidateNodesAbsolute), potential.length)
  const budgets = [...handle.listers.poddisruptionbudgets.all()]
  const harmless: Preemption[] = []
  const violating: Preemption[] = []
  for (let i = 0; i < potential.length; i++) {
    const node = potential[(offset + i) % potential.length]!
    const found = selectVictims(handle, context, node, budgets)
    if ('code' in found) statuses.set(node.name, found)
    else (found.pdbViolations === 0 ? harmless : violating).push(found)
    if (harmless.length > 0 && harmless.length + violating.length >= wanted) break
  }
  return [...harmless, ...violating]
}

/** The smallest set of pods on a node whose removal makes room. */
function selectVictims(handle: Handle, { pod, tryNode }: PostFilterContext, node: NodeInfo, budgets: readonly KubeObject[]): Preemption | Status {
  handle.work.podsVisited += node.pods.size
  const lower = [...node.pods.values()].filter((other) => other.priority < pod.priority)
  if (lower.length === 0) return noVictims
  const trial = tryNode(node)
  for (const other of lower) trial.remove(other)
  const refused = trial.fits()
  const chosen = refused === undefined ? reprieve(trial, lower, budgets, handle.now()) : undefined
  trial.end()
  if (chosen === undefined) return refused!
  if (chosen.victims.length === 0) return failed(names.DefaultPreemption, `expected at least one victim pod on node "${node.name}"`)
  return { nodeName: node.name, ...chosen }
}

/** Puts back as many as possible: first those that a budget protects, the most important first. */
function reprieve(
  trial: NodeTrial, removed: readonly PodInfo[], budgets: readonly KubeObject[], now: number,
): Pick<Preemption, 'victims' | 'pdbViolations'> {
  const order = byImportance(now)
  const { violating, others } = splitByBudgets(removed.toSorted(order), budgets)
  const victims: PodInfo[] = []
  const isVictim = (pod: PodInfo): boolean => {
    trial.add(pod)
    if (trial.fits() === undefined) return false
    trial.remove(pod)
    victims.push(pod)
    return true
  }
  const pdbViolations = violating.filter(isVictim).length
  others.forEach(isVictim)
  return { victims: victims.toSorted(order), pdbViolations }
}

/** util.MoreImportantPod: higher priority first; of equals the one that runs longer. */
function byImportance(now: number): (a: PodInfo, b: PodInfo) => number {
  return (a, b) => b.priority - a.priority || startTimeOf(a.pod, now) - startTimeOf(b.pod, now)
}

interface Budget extends KubeObject {
  spec: { selector?: Parameters<typeof compiled>[0] }
  status: { disruptionsAllowed?: number; disruptedPods?: Record<string, string> }
}

/** Pods whose removal would break a PodDisruptionBudget, counting those before them in the list. */
function splitByBudgets(pods: readonly PodInfo[], budgets: readonly KubeObject[]): { violating: PodInfo[]; others: PodInfo[] } {
  const allowed = budgets.map((budget) => (budget as Budget).status?.disruptionsAllowed ?? 0)
  const violating: PodInfo[] = []
  const others: PodInfo[] = []
  for (const pod of pods) {
    let violates = false
    for (const [i, budget] of (budgets as readonly Budget[]).entries()) {
      if (!protects(budget, pod)) continue
      allowed[i]!--
      if (allowed[i]! < 0) violates = true
    }
    ;(violates ? violating : others).push(pod)
  }
  return { violating, others }
}

function protects({ metadata, spec, status }: Budget, pod: PodInfo): boolean {
  if (metadata.namespace !== pod.namespace || Object.keys(pod.labels).length === 0) return false
  const selector = compiled(spec.selector)
  if (selector.requirements.length === 0 || !matches(selector, pod.labels)) return false
  // Already counted by the disruption controller.
  return !(pod.pod.metadata.name in (status?.disruptedPods ?? {}))
}

/**
 * Where it hurts least: fewest broken budgets, then the lowest greatest priority, the smallest sum of
 * priorities, the fewest victims, the latest start of the most important ones; then the first found.
 */
export function pickOne(candidates: readonly Preemption[], now: number): Preemption | undefined {
  const criteria: ((candidate: Preemption) => number)[] = [
    ({ pdbViolations }) => pdbViolations,
    ({ victims }) => victims[0]!.priority,
    // Lifted above zero, so that few victims of negative priority are not worse than many.
    ({ victims }) => victims.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0),
    ({ victims }) => victims.length,
    ({ victims }) => -earliestStart(victims, now),
  ]
  let left = candidates
  for (const criterion of criteria) {
    if (left.length <= 1) break
    const least = Math.min(...left.map(criterion))
    left = left.filter((candidate) => criterion(candidate) === least)
  }
  return left[0]
}

function earliestStart(victims: readonly PodInfo[], now: number): number {
  const most = victims[0]!.priority
  return Math.min(...victims.filter(({ priority }) => priority === most).map(({ pod }) => startTimeOf(pod, now)))
}
