import { collectionOf } from '../../api/resources.ts'
import type { Pod } from '../../api/types.ts'
import type { Attributes } from './plugin.ts'

/** Most plug-ins look only at new pods, not at their subresources. */
export function isPodCreation({ operation, info, subresource }: Attributes): boolean {
  return operation === 'CREATE' && collectionOf(info) === 'pods' && subresource === undefined
}

type Fields = Record<string, any>

/** Of a pod that is there already the containers that are attached to it. */
export function isAttaching({ operation, info, subresource }: Attributes): boolean {
  return operation === 'UPDATE' && collectionOf(info) === 'pods' && subresource === 'ephemeralcontainers'
}

export type ContainerKind = 'container' | 'init container' | 'ephemeral container'

/** Init containers first, then the others; those that are attached are looked at alone. */
export function* containersOf({ spec }: Pod, attached: boolean): Generator<{ kind: ContainerKind; container: Fields }> {
  const lists = attached ? [['ephemeral container', spec.ephemeralContainers]] as const : [['init container', spec.initContainers], ['container', spec.containers]] as const
  for (const [kind, list] of lists) for (const container of (list ?? []) as Fields[]) yield { kind, container }
}
