import { expect, test } from 'vitest'
import { podCIDRof } from '../api/podRanges.ts'
import { isPodAddress } from './ipam.ts'

test.each([
  [0, '10.244.1.0/24'],
  [254, '10.244.255.0/24'],
  [255, '10.245.0.0/24'],
  [3_070, '10.255.255.0/24'],
  [3_071, '10.112.0.0/24'],
  [4_999, '10.119.136.0/24'],
])('the pods of node %i get addresses of %s', (index, cidr) => {
  expect(podCIDRof(index)).toBe(cidr)
  expect(isPodAddress(cidr.replace('0/24', '7'))).toBe(true)
})

test.each(['10.96.0.1', '10.111.4.4', '10.99.0.1', '192.168.1.1', '198.51.100.7'])('%s is no pod', (ip) => {
  expect(isPodAddress(ip)).toBe(false)
})
