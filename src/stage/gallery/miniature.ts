import type { Node, Pod } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import { nodeStatus, podTone } from '../shared/objects/status.ts'
import { stretchesOf } from '../shared/objects/stretches.ts'
import { tones } from '../shared/objects/tone.ts'
import type { Tone } from '../shared/objects/tone.ts'

/** A moment of a film, small: for each node the states of its pods; `waiting`: those without a node. */
export interface Frame {
  readonly nodes: readonly { readonly up: boolean; readonly pods: readonly Tone[] }[]
  readonly waiting: readonly Tone[]
}

/** Where a pod's state changes, as a share (0..1) of the film. */
export interface Stretch {
  readonly tone: Tone
  readonly from: number
  readonly to: number
}

/** A film in small: some of its moments, and how the states of some of its pods followed one another. */
export interface Miniature {
  readonly frames: readonly Frame[]
  readonly lanes: readonly (readonly Stretch[])[]
}

const framesMost = 8
const lanesMost = 3
const nodesMost = 4
const podsMost = 6

export function miniatureOf(film: Film): Miniature {
  return { frames: framesOf(film), lanes: lanesOf(film) }
}

/** The pods with most to tell, in the order in which they came. */
function lanesOf(film: Film): Stretch[][] {
  const hops = film.ofSize('hop')
  const share = (step: number): number => Math.round((countOf(hops, step) / Math.max(1, hops.length)) * 99) / 99
  const lanes = film.etcd.keys('pods/').map((key) =>
    stretchesOf(film, key, (pod) => ({ word: podTone(pod), tone: podTone(pod) })).map(({ tone, from, to }) => ({
      tone,
      from: share(from),
      to: to === undefined ? 1 : share(to),
    })),
  )
  const telling = lanes.toSorted((a, b) => b.length - a.length).slice(0, lanesMost)
  return lanes.filter((lane) => telling.includes(lane))
}

/** How many of a sorted list are no greater. */
function countOf(sorted: readonly number[], value: number): number {
  const beyond = sorted.findIndex((each) => each > value)
  return beyond < 0 ? sorted.length : beyond
}

/** A few moments that tell the story: spread over its milestones, the last of them included. */
function framesOf(film: Film): Frame[] {
  const milestones = film.ofSize('milestone')
  const steps = milestones.length > 0 ? milestones : film.ofSize('hop')
  if (steps.length === 0) return []
  const picked = Array.from({ length: framesMost }, (_, i) => steps[Math.round((i * (steps.length - 1)) / (framesMost - 1))]!)
  const frames = [...new Set(picked)].map((step) => frameAt(film, step))
  return frames.filter((frame, i) => i === 0 || JSON.stringify(frame) !== JSON.stringify(frames[i - 1]))
}

function frameAt(film: Film, step: number): Frame {
  const revision = film.revisionAt(step)
  const nodes = film.etcd.range('nodes/', revision) as readonly Node[]
  const pods = film.etcd.range('pods/', revision) as readonly Pod[]
  const on = (name: string | undefined): Tone[] =>
    pods.filter(({ spec }) => (spec.nodeName ?? undefined) === name).slice(0, podsMost).map(podTone)
  return {
    nodes: nodes.slice(0, nodesMost).map((node) => ({ up: !nodeStatus(node).startsWith('NotReady') && nodeStatus(node) !== 'Unknown', pods: on(node.metadata.name) })),
    waiting: on(undefined),
  }
}

/** As text, a digit a pod: small enough for the browser to keep a hundred of them. 'frame;frame;...#lane;lane'. */
export function pack({ frames, lanes }: Miniature): string {
  const digits = (list: readonly Tone[]): string => list.map((tone) => String(tones.indexOf(tone))).join('')
  const moments = frames.map(({ nodes, waiting }) => [...nodes.map(({ up, pods }) => `${up ? '' : '-'}${digits(pods)}`), `w${digits(waiting)}`].join(','))
  const strips = lanes.map((lane) => lane.map(({ tone, from, to }) => `${tones.indexOf(tone)}:${percent(from)}:${percent(to)}`).join(','))
  return `${moments.join(';')}#${strips.join(';')}`
}

const percent = (share: number): number => Math.round(share * 99)

const written = /^(-?[0-6]*,)*w[0-6]*(;(-?[0-6]*,)*w[0-6]*)*#[\d:,;]*$/

/** undefined for what was not written by `pack`. */
export function unpack(text: string): Miniature | undefined {
  if (!written.test(text)) return undefined
  const [moments = '', strips = ''] = text.split('#')
  const read = (digits: string): Tone[] => [...digits].map((digit) => tones[Number(digit)]!)
  const frames = moments.split(';').map((frame) => {
    const parts = frame.split(',')
    const waiting = parts.pop()!.slice(1)
    return { nodes: parts.map((part) => ({ up: !part.startsWith('-'), pods: read(part.replace('-', '')) })), waiting: read(waiting) }
  })
  const lanes = strips.split(';').filter(Boolean).map((lane) =>
    lane.split(',').map((stretch) => {
      const [tone = 0, from = 0, to = 0] = stretch.split(':').map(Number)
      return { tone: tones[tone] ?? 'unknown', from: from / 99, to: to / 99 }
    }),
  )
  return { frames, lanes }
}
