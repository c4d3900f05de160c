import { expect, it } from 'vitest'
import { testPod } from '../../testing/objects.ts'
import { changedOnly, yamlLines, yamlOf } from './yamlDiff.ts'

it('prints like kubectl: keys sorted, times quoted, no managedFields', () => {
  const pod = testPod()
  const text = yamlOf({ ...pod, metadata: { ...pod.metadata, managedFields: [{ manager: 'kubectl' }] } })
  expect(text).toMatch(/^apiVersion: v1\nkind: Pod\nmetadata:\n {2}creationTimestamp: "2026-01-01T00:00:00Z"/)
  expect(text).not.toContain('managedFields')
})

it('marks what a write changed', () => {
  const [before, after] = [yamlOf(testPod()), yamlOf(testPod({ node: 'node1' }))]
  expect(yamlLines(before, after).filter((l) => l.mark !== 'same')).toEqual([
    { text: '  nodeName: node1', mark: 'added' },
  ])
  expect(yamlLines(after, before).filter((l) => l.mark !== 'same')).toEqual([
    { text: '  nodeName: node1', mark: 'removed' },
  ])
})

it('the first version has nothing to compare with', () => {
  expect(yamlLines(undefined, 'a: 1\n')).toEqual([{ text: 'a: 1', mark: 'same' }])
})

it('folds away what stayed', () => {
  const text = (x: number) => Array.from({ length: 20 }, (_, i) => `k${i}: ${i === 10 ? x : i}`).join('\n')
  const shown = changedOnly(yamlLines(text(1), text(2)))
  expect(shown[0]).toEqual({ folded: 8 })
  expect(shown.filter((l) => 'text' in l).map((l) => ('text' in l ? l.text : ''))).toEqual([
    'k8: 8',
    'k9: 9',
    'k10: 1',
    'k10: 2',
    'k11: 11',
    'k12: 12',
  ])
  expect(shown.at(-1)).toEqual({ folded: 7 })
})
