import type { Step } from '../../worker/protocol.ts'
import type { Chart, ChartEdge, ChartNode } from './chart.ts'

/**
 * A chart filled with one life of a pod: which boxes it has passed at the cursor, when, where it stands,
 * which ways it took and which it did not. Pure: steps in, a picture as data out.
 */
export interface Visit {
  /** Index of the step. */
  step: number
  /** Virtual ms. */
  at: number
  from: string
  /** Id of the container that it is about. */
  of?: string | undefined
}

/** The life at one glance: for each box, when the film passes it. Depends on the film, not on the cursor. */
export type Visits = ReadonlyMap<string, readonly Visit[]>

export function visitsOf(chart: Chart, steps: readonly Step[], marksOf: (step: Step) => readonly string[]): Visits {
  const visits = new Map<string, Visit[]>(chart.nodes.map((node) => [node.id, []]))
  for (const step of steps) {
    const visit: Visit = { step: step.index, at: step.at, from: step.from, of: containerOf(step) }
    for (const id of [step.milestone ?? '', ...marksOf(step)]) {
      const own = visits.get(id)
      // A container is created, then started: that is one visit.
      if (own === undefined || (visit.of !== undefined && own.at(-1)?.of === visit.of)) continue
      own.push(visit)
    }
  }
  return visits
}

function containerOf({ detail }: Step): string | undefined {
  return typeof detail?.['id'] === 'string' ? detail['id'] : undefined
}

/**
 * `passed`: behind the cursor; `current`: the last of its track; `ahead`: the film has it, later;
 * `open`: the film does not have it (yet); `untaken`: the pod went past it on another way.
 */
export type BoxState = 'passed' | 'current' | 'ahead' | 'open' | 'untaken'

export interface BoxView {
  node: ChartNode
  state: BoxState
  /** The last visit up to the cursor, else the first after it. */
  visit: Visit | undefined
  /** Visits up to the cursor. */
  times: number
  /** Where a click leads: the first visit, or the next one when the cursor stands on a visit. */
  target: number | undefined
}

/** `through`: leads through a box that this pod has no need of. */
export type ArrowState = 'taken' | 'through' | 'open'

export interface ArrowView {
  edge: ChartEdge
  state: ArrowState
}

export interface ChartView {
  boxes: BoxView[]
  arrows: ArrowView[]
  /** Virtual ms of the first visit of all: times on the chart count from here. */
  start: number | undefined
  /** The life has begun on this chart at the cursor. */
  begun: boolean
}

/** `over`: the chart's story has ended; nothing on it is now. */
export function viewOf(chart: Chart, visits: Visits, cursor: number, over = false): ChartView {
  const passed = (id: string): readonly Visit[] => upTo(visits.get(id) ?? [], cursor)
  const present = chart.nodes.filter((node) => !node.onlyWhenPassed || visits.get(node.id)!.length > 0)
  const ids = new Set(present.map((node) => node.id))
  const edges = chart.edges.filter((edge) => ids.has(edge.from) && ids.has(edge.to))
  const currents = over ? new Set<string>() : currentOf(present, passed)
  const beyond = reachability(edges)
  const state = (node: ChartNode): BoxState => {
    if (currents.has(node.id)) return 'current'
    if (passed(node.id).length > 0) return 'passed'
    if (visits.get(node.id)!.length > 0) return 'ahead'
    return beyond(node.id).some((id) => passed(id).length > 0) ? 'untaken' : 'open'
  }
  const boxes = present.map((node) => {
    const all = visits.get(node.id)!
    const before = passed(node.id)
    return {
      node,
      state: state(node),
      visit: before.at(-1) ?? all[0],
      times: before.length,
      target: targetOf(all, cursor),
    }
  })
  const first = firstOf(visits)
  const through = wayThrough(boxes, edges)
  const arrows = edges
    .filter((edge) => !edge.onlyWhenTaken || isTaken(edge, edges, (id) => visits.get(id)!))
    .map((edge): ArrowView => ({
      edge,
      state: isTaken(edge, edges, passed) ? 'taken' : through(edge) ? 'through' : 'open',
    }))
  return { boxes, arrows, start: first?.at, begun: first !== undefined && first.step <= cursor }
}

