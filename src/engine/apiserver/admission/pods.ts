import { collectionOf } from '../../api/resources.ts'
import type { Pod } from '../../api/types.ts'
import type { Attributes } from './plugin.ts'

/** Most plug-ins look only at new pods, not at their subresources. */
export function isPodCreation({ operation, info, subresource }: Attributes): boolean {
  return operation === 'CREATE' && collectionOf(info) === 'pods' && subresource === undefined
}

type Fields = Record<string, any>

/** Variables of containers and of init containers with the name of their container. */
export function* variablesOf({ spec }: Pod): Generator<{ container: string; isInit: boolean; variable: Fields }> {
  for (const [list, isInit] of [[spec.initContainers, true], [spec.containers, false]] as const) {
    for (const { name, env } of (list ?? []) as Fields[]) for (const variable of (env ?? []) as Fields[]) yield { container: name, isInit, variable }
  }
}
