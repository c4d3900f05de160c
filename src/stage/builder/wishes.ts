import { resources } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { parseCondition } from '../../engine/api/condition.ts'
import type { Film } from '../../playback/film.ts'
import { holdsAt } from '../../playback/moment.ts'
import { printedPod } from '../shared/objects/status.ts'

const wishesMost = 6

/** What came true of the objects that people have named, and was not so at the step `turn`: what a goal may ask for. The likeliest first. */
export function wishesOf(film: Film, turn: number): string[] {
  const last = film.steps.length - 1
  const wishes = resources.flatMap(({ plural, singular }) =>
    film.etcd.keys(`${plural}/`).flatMap((key) => {
      const [, namespace = '', name] = key.split('/')
      const object = `${singular}/${name ?? namespace}${name === undefined || namespace === 'default' ? '' : ` -n ${namespace}`}`
      return namesOf(film, key).map((claim) => `${object} ${claim}`)
    }),
  )
  const isPlain = (wish: string): number => Number(wish.endsWith(' exists'))
  return [...new Set(wishes)]
    .filter((wish) => {
      const condition = parseCondition(wish)
      return !('error' in condition) && holdsAt(film, condition, last) && !holdsAt(film, condition, turn)
    })
    .sort((a, b) => isPlain(a) - isPlain(b))
    .slice(0, wishesMost)
}

/** Names of states that the object has as the film ends. Routine and what follows from something else is no goal. */
function namesOf(film: Film, key: string): string[] {
  const versions = film.etcd.life(key)
  const value = versions.at(-1)?.value as KubeObject | undefined
  const any = versions.findLast((version) => version.value !== undefined)?.value as KubeObject | undefined
  if (any === undefined || any.metadata.ownerReferences !== undefined || routine.has(any.kind ?? '')) return []
  if (value === undefined) return ['gone']
  const conditions: readonly { type: string; status: string }[] = value.status?.conditions ?? []
  const words = conditions.flatMap(({ type, status }) => (status === 'True' && telling.has(type) ? [type] : []))
  if (value.kind === 'Pod') words.push(printedPod(value as Parameters<typeof printedPod>[0]).status)
  return words.length === 0 ? ['exists'] : [...new Set(words)]
}

const routine: ReadonlySet<string> = new Set(['Event', 'Lease', 'Endpoints', 'ControllerRevision', 'EndpointSlice'])
const telling: ReadonlySet<string> = new Set(['Ready', 'Available', 'Complete', 'Failed', 'Established'])
