import type { KubeObject } from '../engine/api/types.ts'
import { CommandError } from './errors.ts'
import { pathOf } from './paths.ts'
import { send, type Session, type Task } from './session.ts'
import type { Target } from './fileTargets.ts'

/** POST of `target.object`. */
export function* postObject(session: Session, { resource, namespace, object }: Target, query: Record<string, string>): Task<KubeObject> {
  const response = yield* send(session, { verb: 'create', path: pathOf(resource, namespace), query, body: unversioned(object) })
  return response.body as KubeObject
}

/** What was read from a cluster can be made again: its version is not sent (cli-runtime's Helper.Create). */
export function unversioned<T>(object: T): T {
  const { metadata } = (object ?? {}) as { metadata?: { resourceVersion?: string } }
  if (!metadata?.resourceVersion) return object
  const { resourceVersion: _, ...rest } = metadata
  return { ...object, metadata: rest }
}

/** Flags that need more than Podreel has: said plainly instead of ignored. */
export function refuseUnsupported({ flags }: Session, ...names: string[]): void {
  for (const name of names) {
    if (flags.has(name) && flags.changed(name)) throw new CommandError(`--${name} is not supported by Podreel`)
  }
}
