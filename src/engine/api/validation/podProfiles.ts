/** Seccomp and AppArmor, said twice: by an annotation and by a field that have to agree. */
import { forbidden, type FieldError } from '../field.ts'
import { everyContainer, type Fields } from './report.ts'

export const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod'
export const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/'
export const appArmor = 'container.apparmor.security.beta.kubernetes.io/'

type Annotations = Readonly<Record<string, string>>
interface Profile {
  type?: string
  localhostProfile?: string
}

/** validateSeccompAnnotationsAndFields */
export function seccompAgrees(annotations: Annotations = {}, spec: Fields, at: string, errors: FieldError[]): void {
  agree('seccomp', annotations[seccompPod], spec['securityContext']?.seccompProfile, `${at}.securityContext.seccompProfile`, errors)
  for (const { container, path } of everyContainer(at, spec)) {
    agree('seccomp', annotations[`${seccompContainer}${container['name']}`], container['securityContext']?.seccompProfile, `${path}.securityContext.seccompProfile`, errors)
  }
}

/** validateAppArmorAnnotationsAndFieldsMatchOnCreate */
export function appArmorAgrees(annotations: Annotations = {}, spec: Fields, at: string, errors: FieldError[]): void {
  if (spec['os']?.name === 'windows') return
  for (const { container, path } of everyContainer(at, spec)) {
    const profile: Profile | undefined = container['securityContext']?.appArmorProfile ?? spec['securityContext']?.appArmorProfile
    agree('apparmor', annotations[`${appArmor}${container['name']}`], profile, `${path}.securityContext.appArmorProfile`, errors)
  }
}

function agree(what: 'seccomp' | 'apparmor', annotation: string | undefined, profile: Profile | undefined, at: string, errors: FieldError[]): void {
  if (annotation === undefined || !profile) return
  if (profile.type === 'Localhost' && annotation.startsWith('localhost/')) {
    if (annotation === `localhost/${profile.localhostProfile}`) return
    errors.push(forbidden(`${at}.localhostProfile`, `${what} profile in annotation and field must match`))
    return
  }
  const same: Record<string, readonly string[]> = { Unconfined: ['unconfined'], RuntimeDefault: what === 'seccomp' ? ['runtime/default', 'docker/default'] : ['runtime/default'], Localhost: [] }
  const words = same[profile.type ?? '']
  if (words && !words.includes(annotation)) errors.push(forbidden(`${at}.type`, `${what} type in annotation and field must match`))
}
