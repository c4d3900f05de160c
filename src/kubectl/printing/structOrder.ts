/** Objects as Go's own types print them in JSON: what all kinds have in common stands in the order of the type. */

const top = ['kind', 'apiVersion', 'groupVersion', 'metadata', 'spec']

/** metav1.ObjectMeta */
const meta = [
  'name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp',
  'deletionGracePeriodSeconds', 'labels', 'annotations', 'ownerReferences', 'finalizers', 'managedFields',
]

/** metav1.OwnerReference and .ManagedFieldsEntry */
const inMeta: Readonly<Record<string, readonly string[]>> = {
  ownerReferences: ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion'],
  managedFields: ['manager', 'operation', 'apiVersion', 'time', 'fieldsType', 'fieldsV1', 'subresource'],
}

/** metav1.Status; .Table with its columns */
const answers: Readonly<Record<string, readonly string[]>> = {
  Status: ['kind', 'apiVersion', 'metadata', 'status', 'message', 'reason', 'details', 'code'],
  Table: ['kind', 'apiVersion', 'metadata', 'columnDefinitions', 'rows'],
}
const details = ['name', 'group', 'kind', 'uid', 'causes', 'retryAfterSeconds']
const column = ['name', 'type', 'format', 'description', 'priority']

/** version.Info */
const version = [
  'major', 'minor', 'emulationMajor', 'emulationMinor', 'minCompatibilityMajor', 'minCompatibilityMinor', 'gitVersion', 'gitCommit', 'gitTreeState',
  'buildDate', 'goVersion', 'compiler', 'platform',
]

/** Fields that are named in `order` first, the others as they come. A Map keeps its order when it is printed. */
function ordered(fields: object, order: readonly string[]): Map<string, unknown> {
  const entries = new Map<string, unknown>(Object.entries(fields))
  const named = order.filter((name) => entries.has(name)).map((name): [string, unknown] => [name, entries.get(name)])
  return new Map([...named, ...entries])
}

function metaInOrder(metadata: object): Map<string, unknown> {
  const fields = ordered(metadata, meta)
  for (const [name, order] of Object.entries(inMeta)) {
    const list = fields.get(name)
    if (Array.isArray(list)) fields.set(name, list.map((entry) => ordered(entry, order)))
  }
  return fields
}

export function inStructOrder(object: object): Map<string, unknown> {
  const { kind, metadata, items, columnDefinitions, rows } = object as { kind?: string; metadata?: object; items?: object[]; columnDefinitions?: object[]; rows?: { object?: object }[] }
  const fields = ordered(object, answers[kind ?? ''] ?? top)
  if (kind === 'Status' && fields.has('details')) fields.set('details', ordered(fields.get('details') as object, details))
  if (columnDefinitions) fields.set('columnDefinitions', columnDefinitions.map((definition) => ordered(definition, column)))
  if (rows) fields.set('rows', rows.map((row) => ordered({ ...row, ...(row.object && { object: inStructOrder(row.object) }) }, ['cells', 'conditions', 'object'])))
  if (metadata) fields.set('metadata', metaInOrder(metadata))
  if (items) fields.set('items', items.map(inStructOrder))
  return fields
}

export const versionInOrder = (info: object): Map<string, unknown> => ordered(info, version)
