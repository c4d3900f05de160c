import { collectionOf } from '../../api/resources.ts'
import type { Attributes } from './plugin.ts'

/** Most plug-ins look only at new pods, not at their subresources. */
export function isPodCreation({ operation, info, subresource }: Attributes): boolean {
  return operation === 'CREATE' && collectionOf(info) === 'pods' && subresource === undefined
}
