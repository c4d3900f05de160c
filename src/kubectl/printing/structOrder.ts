/** Objects as Go's own types print them in JSON: what all kinds have in common stands in the order of the type. */

const top = ['kind', 'apiVersion', 'groupVersion', 'metadata', 'spec']

/** metav1.ObjectMeta */
const meta = [
  'name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp',
  'deletionGracePeriodSeconds', 'labels', 'annotations', 'ownerReferences', 'finalizers', 'managedFields',
]

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

export function inStructOrder(object: object): Map<string, unknown> {
  const fields = ordered(object, top)
  const { metadata, items } = object as { metadata?: object; items?: object[] }
  if (metadata) fields.set('metadata', ordered(metadata, meta))
  if (items) fields.set('items', items.map(inStructOrder))
  return fields
}

export const versionInOrder = (info: object): Map<string, unknown> => ordered(info, version)
