import { describe, expect, test } from 'vitest'
import { highlight } from './highlight.ts'

const brief = (line: string) => highlight(line).map((span) => `${span.kind}:${span.text}`)

describe('highlight', () => {
  test.each([
    ['spec:', ['key:spec', 'mark::']],
    ['  name: web', ['mark:  ', 'key:name', 'mark::', 'text: web']],
    ['  - name: web', ['mark:  - ', 'key:name', 'mark::', 'text: web']],
    ['- - x', ['mark:- - ', 'text:x']],
    ['port: 80 # http', ['key:port', 'mark::', 'text: 80 ', 'comment:# http']],
    ['# a: b', ['comment:# a: b']],
    ['  "a b": "c"', ['mark:  ', 'key:"a b"', 'mark::', 'text: "c"']],
    ['image: nginx:1.27', ['key:image', 'mark::', 'text: nginx:1.27']],
    ['a#b: c#d', ['text:a#b: c#d']],
    ['http://x', ['text:http://x']],
    ['', []],
  ])('%j', (line, spans) => {
    expect(brief(line)).toEqual(spans)
  })

  test('loses no letter', () => {
    for (const line of [
      'a: b: c',
      '\t- {x: y}',
      'x:y',
      '  : z',
      '-',
      '- ',
      "it's: 'x",
      '&a b: *c',
      '---',
      'a'.repeat(5000),
    ]) {
      expect(
        highlight(line)
          .map((span) => span.text)
          .join(''),
      ).toBe(line)
    }
  })
})
