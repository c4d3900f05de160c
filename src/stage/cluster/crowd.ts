import type { Node, Pod } from '../../engine/api/types.ts'
import { loadOf } from '../shared/objects/load.ts'
import { nodeStatus, podTone } from '../shared/objects/status.ts'
import { toneOf, tones } from '../shared/objects/tone.ts'
import type { Tone } from '../shared/objects/tone.ts'
import type { Box, ClusterLayout } from './layout.ts'
import type { Population } from './population.ts'
import { boxesOf } from './standing.ts'

/** A machine as one sees it from far away. */
export interface FarMachine {
  readonly node: Node
  readonly pods: readonly Pod[]
  readonly status: string
  /** Of each pod, in the same order. */
  readonly podTones: readonly Tone[]
  readonly counts: readonly { readonly tone: Tone; readonly count: number }[]
  /** 0..1: how much of what is scarcest has been promised away. */
  readonly full: number
  /** What one has to know first: the machine's own state, or the worst among its pods. */
  readonly worst: Tone | undefined
}

function farMachine(node: Node, pods: readonly Pod[]): FarMachine {
  const status = nodeStatus(node)
  const { cpu, memory, pods: places } = loadOf(node, pods)
  const podTones = pods.map(podTone)
  const counts = countsOf(podTones)
  const own = toneOf(status)
  return {
    node,
    pods,
    status,
    podTones,
    counts,
    full: Math.min(1, Math.max(...[cpu, memory, places].map(({ used, of }) => (of === 0 ? 0 : used / of)))),
    worst: own !== 'ready' ? own : (counts.find(({ tone }) => tone === 'failed')?.tone ?? counts[0]?.tone),
  }
}

function countsOf(podTones: readonly Tone[]): FarMachine['counts'] {
  const counts = new Map<Tone, number>()
  for (const tone of podTones) counts.set(tone, (counts.get(tone) ?? 0) + 1)
  return tones.flatMap((tone) => (counts.has(tone) ? { tone, count: counts.get(tone)! } : []))
}

/** Most of what is written about a machine and its pods cannot be seen from afar. */
export function looksLike(a: FarMachine, b: FarMachine): boolean {
  if (a === b) return true
  return a.status === b.status && a.full === b.full && a.podTones.length === b.podTones.length && a.podTones.every((tone, i) => tone === b.podTones[i])
}

/** Looks again only at those machines where something has changed. */
export function crowdKeeper(): (population: Population) => ReadonlyMap<string, FarMachine> {
  let last: ReadonlyMap<string, FarMachine> = new Map()
  return ({ nodes, byMachine }) => {
    const before = last
    last = new Map(
      nodes.map((node) => {
        const { name } = node.metadata
        const [known, pods] = [before.get(name), byMachine.get(name)!]
        return [name, known?.node === node && known.pods === pods ? known : farMachine(node, pods)]
      }),
    )
    return last
  }
}

/** What lies at a point, in flow coordinates. */
export function hitOf(machines: ReadonlyMap<string, FarMachine>, layout: ClusterLayout, x: number, y: number): { machine: FarMachine; pod: Pod | undefined } | undefined {
  for (const [name, box] of layout.machines) {
    const machine = holds(box, x, y) ? machines.get(name) : undefined
    if (machine === undefined) continue
    const at = boxesOf(layout, name, machine.pods).findIndex((place) => holds(place, x, y))
    return { machine, pod: machine.pods[at] }
  }
  return undefined
}

function holds(box: Box, x: number, y: number): boolean {
  return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height
}

/** Where an arrow key leads from a machine; undefined when it leads nowhere. */
export function neighbourOf(key: string, at: number, count: number, columns: number): number | undefined {
  if (key === 'Home') return 0
  if (key === 'End') return count - 1
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key]
  return by === undefined ? undefined : Math.max(0, Math.min(count - 1, at + by))
}

/** How many machines stand in the first row. */
export function columnsOf({ machines }: ClusterLayout): number {
  const [first, ...rest] = machines.values()
  return 1 + rest.filter(({ y }) => y === first!.y).length
}
