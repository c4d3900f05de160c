/** Volumes of a pod and their sources. */
import { duplicate, forbidden, invalid, required, type FieldError } from '../field.ts'
import { isDNS1123Subdomain } from '../names.ts'
import { quantity, sign } from '../quantity.ts'
import { validateFieldRef, validateResourceFieldRef, volumeFields } from './environment.ts'
import { validateClaimSpec } from './claims.ts'
import { validateAnnotations, validateLabels } from './meta.ts'
import { choice, label, present, subdomain, type Fields } from './report.ts'
import {
  awsElasticBlockStore, azureDisk, cinder, csiDriverName, fc, flexVolume, flocker, gcePersistentDisk, hostPath, iscsi, nfs, noBacksteps,
  quobyte, requires, storageOS, type SourceRule,
} from './volumeSources.ts'

const tooManyTypes = 'may not specify more than 1 volume type'
/** As upstream names these fields in that complaint. */
const misspelt: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' }
const badMode = 'must be a number between 0 and 0777 (octal), both inclusive'

export const pullPolicies = ['Always', 'IfNotPresent', 'Never']

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
    if (found) errors.push(forbidden(`${at}.${misspelt[type] ?? type}`, tooManyTypes))
    else rule(source, `${at}.${type}`, errors, name)
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
  // Those behind gates that are off have been forgotten before.
  const types = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken']
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

function gitRepo(source: Fields, at: string, errors: FieldError[]): void {
  present(source['repository'], `${at}.repository`, errors)
  descendingPath(source['directory'] ?? '', `${at}.directory`, errors)
}

function image({ reference, pullPolicy }: Fields, at: string, errors: FieldError[]): void {
  if (!reference) errors.push(required(`${at}.reference`))
  if (pullPolicy) choice(pullPolicy, pullPolicies, `${at}.pullPolicy`, errors)
}

/** metav1.ObjectMeta in the order of Go's type. */
const metaFields = [
  'name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp',
  'deletionGracePeriodSeconds', 'ownerReferences', 'finalizers', 'managedFields',
] as const

function csi(source: Fields, at: string, errors: FieldError[]): void {
  csiDriverName(source['driver'], `${at}.driver`, errors)
  const secret: Fields | undefined = source['nodePublishSecretRef']
  if (!secret) return
  if (!secret['name']) errors.push(required(`${at}.nodePublishSecretRef.name`))
  else subdomain(secret['name'], `${at}.name`, errors)
}

function ephemeral(source: Fields, at: string, errors: FieldError[]): void {
  const template = source['volumeClaimTemplate']
  if (!template) return void errors.push(required(`${at}.volumeClaimTemplate`))
  const { labels, annotations, ...others } = template.metadata ?? {}
  const meta = `${at}.volumeClaimTemplate.metadata`
  validateAnnotations(annotations, `${meta}.annotations`, errors)
  validateLabels(labels, `${meta}.labels`, errors)
  // Named as the fields of Go's type are, with a small letter before.
  for (const field of metaFields) if (others[field]) errors.push(forbidden(`${meta}.${field === 'uid' ? 'uID' : field}`, 'cannot be set'))
  validateClaimSpec(template.spec ?? {}, `${at}.volumeClaimTemplate.spec`, errors)
}

/** In the order in which upstream looks at them: it matters when there are several. */
const sources: readonly [string, SourceRule][] = [
  ['emptyDir', emptyDir],
  ['hostPath', hostPath],
  ['gitRepo', gitRepo],
  ['gcePersistentDisk', gcePersistentDisk],
  ['awsElasticBlockStore', awsElasticBlockStore],
  ['secret', keyed('secretName')],
  ['nfs', nfs],
  ['iscsi', iscsi],
  ['glusterfs', requires('endpoints', 'path')],
  ['flocker', flocker],
  ['persistentVolumeClaim', requires('claimName')],
  ['rbd', requires('monitors', 'image')],
  ['cinder', cinder('name')],
  ['cephfs', requires('monitors')],
  ['quobyte', quobyte],
  ['downwardAPI', downwardAPI],
  ['fc', fc],
  ['flexVolume', flexVolume],
  ['configMap', keyed('name')],
  ['azureFile', requires('secretName', 'shareName')],
  ['vsphereVolume', requires('volumePath')],
  ['photonPersistentDisk', requires('pdID')],
  ['portworxVolume', requires('volumeID')],
  ['azureDisk', azureDisk],
  ['storageos', storageOS('name')],
  ['projected', projected],
  ['scaleIO', requires('gateway', 'system', 'volumeName')],
  ['csi', csi],
  ['ephemeral', ephemeral],
  ['image', image],
]
