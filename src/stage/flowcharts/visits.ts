import type { Film } from '../../playback/film.ts'
import type { Step } from '../../worker/protocol.ts'
import type { Chart } from './chart.ts'
import { endpointTrack } from './endpointTrack.ts'
import type { EndpointTrack } from './endpointTrack.ts'
import { marksOf } from './marks.ts'
import { visitsOf } from './model.ts'
import type { Visit, Visits } from './model.ts'
import type { PodLife } from './story.ts'

/** All visits of a life, also of the boxes that are told by what happens around them. */
export function lifeVisits(chart: Chart, film: Film, life: PodLife): Visits {
  const visits = begun(chart, visitsOf(chart, life.steps, (step) => marksOf(step, film)))
  let around: EndpointTrack | undefined
  const track = (): EndpointTrack => (around ??= endpointTrack(film, life))
  const derived: Record<string, () => Visit[]> = {
    'create/status': () =>
      stepsOf(visits, 'create/running')
        .flatMap((step) => requestOf(film, step))
        .map(visitOf),
    'terminate/told': () => toldSteps(film, life, visits).map(visitOf),
    'create/endpoints': () => track().published.slice(0, 1).map(visitOf),
    'terminate/endpoints': () => track().withdrawn.slice(-1).map(visitOf),
    'terminate/rules': () => track().rulesWithout.map(visitOf),
    'terminate/lost': () => track().lost.map(visitOf),
    // With TERM the waiting begins.
    'terminate/wait': () => [...visits.get('terminate/term')!],
  }
  const all = new Map(visits)
  for (const [id, find] of Object.entries(derived)) if (visits.get(id)?.length === 0) all.set(id, find())
  return all
}

/** A container that a probe kills, or that is restarted, gets its signals too: only the end of the pod is this chart's story. */
function begun(chart: Chart, visits: Visits): Visits {
  if (chart.id !== 'terminate') return visits
  const first = Math.min(...beginnings.flatMap((id) => stepsOf(visits, id).slice(0, 1)))
  return new Map([...visits].map(([id, own]) => [id, own.filter(({ step }) => step >= first)]))
}

const beginnings = ['delete', 'mark', 'store', 'kubelet-sees', 'kubelet-ends', 'removed'].map((name) => `terminate/${name}`)

/** Whether the pod has been deleted at the cursor: its creation is then past altogether. */
export function isLeaving(life: PodLife, cursor: number): boolean {
  return life.steps.some(
    ({ index, milestone }) => index <= cursor && (milestone === 'terminate/store' || milestone === 'terminate/removed'),
  )
}

function visitOf({ index, at, from }: Step): Visit {
  return { step: index, at, from }
}

function stepsOf(visits: Visits, id: string): number[] {
  return (visits.get(id) ?? []).map((visit) => visit.step)
}

/** The request that led to a write. */
function requestOf(film: Film, write: number): Step[] {
  let step = film.steps[write]
  const author = step?.from
  while (step !== undefined && !(step.kind === 'request' && step.from === author)) {
    step = step.cause === undefined ? undefined : film.steps[step.cause]
  }
  return step === undefined ? [] : [step]
}

/** The first who is told of the deletion; the others follow. By force, the kubelet learns of it by the removal. */
function toldSteps(film: Film, life: PodLife, visits: Visits): Step[] {
  const marked = stepsOf(visits, 'terminate/store')
  const removed = stepsOf(visits, 'terminate/kubelet-sees').length > 0 ? stepsOf(visits, 'terminate/removed') : []
  return (marked.length > 0 ? marked : removed).flatMap((write) => {
    const { revision } = film.steps[write]!
    const told = life.steps.find(
      (step) => step.kind === 'watch' && step.index > write && step.detail?.['revision'] === revision,
    )
    return told === undefined ? [] : [told]
  })
}
