import { expect, test } from 'vitest'
import type { Pod } from '../../api/types.ts'
import { limitsLocalStorage, localStorageViolation } from './limits.ts'

const container = (name: string, limit?: string, more: object = {}) => ({ name, ...(limit === undefined ? {} : { resources: { limits: { 'ephemeral-storage': limit } } }), ...more })
const used = (containers: Record<string, number>, volumes: Record<string, number> = {}) => ({ containers: new Map(Object.entries(containers)), volumes: new Map(Object.entries(volumes)) })
const pod = (containers: object[], more: object = {}): Pod => ({ spec: { containers, ...more } }) as unknown as Pod
const sidecar = container('side', '50', { restartPolicy: 'Always' })

test.each<[string, Pod, ReturnType<typeof used>, string | undefined]>([
  ['nothing is limited', pod([container('a')]), used({ a: 1e9 }), undefined],
  ['an emptyDir of a size', pod([container('a')], { volumes: [{ name: 'd', emptyDir: { sizeLimit: '10' } }] }), used({}, { d: 11 }), 'Usage of EmptyDir volume "d" exceeds the limit "10". '],
  ['a size of nothing is none', pod([container('a')], { volumes: [{ name: 'd', emptyDir: { sizeLimit: '0' } }] }), used({}, { d: 11 }), undefined],
  ['containers and volumes together', pod([container('a', '100')], { volumes: [{ name: 'd', emptyDir: {} }] }), used({ a: 60 }, { d: 50 }), 'Pod ephemeral local storage usage exceeds the total limit of containers 100. '],
  ['a sidecar adds its limit', pod([container('a', '100')], { initContainers: [sidecar] }), used({ a: 60, side: 80 }), undefined],
  ['a sidecar alone limits the pod', pod([container('a')], { initContainers: [sidecar] }), used({ a: 60 }), 'Pod ephemeral local storage usage exceeds the total limit of containers 50. '],
  ['a limit is told as it was given', pod([container('a', '1k')]), used({ a: 2000 }), 'Pod ephemeral local storage usage exceeds the total limit of containers 1k. '],
  ['that of a container, too', pod([container('a', '1k'), container('b', '1M')]), used({ a: 2000 }), 'Container a exceeded its local ephemeral storage limit "1k". '],
  ['a container alone', pod([container('a', '10'), container('b', '100')]), used({ a: 11, b: 1 }), 'Container a exceeded its local ephemeral storage limit "10". '],
])('%s', (_, given, usage, wanted) => {
  expect(localStorageViolation(given, usage)).toBe(wanted)
  if (wanted !== undefined) expect(limitsLocalStorage(given)).toBe(true)
})
