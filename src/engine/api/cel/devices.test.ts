import { describe, expect, it } from 'vitest'
import '../../cel.ts'
import { deviceProgram } from './devices.ts'

const gpu = {
  name: 'gpu-0',
  attributes: { model: { string: 'LATEST-GPU-MODEL' }, index: { int: 3 }, healthy: { bool: true }, driverVersion: { version: '1.12.0' }, 'other.example.com/rack': { string: 'r1' } },
  capacity: { memory: { value: '80Gi' } },
}
const driver = 'gpu.example.com'

function matches(expression: string): unknown {
  const program = deviceProgram(expression)
  return 'error' in program ? program.error : program.matches(driver, gpu)
}

describe('a selector of devices', () => {
  it.each<[string, boolean]>([
    [`device.driver == "gpu.example.com"`, true],
    [`device.driver == 'nic.example.com'`, false],
    [`device.attributes["gpu.example.com"].model == "LATEST-GPU-MODEL"`, true],
    [`device.attributes["${driver}"].index > 2 && device.attributes["${driver}"].healthy`, true],
    [`device.attributes["other.example.com"].rack == "r1"`, true],
    [`device.attributes["${driver}"].driverVersion.isGreaterThan(semver("1.9.9"))`, true],
    [`device.capacity["${driver}"].memory.compareTo(quantity("64Gi")) >= 0`, true],
    [`device.capacity["${driver}"].memory.isLessThan(quantity("64Gi"))`, false],
    [`has(device.attributes["${driver}"].model) && !has(device.attributes["${driver}"].colour)`, true],
    [`has(device.attributes["nobody.example.com"].x)`, false],
    [`"${driver}" in device.attributes`, true],
    [`'model' in device.attributes["${driver}"]`, true],
    [`cel.bind(dra, device.attributes["${driver}"], dra.index == 3)`, true],
  ])('%s: %s', (expression, expected) => expect(matches(expression)).toBe(expected))

  it.each([
    [`device.attributes["${driver}"].colour == "red"`, { failed: 'no such key: colour' }],
    [`device.driver`, 'must evaluate to bool or the unknown type, not string'],
  ])('%s', (expression, expected) => expect(matches(expression)).toEqual(expected))

  it('does not compile with a mistake', () => {
    expect(matches('device.nothing == 1')).toMatch(/^compilation failed: ERROR: .*undefined field 'nothing'/)
  })
})