function upTo(visits: readonly Visit[], cursor: number): readonly Visit[] {
  const end = visits.findIndex((visit) => visit.step > cursor)
  return end < 0 ? visits : visits.slice(0, end)
}

function firstOf(visits: Visits): Visit | undefined {
  let first: Visit | undefined
  for (const [visit] of visits.values())
    if (visit !== undefined && (first === undefined || visit.step < first.step)) first = visit
  return first
}

/**
 * The boxes that the last step of the main track has reached (one step may reach two: Running and Ready),
 * and the last of each side track that has begun and not ended.
 */
function currentOf(nodes: readonly ChartNode[], passed: (id: string) => readonly Visit[]): Set<string> {
  const last = (node: ChartNode): number => passed(node.id).at(-1)?.step ?? -1
  const main = nodes.filter((node) => node.aside === undefined)
  const latest = Math.max(-1, ...main.map(last))
  const currents = new Set(main.filter((node) => latest >= 0 && last(node) === latest).map((node) => node.id))
  for (const track of ['acknowledgement', 'endpoints'] as const) {
    const own = nodes.filter((node) => node.aside === track && last(node) >= 0)
    const end = own.reduce<ChartNode | undefined>((a, b) => (a !== undefined && last(a) > last(b) ? a : b), undefined)
    // A side track that has ended glows only while nothing later has happened.
    if (end !== undefined && (!end.last || last(end) > latest)) currents.add(end.id)
  }
  return currents
}

/** Boxes that lie further on, by the arrows that do not lead back. */
function reachability(edges: readonly ChartEdge[]): (id: string) => string[] {
  const next = new Map<string, string[]>()
  for (const { from, to, back } of edges) if (!back) next.set(from, [...(next.get(from) ?? []), to])
  const reach = (id: string, seen: Set<string>): Set<string> => {
    for (const to of next.get(id) ?? []) {
      if (seen.has(to)) continue
      seen.add(to)
      reach(to, seen)
    }
    return seen
  }
  return (id) => [...reach(id, new Set())]
}

/** An arrow was taken when, at some visit of its end, its beginning was the box left last of all that lead there. */
function isTaken(edge: ChartEdge, edges: readonly ChartEdge[], passed: (id: string) => readonly Visit[]): boolean {
  const origins = edges.filter((e) => e.to === edge.to).map((e) => e.from)
  let before = -1
  for (const visit of passed(edge.to)) {
    const left = origins
      .map((id) => ({ id, step: passed(id).findLast((v) => v.step <= visit.step && v.step > before)?.step ?? -1 }))
      .reduce((a, b) => (b.step > a.step ? b : a), { id: '', step: -1 })
    if (left.id === edge.from) return true
    before = visit.step
  }
  return false
}

/** Whether an arrow lies on a way that was gone through boxes that were not needed. */
function wayThrough(boxes: readonly BoxView[], edges: readonly ChartEdge[]): (edge: ChartEdge) => boolean {
  const byId = new Map(boxes.map((box) => [box.node.id, box]))
  const isPassed = (id: string): boolean => ['passed', 'current'].includes(byId.get(id)!.state)
  const isThrough = (id: string): boolean => byId.get(id)!.state === 'untaken' && byId.get(id)!.node.optional === true
  const ahead = edges.filter((edge) => !edge.back)
  const begins = (id: string): boolean =>
    isPassed(id) || (isThrough(id) && ahead.some((e) => e.to === id && begins(e.from)))
  const ends = (id: string): boolean =>
    isPassed(id) || (isThrough(id) && ahead.some((e) => e.from === id && ends(e.to)))
  return ({ from, to, back }) => !back && (isThrough(from) || isThrough(to)) && begins(from) && ends(to)
}

function targetOf(visits: readonly Visit[], cursor: number): number | undefined {
  const at = visits.findIndex((visit) => visit.step === cursor)
  return at < 0 ? visits[0]?.step : visits[(at + 1) % visits.length]!.step
}
