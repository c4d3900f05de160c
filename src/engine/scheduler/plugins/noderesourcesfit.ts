import type { Node, Pod } from '../../api/types.ts'
import { NodeInfo } from '../cache/nodeinfo.ts'
import type { PodInfo } from '../cache/podinfo.ts'
import { podRequests, type ResourceAmounts } from '../cache/requests.ts'
import { Add, Delete, lessRequested, UpdateNodeAllocatable, UpdatePodScaleDown } from '../framework/events.ts'
import type { Status } from '../framework/status.ts'
import type { Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'
import { fitChanges } from './fitchanges.ts'
import { allocationScorer, type Scorer, type ScoringStrategy } from './resourceallocation.ts'

export interface InsufficientResource {
  readonly name: string
  readonly reason: string
  readonly requested: number
  readonly used: number
  readonly capacity: number
  /** More than the node has when it is empty: no preemption helps. */
  readonly unresolvable: boolean
}

export interface FitArgs {
  readonly ignoredResources?: readonly string[]
  readonly ignoredResourceGroups?: readonly string[]
  readonly scoringStrategy?: ScoringStrategy
}

/** Is there room? What does not fit is named; all shortages of a node are told, not only the first. */
export const nodeResourcesFit = (args: FitArgs = {}): Plugin<Request, Scorer> => ({
  name: names.NodeResourcesFit,
  events: [
    { resource: 'Pod', action: Delete | UpdatePodScaleDown, hint: afterPodEvent },
    { resource: 'Node', action: Add | UpdateNodeAllocatable, hint: afterNodeEvent },
  ],
  preFilter: (pod) => ({ state: requestOf(pod, args) }),
  filter: (request, _pod, node) => (fits(request, node) ? undefined : refusal(insufficient(request, node))),
  preScore: (pod) => ({ state: allocationScorer(args.scoringStrategy ?? defaultStrategy, pod) }),
  score: (scorer, _pod, nodes, scores) => scorer(nodes, scores),
  changes: (pod, node) => fitChanges(pod, node, insufficient(requestOf(pod, args), node)),
})

export const defaultStrategy: ScoringStrategy = {
  type: 'LeastAllocated', resources: [{ name: 'cpu', weight: 1 }, { name: 'memory', weight: 1 }],
}

/** What a pod asks for, without what this profile ignores. */
type Request = ResourceAmounts

function requestOf({ requests }: PodInfo, { ignoredResources = [], ignoredResourceGroups = [] }: FitArgs): Request {
  if (ignoredResources.length === 0 && ignoredResourceGroups.length === 0) return requests
  const counts = (name: string) =>
    !isExtended(name) || (!ignoredResources.includes(name) && !ignoredResourceGroups.includes(name.slice(0, name.indexOf('/'))))
  return { ...requests, scalars: requests.scalars.filter(({ name }) => counts(name)) }
}

/** "example.com/gpu": everything of a domain that is not Kubernetes' own. */
function isExtended(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.')
}

/** The usual answer, from the columns alone. */
function fits(request: Request, node: NodeInfo): boolean {
  const { columns: c, row } = node
  if (c.podCount[row]! + 1 > c.allowedPods[row]!) return false
  if (request.milliCPU > 0 && request.milliCPU > c.allocatableMilliCPU[row]! - c.requestedMilliCPU[row]!) return false
  if (request.memory > 0 && request.memory > c.allocatableMemory[row]! - c.requestedMemory[row]!) return false
  if (request.ephemeralStorage > 0 &&
    request.ephemeralStorage > c.allocatableEphemeralStorage[row]! - c.requestedEphemeralStorage[row]!) return false
  return request.scalars.length === 0 || node.missingScalars(request.scalars).length === 0
}

/** Everything that is too little, in upstream's order. */
export function insufficient(request: Request, node: NodeInfo): InsufficientResource[] {
  const { podCount, allowedPods } = node.columns
  const short: InsufficientResource[] = []
  const used = podCount[node.row]!
  const capacity = allowedPods[node.row]!
  if (used + 1 > capacity) short.push({ name: 'pods', reason: 'Too many pods', requested: 1, used, capacity, unresolvable: false })
  const check = (name: string, requested: number) => {
    const [has, taken] = [node.allocatableOf(name), node.requestedOf(name)]
    if (requested === 0 || requested <= has - taken) return
    short.push({ name, reason: `Insufficient ${name}`, requested, used: taken, capacity: has, unresolvable: requested > has })
  }
  check('cpu', request.milliCPU)
  check('memory', request.memory)
  check('ephemeral-storage', request.ephemeralStorage)
  for (const { name, amount } of request.scalars) check(name, amount)
  return short
}

/** Refusals with the same words are one object: thousands of full nodes share it. */
const refusals = new Map<string, Status>()

function refusal(short: readonly InsufficientResource[]): Status {
  const hopeless = short.some((resource) => resource.unresolvable)
  const key = `${hopeless}|${short.map((resource) => resource.name).join('|')}`
  let status = refusals.get(key)
  if (status === undefined) {
    if (refusals.size > 1000) refusals.clear()
    status = {
      code: hopeless ? 'UnschedulableAndUnresolvable' : 'Unschedulable',
      reasons: short.map((resource) => resource.reason),
      plugin: names.NodeResourcesFit,
    }
    refusals.set(key, status)
  }
  return status
}

function afterPodEvent(pod: Pod, old: unknown, next: unknown): 'Queue' | 'Skip' {
  if (next === undefined) {
    const gone = old as Pod
    return gone.spec.nodeName || gone.status.nominatedNodeName ? 'Queue' : 'Skip'
  }
  const changed = next as Pod
  if (changed.metadata.uid === pod.metadata.uid) return 'Queue'
  if (!changed.spec.nodeName) return 'Skip'
  return freesWhatIsWanted(podRequests(pod), podRequests(old as Pod), podRequests(changed)) ? 'Queue' : 'Skip'
}

function freesWhatIsWanted(wanted: ResourceAmounts, before: ResourceAmounts, after: ResourceAmounts): boolean {
  const mask = (amounts: ResourceAmounts): ResourceAmounts => ({
    milliCPU: wanted.milliCPU > 0 ? amounts.milliCPU : 0,
    memory: wanted.memory > 0 ? amounts.memory : 0,
    ephemeralStorage: wanted.ephemeralStorage > 0 ? amounts.ephemeralStorage : 0,
    scalars: amounts.scalars.filter(({ name }) => wanted.scalars.some((s) => s.name === name && s.amount > 0)),
  })
  return lessRequested(mask(after), mask(before))
}

/** Would it fit on the empty node, and has the node got more of what it wants? */
function afterNodeEvent(pod: Pod, old: unknown, next: unknown): 'Queue' | 'Skip' {
  const request = podRequests(pod)
  const after = emptyNode(next as Node)
  if (insufficient(request, after).length > 0) return 'Skip'
  if (old === undefined) return 'Queue'
  const before = emptyNode(old as Node)
  const grew = (name: string) => after.allocatableOf(name) > before.allocatableOf(name)
  const wanted = [
    ...(request.milliCPU > 0 ? ['cpu'] : []),
    ...(request.memory > 0 ? ['memory'] : []),
    ...(request.ephemeralStorage > 0 ? ['ephemeral-storage'] : []),
    ...request.scalars.filter((s) => s.amount > 0).map((s) => s.name),
  ]
  return grew('pods') || wanted.some(grew) ? 'Queue' : 'Skip'
}

function emptyNode(node: Node): NodeInfo {
  const info = new NodeInfo(node.metadata.name)
  info.setNode(node)
  return info
}
