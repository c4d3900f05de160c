/** Patches that kubectl computes: what to send so that the live object becomes what was wanted. */
import { createMergePatch } from '../engine/api/patch/mergePatch.ts'
import { isMap, type Json } from '../engine/api/patch/jsonMap.ts'
import { createStrategicMergePatch, createTwoWayMergePatch } from '../engine/api/patch/strategicDiff.ts'
import { apiVersionOf, resources, type ResourceInfo } from '../engine/api/resources.ts'
import type { KubeObject } from '../engine/api/types.ts'
import { CommandError } from './errors.ts'

export interface PatchBody {
  body: Json
  contentType: string
}

const strategic = 'application/strategic-merge-patch+json'
const merge = 'application/merge-patch+json'

/** apply's three-way patch; kinds that kubectl does not know itself get a JSON merge patch. */
export function applyPatchBody(
  resource: ResourceInfo, live: KubeObject, modified: KubeObject, lastApplied: string | undefined,
): PatchBody {
  const original = lastApplied === undefined ? {} : parseConfiguration(lastApplied)
  const [current, wanted] = [live as unknown as Json, modified as unknown as Json]
  if (!isBuiltIn(resource)) return { body: threeWayMergePatch(original, wanted, current), contentType: merge }
  return { body: createStrategicMergePatch(original, wanted, current, apiVersionOf(resource), resource.kind), contentType: strategic }
}

/** What leads from one state of an object to another. */
export function changePatchBody(resource: ResourceInfo, before: KubeObject, after: KubeObject): PatchBody {
  const [original, wanted] = [before as unknown as Json, after as unknown as Json]
  if (!isBuiltIn(resource)) return { body: createMergePatch(original, wanted), contentType: merge }
  return { body: createTwoWayMergePatch(original, wanted, apiVersionOf(resource), resource.kind), contentType: strategic }
}

function isBuiltIn(resource: ResourceInfo): boolean {
  return resources.some((r) => r.group === resource.group && r.plural === resource.plural)
}

function parseConfiguration(text: string): Json {
  try {
    const value: unknown = JSON.parse(text)
    if (isMap(value)) return value
  } catch {
    // Told below, as for anything that is no object.
  }
  throw new CommandError(`couldn't parse the last applied configuration: ${text}`)
}

/** jsonmergepatch.CreateThreeWayJSONMergePatch: additions and changes against what is, deletions against what was. */
function threeWayMergePatch(original: Json, modified: Json, current: Json): Json {
  const changes = keep(createMergePatch(current, modified), false)
  const deletions = keep(createMergePatch(original, modified), true)
  return join(changes, deletions)
}

function keep(patch: Json, nulls: boolean): Json {
  const kept: Json = {}
  for (const [key, value] of Object.entries(patch)) {
    if (isMap(value)) {
      const inner = keep(value, nulls)
      if (Object.keys(inner).length > 0) kept[key] = inner
    } else if ((value === null) === nulls) {
      kept[key] = value
    }
  }
  return kept
}

function join(a: Json, b: Json): Json {
  const joined: Json = { ...a }
  for (const [key, value] of Object.entries(b)) {
    const mine = joined[key]
    joined[key] = isMap(mine) && isMap(value) ? join(mine, value) : value
  }
  return joined
}
