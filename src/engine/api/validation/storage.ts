/** PersistentVolumes, their claims, StorageClasses. */
import { semanticEqual } from '../equality.ts'
import { duplicate, forbidden, invalid, notSupported, required, tooLong, type FieldError } from '../field.ts'
import { isDNS1123Subdomain } from '../names.ts'
import { compare, quantity, sign } from '../quantity.ts'
import { unifiedDiff } from './unifiedDiff.ts'
import { validateAccessModes, validateClaimSpec, volumeModes } from './claims.ts'
import { internalStruct } from './internalTypes.ts'
import { immutable, immutableText } from './meta.ts'
import { choice, complain, label, present, printedMap, printedSelector, qualifiedName, subdomain, type Fields } from './report.ts'
import { validateNodeSelector } from './scheduling.ts'
import {
  awsElasticBlockStore, azureDisk, cinder, csiDriverName, fc, flexVolume, flocker, gcePersistentDisk, hostPath, nfs, noBacksteps, persistentIscsi, quobyte, requires,
  storageOS, type SourceRule,
} from './volumeSources.ts'

const gluster = requires('endpoints', 'path')
const glusterfs: SourceRule = (source, at, errors, volume) => {
  gluster(source, at, errors, volume)
  const namespace: string | undefined = source['endpointsNamespace']
  if (namespace === '') errors.push(invalid(`${at}.endpointsNamespace`, namespace, 'if the endpointnamespace is set, it must be a valid namespace name'))
  else if (namespace !== undefined) label(namespace, `${at}.endpointsNamespace`, errors)
}

const azure = requires('secretName', 'shareName')
const azureFile: SourceRule = (source, at, errors, volume) => {
  azure(source, at, errors, volume)
  if (source['secretNamespace'] === '') errors.push(required(`${at}.secretNamespace`))
}

const secretsOfDrivers = ['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef']

const sources: readonly [string, SourceRule][] = [
  ['hostPath', hostPath],
  ['gcePersistentDisk', gcePersistentDisk],
  ['awsElasticBlockStore', awsElasticBlockStore],
  ['glusterfs', glusterfs],
  ['flocker', flocker],
  ['nfs', nfs],
  ['rbd', requires('monitors', 'image')],
  ['quobyte', quobyte],
  ['cephfs', requires('monitors')],
  ['iscsi', persistentIscsi],
  ['cinder', cinder('name', 'namespace')],
  ['fc', fc],
  ['flexVolume', flexVolume],
  ['azureFile', azureFile],
  ['vsphereVolume', requires('volumePath')],
  ['photonPersistentDisk', requires('pdID')],
  ['portworxVolume', requires('volumeID')],
  ['azureDisk', azureDisk],
  ['scaleIO', requires('gateway', 'system', 'volumeName')],
  [
    'local',
    (source, at, errors) => {
      present(source['path'], `${at}.path`, errors)
      if (source['path']) noBacksteps(source['path'], `${at}.path`, errors)
    },
  ],
  ['storageos', storageOS('name', 'namespace')],
  [
    'csi',
    (source, at, errors) => {
      csiDriverName(source['driver'], `${at}.driver`, errors)
      present(source['volumeHandle'], `${at}.volumeHandle`, errors)
      for (const reference of secretsOfDrivers) {
        const secret: Fields | undefined = source[reference]
        if (!secret) continue
        if (!secret['name']) errors.push(required(`${at}.${reference}.name`))
        else subdomain(secret['name'], `${at}.${reference}.name`, errors)
        if (!secret['namespace']) errors.push(required(`${at}.${reference}.namespace`))
        else label(secret['namespace'], `${at}.${reference}.namespace`, errors)
      }
    },
  ],
]

const reclaimPolicies = ['Delete', 'Recycle', 'Retain']

