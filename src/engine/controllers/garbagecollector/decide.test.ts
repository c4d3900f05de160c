import { expect, test } from 'vitest'
import { object } from '../testing/objects.ts'
import { blocks, decideItem, type ItemDecision, type OwnerState } from './decide.ts'

const item = (owners: string[], finalizers: string[] = []) =>
  object('Pod', 'p', {}, { metadata: { finalizers, ownerReferences: owners.map((uid) => ({ apiVersion: 'v1', kind: 'X', name: uid, uid, blockOwnerDeletion: uid !== 'loose' })) } })

const cases: [name: string, states: Record<string, OwnerState>, finalizers: string[], dependents: boolean, wanted: ItemDecision][] = [
  ['nobody owned it', {}, [], false, { do: 'nothing' }],
  ['its owner is there', { a: 'present' }, [], false, { do: 'nothing' }],
  ['one of two owners is gone', { a: 'present', b: 'absent' }, [], false, { do: 'unlink', owners: ['b'] }],
  ['its only owner is gone', { a: 'absent' }, [], true, { do: 'delete', policy: 'Background' }],
  ['its owner waits for it', { a: 'waiting' }, [], false, { do: 'delete', policy: 'Background' }],
  ['its owner waits, and others hang on it', { a: 'waiting' }, [], true, { do: 'delete', policy: 'Foreground' }],
  ['it was told to let its own go free', { a: 'absent' }, ['orphan'], true, { do: 'delete', policy: 'Orphan' }],
  ['it was told to go last', { a: 'absent' }, ['foregroundDeletion'], true, { do: 'delete', policy: 'Foreground' }],
]
test.each(cases)('what becomes of an object: %s', (_name, states, finalizers, dependents, wanted) => {
  expect(decideItem(item(Object.keys(states), finalizers), ({ uid }) => states[uid]!, dependents)).toEqual(wanted)
})

test('only a reference that says so blocks the owner', () => {
  expect([blocks(item(['a']), 'a'), blocks(item(['loose']), 'loose'), blocks(item(['a']), 'b')]).toEqual([true, false, false])
})
