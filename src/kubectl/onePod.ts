/** The pod that a command works in: exec, attach (kubectl/pkg/polymorphichelpers attachablepodforobject). */
import type { Pod } from '../engine/api/types.ts'
import { resourceFor } from './discovery.ts'
import { CommandError } from './errors.ts'
import { defaultContainer } from './podContainers.ts'
import { firstPodOf, NoPodSelector } from './podsOf.ts'
import type { Session, Task } from './session.ts'
import { getObject, splitPair, type Target } from './targets.ts'

/** `NAME` is a pod; `TYPE/NAME` a pod, or something that has pods. */
export function* podNamed(session: Session, argument: string): Task<Pod> {
  const { namespace } = session.context
  const { type, name } = argument.includes('/') ? splitPair(argument) : { type: 'pods', name: argument }
  const resource = yield* resourceFor(session, type)
  const target: Target = { resource, namespace: resource.namespaced ? namespace : '', name, source: '', object: undefined }
  const object = yield* getObject(session, target)
  if (object.kind === 'Pod') return object as Pod
  try {
    return (yield* firstPodOf(session, target, object))[0]!
  } catch (error) {
    if (!(error instanceof NoPodSelector)) throw error
    throw new CommandError(`cannot attach to *${resource.version}.${resource.kind}: ${error.message}`)
  }
}

/** The one that -c names, or the pod's default; a pod that is over has none to go into. */
export function* containerIn(session: Session, pod: Pod): Task<string> {
  const { phase } = pod.status
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw new CommandError(`cannot exec into a container in a completed pod; current phase is ${phase}`)
  }
  return session.flags.string('container') || (yield* defaultContainer(pod))
}
