import { expect, it } from 'vitest'
import type { KubeObject } from '../engine/api/types.ts'
import type { Change } from '../worker/protocol.ts'
import { fixtureOpening, fixtureScenario } from '../worker/testing/fixture-film.ts'
import { Film } from './film.ts'
import { pastOf } from './past.ts'

const start = fixtureOpening()
const ago = (ms: number): string => new Date(start.startMs - ms).toISOString()
const about = (kind: string, name: string): object => ({ kind, namespace: 'shop', name })
const event = (name: string, fields: object): Change => ({
  revision: start.revision, store: 'etcd', key: `events/shop/${name}`, value: { kind: 'Event', metadata: { name, namespace: 'shop' }, ...fields } as unknown as KubeObject,
})
const pod: Change = { revision: start.revision, store: 'etcd', key: 'pods/shop/web', value: { kind: 'Pod', metadata: { name: 'web', namespace: 'shop' } } as unknown as KubeObject }

it('tells what Events of the beginning say, by when they were told last, whichever of their two kinds they are', () => {
  const film = new Film(fixtureScenario, {
    ...start,
    changes: [
      ...start.changes,
      pod,
      event('again', { involvedObject: about('Pod', 'web'), firstTimestamp: ago(60_000), lastTimestamp: ago(1000), count: 12 }),
      event('series', { involvedObject: about('Pod', 'web'), eventTime: ago(50_000), series: { count: 5, lastObservedTime: ago(2000) }, firstTimestamp: null, lastTimestamp: null }),
      event('gone', { involvedObject: about('Pod', 'gone'), firstTimestamp: ago(9000), lastTimestamp: ago(9000) }),
      event('timeless', { involvedObject: about('Pod', 'web') }),
      event('later', { involvedObject: about('Pod', 'web'), lastTimestamp: ago(-5000) }),
    ],
  })
  const told = pastOf(film).map(({ event: { metadata }, from, to, times, subject }) => [metadata.name, start.startMs - from, start.startMs - to, times, subject])
  expect(told).toEqual([
    ['gone', 9000, 9000, 1, undefined],
    ['series', 50_000, 2000, 5, 'pods/shop/web'],
    ['again', 60_000, 1000, 12, 'pods/shop/web'],
  ])
})
