/** Annotations that mean something on pods (ValidatePodSpecificAnnotations). */
import { forbidden, invalid, type FieldError } from '../field.ts'
import { configMirror } from '../machine.ts'
import { appArmor, seccompContainer, seccompPod } from './podProfiles.ts'
import { everyContainer, type Fields } from './report.ts'
import { descendingPath } from './volumes.ts'

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost'

type Annotations = Readonly<Record<string, string>>

export function validatePodAnnotations(
  annotations: Annotations | undefined,
  spec: Fields,
  at: string,
  errors: FieldError[],
): void {
  if (!annotations) return
  if (Object.hasOwn(annotations, configMirror) && !spec['nodeName']) {
    errors.push(invalid(`${at}[${configMirror}]`, annotations[configMirror], 'must set spec.nodeName if mirror pod annotation is set'))
  }
  const cost = annotations[deletionCost]
  if (cost !== undefined && !isInt32(cost)) {
    errors.push(invalid(`${at}[${deletionCost}]`, cost, 'must be a 32bit integer'))
  }
  if (Object.hasOwn(annotations, seccompPod)) validateSeccomp(annotations[seccompPod]!, `${at}.${seccompPod}`, errors)
  for (const key in annotations) if (key.startsWith(seccompContainer)) validateSeccomp(annotations[key]!, `${at}.${key}`, errors)
  for (const key in annotations) if (key.startsWith(appArmor)) validateAppArmor(key, annotations[key]!, spec, at, errors)
}

/** No sign but minus, no leading zeros: as it would be printed. */
function isInt32(text: string): boolean {
  if (!/^-?(0|[1-9]\d{0,9})$/.test(text) || text === '-0') return false
  const number = Number(text)
  return number >= -(2 ** 31) && number < 2 ** 31
}

function validateSeccomp(profile: string, at: string, errors: FieldError[]): void {
  if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') return
  if (profile.startsWith('localhost/')) descendingPath(profile.slice('localhost/'.length), at, errors)
  else errors.push(invalid(at, profile, 'must be a valid seccomp profile'))
}

function validateAppArmor(key: string, profile: string, spec: Fields, at: string, errors: FieldError[]): void {
  const name = key.slice(appArmor.length)
  if (![...everyContainer('', spec)].some(({ container }) => container['name'] === name)) errors.push(invalid(`${at}[${key}]`, name, 'container not found'))
  if (profile === '' || profile === 'runtime/default' || profile === 'unconfined' || profile.startsWith('localhost/'))
    return
  errors.push(invalid(`${at}[${key}]`, profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`))
}

/** Annotations of a stored pod that may not change. */
export function validatePodAnnotationUpdates(
  next: Annotations | undefined,
  old: Annotations | undefined,
  spec: Fields,
  at: string,
  errors: FieldError[],
): void {
  if (next === old) return
  for (const key in old) {
    if (next?.[key] === old[key]) continue
    if (key.startsWith(appArmor)) errors.push(forbidden(`${at}[${key}]`, 'may not remove or update AppArmor annotations'))
    if (key === configMirror) errors.push(forbidden(`${at}[${key}]`, 'may not remove or update mirror pod annotation'))
  }
  for (const key in next) {
    if (old && Object.hasOwn(old, key)) continue
    if (key.startsWith(appArmor)) errors.push(forbidden(`${at}[${key}]`, 'may not add AppArmor annotations'))
    if (key === configMirror) errors.push(forbidden(`${at}[${key}]`, 'may not add mirror pod annotation'))
  }
  validatePodAnnotations(next, spec, at, errors)
}
