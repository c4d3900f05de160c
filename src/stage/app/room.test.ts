import { beforeEach, expect, test, vi } from 'vitest'
import { askFocus, select, view } from '../shared/view.ts'
import { isOpen, rememberedSides, toggleSide } from './room.ts'
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

test('what was put away stays away the next time', () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) })
  expect(rememberedSides()).toEqual({ left: true, right: true })
  toggleSide('right', 'both')
  expect(rememberedSides()).toEqual({ left: true, right: false })
  toggleSide('left', 'both')
  expect(rememberedSides()).toEqual({ left: false, right: false })
  toggleSide('right', 'both')
  expect(rememberedSides()).toEqual({ left: false, right: true })
  vi.unstubAllGlobals()
})
