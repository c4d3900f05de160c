import { expect, test } from 'vitest'
import { containerMetrics, podMetrics } from './metrics.ts'

/** 'web: app cpu=5m memory=1Ki, proxy cpu=7m' */
const items = (...texts: string[]) => texts.map((text) => {
  const [name, rest = ''] = text.split(': ')
  const containers = rest.split(', ').filter((word) => word !== '').map((of) => {
    const [container, ...usage] = of.split(' ')
    return { name: container, usage: Object.fromEntries(usage.map((word) => word.split('='))) as object }
  })
  return { metadata: { name, namespace: 'mall' }, timestamp: '2026-01-01T00:00:00Z', window: '15s', containers } as never
})
const values = (found: Map<string, { value: number }>) => Object.fromEntries([...found].map(([name, { value }]) => [name, value]))

test.each<[string, string[], object]>([
  ['the containers of a pod count together', ['web: app cpu=5m, proxy cpu=7m', 'db: sql cpu=1'], { web: 12, db: 1000 }],
  ['a pod of which one has no value is missing', ['web: app cpu=5m, proxy memory=7Ki', 'db: sql cpu=2m'], { db: 2 }],
  ['so is one without containers', ['web: '], {}],
])('%s', (_, texts, expected) => {
  expect(values(podMetrics(items(...texts), 'cpu'))).toEqual(expected)
})

test.each<[string, string[], object]>([
  ['only the container that is meant counts', ['web: app cpu=5m, proxy cpu=7m', 'old: app cpu=1m'], { web: 5, old: 1 }],
  ['a pod where it has no value is missing', ['web: app memory=5Ki', 'old: app cpu=1m'], { old: 1 }],
  ['a pod without it is an error', ['web: app cpu=5m', 'old: proxy cpu=1m'], { error: 'failed to get container metrics: container app not present in metrics for pod mall/old' }],
])('%s', (_, texts, expected) => {
  const found = containerMetrics(items(...texts), 'cpu', 'app')
  expect('error' in found ? found : values(found)).toEqual(expected)
})
