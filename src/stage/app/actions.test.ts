import { beforeEach, expect, it } from 'vitest'
import { History } from '../../playback/history.ts'
import type { Playback } from '../../playback/playback.ts'
import { select, view } from '../shared/view.ts'
import { actions } from './actions.ts'

const etcd = new History()
for (const [i, key] of ['pods/default/a', 'pods/default/b', 'pods/default/c'].entries()) etcd.append({ revision: i + 1, store: 'etcd', key, value: {} })
const playback = { state: { film: { etcd, podInFocus: () => undefined }, cursor: 0, world: 3 } } as unknown as Playback
const press = (id: string): void => void actions.find((action) => action.id === id)!.perform({ playback })

beforeEach(() => select(undefined))

it.each([
  ['down', undefined, 'pods/default/a'],
  ['up', undefined, 'pods/default/c'],
  ['down', 'pods/default/a', 'pods/default/b'],
  ['down', 'pods/default/c', 'pods/default/a'],
  ['up', 'pods/default/a', 'pods/default/c'],
  ['up', 'nodes/node1', 'pods/default/c'],
])('%s from %s chooses %s', (key, from, wanted) => {
  select(from)
  press(key)
  expect(view.getState().selected).toBe(wanted)
})
