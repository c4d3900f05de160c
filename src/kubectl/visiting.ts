import type { KubeObject } from '../engine/api/types.ts'
import { KubectlError, throwAll } from './errors.ts'
import type { Session, Task } from './session.ts'
import { getObject, type Queries, type Target } from './fileTargets.ts'
import { listObjects, targetOf } from './targets.ts'
import { checkType } from './typed.ts'

export interface Visited extends Target {
  object: KubeObject
}

/**
 * Reads each object when its turn comes and hands it to `visit`. What goes wrong with one does not keep
 * the others from theirs; it is told at the end. Answers how many there were. `typed`: only kinds that kubectl has a Go type for.
 * `asWritten`: objects of files are what the files say, whatever the server has.
 */
export function* visitTargets(session: Session, found: Queries, visit: (target: Visited) => Task<void>, { typed = false, asWritten = false } = {}): Task<number> {
  const errors: KubectlError[] = []
  const local = session.flags.has('local') && session.flags.bool('local')
  let count = 0
  for (const query of found.queries) {
    try {
      const targets = query.by === 'name' ? [query.target] : (yield* listObjects(session, query)).items.map((object) => targetOf(query.resource, object))
      if (typed && query.by === 'selector') checkType(query.resource, { suffix: 'List' })
      for (const target of targets) {
        count++
        try {
          if (typed && target.source !== '') checkType(target.resource, target)
          const latest = query.by === 'selector' || local || (asWritten && target.source !== '') ? target.object! : yield* getObject(session, target)
          if (typed) checkType(target.resource)
          yield* visit({ ...target, object: latest })
        } catch (error) {
          if (!(error instanceof KubectlError)) throw error
          errors.push(error)
        }
      }
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(error)
    }
  }
  throwAll([...errors, ...found.errors])
  return count
}
