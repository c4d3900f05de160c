/** Containers, init containers and ephemeral containers of a pod or a template. */
import { duplicate, forbidden, invalid, notFound, notSupported, required, type FieldError } from '../field.ts'
import { isValidPortName, isValidPortNum } from '../names.ts'
import { validateEnv, validateEnvFrom } from './environment.ts'
import { validateLifecycle, validateProbes } from './handlers.ts'
import { choice, complain, label, type Fields } from './report.ts'
import { containerResourceName, validateResourceRequirements } from './resources.ts'
import { validateSecurityContext } from './securityContext.ts'
import { descendingPath, pullPolicies, type Volumes } from './volumes.ts'

/** What containers are checked against. */
export interface PodContext {
  spec: Fields
  volumes: Volumes
  claims: ReadonlySet<string>
  gracePeriod: number | undefined
  hostUsers: boolean
  /** Templates are checked a little less. */
  isPod: boolean
}

const protocols = ['SCTP', 'TCP', 'UDP']
const messagePolicies = ['File', 'FallbackToLogsOnError']

function validateCommon(c: Fields, pod: PodContext, at: string, errors: FieldError[]): void {
  if (!c['name']) errors.push(required(`${at}.name`))
  else label(c['name'], `${at}.name`, errors)
  if (!c['image']) errors.push(required(`${at}.image`))
  choice(c['terminationMessagePolicy'], messagePolicies, `${at}.terminationMessagePolicy`, errors)
  if (c['ports']) validatePorts(c['ports'], `${at}.ports`, errors)
  if (c['env']) validateEnv(c['env'], `${at}.env`, errors)
  if (c['envFrom']) validateEnvFrom(c['envFrom'], `${at}.envFrom`, errors)
  if (c['volumeMounts']) validateMounts(c, pod.volumes, `${at}.volumeMounts`, errors)
  if (c['volumeDevices']) validateDevices(c, pod.volumes, `${at}.volumeDevices`, errors)
  choice(c['imagePullPolicy'], pullPolicies, `${at}.imagePullPolicy`, errors)
  validateResourceRequirements(c['resources'], containerResourceName, pod.claims, `${at}.resources`, errors)
  if (c['resizePolicy'])
    validateResizePolicy(c['resizePolicy'], pod.spec['restartPolicy'], `${at}.resizePolicy`, errors)
  validateSecurityContext(c['securityContext'], pod.hostUsers, `${at}.securityContext`, errors)
}

function validatePorts(ports: Fields[], at: string, errors: FieldError[]): void {
  const names = new Set<string>()
  for (let i = 0; i < ports.length; i++) {
    const { name, containerPort, hostPort, protocol } = ports[i]!
    const here = `${at}[${i}]`
    if (name) {
      const complaints = isValidPortName(name)
      complain(complaints, name, `${here}.name`, errors)
      if (complaints.length === 0 && names.has(name)) errors.push(duplicate(`${here}.name`, name))
      if (complaints.length === 0) names.add(name)
    }
    if (!containerPort) errors.push(required(`${here}.containerPort`))
    else complain(isValidPortNum(containerPort), containerPort, `${here}.containerPort`, errors)
    if (hostPort) complain(isValidPortNum(hostPort), hostPort, `${here}.hostPort`, errors)
    choice(protocol, protocols, `${here}.protocol`, errors)
  }
}

