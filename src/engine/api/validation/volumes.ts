/** Volumes of a pod and their sources; PersistentVolumes use some of the same rules. */
import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import { isDNS1123Subdomain } from '../names.ts'
import { quantity, sign } from '../quantity.ts'
import { validateFieldRef, validateResourceFieldRef, volumeFields } from './environment.ts'
import { validateClaimSpec } from './claims.ts'
import { choice, complain, label, present, validateLabelSelector, type Fields } from './report.ts'

const tooManyTypes = 'may not specify more than 1 volume type'
const badMode = 'must be a number between 0 and 0777 (octal), both inclusive'

export const pullPolicies = ['Always', 'IfNotPresent', 'Never']

type SourceRule = (source: Fields, at: string, errors: FieldError[]) => void

/** Volumes by name that containers may mount: those without errors. */
export type Volumes = ReadonlyMap<string, Fields>

/** `podName` is '' in a template. */
export function validateVolumes(
  volumes: Fields[] | undefined,
  podName: string,
  at: string,
  errors: FieldError[],
): Volumes {
  const good = new Map<string, Fields>()
  if (!volumes) return good
  for (let i = 0; i < volumes.length; i++) {
    const volume = volumes[i]!
    const name: string = volume['name'] ?? ''
    const here = `${at}[${i}]`
    const before = errors.length
    validateSource(volume, name, podName, here, errors)
    if (name === '') errors.push(required(`${here}.name`))
    else label(name, `${here}.name`, errors)
    if (good.has(name)) errors.push(duplicate(`${here}.name`, name))
    if (errors.length === before) good.set(name, volume)
    const claim = volume['persistentVolumeClaim']?.claimName
    if (claim && podName && volumes.some((v) => v['ephemeral'] && claim === `${podName}-${v['name']}`)) {
      errors.push(
        invalid(
          `${here}.persistentVolumeClaim.claimName`,
          claim,
          'must not reference a PVC that gets created for an ephemeral volume',
        ),
      )
    }
  }
  return good
}

function validateSource(volume: Fields, name: string, podName: string, at: string, errors: FieldError[]): void {
  let found = false
  for (const [type, rule] of sources) {
    const source = volume[type]
    if (source === undefined) continue
    if (found) errors.push(forbidden(`${at}.${type === 'downwardAPI' ? 'downwarAPI' : type}`, tooManyTypes))
    else rule(source, `${at}.${type}`, errors)
    found = true
  }
  if (!found) errors.push(required(at, 'must specify a volume type'))
  if (volume['ephemeral'] && podName && name) {
    const claim = `${podName}-${name}`
    for (const complaint of isDNS1123Subdomain(claim)) {
      errors.push(invalid(`${at}.name`, name, `PVC name ${JSON.stringify(claim)}: ${complaint}`))
    }
  }
}

