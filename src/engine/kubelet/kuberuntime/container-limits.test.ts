import { expect, test } from 'vitest'
import type { Container, Pod } from '../../api/types.ts'
import { limitsOf } from './container-limits.ts'

test.each<[string, object | undefined, object | undefined, { memoryLimitBytes: number | undefined; cpuLimitMillis: number | undefined }]>([
  ['nothing is said', undefined, undefined, { memoryLimitBytes: undefined, cpuLimitMillis: undefined }],
  ['its own', { memory: '1Ki', cpu: '1500m' }, undefined, { memoryLimitBytes: 1024, cpuLimitMillis: 1500 }],
  ['none of nothing', { memory: '0', cpu: '0' }, undefined, { memoryLimitBytes: undefined, cpuLimitMillis: undefined }],
  ['its own before those of the pod', { memory: '1Ki' }, { memory: '4Ki', cpu: '2' }, { memoryLimitBytes: 1024, cpuLimitMillis: 2000 }],
  ['those of the pod instead of nothing', { cpu: '0' }, { cpu: '2' }, { memoryLimitBytes: undefined, cpuLimitMillis: 2000 }],
])('limits of a container: %s', (_, own, whole, wanted) => {
  const container = { name: 'a', ...(own === undefined ? {} : { resources: { limits: own } }) } as unknown as Container
  const pod = { spec: { containers: [container], ...(whole === undefined ? {} : { resources: { limits: whole } }) } } as unknown as Pod
  expect(limitsOf(container, pod)).toEqual(wanted)
})