function validateMounts(c: Fields, volumes: Volumes, at: string, errors: FieldError[]): void {
  const paths = new Set<string>()
  const devices: Fields[] = c['volumeDevices'] ?? []
  c['volumeMounts'].forEach((mount: Fields, i: number) => {
    const here = `${at}[${i}]`
    const { name = '', mountPath = '', subPath, subPathExpr } = mount
    if (name === '') errors.push(required(`${here}.name`))
    if (!volumes.has(name)) errors.push(notFound(`${here}.name`, name))
    if (mountPath === '') errors.push(required(`${here}.mountPath`))
    if (paths.has(mountPath)) errors.push(invalid(`${here}.mountPath`, mountPath, 'must be unique'))
    paths.add(mountPath)
    if (devices.some((d) => d['name'] === name)) {
      errors.push(invalid(`${here}.name`, name, 'must not already exist in volumeDevices'))
    }
    if (devices.some((d) => d['devicePath'] === mountPath)) {
      errors.push(invalid(`${here}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'))
    }
    // Upstream leaves the index out of these paths.
    if (subPath) descendingPath(subPath, `${at}.subPath`, errors)
    if (subPathExpr) {
      if (subPath)
        errors.push(invalid(`${here}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
      descendingPath(subPathExpr, `${at}.subPathExpr`, errors)
    }
    validatePropagation(mount, c, `${at}.mountPropagation`, errors)
    validateRecursiveReadOnly(mount, `${at}.recursiveReadOnly`, errors)
  })
}

const propagations = ['Bidirectional', 'HostToContainer', 'None']

function validatePropagation(mount: Fields, c: Fields, at: string, errors: FieldError[]): void {
  const mode = mount['mountPropagation']
  if (mode === undefined) return
  if (!propagations.includes(mode)) errors.push(notSupported(at, mode, propagations))
  if (mode === 'Bidirectional' && !c['securityContext']?.privileged) {
    errors.push(forbidden(at, 'Bidirectional mount propagation is available only to privileged containers'))
  }
}

function validateRecursiveReadOnly(mount: Fields, at: string, errors: FieldError[]): void {
  const { recursiveReadOnly: mode, readOnly, mountPropagation } = mount
  if (mode === undefined || mode === 'Disabled') return
  if (mode !== 'Enabled' && mode !== 'IfPossible') {
    errors.push(notSupported(at, mode, ['Disabled', 'Enabled', 'IfPossible']))
    return
  }
  if (!readOnly) errors.push(forbidden(at, 'may only be specified when readOnly is true'))
  if (mountPropagation !== undefined && mountPropagation !== 'None') {
    errors.push(forbidden(at, 'may only be specified when mountPropagation is None or not specified'))
  }
}

function validateDevices(c: Fields, volumes: Volumes, at: string, errors: FieldError[]): void {
  const names = new Set<string>()
  const paths = new Set<string>()
  const mounts: Fields[] = c['volumeMounts'] ?? []
  c['volumeDevices'].forEach(({ name = '', devicePath = '' }: Fields, i: number) => {
    const here = `${at}[${i}]`
    const volume = volumes.get(name)
    if (name === '') errors.push(required(`${here}.name`))
    if (names.has(name)) errors.push(invalid(`${here}.name`, name, 'must be unique'))
    if (!volume) errors.push(notFound(`${here}.name`, name))
    else if (!volume['persistentVolumeClaim'] && !volume['ephemeral']) {
      errors.push(
        invalid(
          `${here}.name`,
          name,
          'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        ),
      )
    }
    if (devicePath === '') errors.push(required(`${here}.devicePath`))
    if (paths.has(devicePath)) errors.push(invalid(`${here}.devicePath`, devicePath, 'must be unique'))
    if (devicePath.split('/').includes('..')) {
      errors.push(invalid(`${here}.devicePath`, devicePath, "can not contain backsteps ('..')"))
    } else paths.add(devicePath)
    if (mounts.some((m) => m['name'] === name)) {
      errors.push(invalid(`${here}.name`, name, 'must not already exist in volumeMounts'))
    }
    if (mounts.some((m) => m['mountPath'] === devicePath)) {
      errors.push(invalid(`${here}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'))
    }
    if (name !== '') names.add(name)
  })
}

function validateResizePolicy(policies: Fields[], podRestartPolicy: string, at: string, errors: FieldError[]): void {
  const seen = new Set<string>()
  policies.forEach(({ resourceName = '', restartPolicy = '' }, i) => {
    if (seen.has(resourceName)) errors.push(duplicate(`${at}[${i}]`, resourceName))
    seen.add(resourceName)
    choice(resourceName, ['cpu', 'memory'], at, errors)
    choice(restartPolicy, ['NotRequired', 'RestartContainer'], at, errors)
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.push(invalid(at, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"))
    }
  })
}

/** "TCP//80" of each host port that is taken twice. */
function checkHostPorts(
  containers: readonly Fields[],
  indices: readonly number[],
  at: string,
  errors: FieldError[],
): void {
  let seen: Set<string> | undefined
  containers.forEach((c, n) => {
    c['ports']?.forEach(({ protocol, hostIP = '', hostPort }: Fields, i: number) => {
      if (!hostPort) return
      seen ??= new Set()
      const taken = `${protocol}/${hostIP}/${hostPort}`
      if (seen.has(taken)) errors.push(duplicate(`${at}[${indices[n]}].ports[${i}].hostPort`, taken))
      seen.add(taken)
    })
  })
}

/** Only of pods: templates may have such images. */
function validateImageSpace(c: Fields, at: string, errors: FieldError[]): void {
  const image: string = c['image'] ?? ''
  if (image.trim() !== image) errors.push(invalid(`${at}.image`, image, 'must not have leading or trailing whitespace'))
}

export function validateImageSpaces(spec: Fields, at: string, errors: FieldError[]): void {
  for (const list of ['containers', 'initContainers'] as const) {
    spec[list]?.forEach((c: Fields, i: number) => validateImageSpace(c, `${at}.${list}[${i}]`, errors))
  }
}

export function validateContainers(pod: PodContext, at: string, errors: FieldError[]): void {
  const containers: Fields[] = pod.spec['containers'] ?? []
  if (containers.length === 0) {
    errors.push(required(at))
    return
  }
  const names = new Set<string>()
  for (let i = 0; i < containers.length; i++) {
    const c = containers[i]!
    const here = `${at}[${i}]`
    validateCommon(c, pod, here, errors)
    if (names.has(c['name'])) errors.push(duplicate(`${here}.name`, c['name']))
    names.add(c['name'])
    if (c['lifecycle']) validateLifecycle(c['lifecycle'], pod.gracePeriod, `${here}.lifecycle`, errors)
    validateProbes(c, pod.gracePeriod, here, errors)
    if (c['restartPolicy'] !== undefined)
      errors.push(forbidden(`${here}.restartPolicy`, 'may not be set for non-init containers'))
  }
  checkHostPorts(
    containers,
    containers.map((_, i) => i),
    at,
    errors,
  )
}

const onlySidecars = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']

export function validateInitContainers(pod: PodContext, at: string, errors: FieldError[]): void {
  const names = new Set<string>((pod.spec['containers'] ?? []).map((c: Fields) => c['name']))
  pod.spec['initContainers']?.forEach((c: Fields, i: number) => {
    const here = `${at}[${i}]`
    validateCommon(c, pod, here, errors)
    const { restartPolicy } = c
    if (restartPolicy !== undefined && restartPolicy !== 'Always') {
      errors.push(notSupported(`${here}.restartPolicy`, restartPolicy, ['Always']))
    }
    if (names.has(c['name'])) errors.push(duplicate(`${here}.name`, c['name']))
    else if (c['name']) names.add(c['name'])
    checkHostPorts([c], [0], at, errors)
    if (restartPolicy === 'Always') {
      if (c['lifecycle']) validateLifecycle(c['lifecycle'], pod.gracePeriod, `${here}.lifecycle`, errors)
      validateProbes(c, pod.gracePeriod, here, errors)
      return
    }
    for (const field of onlySidecars) {
      if (c[field]) {
        errors.push(forbidden(`${here}.${field}`, 'may not be set for init containers without restartPolicy=Always'))
      }
    }
  })
}

const notEphemeral = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
]

export function validateEphemeralContainers(pod: PodContext, at: string, errors: FieldError[]): void {
  const others = new Set<string>(
    [...(pod.spec['containers'] ?? []), ...(pod.spec['initContainers'] ?? [])].map((c: Fields) => c['name']),
  )
  const names = new Set(others)
  pod.spec['ephemeralContainers']?.forEach((c: Fields, i: number) => {
    const here = `${at}[${i}]`
    validateCommon(c, pod, here, errors)
    validateImageSpace(c, here, errors)
    if (names.has(c['name'])) errors.push(duplicate(`${here}.name`, c['name']))
    names.add(c['name'])
    const target = c['targetContainerName']
    if (target && !others.has(target)) errors.push(notFound(`${here}.targetContainerName`, target))
    for (const field of notEphemeral) {
      const isSet = field === 'resources' ? Object.keys(c['resources'] ?? {}).length > 0 : c[field] !== undefined
      if (isSet) errors.push(forbidden(`${here}.${field}`, 'cannot be set for an Ephemeral Container'))
    }
    c['volumeMounts']?.forEach((mount: Fields, k: number) => {
      for (const field of ['subPath', 'subPathExpr']) {
        if (mount[field]) {
          errors.push(forbidden(`${here}.volumeMounts[${k}].${field}`, 'cannot be set for an Ephemeral Container'))
        }
      }
    })
  })
}
