import { expect, test } from 'vitest'
import { findResource } from '../../api/resources.ts'
import '../../kinds.ts'
import type { KubeObject } from '../../api/types.ts'
import { intakeScale, scaleOf } from './scale.ts'
import type { ApiRequest } from '../request-info.ts'

const info = findResource('apps', 'v1', 'deployments')!
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '7', creationTimestamp: '2026-01-05T09:00:00Z' },
  spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: {} },
  status: { replicas: 2 },
} as KubeObject

test('a scale says what is wanted, what there is and how it is selected', () => {
  expect(scaleOf(deployment)).toMatchObject({ kind: 'Scale', metadata: { name: 'web', resourceVersion: '7' }, spec: { replicas: 3 }, status: { replicas: 2, selector: 'app=web' } })
})

const cases: [name: string, verb: 'patch' | 'update', body: unknown, wanted: number | string][] = [
  ['a patch changes the size and nothing else', 'patch', { spec: { replicas: 5 } }, 5],
  ['an update without replicas means none', 'update', { metadata: { name: 'web' }, spec: {} }, 0],
  ['an older version is a conflict', 'update', { metadata: { name: 'web', resourceVersion: '6' }, spec: { replicas: 1 } }, 'Conflict'],
  ['another name is a mistake', 'update', { metadata: { name: 'other' }, spec: { replicas: 1 } }, 'BadRequest'],
  ['less than none is invalid', 'patch', { spec: { replicas: -1 } }, 'Invalid'],
]
test.each(cases)('%s', (_name, verb, body, wanted) => {
  const intake = intakeScale({ verb, body, query: {}, contentType: 'application/merge-patch+json' } as unknown as ApiRequest, info, deployment)
  if (typeof wanted === 'string') expect(intake).toMatchObject({ status: { reason: wanted } })
  else expect(intake).toMatchObject({ object: { ...deployment, spec: { ...deployment['spec'], replicas: wanted } } })
})
