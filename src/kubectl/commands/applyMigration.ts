/**
 * What an object that was applied by the client becomes when the server applies it (client-go/util/csaupgrade): its fields have one owner, not two, so
 * that what is left out of the file goes. None of it is fatal: what fails is told, and tried again the next time.
 */
import { apiVersionOf } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { KubectlError, ServerError } from '../errors.ts'
import { getObject, type Target } from '../fileTargets.ts'
import { lastAppliedKey } from '../lastApplied.ts'
import { pathOf } from '../paths.ts'
import { err, send, type Session, type Task } from '../session.ts'

interface Entry {
  manager: string
  operation: string
  subresource?: string
  fieldsV1?: Fields
}
interface Fields { [key: string]: Fields }

const attempts = 5
const serverSideManager = 'kubectl'
const annotationManager = 'kubectl-last-applied'

/** `applied`: what the server has made of the file; `again` applies it once more. */
export function* migrated(session: Session, target: Target, applied: KubeObject, query: Record<string, string>, again: () => Task<KubeObject>): Task<KubeObject> {
  let object = applied
  let trouble = 'Failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply'
  try {
    object = yield* keepAnnotation(session, target, object, query)
    trouble = 'server rejected managed fields migration to Server-Side Apply'
    const moved = yield* moveFields(session, target, object, query)
    if (moved === undefined) return object
    object = moved
    trouble = 'failed to re-apply configuration after performing Server-Side Apply migration'
    return yield* again()
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    yield* err(`Warning: ${trouble}. This is non-fatal and will be retried next time you apply. Error: ${error.message}\n`)
    return object
  }
}

/** The annotation gets a manager of its own, or it would go with the others that the file does not have. */
function* keepAnnotation(session: Session, { resource, namespace, name }: Target, object: KubeObject, query: Record<string, string>): Task<KubeObject> {
  const text = object.metadata.annotations?.[lastAppliedKey]
  if (query['fieldManager'] !== serverSideManager || text === undefined || owners(object, 'Apply').length > 0) return object
  const body = {
    apiVersion: apiVersionOf(resource), kind: resource.kind,
    metadata: { name, ...(resource.namespaced ? { namespace } : {}), annotations: { [lastAppliedKey]: text } },
  }
  const { force: _, ...rest } = query
  const response = yield* send(session, {
    verb: 'patch', path: pathOf(resource, namespace, name), query: { ...rest, fieldManager: annotationManager }, body, contentType: 'application/apply-patch+yaml',
  })
  return response.body as KubeObject
}

/** Undefined where nothing is to be moved. */
function* moveFields(session: Session, target: Target, first: KubeObject, query: Record<string, string>): Task<KubeObject | undefined> {
  const { force: _, ...rest } = query
  const names = new Set(owners(first, 'Update').map(({ manager }) => manager))
  let object = first
  for (let attempt = 1; ; attempt++) {
    const before = entriesOf(object)
    const after = [...names].reduce((entries, name) => upgraded(entries, name, query['fieldManager']!), before)
    if (after === before) return undefined
    const body = [
      { op: 'replace', path: '/metadata/managedFields', value: after },
      { op: 'replace', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion },
    ]
    const path = pathOf(target.resource, target.namespace, target.name)
    try {
      return (yield* send(session, { verb: 'patch', path, query: rest, body, contentType: 'application/json-patch+json' })).body as KubeObject
    } catch (error) {
      if (!(error instanceof ServerError) || error.reason !== 'Conflict' || attempt >= attempts) throw error
      object = yield* getObject(session, target)
    }
  }
}

const entriesOf = (object: KubeObject): readonly Entry[] => (object.metadata.managedFields ?? []) as readonly Entry[]

/** Who owns the annotation by that kind of write. */
function owners(object: KubeObject, operation: string): Entry[] {
  return entriesOf(object).filter((entry) =>
    entry.operation === operation && entry.fieldsV1?.['f:metadata']?.['f:annotations']?.[`f:${lastAppliedKey}`] !== undefined)
}

/** The fields of a client-side manager go to the server-side one: to what it has already, or as what it begins with. */
function upgraded(entries: readonly Entry[], from: string, to: string): readonly Entry[] {
  const isOld = (entry: Entry) => entry.manager === from && entry.operation === 'Update' && !entry.subresource
  const old = entries.filter(isOld)
  if (old.length === 0) return entries
  const isNew = (entry: Entry) => entry.manager === to && entry.operation === 'Apply' && !entry.subresource
  const first = entries.find(isNew) ?? old[0]!
  const fieldsV1 = old.reduce((fields, entry) => union(fields, entry.fieldsV1 ?? {}), first.fieldsV1 ?? {})
  return entries.flatMap((entry) => (entry === first ? [{ ...entry, manager: to, operation: 'Apply', fieldsV1 }] : isOld(entry) ? [] : [entry]))
}

/** Both sets of fields. A field that is in one for itself and in the other for what is inside it says so with ".". */
function union(a: Fields, b: Fields): Fields {
  const [isLeafA, isLeafB] = [a, b].map((fields) => Object.keys(fields).length === 0)
  if (isLeafA && isLeafB) return {}
  if (isLeafA || isLeafB) return { '.': {}, ...a, ...b }
  const out = { ...a }
  for (const key in b) out[key] = key in a ? union(a[key]!, b[key]!) : b[key]!
  return out
}
