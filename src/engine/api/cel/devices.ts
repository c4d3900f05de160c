/** Selectors of devices (dynamic-resource-allocation/cel compile.go): `device.driver`, `device.attributes["domain"].name`, `device.capacity["domain"].name`. */
import type { Environment } from '@marcbachmann/cel-js'
import type { Device, DeviceAttribute } from '../resourceClaims.ts'
import { newEnvironment } from './environment.ts'
import { quantityValue } from './library/quantities.ts'
import { semverValue } from './library/semver.ts'
import { compile, type Program } from './program.ts'

export interface DeviceProgram {
  /** Whether the device is such a one, or in cel-go's words why that cannot be said. */
  matches(driver: string, device: Device): boolean | { failed: string }
}

export function deviceProgram(expression: string): DeviceProgram | { error: string } {
  const program = compile(deviceEnvironment(), expression)
  if ('error' in program) return { error: `compilation failed: ${program.error}` }
  if (program.type !== 'bool' && program.type !== 'dyn') return { error: `must evaluate to bool or the unknown type, not ${program.type}` }
  return { matches: (driver, device) => run(program, driver, device) }
}

function run(program: Program, driver: string, device: Device): boolean | { failed: string } {
  const variables = new Map<string, unknown>([['device', new Map<string, unknown>([
    ['driver', driver],
    ['attributes', byDomain(driver, Object.entries(device.attributes ?? {}), attributeValue)],
    ['capacity', byDomain(driver, Object.entries(device.capacity ?? {}), ({ value }) => quantityValue(value))],
  ])]])
  const result = program.attempt(variables)
  if ('failed' in result) return result
  return typeof result.value === 'boolean' ? result.value : { failed: `expression returned ${typeof result.value} instead of bool` }
}

function deviceEnvironment(): Environment {
  const fields = { driver: 'string', attributes: 'map<string, map<string, dyn>>', capacity: 'map<string, map<string, kubernetes.Quantity>>' }
  return newEnvironment().registerType('kubernetes.DRADevice', { fields: fields as never }).registerVariable('device', 'kubernetes.DRADevice')
}

type Domains = Map<string, ReadonlyMap<string, unknown>>

/** A name without a domain is of the driver's own. */
function byDomain<T>(driver: string, entries: readonly (readonly [name: string, given: T])[], valueOf: (given: T) => unknown): Domains {
  const domains: Domains = new Map()
  for (const [name, given] of entries) {
    const slash = name.indexOf('/')
    const domain = slash < 0 ? driver : name.slice(0, slash)
    domains.set(domain, new Map([...(domains.get(domain) ?? []), [name.slice(slash + 1), valueOf(given)]]))
  }
  return withDefault(domains)
}

/** A domain that a device has nothing of holds nothing, and is no mistake. No class of its own: the library knows maps by their constructor. */
function withDefault(domains: Domains): Domains {
  const get = domains.get.bind(domains)
  return Object.assign(domains, { get: (domain: string) => get(domain) ?? new Map<string, unknown>() })
}

function attributeValue({ int, bool, string, version }: DeviceAttribute): unknown {
  if (int !== undefined) return BigInt(int)
  if (version !== undefined) return semverValue(version)
  return bool ?? string
}
