import { expect, test } from 'vitest'
import { toJson } from './goJson.ts'
import { inStructOrder, versionInOrder } from './structOrder.ts'

test('fields of an object stand as in its Go type', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { creationTimestamp: 't', labels: {}, name: 'a', uid: 'u' }, status: {}, spec: {} }
  expect(toJson(inStructOrder(pod))).toBe('{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","uid":"u","creationTimestamp":"t","labels":{}},"spec":{},"status":{}}')
  expect(toJson(inStructOrder({ apiVersion: 'v1', items: [{ metadata: { uid: 'u', name: 'a' } }], kind: 'PodList' }))).toBe(
    '{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"a","uid":"u"}}]}')
})

test('and those of a version', () => {
  expect(toJson(versionInOrder({ gitVersion: 'v1.34.9', major: '1', platform: 'linux/amd64' }))).toBe('{"major":"1","gitVersion":"v1.34.9","platform":"linux/amd64"}')
})
