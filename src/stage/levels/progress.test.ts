import { expect, test } from 'vitest'
import { better, parseProgress } from './progress.ts'

test.each([
  ['{}', {}],
  ['{"level-scale":{"commands":2,"more":1}}', { 'level-scale': { commands: 2 } }],
])('%s is progress', (text, found) => expect(parseProgress(text)).toEqual(found))

test.each(['', '[]', 'null', '3', '{"level-scale":2}', '{"level-scale":{"commands":-1}}', '{"__proto__ ":{"commands":1}}', '{"a b":{"commands":1}}'])(
  '%s is none',
  (text) => expect(parseProgress(text)).toBeUndefined(),
)

test('the better result counts', () => {
  expect(better({ a: { commands: 3 }, b: { commands: 1 } }, { a: { commands: 2 }, c: { commands: 5 } })).toEqual({
    a: { commands: 2 },
    b: { commands: 1 },
    c: { commands: 5 },
  })
})
