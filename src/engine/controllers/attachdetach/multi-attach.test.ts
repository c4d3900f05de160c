import { expect, test } from 'vitest'
import type { Pod } from '../../api/types.ts'
import { multiAttach } from './multi-attach.ts'

const pod = (text: string): Pod => {
  const [namespace, name] = text.split('/')
  return { metadata: { namespace, name } } as Pod
}

test.each<[string, string[], string]>([
  ['nobody uses it any more', [], "Volume is already exclusively attached to one node and can't be attached to another"],
  ['one of the same namespace does', ['mall/till'], 'Volume is already used by pod(s) till'],
  ['two do', ['mall/till', 'mall/desk'], 'Volume is already used by pod(s) till, desk'],
  ['others do', ['port/crane', 'port/ship'], 'Volume is already used by 2 pod(s) in different namespaces'],
  ['both do', ['port/crane', 'mall/till'], 'Volume is already used by pod(s) till and 1 pod(s) in different namespaces'],
])('where %s', (_, users, why) => {
  expect(multiAttach('shelf', users.map(pod), pod('mall/shop'))).toBe(`Multi-Attach error for volume "shelf" ${why}`)
})