function emptyDir(source: Fields, at: string, errors: FieldError[]): void {
  if (source['sizeLimit'] !== undefined && sign(quantity(source['sizeLimit'])) < 0) {
    errors.push(forbidden(`${at}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'))
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

/** A path below some folder. */
export function descendingPath(path: string, at: string, errors: FieldError[]): void {
  if (path.startsWith('/')) errors.push(invalid(at, path, 'must be a relative path'))
  noBacksteps(path, at, errors)
}

function unreservedPath(path: string, at: string, errors: FieldError[]): void {
  descendingPath(path, at, errors)
  if (path.startsWith('..') && !path.startsWith('../')) errors.push(invalid(at, path, "must not start with '..'"))
}

function fileMode(mode: number | undefined, at: string, errors: FieldError[]): void {
  if (mode !== undefined && (mode > 0o777 || mode < 0)) errors.push(invalid(at, mode, badMode))
}

function keyToPath(item: Fields, at: string, errors: FieldError[]): void {
  present(item['key'], `${at}.key`, errors)
  present(item['path'], `${at}.path`, errors)
  unreservedPath(item['path'] ?? '', `${at}.path`, errors)
  fileMode(item['mode'], `${at}.mode`, errors)
}

const keyed =
  (nameField: string): SourceRule =>
  (source, at, errors) => {
    present(source[nameField], `${at}.${nameField}`, errors)
    fileMode(source['defaultMode'], `${at}.defaultMode`, errors)
    source['items']?.forEach((item: Fields, i: number) => keyToPath(item, `${at}.items[${i}]`, errors))
  }

function downwardFile(file: Fields, at: string, errors: FieldError[]): void {
  present(file['path'], `${at}.path`, errors)
  unreservedPath(file['path'] ?? '', `${at}.path`, errors)
  if (file['fieldRef']) {
    validateFieldRef(file['fieldRef'], volumeFields, `${at}.fieldRef`, errors)
    if (file['resourceFieldRef']) {
      errors.push(invalid(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'))
    }
  } else if (file['resourceFieldRef']) {
    validateResourceFieldRef(file['resourceFieldRef'], `${at}.resourceFieldRef`, true, errors)
  } else errors.push(required(at, 'one of fieldRef and resourceFieldRef is required'))
  fileMode(file['mode'], `${at}.mode`, errors)
}

function downwardAPI(source: Fields, at: string, errors: FieldError[]): void {
  fileMode(source['defaultMode'], `${at}.defaultMode`, errors)
  for (const file of source['items'] ?? []) downwardFile(file, at, errors)
}

function projected(source: Fields, at: string, errors: FieldError[]): void {
  fileMode(source['defaultMode'], `${at}.defaultMode`, errors)
  const paths = new Set<string>()
  const claim = (path: string | undefined, shown: unknown) => {
    if (!path) return
    if (paths.has(path)) errors.push(invalid(at, shown, 'conflicting duplicate paths'))
    paths.add(path)
  }
  source['sources']?.forEach((part: Fields, i: number) => projection(part, `${at}.sources[${i}]`, at, claim, errors))
}

function projection(
  part: Fields,
  here: string,
  at: string,
  claim: (path: string | undefined, shown: unknown) => void,
  errors: FieldError[],
): void {
  for (const type of ['secret', 'configMap'] as const) {
    const source = part[type]
    if (!source) continue
    present(source.name, `${here}.${type}.name`, errors)
    source.items?.forEach((item: Fields, k: number) => {
      keyToPath(item, `${here}.${type}.items[${k}]`, errors)
      claim(item['path'], source.name)
    })
  }
  for (const file of part['downwardAPI']?.items ?? []) {
    downwardFile(file, `${here}.downwardAPI`, errors)
    claim(file.path, file.path)
  }
  if (part['serviceAccountToken'])
    serviceAccountToken(part['serviceAccountToken'], `${here}.serviceAccountToken`, at, errors)
  if (part['clusterTrustBundle'])
    clusterTrustBundle(part['clusterTrustBundle'], `${here}.clusterTrustBundle`, claim, errors)
  const types = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken', 'clusterTrustBundle', 'podCertificate']
  if (types.filter((type) => part[type]).length > 1) {
    errors.push(forbidden(here, 'may not specify more than 1 volume type per source'))
  }
}

function serviceAccountToken(token: Fields, at: string, volume: string, errors: FieldError[]): void {
  const seconds = token['expirationSeconds']
  if (seconds < 600)
    errors.push(invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes'))
  if (seconds > 2 ** 32) {
    errors.push(invalid(`${at}.expirationSeconds`, seconds, 'may not specify a duration larger than 2^32 seconds'))
  }
  if (!token['path']) errors.push(required(`${volume}.path`))
  else unreservedPath(token['path'], `${volume}.path`, errors)
}

function clusterTrustBundle(
  bundle: Fields,
  at: string,
  claim: (path: string | undefined, shown: unknown) => void,
  errors: FieldError[],
): void {
  const { name, signerName, labelSelector, path } = bundle
  if (name !== undefined && signerName !== undefined) {
    errors.push(invalid(at, bundle, 'only one of name and signerName may be used'))
  } else if (name !== undefined) {
    present(name, `${at}.name`, errors, 'must be a valid object name')
    if (labelSelector)
      errors.push(invalid(`${at}.labelSelector`, labelSelector, 'labelSelector must be unset if name is specified'))
  } else if (signerName !== undefined) {
    present(signerName, `${at}.signerName`, errors, 'must be a valid signer name')
    validateLabelSelector(labelSelector, `${at}.labelSelector`, errors)
  } else errors.push(required(at, 'either name or signerName must be specified'))
  present(path, `${at}.path`, errors)
  unreservedPath(path ?? '', `${at}.path`, errors)
  claim(path, path)
}

export function nfs(source: Fields, at: string, errors: FieldError[]): void {
  present(source['server'], `${at}.server`, errors)
  present(source['path'], `${at}.path`, errors)
  if (!source['path']?.startsWith('/'))
    errors.push(invalid(`${at}.path`, source['path'] ?? '', 'must be an absolute path'))
}

/** Sources of which only some fields must be there. */
const requires =
  (...fields: string[]): SourceRule =>
  (source, at, errors) => {
    for (const field of fields) {
      const value = source[field]
      if (!value || (Array.isArray(value) && value.length === 0)) errors.push(required(`${at}.${field}`))
    }
  }

function gitRepo(source: Fields, at: string, errors: FieldError[]): void {
  present(source['repository'], `${at}.repository`, errors)
  descendingPath(source['directory'] ?? '', `${at}.directory`, errors)
}

export function partitioned(nameField: string): SourceRule {
  return (source, at, errors) => {
    present(source[nameField], `${at}.${nameField}`, errors)
    const partition = source['partition'] ?? 0
    if (partition < 0 || partition > 255) {
      errors.push(invalid(`${at}.partition`, partition, 'must be between 0 and 255, inclusive'))
    }
  }
}

const iqn = /^iqn\.\d{4}-\d{2}\.([-a-z0-9.]+)(:[^,;*&$|\s]+)$|^eui\.[0-9A-Fa-f]{16}$|^naa\.[0-9A-Fa-f]{32}$/

export function iscsi(source: Fields, at: string, errors: FieldError[]): void {
  present(source['targetPortal'], `${at}.targetPortal`, errors)
  const name: string = source['iqn'] ?? ''
  if (name === '') errors.push(required(`${at}.iqn`))
  else if (!/^(iqn|eui|naa)/.test(name)) {
    errors.push(invalid(`${at}.iqn`, name, 'must be valid format starting with iqn, eui, or naa'))
  } else if (!iqn.test(name)) errors.push(invalid(`${at}.iqn`, name, 'must be valid format'))
  const lun = source['lun'] ?? 0
  if (lun < 0 || lun > 255) errors.push(invalid(`${at}.lun`, lun, 'must be between 0 and 255, inclusive'))
  if ((source['chapAuthDiscovery'] || source['chapAuthSession']) && !source['secretRef']) {
    errors.push(required(`${at}.secretRef`))
  }
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
  if (wwns > 0 && source['lun'] === undefined) {
    errors.push(required(`${at}.lun`, 'lun is required if targetWWNs is specified'))
  }
}

export function flocker(source: Fields, at: string, errors: FieldError[]): void {
  const { datasetName = '', datasetUUID = '' } = source
  if (!datasetName && !datasetUUID) errors.push(required(at, 'one of datasetName and datasetUUID is required'))
  if (datasetName && datasetUUID) {
    errors.push(invalid(at, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'))
  }
  if (datasetName.includes('/')) errors.push(invalid(`${at}.datasetName`, datasetName, "must not contain '/'"))
}

export function csiDriverName(driver: string | undefined, at: string, errors: FieldError[]): void {
  if (!driver) return void errors.push(required(at))
  if (driver.length > 63)
    errors.push({ type: 'FieldValueTooLong', field: at, badValue: driver, detail: 'may not be more than 63 bytes' })
  complain(isDNS1123Subdomain(driver.toLowerCase()), driver, at, errors)
}

function image({ reference, pullPolicy }: Fields, at: string, errors: FieldError[]): void {
  if (!reference) errors.push(required(`${at}.reference`))
  if (pullPolicy) choice(pullPolicy, pullPolicies, `${at}.pullPolicy`, errors)
}

function ephemeral(source: Fields, at: string, errors: FieldError[]): void {
  const template = source['volumeClaimTemplate']
  if (!template) return void errors.push(required(`${at}.volumeClaimTemplate`))
  validateClaimSpec(template.spec ?? {}, `${at}.volumeClaimTemplate.spec`, errors)
}

/** In the order in which upstream looks at them: it matters when there are several. */
const sources: readonly [string, SourceRule][] = [
  ['emptyDir', emptyDir],
  ['hostPath', hostPath],
  ['gitRepo', gitRepo],
  ['gcePersistentDisk', partitioned('pdName')],
  ['awsElasticBlockStore', partitioned('volumeID')],
  ['secret', keyed('secretName')],
  ['nfs', nfs],
  ['iscsi', iscsi],
  ['glusterfs', requires('endpoints', 'path')],
  ['flocker', flocker],
  ['persistentVolumeClaim', requires('claimName')],
  ['rbd', requires('monitors', 'image')],
  ['cinder', requires('volumeID')],
  ['cephfs', requires('monitors')],
  ['quobyte', requires('registry', 'volume')],
  ['downwardAPI', downwardAPI],
  ['fc', fc],
  ['flexVolume', requires('driver')],
  ['configMap', keyed('name')],
  ['azureFile', requires('secretName', 'shareName')],
  ['vsphereVolume', requires('volumePath')],
  ['photonPersistentDisk', requires('pdID')],
  ['portworxVolume', requires('volumeID')],
  ['azureDisk', requires('diskName', 'diskURI')],
  ['storageos', requires('volumeName')],
  ['projected', projected],
  ['scaleIO', requires('gateway', 'system', 'volumeName')],
  ['csi', (source, at, errors) => csiDriverName(source['driver'], `${at}.driver`, errors)],
  ['ephemeral', ephemeral],
  ['image', image],
]
