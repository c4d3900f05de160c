import { describe, expect, it } from 'vitest'
import { actions } from './actions.ts'
import { actionOf, actsWhenLocked, actsWhileHeld, nameOf } from './keys.ts'

const press = (key: string, ...held: ('ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey')[]) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...Object.fromEntries(held.map((h) => [h, true])),
})

it.each([
  [press('k', 'ctrlKey'), 'Mod+k'],
  [press('K', 'metaKey', 'shiftKey'), 'Mod+k'],
  [press('ArrowRight', 'shiftKey'), 'Shift+ArrowRight'],
  [press('?', 'shiftKey'), '?'],
  [press(' '), ' '],
  [press(' ', 'shiftKey'), 'Shift+ '],
  [press('R', 'shiftKey'), 'r'],
  [press('[', 'ctrlKey', 'altKey'), '['],
  [press('[', 'altKey'), '['],
  [press('d', 'altKey'), 'Alt+d'],
  [press('k', 'ctrlKey', 'altKey'), 'Mod+Alt+k'],
])('%j is %s', (stroke, name) => expect(nameOf(stroke)).toBe(name))

it.each([
  [press(' '), 'toggle'],
  [press('2'), 'create'],
  [press('o'), undefined],
  [press('k', 'ctrlKey'), undefined],
  [press('p'), undefined],
])('in a frame %j does %s', (stroke, id) => expect(actionOf(stroke, false, true)?.id).toBe(id))

it.each([
  [press('ArrowRight'), true],
  [press('PageDown'), true],
  [press('2'), true],
  [press('b'), true],
  [press('l'), true],
  [press('e'), false],
  [press('/', 'shiftKey'), false],
  [press('Enter', 'ctrlKey'), false],
  [press('k', 'ctrlKey'), false],
  [press('p'), false],
])('on a locked stage %j acts: %s', (stroke, acts) => {
  const action = actionOf(stroke, true)
  expect(action !== undefined && actsWhenLocked(action)).toBe(acts)
})

it.each([
  [press('ArrowRight'), true],
  [press('.'), true],
  [press('ArrowDown'), true],
  [press(']'), true],
  [press(' '), false],
  [press('m'), false],
  [press('f'), false],
  [press('p'), false],
  [press('Enter', 'ctrlKey'), false],
])('%j goes on while it is held: %s', (stroke, goesOn) => expect(actsWhileHeld(actionOf(stroke, false)!)).toBe(goesOn))

describe('keys of the conventions', () => {
  it.each([
    [press(' '), 'toggle'],
    [press('ArrowRight'), 'next'],
    [press('ArrowLeft'), 'previous'],
    [press('.'), 'nextHop'],
    [press(','), 'previousHop'],
    [press('ArrowRight', 'shiftKey'), 'nextMilestone'],
    [press('Home'), 'start'],
    [press('End'), 'end'],
    [press('['), 'slower'],
    [press(']'), 'faster'],
    [press('r'), 'restart'],
    [press('g'), 'goTo'],
    [press('1'), 'cluster'],
    [press('4'), 'states'],
    [press('5'), 'inside'],
    [press('p'), 'present'],
    [press('/'), 'terminal'],
    [press('?', 'shiftKey'), 'help'],
    [press('k', 'ctrlKey'), 'palette'],
    [press('PageDown'), undefined],
  ])('%j', (stroke, id) => expect(actionOf(stroke, false)?.id).toBe(id))

  it('a clicker moves the presenter', () => {
    expect(actionOf(press('PageDown'), true)?.id).toBe('next')
    expect(actionOf(press('PageUp'), true)?.id).toBe('previous')
  })

  it('no key means two things, no id is used twice', () => {
    for (const onStage of [false, true]) {
      const keys = actions.filter((a) => (a.presenting === true) === onStage).flatMap((a) => a.keys)
      expect(new Set(keys).size).toBe(keys.length)
    }
    expect(new Set(actions.map((a) => a.id)).size).toBe(actions.length)
  })
})
