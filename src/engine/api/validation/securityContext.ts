/** Security contexts of pods and containers. */
import { duplicate, invalid, notSupported, required, tooLong, type FieldError } from '../field.ts'
import { isValidID } from '../names.ts'
import { internalStruct } from './internalTypes.ts'
import { complain, type Fields } from './report.ts'
import { descendingPath } from './volumes.ts'
import { validateWindowsOptions } from './windowsOptions.ts'

function ids(context: Fields, fields: readonly string[], at: string, errors: FieldError[]): void {
  for (const field of fields) {
    if (context[field] !== undefined) complain(isValidID(context[field]), context[field], `${at}.${field}`, errors)
  }
}

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined']

function seccompProfile(profile: Fields | undefined, at: string, errors: FieldError[]): void {
  if (!profile) return
  const { type, localhostProfile } = profile
  if (!type) errors.push(required(`${at}.type`, 'type is required when seccompProfile is set'))
  else if (!profileTypes.includes(type)) errors.push(notSupported(`${at}.type`, type, profileTypes))
  if (type === 'Localhost') {
    if (localhostProfile === undefined) {
      errors.push(required(`${at}.localhostProfile`, 'must be set when seccomp type is Localhost'))
    } else descendingPath(localhostProfile, `${at}.localhostProfile`, errors)
  } else if (localhostProfile !== undefined) {
    errors.push(
      invalid(
        `${at}.localhostProfile`,
        { Type: type ?? '', LocalhostProfile: localhostProfile },
        'can only be set when seccomp type is Localhost',
      ),
    )
  }
}

function appArmorProfile(profile: Fields | undefined, at: string, errors: FieldError[]): void {
  if (!profile) return
  const { type, localhostProfile } = profile
  const here = `${at}.localhostProfile`
  if (type === 'Localhost') {
    if (localhostProfile === undefined || localhostProfile === '') {
      errors.push(required(here, 'must be set when AppArmor type is Localhost'))
    } else if (localhostProfile.trim() !== localhostProfile) {
      errors.push(invalid(here, localhostProfile, 'must not be padded with whitespace'))
    }
    if ((localhostProfile?.length ?? 0) > 4095) errors.push(tooLong(here, '', 4095))
  } else if (!type) errors.push(required(`${at}.type`, 'type is required when appArmorProfile is set'))
  else if (!profileTypes.includes(type)) errors.push(notSupported(`${at}.type`, type, profileTypes))
  else if (localhostProfile !== undefined) {
    errors.push(invalid(here, localhostProfile, 'can only be set when AppArmor type is Localhost'))
  }
}

export function validateSecurityContext(
  context: Fields | undefined,
  hostUsers: boolean,
  at: string,
  errors: FieldError[],
): void {
  if (!context) return
  ids(context, ['runAsUser', 'runAsGroup'], at, errors)
  const procMount = context['procMount']
  if (procMount !== undefined) {
    if (procMount !== 'Default' && procMount !== 'Unmasked') {
      errors.push(notSupported(`${at}.procMount`, procMount, ['Default', 'Unmasked']))
    }
    if (hostUsers && procMount === 'Unmasked') {
      errors.push(invalid(`${at}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'))
    }
  }
  seccompProfile(context['seccompProfile'], `${at}.seccompProfile`, errors)
  if (context['allowPrivilegeEscalation'] === false) {
    if (context['privileged']) {
      errors.push(
        invalid(
          at,
          internalStruct(context, 'SecurityContext'),
          'cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
        ),
      )
    }
    if (context['capabilities']?.add?.includes('CAP_SYS_ADMIN')) {
      errors.push(
        invalid(
          at,
          internalStruct(context, 'SecurityContext'),
          'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
        ),
      )
    }
  }
  validateWindowsOptions(context['windowsOptions'], `${at}.windowsOptions`, errors)
  appArmorProfile(context['appArmorProfile'], `${at}.appArmorProfile`, errors)
}

const sysctlName = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/
const sysctlText = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$'

function validateSysctls(sysctls: Fields[], spec: Fields, at: string, errors: FieldError[]): void {
  const seen = new Set<string>()
  sysctls.forEach(({ name = '' }, i) => {
    const here = `${at}[${i}].name`
    if (name === '') errors.push(required(here))
    else if (name.length > 253 || !sysctlName.test(name)) {
      errors.push(invalid(here, name, `must have at most 253 characters and match regex ${sysctlText}`))
    } else if (seen.has(name)) errors.push(duplicate(here, name))
    const dotted = name.replaceAll('/', '.')
    if (spec['hostNetwork'] && dotted.startsWith('net.')) {
      errors.push(invalid(here, name, "may not be specified when 'hostNetwork' is true"))
    } else if (spec['hostIPC'] && /^(kernel\.(shm|msg|sem$)|fs\.mqueue\.)/.test(dotted)) {
      errors.push(invalid(here, name, "may not be specified when 'hostIPC' is true"))
    }
    seen.add(name)
  })
}

const policies: readonly [string, readonly string[]][] = [
  ['supplementalGroupsPolicy', ['Merge', 'Strict']],
  ['seLinuxChangePolicy', ['MountOption', 'Recursive']],
]

export function validatePodSecurityContext(spec: Fields, at: string, errors: FieldError[]): void {
  const context: Fields | undefined = spec['securityContext']
  if (!context) return
  ids(context, ['fsGroup', 'runAsUser', 'runAsGroup'], at, errors)
  context['supplementalGroups']?.forEach((id: number, i: number) =>
    complain(isValidID(id), id, `${at}.supplementalGroups[${i}]`, errors),
  )
  if (spec['shareProcessNamespace'] && spec['hostPID']) {
    errors.push(
      invalid(`${at}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled'),
    )
  }
  if (context['sysctls']) validateSysctls(context['sysctls'], spec, `${at}.sysctls`, errors)
  const change = context['fsGroupChangePolicy']
  if (change !== undefined && change !== 'Always' && change !== 'OnRootMismatch') {
    errors.push(notSupported(`${at}.fsGroupChangePolicy`, change, ['Always', 'OnRootMismatch']))
  }
  seccompProfile(context['seccompProfile'], `${at}.seccompProfile`, errors)
  validateWindowsOptions(context['windowsOptions'], `${at}.windowsOptions`, errors)
  appArmorProfile(context['appArmorProfile'], `${at}.appArmorProfile`, errors)
  for (const [field, supported] of policies) {
    if (context[field] !== undefined && !supported.includes(context[field])) {
      errors.push(notSupported(`${at}.${field}`, context[field], supported))
    }
  }
}
