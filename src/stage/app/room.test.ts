import { beforeEach, expect, test } from 'vitest'
import { askFocus, select, view } from '../shared/view.ts'
import { isOpen, toggleSide } from './room.ts'
import type { Room } from './room.ts'

beforeEach(() => view.setState({ left: true, right: true, front: 'left', selected: undefined }))

const open = (room: Room): string => (['left', 'right'] as const).filter((side) => isOpen(side, view.getState(), room)).join(' ')

test('where there is room for both, each panel opens and closes for itself', () => {
  expect(open('both')).toBe('left right')
  toggleSide('right', 'both')
  expect(open('both')).toBe('left')
  toggleSide('right', 'both')
  expect(open('upright')).toBe('left right')
})

test('where there is room for one, the panel that was asked for last stands there', () => {
  expect(open('one')).toBe('left')
  select('pods/default/web')
  expect(open('one')).toBe('right')
  askFocus('terminal')
  expect(open('one')).toBe('left')
  toggleSide('right', 'one')
  expect(open('one')).toBe('right')
  expect(open('both')).toBe('left right')
})

test('putting the one away leaves the stage alone', () => {
  toggleSide('left', 'one')
  expect(open('one')).toBe('')
  toggleSide('left', 'one')
  expect(open('one')).toBe('left')
})
