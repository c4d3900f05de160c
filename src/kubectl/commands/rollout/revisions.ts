/** What a workload looked like at each revision: replica sets of deployments, controller revisions of the others. */
import { strategicMergePatch } from '../../../engine/api/patch/strategic.ts'
import type { Json } from '../../../engine/api/patch/jsonMap.ts'
import { apiVersionOf, findResource } from '../../../engine/api/resources.ts'
import { formatSelector, isSelectorError, selectorOf } from '../../../engine/api/selector.ts'
import type { KubeObject } from '../../../engine/api/types.ts'
import { CommandError } from '../../errors.ts'
import { isControlledBy, replicaSetsOf } from '../../replicaSets.ts'
import type { Session, Task } from '../../session.ts'
import type { Target } from '../../fileTargets.ts'
import { listObjects } from '../../targets.ts'
import { revisionKey } from './status.ts'

export interface Revision {
  number: number
  changeCause: string
  template: KubeObject
  /** The replica set or the controller revision. */
  source: KubeObject
  /** What is printed of it: the replica set, or the workload as it was. */
  object: KubeObject
}

const changeCauseKey = 'kubernetes.io/change-cause'
const controllerRevisions = findResource('apps', 'v1', 'controllerrevisions')!

/** By number. */
export function* revisionsOf(session: Session, { resource }: Target, object: KubeObject): Task<Revision[]> {
  const revisions = resource.kind === 'Deployment' ? yield* fromReplicaSets(session, object) : yield* fromControllerRevisions(session, resource, object)
  return revisions.toSorted((a, b) => a.number - b.number)
}

function* fromReplicaSets(session: Session, deployment: KubeObject): Task<Revision[]> {
  const { old, current } = yield* replicaSetsOf(session, deployment)
  return [...old, ...(current ? [current] : [])].flatMap((set) => {
    const number = Number(set.metadata.annotations?.[revisionKey] ?? 0)
    const changeCause = set.metadata.annotations?.[changeCauseKey] ?? ''
    return [{ number, changeCause, template: set['spec']?.template, source: set, object: set }]
  })
}

function* fromControllerRevisions(session: Session, resource: Target['resource'], object: KubeObject): Task<Revision[]> {
  const selector = selectorOf(object['spec']?.selector)
  if (isSelectorError(selector)) throw new CommandError(selector.error)
  const query = { resource: controllerRevisions, namespace: object.metadata.namespace ?? '', labelSelector: formatSelector(selector) }
  const { items } = yield* listObjects(session, query)
  return items.filter((revision) => isControlledBy(revision, object)).map((revision) => {
    const before = strategicMergePatch(object as unknown as Json, revision['data'] ?? {}, apiVersionOf(resource), resource.kind) as unknown as KubeObject
    return { number: revision['revision'] ?? 0, changeCause: revision.metadata.annotations?.[changeCauseKey] ?? '', template: before['spec'].template, source: revision, object: before }
  })
}
