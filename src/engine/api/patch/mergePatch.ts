/** JSON merge patch (RFC 7386). */
import { isMap, refuseProto, type Json } from './jsonMap.ts'

/** A new value: maps merge key by key, null deletes, anything else replaces. */
export function mergePatch(original: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch
  const out: Json = isMap(original) ? { ...original } : {}
  for (const key of Object.keys(patch)) {
    refuseProto(key)
    if (patch[key] === null) delete out[key]
    else out[key] = mergePatch(out[key], patch[key])
  }
  return out
}

/** The merge patch that leads from `original` to `modified` (jsonpatch.CreateMergePatch). */
export function createMergePatch(original: Json, modified: Json): Json {
  const out: Json = {}
  for (const key of Object.keys(modified)) {
    const [before, after] = [original[key], modified[key]]
    if (!Object.hasOwn(original, key)) out[key] = after
    else if (isMap(before) && isMap(after)) {
      const inner = createMergePatch(before, after)
      if (Object.keys(inner).length > 0) out[key] = inner
    } else if (JSON.stringify(before) !== JSON.stringify(after)) out[key] = after
  }
  for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) out[key] = null
  return out
}
