/** Environment variables and the references they and downward API volumes take their values from. */
import { invalid, notSupported, required, type FieldError } from '../field.ts'
import { isConfigMapKey, isDNS1123Subdomain, isQualifiedName, isRelaxedEnvVarName } from '../names.ts'
import { isZero, quantity } from '../quantity.ts'
import { complain, subdomain, type Fields } from './report.ts'

export const environmentFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
export const volumeFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]

/** Fields that a fieldRef may name at all, in one place or the other (ConvertDownwardAPIFieldLabel). */
const known = new Set([...environmentFields, ...volumeFields])

export function validateEnv(variables: Fields[] | undefined, at: string, errors: FieldError[]): void {
  if (!variables) return
  for (let i = 0; i < variables.length; i++) {
    const variable = variables[i]!
    if (!variable['name']) errors.push(required(`${at}[${i}].name`))
    else complain(isRelaxedEnvVarName(variable['name']), variable['name'], `${at}[${i}].name`, errors)
    if (variable['valueFrom']) validateValueFrom(variable, `${at}[${i}].valueFrom`, errors)
  }
}

function validateValueFrom(variable: Fields, at: string, errors: FieldError[]): void {
  const from: Fields = variable['valueFrom']
  if (from['fieldRef']) validateFieldRef(from['fieldRef'], environmentFields, `${at}.fieldRef`, errors)
  if (from['resourceFieldRef'])
    validateResourceFieldRef(from['resourceFieldRef'], `${at}.resourceFieldRef`, false, errors)
  if (from['configMapKeyRef']) validateKeyRef(from['configMapKeyRef'], `${at}.configMapKeyRef`, errors)
  if (from['secretKeyRef']) validateKeyRef(from['secretKeyRef'], `${at}.secretKeyRef`, errors)
  const sources = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef'].filter((s) => from[s]).length
  if (sources === 0) {
    errors.push(
      invalid(at, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`'),
    )
  } else if (variable['value']) errors.push(invalid(at, '', 'may not be specified when `value` is not empty'))
  else if (sources > 1) errors.push(invalid(at, '', 'may not have more than one field specified at a time'))
}

const subscripted = /^(.*)\['(.*)'\]$/s

export function validateFieldRef(ref: Fields, supported: readonly string[], at: string, errors: FieldError[]): void {
  if (!ref['apiVersion']) return void errors.push(required(`${at}.apiVersion`))
  const path: string = ref['fieldPath'] ?? ''
  if (path === '') return void errors.push(required(`${at}.fieldPath`))
  const unconverted = conversionError(ref['apiVersion'], path)
  if (unconverted)
    return void errors.push(invalid(`${at}.fieldPath`, path, `error converting fieldPath: ${unconverted}`))
  const match = subscripted.exec(path)
  if (!match) {
    if (!supported.includes(path)) errors.push(notSupported(`${at}.fieldPath`, path, supported))
    return
  }
  const [, base, key] = match as unknown as [string, string, string]
  if (base === 'metadata.annotations') complain(isQualifiedName(key.toLowerCase()), key.toLowerCase(), at, errors)
  else if (base === 'metadata.labels') complain(isQualifiedName(key), key, at, errors)
  else errors.push(invalid(at, base, 'does not support subscript'))
}

function conversionError(apiVersion: string, path: string): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`
  const base = subscripted.exec(path)?.[1]
  if (base !== undefined) {
    return base === 'metadata.annotations' || base === 'metadata.labels'
      ? undefined
      : `field label does not support subscript: ${path}`
  }
  return known.has(path) || path === 'spec.restartPolicy' || path === 'spec.schedulerName' || path === 'status.phase'
    ? undefined
    : `field label not supported: ${path}`
}

const containerResources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]
const isHugePages = (name: string): boolean =>
  name.startsWith('requests.hugepages-') || name.startsWith('limits.hugepages-')

export function validateResourceFieldRef(ref: Fields, at: string, inVolume: boolean, errors: FieldError[]): void {
  const resource: string = ref['resource'] ?? ''
  if (inVolume && !ref['containerName']) errors.push(required(`${at}.containerName`))
  else if (resource === '') errors.push(required(`${at}.resource`))
  else if (!containerResources.includes(resource) && !isHugePages(resource)) {
    errors.push(notSupported(`${at}.resource`, resource, containerResources))
  }
  validateDivisor(resource, ref['divisor'], `${at}.divisor`, errors)
}

const sizes = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']

function validateDivisor(resource: string, divisor: string | undefined, at: string, errors: FieldError[]): void {
  if (divisor === undefined || isZero(quantity(divisor))) return
  const kind = resource.slice(resource.indexOf('.') + 1)
  if (kind === 'cpu') {
    if (divisor !== '1m' && divisor !== '1') {
      errors.push(invalid(at, resource, "only divisor's values 1m and 1 are supported with the cpu resource"))
    }
    return
  }
  const name =
    kind === 'ephemeral-storage' ? 'local ephemeral storage' : kind.startsWith('hugepages-') ? 'hugepages' : kind
  if (!sizes.includes(divisor) && (kind === 'memory' || name !== kind)) {
    errors.push(
      invalid(at, resource, `only divisor's values ${sizes.join(', ')} are supported with the ${name} resource`),
    )
  }
}

function validateKeyRef(ref: Fields, at: string, errors: FieldError[]): void {
  const name: string = ref['name'] ?? ''
  complain(isDNS1123Subdomain(name), name, `${at}.name`, errors)
  if (!ref['key']) errors.push(required(`${at}.key`))
  else complain(isConfigMapKey(ref['key']), ref['key'], `${at}.key`, errors)
}

export function validateEnvFrom(sources: Fields[] | undefined, at: string, errors: FieldError[]): void {
  sources?.forEach((source, i) => {
    const here = `${at}[${i}]`
    if (source['prefix']) complain(isRelaxedEnvVarName(source['prefix']), source['prefix'], `${here}.prefix`, errors)
    const refs = ['configMapRef', 'secretRef'].filter((name) => source[name])
    for (const name of refs) {
      const target = source[name].name
      if (!target) errors.push(required(`${here}.${name}.name`))
      else subdomain(target, `${here}.${name}.name`, errors)
    }
    if (refs.length === 0) errors.push(invalid(at, '', 'must specify one of: `configMapRef` or `secretRef`'))
    else if (refs.length > 1) errors.push(invalid(at, '', 'may not have more than one field specified at a time'))
  })
}
