import { expect, test } from 'vitest'
import { timeless } from './filmsChanges.ts'

test('what is another one in every film does not tell two films apart', () => {
  const pod = (at: string, uid: string, phase: string) => ({
    metadata: { name: 'web', uid, resourceVersion: uid, creationTimestamp: at, labels: { app: 'web' } },
    status: { phase, startTime: at, conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: at }], containerStatuses: [{ containerID: uid, state: { running: { startedAt: at } } }] },
  })
  expect(timeless(pod('a', '1', 'Running'))).toEqual(timeless(pod('b', '2', 'Running')))
  expect(timeless(pod('a', '1', 'Running'))).not.toEqual(timeless(pod('a', '1', 'Failed')))
})
