import type { Pod } from '../../api/types.ts'

/**
 * Why a pod does not get a volume that one node has for itself: who uses it there, by name where the pod may know of them, in a number
 * where they belong to other namespaces (attachdetach/reconciler reportMultiAttachError).
 */
export function multiAttach(volume: string, users: readonly Pod[], { metadata }: Pod): string {
  const near = users.filter((user) => user.metadata.namespace === metadata.namespace).map(({ metadata: { name } }) => name)
  const far = users.length - near.length
  const others = `${far} pod(s) in different namespaces`
  const who = near.length === 0 ? others : `pod(s) ${near.join(', ')}${far === 0 ? '' : ` and ${others}`}`
  const why = users.length > 0 ? `Volume is already used by ${who}` : "Volume is already exclusively attached to one node and can't be attached to another"
  return `Multi-Attach error for volume "${volume}" ${why}`
}
