import { cleanupFinalizer, withCondition } from '../../api/custom/conditions.ts'
import { formatTime } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import { withMeta, type Decision } from './decision.ts'

/** The first DELETE of a definition only marks it: its objects go first (apiextensions pkg/registry/customresourcedefinition/etcd.go). */
export function decideDefinitionDelete(definition: KubeObject, nowMs: number): Decision | undefined {
  const { deletionTimestamp, finalizers = [] } = definition.metadata
  if (deletionTimestamp !== undefined) return undefined
  const marked = withMeta(definition, {
    deletionTimestamp: formatTime(nowMs),
    ...(definition.metadata.generation === undefined ? {} : { generation: definition.metadata.generation + 1 }),
    finalizers: finalizers.includes(cleanupFinalizer) ? finalizers : [...finalizers, cleanupFinalizer],
  })
  const object = withCondition(marked, nowMs, 'Terminating', 'True', 'InstanceDeletionPending', 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon')
  return { do: 'put', object, code: 200 }
}
