/** `--overrides`: a last word on an object that a command has made. */
import { PatchFailure, type Json } from '../engine/api/patch/jsonMap.ts'
import { jsonPatch } from '../engine/api/patch/jsonPatch.ts'
import { mergePatch } from '../engine/api/patch/mergePatch.ts'
import { strategicMergePatch } from '../engine/api/patch/strategic.ts'
import type { KubeObject } from '../engine/api/types.ts'
import type { FlagSpec } from './commandLine/flags.ts'
import { CommandError } from './errors.ts'
import type { Session } from './session.ts'
import { withZeroStructs } from './zeroStructs.ts'

export const overrideFlags: readonly FlagSpec[] = [
  { name: 'override-type', type: 'string', default: 'merge', values: ['json', 'merge', 'strategic'], usage: 'How --overrides is meant.' },
  { name: 'overrides', type: 'string', usage: 'JSON that changes the object before it is created.' },
]

export function applyOverrides({ flags }: Session, object: KubeObject): KubeObject {
  const text = flags.string('overrides')
  if (text === '') return object
  const type = flags.string('override-type')
  let patch: unknown
  try {
    patch = JSON.parse(text)
  } catch {
    throw new CommandError(type === 'merge' ? 'Invalid JSON Patch' : `invalid character ${JSON.stringify(text[0])} looking for beginning of value`)
  }
  try {
    switch (type) {
      case 'merge':
        return withZeroStructs(mergePatch(object, patch) as KubeObject)
      case 'json':
        return withZeroStructs(jsonPatch(object, patch) as KubeObject)
      case 'strategic':
        return withZeroStructs(strategicMergePatch(object as unknown as Json, patch as Json, object.apiVersion, object.kind) as unknown as KubeObject)
      default:
        throw new CommandError(`invalid override type: ${type}`)
    }
  } catch (error) {
    if (error instanceof PatchFailure) throw new CommandError(error.message)
    throw error
  }
}
