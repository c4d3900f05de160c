import { expect, test } from 'vitest'
import { glossary } from './en/glossary.ts'
import { words } from './en/words.ts'

test('a word is explained in one place only', () => {
  expect(Object.keys(glossary).filter((word) => word in words)).toEqual([])
})

test.each([
  // The STATUS words of the notes.
  'Pending',
  'Init:N/M',
  'Init:Error',
  'Init:CrashLoopBackOff',
  'Completed',
  'CrashLoopBackOff',
  'ImagePullBackOff',
  'Running',
  'Terminating',
  'Evicted',
  'Unschedulable',
  'Failed',
  'Unknown',
  'Succeeded',
  'kubelet',
  'kube-scheduler',
  'etcd',
  'pause',
  'spec.restartPolicy',
  'status.phase',
  'metadata.deletionTimestamp',
])('%s is explained', (word) => {
  expect({ ...words, ...glossary }).toHaveProperty([word])
})