export function persistentVolume({ metadata, spec = {} }: Fields, errors: FieldError[]): void {
  const at = 'spec'
  const modes: string[] = spec.accessModes ?? []
  if (modes.length === 0) errors.push(required(`${at}.accessModes`))
  validateAccessModes(modes, `${at}.accessModes`, errors)
  const capacity: Record<string, string> = spec.capacity ?? {}
  if (Object.keys(capacity).length === 0) errors.push(required(`${at}.capacity`))
  if (capacity['storage'] === undefined || Object.keys(capacity).length > 1) {
    errors.push(notSupported(`${at}.capacity`, printedMap(spec.capacity), ['storage']))
  }
  for (const name in capacity) {
    const { value } = quantity(capacity[name])
    if (value < 0) errors.push(invalid(`${at}.capacity[${name}]`, value, 'must be a valid resource quantity'))
    if (sign(quantity(capacity[name])) <= 0)
      errors.push(invalid(`${at}.capacity[${name}]`, capacity[name], 'must be greater than zero'))
  }
  if (spec.persistentVolumeReclaimPolicy && !reclaimPolicies.includes(spec.persistentVolumeReclaimPolicy)) {
    errors.push(
      notSupported(`${at}.persistentVolumeReclaimPolicy`, spec.persistentVolumeReclaimPolicy, reclaimPolicies),
    )
  }
  if (spec.nodeAffinity) {
    if (spec.nodeAffinity.required)
      validateNodeSelector(spec.nodeAffinity.required, `${at}.nodeAffinity.required`, errors)
    else errors.push(required(`${at}.nodeAffinity.required`, 'must specify required node constraints'))
  }
  volumeSource(spec, metadata.name ?? '', at, errors)
  if (/^\/[./]*$/.test(spec.hostPath?.path ?? '') && spec.persistentVolumeReclaimPolicy === 'Recycle') {
    errors.push(forbidden(`${at}.persistentVolumeReclaimPolicy`, "may not be 'recycle' for a hostPath mount of '/'"))
  }
  if (spec.storageClassName)
    complain(isDNS1123Subdomain(spec.storageClassName), spec.storageClassName, `${at}.storageClassName`, errors)
  if (spec.volumeMode !== undefined && !volumeModes.includes(spec.volumeMode)) {
    errors.push(notSupported(`${at}.volumeMode`, spec.volumeMode, volumeModes))
  }
  const attributes = spec.volumeAttributesClassName
  if (attributes === undefined) return
  if (attributes === '') errors.push(required(`${at}.volumeAttributesClassName`, 'an empty string is disallowed'))
  else complain(isDNS1123Subdomain(attributes), attributes, `${at}.volumeAttributesClassName`, errors)
  if (!spec.csi) errors.push(required(`${at}.csi`, 'has to be specified when using volumeAttributesClassName'))
}

function volumeSource(spec: Fields, volume: string, at: string, errors: FieldError[]): void {
  let found = false
  for (const [name, rule] of sources) {
    if (spec[name] === undefined) continue
    if (found && name !== 'flexVolume') errors.push(forbidden(`${at}.${name === 'cephfs' ? 'cephFS' : name}`, 'may not specify more than 1 volume type'))
    else rule(spec[name], `${at}.${name}`, errors, volume)
    found = true
    if (name === 'local' && !spec['nodeAffinity'])
      errors.push(required(`${at}.nodeAffinity`, 'Local volume requires node affinity'))
  }
  if (!found) errors.push(required(at, 'must specify a volume type'))
}

/** The secret with which its driver expands a volume may be named later. */
function withoutExpandSecret(spec: Fields, old: Fields): Fields {
  if (!spec['csi'] || !old['spec'].csi || old['spec'].csi.controllerExpandSecretRef) return spec
  const { controllerExpandSecretRef: _, ...csi } = spec['csi']
  return { ...spec, csi }
}

