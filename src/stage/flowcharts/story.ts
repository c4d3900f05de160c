import type { Film } from '../../playback/film.ts'
import type { Step } from '../../worker/protocol.ts'
import { stepsAbout } from '../shared/film/stepsAbout.ts'

/**
 * One life of a pod: from the request that made it (or tried to) until its last trace, up to the end of
 * the film. A name may live several times; each life has a uid of its own. A create that was refused
 * while nobody lived under the name is a life without a uid.
 */
export interface PodLife {
  key: string
  uid: string | undefined
  /** In order. */
  steps: Step[]
}

/** All lives under a key ('pods/default/web'), in the order in which they began; `about`: stepsAbout it. */
export function livesOf(film: Film, key: string, about: readonly number[] = stepsAbout(film, key)): PodLife[] {
  const lives: PodLife[] = []
  const byUid = new Map<string, PodLife>()
  const begin = (life: PodLife): PodLife => {
    lives.push(life)
    if (life.uid !== undefined) byUid.set(life.uid, life)
    return life
  }
  let alive: PodLife | undefined
  const early: Step[] = []
  const told = new Set<Step>()
  for (const index of about) {
    const step = film.steps[index]!
    const own = step.uid === undefined ? undefined : byUid.get(step.uid)
    if (own !== undefined) own.steps.push(step)
    else if (isCreation(step)) {
      const course = courseOf(film, step)
      for (const each of course) told.add(each)
      const refused = step.revision === undefined
      if (refused && film.etcd.get(key, step.world) !== undefined) continue
      alive = begin({ key, uid: refused ? undefined : step.uid, steps: [...course, step] })
    } else if (isEarly(step)) early.push(step)
    else if (step.uid !== undefined && step.resource !== 'events') alive = begin({ key, uid: step.uid, steps: [step] })
    else alive?.steps.push(step)
  }
  // A create on its way at the end of the film: submitted, not yet stored.
  const open = early.filter((step) => !told.has(step))
  if (open.length > 0 && film.etcd.get(key, open[0]!.world) === undefined) begin({ key, uid: undefined, steps: open })
  for (const life of lives) life.steps.sort((a, b) => a.index - b.index)
  return lives
}

/** The write that ends a create, whether it took effect or was refused. */
function isCreation(step: Step): boolean {
  return step.kind === 'write' && step.verb === 'create' && step.resource === 'pods' && step.subresource === undefined
}

/** A step of a create that comes before its write. */
function isEarly(step: Step): boolean {
  return step.milestone !== undefined && earlyMilestones.has(step.milestone)
}

const earlyMilestones = new Set(['submit', 'authenticate', 'authorize', 'admit', 'validate'].map((m) => `create/${m}`))

/** From the write back to the request that asked for it. */
function courseOf(film: Film, write: Step): Step[] {
  const course: Step[] = []
  for (let cause = write.cause; cause !== undefined; cause = course[0]!.cause) {
    course.unshift(film.steps[cause]!)
    if (course[0]!.kind === 'request') return course
  }
  return []
}

/** The life that the film shows at `cursor`: the last that has begun, or the first. */
export function lifeAt(lives: readonly PodLife[], cursor: number): PodLife | undefined {
  return lives.findLast((life) => life.steps[0]!.index <= cursor) ?? lives[0]
}
