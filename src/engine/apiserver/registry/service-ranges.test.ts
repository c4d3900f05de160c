import { expect, test } from 'vitest'
import { contains, freeAddress, rangeOf } from './service-ranges.ts'

test.each([
  ['10.96.0.0/12', '10.96.0.1', '10.111.255.254', '10.96.1.1'],
  ['192.168.0.0/24', '192.168.0.1', '192.168.0.254', '192.168.0.17'],
  ['192.168.0.0/25', '192.168.0.1', '192.168.0.126', '192.168.0.1'],
  ['192.168.0.7/30', '192.168.0.5', '192.168.0.6', '192.168.0.5'],
])('%s has addresses from %s to %s, and gives those from %s on', (cidr, first, last, dynamic) => {
  const range = rangeOf(cidr)
  expect([first, last].map((address) => contains(range, address))).toEqual([true, true])
  expect(freeAddress(range, () => 0, () => false)).toBe(dynamic)
  expect(freeAddress(range, (bound) => bound - 1, () => false)).toBe(last)
})

test('when the part that is given first is full, the rest is given; at last nothing', () => {
  const range = rangeOf('192.168.0.0/24')
  const taken = new Set(Array.from({ length: 238 }, (_, i) => `192.168.0.${17 + i}`))
  expect(freeAddress(range, () => 0, (one) => taken.has(one))).toBe('192.168.0.1')
  expect(freeAddress(range, () => 0, () => true)).toBeUndefined()
})

test('what is no address of IPv4 lies in no range', () => {
  for (const text of ['', 'fd00::1', '10.96.0', '10.97.0.1.2']) expect(contains(rangeOf('0.0.0.0/0'), text)).toBe(false)
})