export function updatePersistentVolume(next: Fields, old: Fields, errors: FieldError[]): void {
  persistentVolume(next, errors)
  const source = (object: Fields) => internalStruct(withoutExpandSecret(object['spec'], old), 'PersistentVolumeSource')
  if (!semanticEqual(source(next), source(old))) {
    const lines = (object: Fields) => JSON.stringify(source(object), null, 1).split('\n')
    errors.push(
      forbidden(
        'spec.persistentvolumesource',
        `spec.persistentvolumesource is immutable after creation\n${unifiedDiff(lines(old), lines(next))}`,
      ),
    )
  }
  immutable(next['spec'].volumeMode, old['spec'].volumeMode, 'volumeMode', errors)
  const affinity: Fields | undefined = next['spec'].nodeAffinity
  if (old['spec'].nodeAffinity && !semanticEqual(affinity, old['spec'].nodeAffinity) && !saysNewerLabels(affinity, old['spec'].nodeAffinity)) {
    const printed = affinity ? internalStruct(affinity, 'VolumeNodeAffinity') : null
    errors.push(invalid('nodeAffinity', printed, `${immutableText}, except for updating from beta label to GA`))
  }
  if (old['spec'].volumeAttributesClassName !== undefined && next['spec'].volumeAttributesClassName === undefined) {
    errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'))
  }
}

export function persistentVolumeClaim({ spec = {} }: Fields, errors: FieldError[]): void {
  validateClaimSpec(spec, 'spec', errors)
}

export function claimStatus({ status }: Fields, _old: Fields, errors: FieldError[]): void {
  for (const field of ['capacity', 'allocatedResources']) {
    for (const [name, amount] of Object.entries((status?.[field] ?? {}) as Record<string, string>)) {
      const { value } = quantity(amount)
      if (value < 0) errors.push(invalid(`status.${field}[${name}]`, value, 'must be a valid resource quantity'))
    }
  }
}

/** A claim in the order of the internal type, for the diff. */
function claimLines(spec: Fields): string[] {
  const source = (s: Fields | undefined) => s && { APIGroup: s['apiGroup'] ?? null, Kind: s['kind'], Name: s['name'] }
  const printed = {
    AccessModes: spec['accessModes'] ?? null,
    Selector: printedSelector(spec['selector']),
    Resources: { Limits: spec['resources']?.limits ?? null, Requests: spec['resources']?.requests ?? null },
    VolumeName: spec['volumeName'] ?? '',
    StorageClassName: spec['storageClassName'] ?? null,
    VolumeMode: spec['volumeMode'] ?? null,
    DataSource: source(spec['dataSource']) ?? null,
    DataSourceRef: spec['dataSourceRef'] ? { ...source(spec['dataSourceRef']), Namespace: spec['dataSourceRef'].namespace ?? null } : null,
    VolumeAttributesClassName: spec['volumeAttributesClassName'] ?? null,
  }
  return JSON.stringify(printed, null, 1).split('\n')
}

export function updatePersistentVolumeClaim(next: Fields, old: Fields, errors: FieldError[]): void {
  persistentVolumeClaim(next, errors)
  const after: Fields = { ...next['spec'] }
  const before: Fields = { ...old['spec'] }
  if (!before['volumeName']) before['volumeName'] = after['volumeName']
  if (before['storageClassName'] === undefined) after['storageClassName'] = undefined
  if (next['status']?.phase === 'Bound') {
    const requests = { ...after['resources']?.requests, storage: before['resources']?.requests?.storage }
    after['resources'] = { ...after['resources'], requests }
    after['volumeAttributesClassName'] = before['volumeAttributesClassName']
  }
  if (!semanticEqual(after, before)) {
    errors.push(
      forbidden(
        'spec',
        'spec is immutable after creation except resources.requests and ' +
          `volumeAttributesClassName for bound claims\n${unifiedDiff(claimLines(before), claimLines(after))}`,
      ),
    )
  }
  const size = (object: Fields) => quantity(object['spec'].resources?.requests?.storage)
  if (compare(size(next), size(old)) < 0 && compare(size(next), quantity(old['status']?.capacity?.storage)) <= 0) {
    errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'))
  }
  immutable(next['spec'].volumeMode, old['spec'].volumeMode, 'volumeMode', errors)
  const attributes: string | undefined = next['spec'].volumeAttributesClassName
  if (attributes || attributes === old['spec'].volumeAttributesClassName) return
  if (old['status']?.currentVolumeAttributesClassName === undefined) return
  const empty = attributes === undefined ? 'nil' : 'empty string'
  errors.push(
    forbidden('spec.volumeAttributesClassName', `update to ${empty} is forbidden when status.currentVolumeAttributesClassName is not nil`),
  )
}

