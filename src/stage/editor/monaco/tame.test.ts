import { describe, expect, test } from 'vitest'
import { isTame } from './tame.ts'

describe('isTame', () => {
  test.each([
    ['a manifest', 'apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, args: ["*", "**"]}]}\n', true],
    ['a few aliases', 'a: &x 1\nb: *x\nc: [*x, *x]\n', true],
    ['a large text', 'a: b\n'.repeat(60_000), false],
    ['many aliases', `a: &x 1\nb: [${'*x, '.repeat(300)}]\n`, false],
    ['deep brackets', `a: ${'['.repeat(100)}`, false],
    ['deep lists', `${'- '.repeat(100)}x`, false],
    ['deep maps', Array.from({ length: 150 }, (_, i) => `${'  '.repeat(i)}a:`).join('\n'), false],
  ])('%s: %s', (_, text, tame) => {
    expect(isTame(text)).toBe(tame)
  })
})
