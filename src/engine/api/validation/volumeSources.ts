/** Sources of volumes that pods and PersistentVolumes have in common. */
import { invalid, notSupported, required, tooLong, type FieldError } from '../field.ts'
import { isDNS1123Subdomain } from '../names.ts'
import { complain, label, present, type Fields } from './report.ts'

/** `volume`: the name of what has this source. */
export type SourceRule = (source: Fields, at: string, errors: FieldError[], volume: string) => void

/** Sources of which only some fields must be there. */
export const requires =
  (...fields: string[]): SourceRule =>
  (source, at, errors) => {
    for (const field of fields) {
      const value = source[field]
      if (!value || (Array.isArray(value) && value.length === 0)) errors.push(required(`${at}.${field}`))
    }
  }

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]

export function hostPath(source: Fields, at: string, errors: FieldError[]): void {
  if (!source['path']) return void errors.push(required(`${at}.path`))
  noBacksteps(source['path'], `${at}.path`, errors)
  const type = source['type']
  if (type !== undefined && !hostPathTypes.includes(type)) errors.push(notSupported(`${at}.type`, type, hostPathTypes))
}

export function noBacksteps(path: string, at: string, errors: FieldError[]): void {
  if (path.split('/').includes('..')) errors.push(invalid(at, path, "must not contain '..'"))
}

export function nfs(source: Fields, at: string, errors: FieldError[]): void {
  present(source['server'], `${at}.server`, errors)
  present(source['path'], `${at}.path`, errors)
  if (!source['path']?.startsWith('/'))
    errors.push(invalid(`${at}.path`, source['path'] ?? '', 'must be an absolute path'))
}

function partitioned(nameField: string): SourceRule {
  return (source, at, errors) => {
    present(source[nameField], `${at}.${nameField}`, errors)
    const partition = source['partition'] ?? 0
    if (partition < 0 || partition > 255) {
      errors.push(invalid(`${at}.partition`, partition, 'must be between 1 and 255, inclusive'))
    }
  }
}

const gceDisk = partitioned('pdName')
/** Upstream has another name for it there. */
export const gcePersistentDisk: SourceRule = (source, at, errors, volume) => gceDisk(source, at.replace(/gcePersistentDisk$/, 'persistentDisk'), errors, volume)
export const awsElasticBlockStore = partitioned('volumeID')

function lun(value: number, at: string, errors: FieldError[]): void {
  if (value < 0 || value > 255) errors.push(invalid(at, value, 'must be between 0 and 255, inclusive'))
}

const iscsiNames: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\t\n\f\r ]+$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
}

/** `otherwise`: the complaint about a name that begins in none of these ways. */
function iscsiName(name: string, at: string, otherwise: string, errors: FieldError[]): void {
  const format = iscsiNames[name.slice(0, 3)]
  if (format === undefined) errors.push(invalid(at, name, otherwise))
  else if (!format.test(name)) errors.push(invalid(at, name, 'must be valid format'))
}

export const iscsi: SourceRule = (source, at, errors, volume) => {
  iscsiSource(source, at, 'must be valid format starting with iqn, eui, or naa', errors)
  iscsiNameLength(source, volume, at.replace(/iscsi$/, 'name'), volume, errors)
}

export const persistentIscsi: SourceRule = (source, at, errors, volume) => {
  iscsiNameLength(source, volume, `${at}.targetportal`, source['targetPortal'], errors)
  iscsiSource(source, at, 'must be valid format', errors)
  secretRef(source, ['name'], at, errors)
}

function iscsiNameLength({ initiatorName, targetPortal = '' }: Fields, volume: string, at: string, shown: unknown, errors: FieldError[]): void {
  if (initiatorName !== undefined && `${volume}:${targetPortal}`.length > 64) {
    errors.push(invalid(at, shown, 'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'))
  }
}

function iscsiSource(source: Fields, at: string, otherwise: string, errors: FieldError[]): void {
  present(source['targetPortal'], `${at}.targetPortal`, errors)
  if (!source['iqn']) errors.push(required(`${at}.iqn`))
  else iscsiName(source['iqn'], `${at}.iqn`, otherwise, errors)
  lun(source['lun'] ?? 0, `${at}.lun`, errors)
  if ((source['chapAuthDiscovery'] || source['chapAuthSession']) && !source['secretRef']) errors.push(required(`${at}.secretRef`))
  if (source['initiatorName'] !== undefined) iscsiName(source['initiatorName'], `${at}.initiatorname`, otherwise, errors)
}