export function storageClass(object: Fields, errors: FieldError[]): void {
  const { provisioner = '', reclaimPolicy, volumeBindingMode, parameters = {} } = object
  if (provisioner === '') errors.push(required('provisioner'))
  else qualifiedName(provisioner.toLowerCase(), 'provisioner', errors)
  checkParameters(parameters, errors)
  if (reclaimPolicy && reclaimPolicy !== 'Delete' && reclaimPolicy !== 'Retain') {
    errors.push(notSupported('reclaimPolicy', reclaimPolicy, ['Delete', 'Retain']))
  }
  choice(volumeBindingMode, ['Immediate', 'WaitForFirstConsumer'], 'volumeBindingMode', errors)
  allowedTopologies(object['allowedTopologies'] ?? [], errors)
}

const mostParameters = 512
const largestParameters = 256 * 1024

function checkParameters(parameters: Readonly<Record<string, string>>, errors: FieldError[]): void {
  const entries = Object.entries(parameters)
  if (entries.length > mostParameters) return void errors.push(tooLong('parameters', '', mostParameters))
  if (Object.hasOwn(parameters, '')) errors.push(invalid('parameters', '', 'field can not be empty.'))
  const size = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0)
  if (size > largestParameters) errors.push(tooLong('parameters', '', largestParameters))
}

/** validateAllowedTopologies: terms, keys within a term, and values of a key are each there once. */
function allowedTopologies(terms: Fields[], errors: FieldError[]): void {
  const seen: Fields[] = []
  terms.forEach(({ matchLabelExpressions }, i) => {
    const at = `allowedTopologies[${i}].matchLabelExpressions`
    const term: Fields = {}
    ;((matchLabelExpressions ?? []) as Fields[]).forEach((expression, k) => {
      const key: string = expression['key'] ?? ''
      const values: string[] = expression['values'] ?? []
      if (values.length === 0) errors.push(required(`${at}[${k}].values`))
      values.forEach((value, v) => {
        if (values.indexOf(value) < v) errors.push(duplicate(`${at}[${k}].values[${v}]`, value))
      })
      qualifiedName(key, `${at}[${k}].key`, errors)
      if (Object.hasOwn(term, key)) errors.push(duplicate(`${at}[${k}].key`, key))
      term[key] = values.toSorted()
    })
    if (seen.some((other) => semanticEqual(other, term))) errors.push(duplicate(at, ''))
    seen.push(term)
  })
}

export function updateStorageClass(next: Fields, old: Fields, errors: FieldError[]): void {
  if (!semanticEqual(next['parameters'], old['parameters'])) {
    errors.push(forbidden('parameters', 'updates to parameters are forbidden.'))
  }
  if (next['provisioner'] !== old['provisioner'])
    errors.push(forbidden('provisioner', 'updates to provisioner are forbidden.'))
  if (next['reclaimPolicy'] !== old['reclaimPolicy'])
    errors.push(forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.'))
  immutable(next['volumeBindingMode'], old['volumeBindingMode'], 'volumeBindingMode', errors)
}

/** Labels of nodes from before they were stable, and what they are called now. */
const newerLabels: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
}

/** Whether nothing differs but that labels have their newer names (validatePvNodeAffinity). */
function saysNewerLabels(next: Fields | undefined, old: Fields): boolean {
  const terms = (affinity: Fields | undefined): Fields[] => affinity?.['required']?.nodeSelectorTerms ?? []
  const renamed = terms(old).map((term, i) => ({
    ...term,
    matchExpressions: (term['matchExpressions'] as Fields[] | undefined)?.map((one, k) => {
      const key: unknown = terms(next)[i]?.['matchExpressions']?.[k]?.key
      return key !== undefined && newerLabels[one['key'] as string] === key ? { ...one, key } : one
    }),
  }))
  return next !== undefined && semanticEqual(terms(next), renamed)
}
