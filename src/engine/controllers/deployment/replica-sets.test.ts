import { expect, test } from 'vitest'
import { object } from '../testing/objects.ts'
import { createdSet } from './replica-sets.ts'

const spec = { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: {} } }

test.each([['web', 3], ['a'.repeat(250), 242]])('%s: so many letters of its name are in that of its set: %i', (name, kept) => {
  const { name: set } = createdSet(object('Deployment', name, spec), []).set.metadata
  expect(set).toMatch(/^[a-z]+-[a-z0-9]+$/)
  expect([set.length <= 253, set.startsWith(name.slice(0, kept))]).toEqual([true, true])
})
