import { describe, expect, test } from 'vitest'
import { compareKeys, toYaml } from './goYaml.ts'

describe('toYaml', () => {
  test('maps are sorted, lists stand below their key without indentation', () => {
    const pod = {
      kind: 'Pod', apiVersion: 'v1',
      spec: { containers: [{ name: 'a', image: 'nginx', args: ['x', 'y'], resources: {} }], volumes: [] },
    }
    expect(toYaml(pod)).toBe(`apiVersion: v1
kind: Pod
spec:
  containers:
  - args:
    - x
    - "y"
    image: nginx
    name: a
    resources: {}
  volumes: []
`)
  })

  test.each([
    ['true', '"true"'], ['yes', '"yes"'], ['n', '"n"'], ['null', '"null"'], ['', '""'], ['~', '"~"'],
    ['1', '"1"'], ['0x1f', '"0x1f"'], ['1e3', '"1e3"'], ['1e', '1e'], ['1_000', '"1_000"'], ['.5', '".5"'], ['NaN', 'NaN'],
    ['12:30:45', '"12:30:45"'], ['2025-03-10T12:00:00Z', '"2025-03-10T12:00:00Z"'], ['2025-03-10', '"2025-03-10"'],
    ['80:30080', '80:30080'], ['a: b', "'a: b'"], ['a:', "'a:'"], ['a #b', "'a #b'"], ['a#b', 'a#b'], ['- x', "'- x'"],
    ['-x', '-x'], ['-', "'-'"], ['[x]', "'[x]'"], ["'q'", "'''q'''"], ["it's", "it's"], ['*', "'*'"], [' a', "' a'"],
    ['--- x', "'--- x'"], ['@x', "'@x'"], ['25%', '25%'], ['tab\there', '"tab\\there"'], ['a\u0001', '"a\\x01"'],
    ['\u{1f600}', '"\\U0001F600"'], ['é', 'é'], ['\ufeffx', '"\\uFEFF\\x78"'], ['back\\slash', 'back\\slash'],
  ])('%j', (text, yaml) => {
    expect(toYaml({ a: text })).toBe(`a: ${yaml}\n`)
  })

  test.each([
    ['x\ny', '|-\n    x\n    y'], ['x\n', '|\n    x'], ['x\n\n', '|+\n    x\n'], ['\nx', '|2-\n\n    x'], [' x\ny', '|2-\n     x\n    y'],
    ['x \ny', '"x \\ny"'], ['\n', '|2+\n'], ['a\r\nb', '"a\\r\\nb"'],
  ])('lines of %j', (text, yaml) => {
    expect(toYaml({ m: { a: text } })).toBe(`m:\n  a: ${yaml}\n`)
  })

  test('long text folds at a blank after column 80', () => {
    const text = 'containers with unready status: [main and another and yet another container with a long name]'
    expect(toYaml({ message: text.replace(/[[\]:]/g, '') })).toBe(
      'message: containers with unready status main and another and yet another container\n  with a long name\n')
    expect(toYaml({ message: text })).toBe(
      "message: 'containers with unready status: [main and another and yet another container\n  with a long name]'\n")
  })

  test('numbers, booleans, null and empty containers', () => {
    expect(toYaml({ a: 1, b: 1.5, c: 1e20, d: false, e: null, f: {}, g: [], h: [[1, [2]], {}], i: undefined })).toBe(
      'a: 1\nb: 1.5\nc: 1e+20\nd: false\ne: null\nf: {}\ng: []\nh:\n- - 1\n  - - 2\n- {}\n')
  })

  test('a key that cannot stand in one line', () => {
    const key = 'k'.repeat(129)
    expect(toYaml({ [key]: { a: 1 } })).toBe(`? ${key}\n: a: 1\n`)
  })

  test('scalars and lists alone', () => {
    expect(toYaml('x')).toBe('x\n')
    expect(toYaml(['a', { b: 1, c: 2 }])).toBe('- a\n- b: 1\n  c: 2\n')
  })
})

test('keys: digits count as numbers, letters come last', () => {
  expect(['a10', 'a2', 'b', '10', '2', '_', 'A', 'a-b', 'a.b', 'ab', 'b010', 'b9'].sort(compareKeys)).toEqual(
    ['_', '2', '10', 'A', 'a-b', 'a.b', 'a2', 'a10', 'ab', 'b', 'b9', 'b010'])
})
