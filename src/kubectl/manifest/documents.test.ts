import { describe, expect, test } from 'vitest'
import './jsonStream.ts'
import { readDocuments } from './documents.ts'

const valuesOf = (text: string) => {
  const { values, error } = readDocuments(text)
  expect(error).toBe('')
  return values
}

describe('YAML documents', () => {
  test.each<[string, string, unknown[]]>([
    ['a manifest', 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: a\n    image: "b:1"\n    args: [x, \'y z\']\n', [
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [{ name: 'a', image: 'b:1', args: ['x', 'y z'] }] } },
    ]],
    ['several, some empty', '# c\n---\na: 1\n---\n---\n# only a comment\n---\nb: 2', [{ a: 1 }, { b: 2 }]],
    ['words of YAML 1.1', 'a: yes\nb: off\nc: ~\nd: null\ne:\nf: "yes"\ng: True\nh: y\ni: yep', [{ a: true, b: false, c: null, d: null, e: null, f: 'yes', g: true, h: true, i: 'yep' }]],
    ['numbers', 'a: 0644\nb: 0x1F\nc: 0o17\nd: 1e3\ne: 1_000\nf: -1.5\ng: .5\nh: 0b11\ni: 08', [{ a: 420, b: 31, c: 15, d: 1000, e: 1000, f: -1.5, g: 0.5, h: 3, i: 8 }]],
    ['what no number holds, and what is written in base64', 'a: 1e400\nb: !!binary aGk=', [{ a: '1e400', b: 'hi' }]],
    ['what only looks like a number', 'a: 1.2.3\nb: 12:30:45\nc: 2025-03-10\nd: 2025-03-10T12:00:00Z\ne: 100m\nf: "1"\ng: !!str 1', [
      { a: '1.2.3', b: '12:30:45', c: '2025-03-10', d: '2025-03-10T12:00:00Z', e: '100m', f: '1', g: '1' },
    ]],
    ['keys become text', '1: a\ntrue: b\n1.5: c', [{ '1': 'a', true: 'b', '1.5': 'c' }]],
    ['block scalars', 'a: |\n  x\n   y\n\nb: >-\n  x\n  y\n\n  z\nc: |+\n  k\n\nd: |2\n   i\n', [{ a: 'x\n y\n', b: 'x y\nz', c: 'k\n\n', d: ' i\n' }]],
    ['quotes', `a: 'it''s'\nb: "t\\tu\\u00e9\\x41"\nc: "x\n  y\n\n  z"\nd: "a\\\n  b"\ne: plain\n  goes on`, [{ a: "it's", b: 't\tu\u00e9A', c: 'x y\nz', d: 'ab', e: 'plain goes on' }]],
    ['flow collections', 'a: {b: [1, {c: d}], e: }\nf: [a: b, c]', [{ a: { b: [1, { c: 'd' }], e: null }, f: [{ a: 'b' }, 'c'] }]],
    ['anchors and merges', 'a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\ne: *x', [{ a: { b: 1, c: 2 }, d: { b: 1, c: 3 }, e: { b: 1, c: 2 } }]],
    ['lists not indented, nested', 'a:\n- b\n- - c\n  - d\n-\ne: f', [{ a: ['b', ['c', 'd'], null], e: 'f' }]],
    ['a key said twice: the last counts', 'a: 1\na: 2', [{ a: 2 }]],
    ['carriage returns', 'a: b\r\nc: |\r\n  d\r\n', [{ a: 'b', c: 'd\n' }]],
    ['comments', 'a: b # c\nd: e#f\n# g\nh: "#"', [{ a: 'b', d: 'e#f', h: '#' }]],
    ['a question mark', '? a\n: b\n? c', [{ a: 'b', c: null }]],
    ['a byte order mark', '\ufeffa: b', [{ a: 'b' }]],
    ['what stands behind the end of the document', 'a: b\n...\nc: d: e', [{ a: 'b' }]],
  ])('%s', (_, text, values) => {
    expect(valuesOf(text)).toEqual(values)
  })

  test('a key of evil is a key like others', () => {
    const [value] = valuesOf('__proto__: {a: 1}') as [Record<string, unknown>]
    expect(Object.keys(value)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  })

  test.each([
    ['a: b: c', 'yaml: mapping values are not allowed in this context'],
    ['x: 1\na: b: c', 'yaml: line 2: mapping values are not allowed in this context'],
    ['---\na: b: c', 'yaml: line 2: mapping values are not allowed in this context'],
    ['x: 1\n---\n\na: b: c', 'yaml: line 2: mapping values are not allowed in this context'],
    ['metadata:\n\tname: x', 'yaml: line 2: found character that cannot start any token'],
    ['a: @b', 'yaml: found character that cannot start any token'],
    ['a: 1\nkind Pod\nb: 2', "yaml: line 3: could not find expected ':'"],
    ['metadata:\n  name: x\n spec:\n  a: 1', 'yaml: line 2: did not find expected key'],
    ['a: "b" c', 'yaml: did not find expected key'],
    ['a:\n- b\n  c: d', 'yaml: line 3: mapping values are not allowed in this context'],
    ['a:\n  - b\n  c: d', "yaml: line 2: did not find expected '-' indicator"],
    ['a: "b\nc: d', 'yaml: line 3: found unexpected end of stream'],
    ['a: [b, c\nd: e', "yaml: line 1: did not find expected ',' or ']'"],
    ['a: {b: c\nd: e', "yaml: line 1: did not find expected ',' or '}'"],
    ['a: - b', 'yaml: block sequence entries are not allowed in this context'],
    ['a: *b', "yaml: unknown anchor 'b' referenced"],
    ['a: & b', 'yaml: did not find expected alphabetic or numeric character'],
    ['a: |x\n  b', 'yaml: did not find expected comment or line break'],
    ['a: |\n   x\n  \ty\n', 'yaml: line 3: found a tab character where an indentation space is expected'],
    ['a: ,b', 'yaml: did not find expected node content'],
    ['a: !x!y b', 'yaml: found undefined tag handle'],
    ['a: "\\q"', 'yaml: found unknown escape character'],
    ['a: "\\u12x"', 'yaml: did not find expected hexdecimal number'],
    ['a: \u0001', 'yaml: control characters are not allowed'],
    ['%YAML 1.3\n---\na: b', 'yaml: found incompatible YAML document'],
    ['%FOO bar\n---\na: b', 'yaml: found unknown directive name'],
    ['c:\n  <<: 3', 'yaml: map merge requires map or sequence of maps as the value'],
    ['? [a]\n: b', 'yaml: invalid map key: []interface {}{"a"}'],
    ['a: &x [*x]', "yaml: anchor 'x' value contains itself"],
    ['['.repeat(2000), 'yaml: exceeded max depth of 10000'],
  ])('%j is refused', (text, message) => {
    expect(readDocuments(text).error).toBe(`error converting YAML to JSON: ${message}`)
  })

  test('a bomb of aliases does not go off', () => {
    let bomb = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n'
    for (let i = 1; i < 9; i++) bomb += `a${i}: &a${i} [${Array(9).fill(`*a${i - 1}`).join(', ')}]\n`
    expect(readDocuments(bomb).error).toBe('error converting YAML to JSON: yaml: document contains excessive aliasing')
  })

  test('the documents before a broken one are there', () => {
    expect(readDocuments('a: 1\n---\nb: [')).toEqual({
      values: [{ a: 1 }], error: "error converting YAML to JSON: yaml: line 1: did not find expected node content",
    })
    expect(readDocuments('a: 1\n--- b: c')).toEqual({ values: [], error: 'invalid Yaml document separator: b: c' })
  })
})

