import { LineCounter } from 'yaml'
import { describe, expect, test } from 'vitest'
import { composeYaml, YamlLimitError } from './yaml.ts'

const compose = (text: string) => composeYaml(text, new LineCounter())

describe('composeYaml', () => {
  test('reads several documents', () => {
    expect(compose('a: 1\n---\nb: [2, 3]\n').map((d) => d.toJS())).toEqual([{ a: 1 }, { b: [2, 3] }])
  })

  test('keeps the errors of a document with their offset', () => {
    const [document] = compose('a: "open\n')
    expect(document!.errors[0]!.pos[0]).toBeGreaterThan(0)
  })

  test.each([
    ['flow sequences', '['.repeat(100_000)],
    ['sequences on one line', '- '.repeat(50_000)],
    ['complex keys', '? '.repeat(50_000)],
    ['indentation', Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('refuses what is nested too deeply: %s', (_, text) => {
    expect(() => compose(text)).toThrow(YamlLimitError)
  })

  test('refuses more parts than the limit', () => {
    expect(() => composeYaml('a,'.repeat(1_000), new LineCounter(), { depth: 10, lexemes: 100 })).not.toThrow()
    expect(() => composeYaml(`[${'a,'.repeat(1_000)}]`, new LineCounter(), { depth: 10, lexemes: 100 })).toThrow(
      'too many parts',
    )
  })
})
