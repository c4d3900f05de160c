import { expect, test } from 'vitest'
import { mayCommand, parseCommand } from './messages.ts'

test.each([
  [{ method: 'play' }, { method: 'play', args: [], id: undefined }],
  [{ method: 'seek', args: ['12s'], id: 7, more: true }, { method: 'seek', args: ['12s'], id: 7 }],
  ['{"method":"seek","args":[3],"id":"a"}', { method: 'seek', args: [3], id: 'a' }],
  [{ method: 'play', id: {} }, { method: 'play', args: [], id: undefined }],
])('%j is a command', (data, command) => expect(parseCommand(data)).toEqual(command))

test.each([undefined, null, 3, 'play', '{"method":', { type: 'webpackOk' }, { method: 3 }, { method: 'seek', args: '12s' }, []])(
  '%j is meant for somebody else',
  (data) => expect(parseCommand(data)).toBeUndefined(),
)

const own = 'https://podreel.example'
test.each([
  [own, undefined, true],
  ['https://slides.example', undefined, false],
  ['null', undefined, false],
  ['https://slides.example', 'https://slides.example', true],
  ['https://slides.example.evil', 'https://slides.example', false],
  [own, 'https://slides.example', false],
  ['null', 'null', true],
  ['https://anybody.example', '*', true],
])('%s with origin=%s: %s', (from, allowed, may) => expect(mayCommand(from, allowed, own)).toBe(may))