describe('JSON', () => {
  test('values follow each other', () => {
    expect(valuesOf(' {"a":[1,true,null,"x\\u0041"]}\n{"b":-1.5e3}')).toEqual([{ a: [1, true, null, 'xA'] }, { b: -1500 }])
  })

  test.each<[text: string, values: unknown[]]>([
    ['{a: 1}', [{ a: 1 }]],
    [' \n\n{a: 1} # said\n', [{ a: 1 }]],
    ['{"a":1,}', [{ a: 1 }]],
    ['{\n  a: "b",\n  c: {\n    d: 1,\n  },\n}\n', [{ a: 'b', c: { d: 1 } }]],
    ['{"a":1}\n---\n{"b":2}', [{ a: 1 }, { b: 2 }]],
    ['{"a":1}\n---\n---\n{b: 2}\n---\nc: 3', [{ a: 1 }, { b: 2 }, { c: 3 }]],
    ['{"a":1}\n{b: 2}', [{ a: 1 }, { b: 2 }]],
    ['{"a":1}\n---\n', [{ a: 1 }]],
    ['{"a": }', [{ a: null }]],
  ])('%j is YAML in the end', (text, values) => {
    expect(readDocuments(text)).toEqual({ values, error: '' })
  })

  test.each([
    ['{"a" 1}', "json: offset 6: invalid character '1' after object key"],
    ['{"a":"1" "b":2}', `json: offset 10: invalid character '"' after object key:value pair`],
    ['{"a":1}\n---\n{"b": [}', "json: offset 10: invalid character '-' in numeric literal"],
    ['{"a":1}{"b":2}\n---\n{"c":3}', "invalid character '-' in numeric literal"],
    ['{"a":1}{"b":2}{c: 3}', "invalid character 'c' looking for beginning of object key string"],
    ['{"a":1}\n---\nb: 2\n---\nc: [', 'error converting YAML to JSON: yaml: line 1: did not find expected node content'],
    ['{"a":"b', 'unexpected EOF'],
    ['{"a":"\\q"}', "json: offset 8: invalid character 'q' in string escape code"],
  ])('%j is refused', (text, message) => {
    expect(readDocuments(text).error).toBe(message)
  })
})
