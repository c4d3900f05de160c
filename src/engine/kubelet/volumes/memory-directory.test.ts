import { expect, test } from 'vitest'
import type { Pod } from '../../api/types.ts'
import { memoryDirectoryBytes } from './memory-directory.ts'

const mib = 1024 ** 2
const limited = (memory: string) => ({ name: 'c', resources: { limits: { memory } } })
const open = { name: 'o' }

test.each<[string, object, string | undefined, number]>([
  ['takes all that the node has for pods', { containers: [open] }, undefined, 1000],
  ['takes what all containers may have together', { containers: [limited('50Mi'), limited('20Mi')] }, undefined, 70],
  ['counts an initialisation that may have more', { containers: [limited('50Mi')], initContainers: [limited('80Mi')] }, undefined, 80],
  ['is not held by one container while another is free', { containers: [limited('50Mi'), open] }, undefined, 1000],
  ['nor while one of the initialisation is', { containers: [limited('50Mi')], initContainers: [open] }, undefined, 1000],
  ['is held by the pod’s own limit', { resources: { limits: { memory: '40Mi' } }, containers: [open] }, undefined, 40],
  ['has its own limit, when that is less', { containers: [limited('50Mi')] }, '10Mi', 10],
  ['and not, when that is more', { containers: [limited('50Mi')] }, '60Mi', 50],
  ['cannot have more than the node', { containers: [open] }, '2Gi', 1000],
])('a directory in memory %s', (_rule, spec, sizeLimit, wanted) => {
  expect(memoryDirectoryBytes({ spec } as Pod, 1000 * mib, sizeLimit) / mib).toBe(wanted)
})
