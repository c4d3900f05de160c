import { expect, test } from 'vitest'
import { JsonPath } from './jsonpathEval.ts'

const data = { kind: 'List', items: [1, 2, 3, 4] }
const print = (template: string) => new JsonPath(template, true).print(data)

test.each([
  ['{.items[1:3]}', '2 3'],
  ['{.items[1:3:2]}', '2'],
  ['{.items[-2:]}', '3 4'],
  ['{.items[:-3]}', '1'],
  ['{.items[-1]}', '4'],
  ['{.items[2:2]}', ''],
  ['{.items[9:9]}', ''],
])('%s', (template, expected) => expect(print(template)).toBe(expected))

test.each([
  ['{.items[3:1]}', 'starting index 3 is greater than ending index 1'],
  ['{.items[1:9]}', 'array index out of bounds: index 8, length 4'],
  ['{.items[9:12]}', 'array index out of bounds: index 9, length 4'],
  ['{.items[7]}', 'array index out of bounds: index 7, length 4'],
  ['{.items[-7]}', 'array index out of bounds: index -3, length 4'],
  ['{.items[0:3:0]}', 'step must be > 0'],
  ['{.kind[?(@.x)]}', 'List is not array or slice and cannot be filtered'],
])('%s is refused', (template, message) => expect(() => print(template)).toThrow(message))
