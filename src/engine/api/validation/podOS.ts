import { forbidden, notSupported, required, type FieldError } from '../field.ts'
import { everyContainer, type Fields } from './report.ts'

const systems = ['linux', 'windows']

/** What a pod must not say that is meant for another operating system (validateOS, validateLinux, validateWindows). */
export function validateOS(spec: Fields, at: string, errors: FieldError[]): void {
  const name: string = spec['os'].name ?? ''
  if (name === '') errors.push(required(`${at}.os.name`, 'cannot be empty'))
  else if (!systems.includes(name)) errors.push(notSupported(`${at}.os`, name, systems))
  else if (name === 'linux') refuse(spec, ['securityContext.windowsOptions'], ['windowsOptions'], 'windows options cannot be set for a linux pod', at, errors)
  else refuse(spec, podOfLinux, containerOfLinux, 'cannot be set for a windows pod', at, errors)
}

/** In upstream's order. */
const podOfLinux = [
  'securityContext.appArmorProfile', 'securityContext.seLinuxOptions', 'hostUsers', 'hostPID', 'hostIPC', 'securityContext.seccompProfile', 'securityContext.fsGroup',
  'securityContext.fsGroupChangePolicy', 'securityContext.sysctls', 'shareProcessNamespace', 'securityContext.runAsUser', 'securityContext.runAsGroup',
  'securityContext.supplementalGroups', 'securityContext.supplementalGroupsPolicy', 'securityContext.seLinuxChangePolicy',
]
const containerOfLinux = [
  'appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem', 'privileged', 'allowPrivilegeEscalation', 'procMount', 'runAsUser', 'runAsGroup',
]

function refuse(spec: Fields, ofPod: readonly string[], ofContainer: readonly string[], why: string, at: string, errors: FieldError[]): void {
  for (const path of ofPod) {
    const [field, inner] = path.split('.') as [string, string?]
    const value = inner === undefined ? spec[field] : spec[field]?.[inner]
    if (value !== undefined) errors.push(forbidden(`${at}.${path}`, why))
  }
  for (const { container, path } of everyContainer(at, spec)) {
    for (const field of ofContainer) if (container['securityContext']?.[field] !== undefined) errors.push(forbidden(`${path}.securityContext.${field}`, why))
  }
}
