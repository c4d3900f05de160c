import { expect, test } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../index.ts'

const event = (name: string, seen: string, reason: string, type = 'Normal') => ({
  apiVersion: 'v1', kind: 'Event', metadata: { name, namespace: 'default' }, involvedObject: { kind: 'Pod', name: 'web', namespace: 'default' },
  type, reason, message: `${name} happened`, firstTimestamp: seen, lastTimestamp: seen,
})

const cluster = createCluster({ nodes: 1 })
const files = {
  'events.json': JSON.stringify({
    apiVersion: 'v1', kind: 'List',
    items: [event('b', '2026-01-05T08:59:00Z', 'Pulled'), event('a', '2026-01-05T08:59:30Z', 'Up'), event('c', '2026-01-05T08:59:40Z', 'BackOff', 'Warning')],
  }),
}
kubectl(cluster, 'create -f events.json', { files })

const reasons = (line: string): string[] => kubectl(cluster, line).stdout.split('\n').map((row) => row.split(/ +/)[2] ?? '')

test('a list is in the order of time', () => {
  expect(reasons('events')).toEqual(['TYPE', 'Pulled', 'Up', 'BackOff', ''])
})

test('a watch begins with what is there, by name; its columns become as wide as what has come', () => {
  const { stdout } = kubectl(cluster, 'events -w --request-timeout=1s')
  expect(stdout.replaceAll(/^\d+s  /gm, 'AGE  ').split('\n')).toEqual([
    'LAST SEEN   TYPE     REASON   OBJECT    MESSAGE',
    'AGE         Normal   Up       Pod/web   a happened',
    'AGE         Normal   Pulled   Pod/web   b happened',
    'AGE         Warning   BackOff   Pod/web   c happened',
    '',
  ])
  expect(kubectl(cluster, 'events -w --types=warning -o name --request-timeout=1s').stdout).toBe('event/c\n')
  expect(kubectl(cluster, 'events -w --no-headers --for=svc/web --request-timeout=1s').stdout).toBe('')
})
