import type { KubeObject, Node, Pod } from '../../engine/api/types.ts'

/** Which pods stand on which machine. */
export interface Population {
  /** node2 before node10. */
  readonly nodes: readonly Node[]
  /** By name. Older pods stand first, so that a newcomer moves nobody. */
  readonly byMachine: ReadonlyMap<string, readonly Pod[]>
  readonly unscheduled: readonly Pod[]
}

/** As it was found, and in order. */
interface List {
  readonly found: readonly Pod[]
  readonly byAge: readonly Pod[]
}

const byName = new Intl.Collator('en', { numeric: true })

/** Keeps the list of every machine where nothing has changed: a step touches one pod, and there may be ten thousand. */
export function populationKeeper(): (nodes: readonly Node[], pods: readonly Pod[]) => Population {
  let known: { nodes: readonly Node[]; sorted: readonly Node[] } | undefined
  let lists: ReadonlyMap<string, List> = new Map()
  let seen: { pods: readonly Pod[]; machines: readonly string[] } = { pods: [], machines: [] }
  return (nodes, pods) => {
    if (known?.nodes !== nodes) known = { nodes, sorted: nodes.toSorted((a, b) => byName.compare(a.metadata.name, b.metadata.name)) }
    // No machine has no name.
    const unscheduled: Pod[] = []
    const found = new Map<string, Pod[]>([['', unscheduled], ...known.sorted.map((n): [string, Pod[]] => [n.metadata.name, []])])
    // Ten thousand pods are not opened for the one that has changed.
    const machines = pods.map((pod, i) => (pod === seen.pods[i] ? seen.machines[i]! : (pod.spec.nodeName ?? '')))
    pods.forEach((pod, i) => (found.get(machines[i]!) ?? unscheduled).push(pod))
    seen = { pods, machines }
    const before = lists
    lists = new Map([...found].map(([name, list]): [string, List] => [name, kept(before.get(name), list)]))
    const byMachine = new Map(known.sorted.map(({ metadata: { name } }) => [name, lists.get(name)!.byAge]))
    return { nodes: known.sorted, byMachine, unscheduled: lists.get('')!.byAge }
  }
}

function kept(before: List | undefined, found: readonly Pod[]): List {
  if (before === undefined || before.found.length !== found.length) return { found, byAge: found.toSorted(byAge) }
  let same = true
  for (let i = 0; i < found.length; i++) {
    if (found[i] === before.found[i]) continue
    same = false
    if (found[i]!.metadata.uid !== before.found[i]!.metadata.uid) return { found, byAge: found.toSorted(byAge) }
  }
  return same ? before : { found, byAge: inOrderOf(before, found) }
}

/** The same pods as before, of which some have changed: none has grown older than another. */
function inOrderOf(before: List, found: readonly Pod[]): readonly Pod[] {
  const now = new Map(before.found.map((pod, i) => [pod, found[i]!]))
  return before.byAge.map((pod) => now.get(pod)!)
}

/** Pods of one age stay in the order of their keys, in which they are found. */
function byAge(a: KubeObject, b: KubeObject): number {
  return compare(a.metadata.creationTimestamp, b.metadata.creationTimestamp)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
