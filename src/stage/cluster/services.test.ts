import { expect, it } from 'vitest'
import type { KubeObject } from '../../engine/api/types.ts'
import { serviceFacts } from './services.ts'

const service = (name: string, spec: object = {}): KubeObject =>
  ({ metadata: { name, namespace: 'default', uid: `uid-${name}` }, spec: { type: 'ClusterIP', clusterIP: '10.96.4.4', ...spec } }) as unknown as KubeObject
const slice = (of: string, pods: Record<string, object>): KubeObject =>
  ({
    metadata: { name: `${of}-abcde`, namespace: 'default', labels: { 'kubernetes.io/service-name': of } },
    endpoints: Object.entries(pods).map(([name, conditions]) => ({ conditions, targetRef: { kind: 'Pod', namespace: 'default', name } })),
  }) as unknown as KubeObject

it('tells each endpoint by what traffic it gets', () => {
  const states = {
    a: { ready: true },
    b: { ready: false, serving: false },
    c: { ready: false, serving: true, terminating: true },
    d: { ready: false, serving: false, terminating: true },
  }
  const [web] = serviceFacts([service('kubernetes'), service('web')], [slice('web', states), slice('other', { x: {} })])
  expect(web).toMatchObject({ key: 'default/web', ready: 1, total: 4 })
  expect([...web!.endpoints]).toEqual([
    ['default/a', 'ready'],
    ['default/b', 'unready'],
    ['default/c', 'terminating'],
    ['default/d', 'unready'],
  ])
})

it('gathers the slices of one Service, and knows headless ones', () => {
  const facts = serviceFacts([service('web', { clusterIP: 'None' })], [slice('web', { a: {} }), slice('web', { b: {} })])
  expect(facts).toMatchObject([{ type: 'headless', ready: 2, total: 2 }])
})
