/** Drivers of volumes, what nodes and attachments know of them (pkg/apis/storage/validation). */
import { semanticEqual } from '../equality.ts'
import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import { isDNS1123Subdomain, isQualifiedName } from '../names.ts'
import { quantity, sign } from '../quantity.ts'
import { immutable } from './meta.ts'
import { choice, complain, type Fields } from './report.ts'
import { csiDriverName } from './volumeSources.ts'

const lifecycleModes = ['Ephemeral', 'Persistent']
const groupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType']

export function csiDriver({ metadata, spec = {} }: Fields, errors: FieldError[]): void {
  csiDriverName(metadata?.name, 'metadata.name', errors)
  for (const [i, mode] of ((spec.volumeLifecycleModes ?? []) as string[]).entries()) {
    if (!lifecycleModes.includes(mode)) errors.push(notSupported(`spec.volumeLifecycleModes[${i}]`, mode, lifecycleModes))
  }
  choice(spec.fsGroupPolicy, groupPolicies, 'spec.fsGroupPolicy', errors)
  const audiences = new Set<string>()
  for (const [i, { audience, expirationSeconds }] of ((spec.tokenRequests ?? []) as { audience: string; expirationSeconds?: number }[]).entries()) {
    const at = `spec.tokenRequests[${i}]`
    if (audiences.has(audience)) errors.push(duplicate(`${at}.audience`, audience))
    else if (expirationSeconds !== undefined && expirationSeconds < 600) {
      errors.push(invalid(`${at}.expirationSeconds`, expirationSeconds, 'may not specify a duration less than 10 minutes'))
    } else if (expirationSeconds !== undefined && expirationSeconds > 2 ** 32) {
      errors.push(invalid(`${at}.expirationSeconds`, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'))
    }
    audiences.add(audience)
  }
}

export function updateCsiDriver(next: Fields, old: Fields, errors: FieldError[]): void {
  csiDriver(next, errors)
  immutable(next['spec'].attachRequired, old['spec'].attachRequired, 'spec.attachRequired', errors)
  immutable(next['spec'].volumeLifecycleModes, old['spec'].volumeLifecycleModes, 'spec.volumeLifecycleModes', errors)
}

const longestNodeId = 256

export function csiNode({ spec = {} }: Fields, errors: FieldError[]): void {
  const names = new Set<string>()
  for (const [i, driver] of ((spec.drivers ?? []) as Fields[]).entries()) {
    const at = `spec.drivers[${i}]`
    csiDriverName(driver['name'], `${at}.name`, errors)
    if (!driver['nodeID']) errors.push(required(`${at}.nodeID`))
    else if (driver['nodeID'].length > longestNodeId) errors.push(invalid(`${at}.nodeID`, driver['nodeID'], `must be ${longestNodeId} characters or less`))
    if ((driver['allocatable']?.count ?? 0) < 0) errors.push(invalid(`${at}.allocatable.count`, driver['allocatable'].count, 'must be greater than or equal to 0'))
    if (names.has(driver['name'])) errors.push(duplicate(`${at}.name`, driver['name']))
    names.add(driver['name'])
    topologyKeys(driver['topologyKeys'] ?? [], at, errors)
  }
}

function topologyKeys(keys: readonly string[], at: string, errors: FieldError[]): void {
  for (const [i, key] of keys.entries()) {
    if (key === '') errors.push(required(at))
    if (keys.indexOf(key) < i) errors.push(duplicate(at, key))
    complain(isQualifiedName(key), keys, at, errors)
  }
}

/** What a driver has said of itself on a node stays as it is until it is taken away. */
export function updateCsiNode(next: Fields, old: Fields, errors: FieldError[]): void {
  csiNode(next, errors)
  for (const before of (old['spec']?.drivers ?? []) as Fields[]) {
    const now = ((next['spec']?.drivers ?? []) as Fields[]).find(({ name }) => name === before['name'])
    const fixed = (driver: Fields): Fields => ({ ...driver, allocatable: undefined })
    if (now !== undefined && !semanticEqual(fixed(now), fixed(before))) errors.push(invalid('CSINode.Spec.Drivers', now, 'field is immutable'))
  }
}

export function csiStorageCapacity(object: Fields, errors: FieldError[]): void {
  const { storageClassName, capacity, maximumVolumeSize } = object
  if (!storageClassName) errors.push(required('storageClassName'))
  else complain(isDNS1123Subdomain(storageClassName), storageClassName, 'storageClassName', errors)
  for (const [field, value] of [['capacity', capacity], ['maximumVolumeSize', maximumVolumeSize]]) {
    if (value !== undefined && sign(quantity(value)) < 0) errors.push(invalid(field, value, 'must be greater than or equal to 0'))
  }
}

export function updateCsiStorageCapacity(next: Fields, old: Fields, errors: FieldError[]): void {
  csiStorageCapacity(next, errors)
  immutable(next['nodeTopology'], old['nodeTopology'], 'nodeTopology', errors)
  immutable(next['storageClassName'], old['storageClassName'], 'storageClassName', errors)
}

export function volumeAttachment({ spec = {} }: Fields, errors: FieldError[]): void {
  csiDriverName(spec.attacher, 'spec.attacher', errors)
  const { persistentVolumeName, inlineVolumeSpec } = (spec.source ?? {}) as Fields
  const one = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'
  if (persistentVolumeName === undefined && inlineVolumeSpec === undefined) errors.push(required('spec.source', one))
  else if (persistentVolumeName !== undefined && inlineVolumeSpec !== undefined) errors.push(forbidden('spec.source', one))
  else if (persistentVolumeName === '') errors.push(required('spec.source.persistentVolumeName', 'must specify non empty persistentVolumeName'))
  else if (persistentVolumeName !== undefined) complain(isDNS1123Subdomain(persistentVolumeName), persistentVolumeName, 'spec.source.persistentVolumeName', errors)
  complain(isDNS1123Subdomain(spec.nodeName ?? ''), spec.nodeName ?? '', 'spec.nodeName', errors)
}

export function updateVolumeAttachment(next: Fields, old: Fields, errors: FieldError[]): void {
  volumeAttachment(next, errors)
  if (!semanticEqual(next['spec'], old['spec'])) errors.push(invalid('spec', next['spec'], 'field is immutable'))
}

const mostParameters = 512

export function volumeAttributesClass(object: Fields, errors: FieldError[]): void {
  const { driverName, parameters = {} } = object
  csiDriverName(driverName, 'driverName', errors)
  const count = Object.keys(parameters).length
  if (count === 0) errors.push(required('parameters', 'must contain at least one key/value pair'))
  if (count > mostParameters) errors.push({ type: 'FieldValueTooLong', field: 'parameters', badValue: '', detail: `may not be more than ${mostParameters} bytes` })
  if (Object.hasOwn(parameters, '')) errors.push(invalid('parameters', '', 'field can not be empty.'))
}

export function updateVolumeAttributesClass(next: Fields, old: Fields, errors: FieldError[]): void {
  if (next['driverName'] !== old['driverName']) errors.push(forbidden('driverName', 'updates to driverName are forbidden.'))
  if (!semanticEqual(next['parameters'], old['parameters'])) errors.push(forbidden('parameters', 'updates to parameters are forbidden.'))
}
