import { expect, test } from 'vitest'
import { capabilitiesOf } from './capabilities.ts'

test.each<[string, object, string | undefined]>([
  ['nothing is asked', { runAsUser: 1 }, undefined],
  ['two are added', { capabilities: { add: ['NET_ADMIN', 'SYS_TIME'] } }, 'aa0435fb'],
  ['all are dropped', { capabilities: { drop: ['ALL'] } }, '0'],
  ['all are dropped and one is added', { capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }, '400'],
  ['the name has its prefix', { capabilities: { drop: ['all'], add: ['CAP_CHOWN'] } }, '1'],
  ['it is privileged', { privileged: true }, '1ffffffffff'],
])('when %s', (_, securityContext, bits) => {
  expect(capabilitiesOf(securityContext as never)?.toString(16)).toBe(bits)
})
