import type { Step } from '../../worker/protocol.ts'
import { isRefusal } from '../shared/film/hop.ts'
import { halfway } from '../shared/ui/path.ts'
import type { Point } from '../shared/ui/path.ts'
import type { PlacedLayout } from './wires.ts'
import { placeId, placeOf } from './places.ts'
import type { Place } from './places.ts'
import { route } from './wires.ts'

/** The stages of a request inside the API server, as the rail shows them. */
export const serverStages = ['authn', 'authz', 'admit', 'validate', 'store'] as const
export type ServerStage = (typeof serverStages)[number]

/** Solid, hollow, dotted; a commit ripples; a call stays on its machine; traffic goes between pods. */
export type TravelStyle = 'request' | 'response' | 'watch' | 'commit' | 'call' | 'traffic'

/** What a step looks like in the graph: a packet on a line, or a place that lights up. */
export interface Travel {
  from: string
  to: string
  style: TravelStyle
  /** undefined: nothing travels (a decision, or the places have no line between them). */
  points: readonly Point[] | undefined
  label: string
  /** Places that are lit: sender, receiver, and the author of a write. */
  lit: readonly string[]
  stage: ServerStage | undefined
  refused: boolean
}

export function travelOf(step: Step, layout: PlacedLayout): Travel {
  const [from, to] = endsOf(step)
  const points = from === undefined ? undefined : route(layout, from, to)
  return {
    from: placeId(from ?? to),
    to: placeId(to),
    style: styleOf(step),
    points,
    label: labelOf(step),
    lit: litPlaces(step),
    stage: stageOf(step),
    refused: step.detail?.type === 'RequestFailed' || step.code === 0 || isRefusal(step),
  }
}

let lastLit: { step: Step; places: readonly string[] } | undefined

/** Places that a step lights: sender, receiver, and the author of a write. */
export function litPlaces(step: Step): readonly string[] {
  // Every part of the graph asks about the same step.
  if (lastLit?.step === step) return lastLit.places
  const [from, to] = endsOf(step)
  const places = [placeOf(step.from), to, ...(from === undefined ? [] : [from])].map(placeId)
  lastLit = { step, places: [...new Set(places)] }
  return lastLit.places
}

/** A write travels from the rail into etcd, whoever its author is; a refused one goes nowhere. */
function endsOf(step: Step): [Place | undefined, Place] {
  const to = placeOf(step.to)
  if (step.kind === 'write') return [to.at === 'etcd' ? { at: 'kube-apiserver' } : undefined, to]
  if (step.kind === 'watch') return [{ at: 'kube-apiserver' }, to]
  return [step.from === step.to ? undefined : placeOf(step.from), to]
}

function styleOf(step: Step): TravelStyle {
  if (step.kind === 'write') return 'commit'
  if (step.kind === 'watch') return 'watch'
  if (step.kind === 'request') return step.from === 'kube-apiserver' ? 'response' : 'request'
  return traffic[step.detail?.type ?? ''] === undefined ? 'call' : 'traffic'
}

/** What stands on the packet of a request between pods. */
const traffic: Readonly<Record<string, (detail: Readonly<Record<string, unknown>>) => string>> = {
  RequestSent: ({ method, url }) => `${String(method)} ${String(url).replace(/^https?:\/\//, '')}`,
  RequestRouted: ({ address }) => String(address),
  NameAsked: ({ name }) => `DNS ${String(name)}`,
  NameRouted: ({ address }) => String(address),
  NameTold: ({ addresses }) => String((addresses as readonly string[])[0] ?? '?'),
  NameUnanswered: ({ error }) => String(error),
  RequestAnswered: ({ status }) => String(status),
  RequestFailed: ({ error }) => String(error),
}

const stageOfDetail: Record<string, ServerStage> = {
  Authenticated: 'authn',
  Unauthenticated: 'authn',
  Authorized: 'authz',
  Forbidden: 'authz',
  Mutated: 'admit',
  Admitted: 'admit',
  AdmissionRefused: 'admit',
  Validated: 'validate',
  Invalid: 'validate',
  NotUnderstood: 'validate',
  Marked: 'validate',
}

/** Where in the API server the request stands at this step. */
export function stageOf(step: Step): ServerStage | undefined {
  if (step.kind === 'write') return step.to === 'etcd' ? 'store' : undefined
  if (step.from !== 'kube-apiserver' || step.to !== 'kube-apiserver') return undefined
  return stageOfDetail[step.detail?.type ?? '']
}

const methods: Record<string, string> = {
  create: 'POST',
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
  connect: 'CONNECT',
}

/** What stands on the packet: 'POST pods/web/binding', '201', 'watch pods/web'. */
export function labelOf(step: Step): string {
  const say = traffic[step.detail?.type ?? '']
  if (say !== undefined) return say(step.detail!)
  const object = objectOf(step)
  if (step.kind === 'watch') return object
  if (step.kind === 'write') return step.revision === undefined ? `${step.code ?? ''}` : `${object} @${step.revision}`
  if (step.kind === 'request') {
    if (step.from === 'kube-apiserver') return `${step.code || ''} ${object}`.trim()
    return `${methods[step.verb ?? ''] ?? step.verb ?? ''} ${object}`.trim()
  }
  return object
}

/** Long names are cut; an Event's name is its object's with a number, which says nothing. */
function objectOf({ resource, name, subresource }: Step): string {
  const short =
    resource === 'events'
      ? undefined
      : name !== undefined && name.length > nameMost
        ? `${name.slice(0, nameMost)}…`
        : name
  return [resource, short, subresource].filter((part) => part !== undefined && part !== '').join('/')
}

/** As much larger than usual as the letters of the parts. */
export const denseLetters = 1.25
/** For the last row of a hall. */
export const hallLetters = 1.42

const nameMost = 22

const glyphWidth = 6.7
const labelPadding = 18

/** Where the packet's label stands: beside an upright line, above etcd, above tabs, below the Services; never outside the graph. */
export function labelPlace(travel: Travel, layout: PlacedLayout, scale: number): Point {
  const { point, upright } = halfway(travel.points!)
  const width = (travel.label.length * glyphWidth + labelPadding) * scale
  const rightmost = layout.width + 12 * scale - width
  if (travel.to === 'etcd' || travel.from === 'etcd') {
    // Where parts stand close it fills what is left below the row of clients.
    const below = Math.max(...[layout.tray, layout.scheduler].map((box) => box.y + box.height)) + 1
    return { x: Math.min(point.x - width / 2, rightmost), y: Math.max(layout.etcd.y - 28 * scale, Math.min(below, layout.etcd.y - 20 * scale)) }
  }
  if (!upright) return { x: Math.max(0, Math.min(point.x - width / 2, rightmost)), y: point.y - 26 * scale }
  const right = point.x + 16 * scale
  const { rail, etcd, services } = layout
  // Between the Services and the tabs it hides the names of neither.
  if (services !== undefined && services.size > 0 && travel.style !== 'traffic' && point.y > rail.y) {
    const foot = Math.max(...travel.points!.map(({ y }) => y))
    return { x: Math.max(0, right > rightmost ? point.x - 16 * scale - width : right), y: foot - 23 * scale }
  }
  // Below the rail etcd reaches down beside it.
  const meetsEtcd = point.y > rail.y && point.y - 11 * scale < etcd.y + etcd.height && right + width > etcd.x
  return { x: Math.max(0, right > rightmost || meetsEtcd ? point.x - 16 * scale - width : right), y: point.y - 11 * scale }
}
