import { expect, test } from 'vitest'
import { object } from '../testing/objects.ts'
import { blocks, decideItem, type ItemDecision, type OwnerState } from './decide.ts'

const item = (owners: string[], finalizers: string[] = []) =>
  object('Pod', 'p', {}, { metadata: { finalizers, ownerReferences: owners.map((uid) => ({ apiVersion: 'v1', kind: 'X', name: uid, uid, blockOwnerDeletion: uid !== 'loose' })) } })

const cases: [name: string, states: Record<string, OwnerState>, finalizers: string[], dependents: 'none' | 'some' | 'waiting', wanted: ItemDecision][] = [
  ['nobody owned it', {}, [], 'none', { do: 'nothing' }],
  ['its owner is there', { a: 'present' }, [], 'none', { do: 'nothing' }],
  ['one of two owners is gone', { a: 'present', b: 'absent' }, [], 'none', { do: 'unlink', owners: ['b'] }],
  ['its only owner is gone', { a: 'absent' }, [], 'some', { do: 'delete', policy: 'Background' }],
  ['its owner waits for it', { a: 'waiting' }, [], 'none', { do: 'delete', policy: 'Background' }],
  ['its owner waits, and others hang on it', { a: 'waiting' }, [], 'some', { do: 'delete', policy: 'Foreground' }],
  ['its owner waits, and one of its own, too', { a: 'waiting' }, [], 'waiting', { do: 'delete', policy: 'Foreground', unblocks: true }],
  ['it was told to let its own go free', { a: 'absent' }, ['orphan'], 'some', { do: 'delete', policy: 'Orphan' }],
  ['it was told to go last', { a: 'absent' }, ['foregroundDeletion'], 'some', { do: 'delete', policy: 'Foreground' }],
]
const waiting = object('Pod', 'q', {}, { metadata: { deletionTimestamp: '2026-01-05T09:00:00Z', finalizers: ['foregroundDeletion'] } })
const dependentsOf = { none: [], some: [item([])], waiting: [item([]), waiting] }

test.each(cases)('what becomes of an object: %s', (_name, states, finalizers, dependents, wanted) => {
  expect(decideItem(item(Object.keys(states), finalizers), ({ uid }) => states[uid]!, dependentsOf[dependents])).toEqual(wanted)
})

test('only a reference that says so blocks the owner', () => {
  expect([blocks(item(['a']), 'a'), blocks(item(['loose']), 'loose'), blocks(item(['a']), 'b')]).toEqual([true, false, false])
})
