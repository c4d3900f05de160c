import type { KubeObject, Pod } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import type { Input, Step } from '../../worker/protocol.ts'

/** What the narrator may look up besides the step. */
export interface NarrationContext {
  step(index: number): Step | undefined
  /** What a write found and what it left; undefined where there was or is nothing. */
  written(step: Step): { before: KubeObject | undefined; after: KubeObject | undefined }
  /** An object as of a step; of one that is gone, what it was last. `key` as in etcd: 'pods/default/web'. */
  read(key: string, step: Step): KubeObject | undefined
  /** Whether the object is there as of a step. */
  lives(key: string, step: Step): boolean
  /** What somebody did, by its number. */
  input(index: number): Input | undefined
}

/** The narrator's view of a film. */
export function contextOf(film: Film): NarrationContext {
  return {
    step: (index) => film.steps[index],
    written(step) {
      const entry = step.revision === undefined ? undefined : film.etcd.written(step.revision)
      return { before: entry?.previous?.value as KubeObject | undefined, after: entry?.value as KubeObject | undefined }
    },
    read(key, step) {
      const entry = film.etcd.entry(key, step.world)
      return (entry?.value ?? entry?.previous?.value) as KubeObject | undefined
    },
    lives: (key, step) => film.etcd.get(key, step.world) !== undefined,
    input: (index) => film.inputs[index]?.input,
  }
}

/** The key in etcd of the object that a step is about. */
export function keyOf({ resource = '', namespace, name = '' }: Step): string {
  return namespace === undefined ? `${resource}/${name}` : `${resource}/${namespace}/${name}`
}

/** The pod that a step is about. */
export function podOf(step: Step, context: NarrationContext): Pod | undefined {
  if (step.resource !== 'pods' || step.name === undefined) return undefined
  return context.read(keyOf(step), step) as Pod | undefined
}
