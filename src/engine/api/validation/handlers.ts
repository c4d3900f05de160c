/** Probes and lifecycle hooks, and the actions they take. */
import { forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import { isHTTPHeaderName, isValidPortName, isValidPortNum } from '../names.ts'
import { nonNegative } from './meta.ts'
import { complain, type Fields } from './report.ts'

export function validatePort(port: unknown, at: string, errors: FieldError[]): void {
  if (typeof port === 'string') complain(isValidPortName(port), port, at, errors)
  else complain(isValidPortNum(port as number), port, at, errors)
}

function exec(action: Fields, at: string, errors: FieldError[]): void {
  if (!action['command']?.length) errors.push(required(`${at}.command`))
}

function httpGet(action: Fields, at: string, errors: FieldError[]): void {
  if (!action['path']) errors.push(required(`${at}.path`))
  validatePort(action['port'], `${at}.port`, errors)
  if (action['scheme'] !== 'HTTP' && action['scheme'] !== 'HTTPS') {
    errors.push(notSupported(`${at}.scheme`, action['scheme'] ?? '', ['HTTP', 'HTTPS']))
  }
  for (const { name } of action['httpHeaders'] ?? [])
    complain(isHTTPHeaderName(name), name, `${at}.httpHeaders`, errors)
}

const port = (action: Fields, at: string, errors: FieldError[]): void =>
  validatePort(action['port'], `${at}.port`, errors)

function sleep(action: Fields, at: string, errors: FieldError[], gracePeriod: number | undefined): void {
  const seconds: number = action['seconds'] ?? 0
  if (gracePeriod === undefined || (seconds >= 0 && seconds <= gracePeriod)) return
  errors.push(invalid(at, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${gracePeriod})`))
}

/** In the order in which upstream looks at them. */
const actions: readonly [string, (action: Fields, at: string, errors: FieldError[], gracePeriod?: number) => void][] = [
  ['exec', exec],
  ['httpGet', httpGet],
  ['tcpSocket', port],
  ['grpc', port],
  ['sleep', sleep],
]

function validateHandler(handler: Fields, gracePeriod: number | undefined, at: string, errors: FieldError[]): void {
  let found = false
  for (const [name, validate] of actions) {
    const action = handler[name]
    if (action === undefined) continue
    if (found) errors.push(forbidden(`${at}.${name}`, 'may not specify more than 1 handler type'))
    else validate(action, `${at}.${name}`, errors, gracePeriod)
    found = true
  }
  if (!found) errors.push(required(at, 'must specify a handler type'))
}

export function validateLifecycle(
  lifecycle: Fields,
  gracePeriod: number | undefined,
  at: string,
  errors: FieldError[],
): void {
  if (lifecycle['postStart']) validateHandler(lifecycle['postStart'], gracePeriod, `${at}.postStart`, errors)
  if (lifecycle['preStop']) validateHandler(lifecycle['preStop'], gracePeriod, `${at}.preStop`, errors)
}

const counts = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const

function validateProbe(probe: Fields, gracePeriod: number | undefined, at: string, errors: FieldError[]): void {
  validateHandler(probe, gracePeriod, at, errors)
  for (const count of counts) nonNegative(probe[count], `${at}.${count}`, errors)
  const grace = probe['terminationGracePeriodSeconds']
  if (grace !== undefined && grace <= 0) {
    errors.push(invalid(`${at}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'))
  }
}

/** The three probes of one container. */
export function validateProbes(
  container: Fields,
  gracePeriod: number | undefined,
  at: string,
  errors: FieldError[],
): void {
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[name]
    if (!probe) continue
    const here = `${at}.${name}`
    validateProbe(probe, gracePeriod, here, errors)
    if (name === 'readinessProbe') {
      const grace = probe.terminationGracePeriodSeconds
      if (grace !== undefined) {
        errors.push(invalid(`${here}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes'))
      }
    } else if (probe.successThreshold !== 1) {
      errors.push(invalid(`${here}.successThreshold`, probe.successThreshold, 'must be 1'))
    }
  }
}
