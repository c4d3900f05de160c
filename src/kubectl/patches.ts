/** Patches that kubectl computes: what to send so that the live object becomes what was wanted. */
import { createMergePatch } from '../engine/api/patch/mergePatch.ts'
import { isMap, PatchFailure, type Json } from '../engine/api/patch/jsonMap.ts'
import { createStrategicMergePatch, createTwoWayMergePatch } from '../engine/api/patch/strategicDiff.ts'
import { apiVersionOf, resources, type ResourceInfo } from '../engine/api/resources.ts'
import type { KubeObject } from '../engine/api/types.ts'
import { addSource, CommandError } from './errors.ts'
import { lastAppliedKey } from './lastApplied.ts'
import { toJson } from './printing/goJson.ts'
import { err, type Session, type Task } from './session.ts'
import type { Target } from './fileTargets.ts'

export interface PatchBody {
  body: Json
  contentType: string
}

const strategic = 'application/strategic-merge-patch+json'
const merge = 'application/merge-patch+json'

/**
 * The three-way patch of apply (kubectl's pkg/cmd/apply/patcher.go); kinds that kubectl does not know itself get a JSON merge patch.
 *
 * @throws CommandError when none can be made, such as of a container without a name.
 */
export function* applyPatch(session: Session, { resource, source }: Target, live: KubeObject, modified: KubeObject): Task<PatchBody> {
  const lastApplied = live.metadata.annotations?.[lastAppliedKey]
  const original = lastApplied === undefined ? {} : parseConfiguration(lastApplied)
  const [current, wanted] = [live as unknown as Json, modified as unknown as Json]
  if (!isBuiltIn(resource)) return { body: threeWayMergePatch(original, wanted, current), contentType: merge }
  try {
    return { body: createStrategicMergePatch(original, wanted, current, apiVersionOf(resource), resource.kind), contentType: strategic }
  } catch (error) {
    const { message } = patchFailure(error)
    // It is tried with the server's schemas first, in both of their versions, and then with kubectl's own.
    yield* err(`warning: error calculating patch from openapi v3 spec: ${message}\nwarning: error calculating patch from openapi spec: ${message}\n`)
    const tried = `creating patch with:\noriginal:\n${lastApplied ?? ''}\nmodified:\n${toJson(modified)}\n\ncurrent:\n${toJson(live)}\n\nfor:: ${message}`
    throw addSource(new CommandError(tried), 'patching', source)
  }
}

/**
 * What leads from one state of an object to another.
 *
 * @throws CommandError when no patch does.
 */
export function changePatchBody(resource: ResourceInfo, before: KubeObject, after: KubeObject): PatchBody {
  const [original, wanted] = [before as unknown as Json, after as unknown as Json]
  if (!isBuiltIn(resource)) return { body: createMergePatch(original, wanted), contentType: merge }
  try {
    return { body: createTwoWayMergePatch(original, wanted, apiVersionOf(resource), resource.kind), contentType: strategic }
  } catch (error) {
    throw new CommandError(patchFailure(error).message)
  }
}

function patchFailure(error: unknown): PatchFailure {
  if (error instanceof PatchFailure) return error
  throw error
}

export function isBuiltIn(resource: ResourceInfo): boolean {
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