export function fc(source: Fields, at: string, errors: FieldError[]): void {
  const wwns = source['targetWWNs']?.length ?? 0
  const wwids = source['wwids']?.length ?? 0
  if (wwns + wwids === 0)
    errors.push(required(`${at}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'))
  if (wwns > 0 && wwids > 0) {
    errors.push(
      invalid(`${at}.targetWWNs`, source['targetWWNs'], 'targetWWNs and wwids can not be specified simultaneously'),
    )
  }
  if (wwns === 0) return
  if (source['lun'] === undefined) errors.push(required(`${at}.lun`, 'lun is required if targetWWNs is specified'))
  else lun(source['lun'], `${at}.lun`, errors)
}

export function flocker(source: Fields, at: string, errors: FieldError[]): void {
  const { datasetName = '', datasetUUID = '' } = source
  if (!datasetName && !datasetUUID) errors.push(required(at, 'one of datasetName and datasetUUID is required'))
  if (datasetName && datasetUUID) {
    errors.push(invalid(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'))
  }
  if (datasetName.includes('/')) errors.push(invalid(`${at}.datasetName`, datasetName, "must not contain '/'"))
}

export function csiDriverName(driver = '', at: string, errors: FieldError[]): void {
  if (!driver) errors.push(required(at))
  if (driver.length > 63) errors.push(tooLong(at, driver, 63))
  complain(isDNS1123Subdomain(driver.toLowerCase()), driver, at, errors)
}

const hostPort = /^(\[[^[\]]*\]|[^[\]:]*):[^[\]:]*$/

export function quobyte(source: Fields, at: string, errors: FieldError[]): void {
  const { registry = '', tenant = '', volume } = source
  const pairs = 'must be a host:port pair or multiple pairs separated by commas'
  if (registry === '') errors.push(required(`${at}.registry`, pairs))
  else if (tenant.length >= 65) errors.push(required(`${at}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'))
  else for (const pair of registry.split(',')) if (!hostPort.test(pair)) errors.push(invalid(`${at}.registry`, registry, pairs))
  present(volume, `${at}.volume`, errors)
}

/** `parts`: what the reference to the secret must say. */
function secretRef(source: Fields, parts: readonly string[], at: string, errors: FieldError[]): void {
  if (source['secretRef']) for (const part of parts) present(source['secretRef'][part], `${at}.secretRef.${part}`, errors)
}

export const cinder =
  (...secret: string[]): SourceRule =>
  (source, at, errors) => {
    present(source['volumeID'], `${at}.volumeID`, errors)
    secretRef(source, secret, at, errors)
  }

export const storageOS =
  (...secret: string[]): SourceRule =>
  (source, at, errors) => {
    if (!source['volumeName']) errors.push(required(`${at}.volumeName`))
    else label(source['volumeName'], `${at}.volumeName`, errors)
    if (source['volumeNamespace']) label(source['volumeNamespace'], `${at}.volumeNamespace`, errors)
    secretRef(source, secret, at, errors)
  }

export function flexVolume({ driver, options }: Fields, at: string, errors: FieldError[]): void {
  present(driver, `${at}.driver`, errors)
  for (const key of Object.keys(options ?? {})) {
    if (/\.(kubernetes|k8s)\.io$/.test(`.${key.replace(/\/[^]*$/, '').toLowerCase()}`)) {
      errors.push(invalid(`${at}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'))
    }
  }
}

const cachingModes = ['None', 'ReadOnly', 'ReadWrite']
const diskKinds = ['Dedicated', 'Managed', 'Shared']

export function azureDisk({ diskName, diskURI = '', cachingMode, kind }: Fields, at: string, errors: FieldError[]): void {
  present(diskName, `${at}.diskName`, errors)
  present(diskURI, `${at}.diskURI`, errors)
  if (cachingMode !== undefined && !cachingModes.includes(cachingMode)) errors.push(notSupported(`${at}.cachingMode`, cachingMode, cachingModes))
  if (kind !== undefined && !diskKinds.includes(kind)) errors.push(notSupported(`${at}.kind`, kind, diskKinds))
  const [begin, example] =
    kind === 'Managed'
      ? ['/subscriptions/', '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}']
      : ['https://', 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd']
  if (kind !== undefined && !diskURI.startsWith(begin)) errors.push(notSupported(`${at}.diskURI`, diskURI, [example]))
}
