import { expect, it } from 'vitest'
import { yamlLines } from '../shared/objects/yamlDiff.ts'
import { foldSame, sideBySide } from './sideBySide.ts'

const text = (before: string, after: string): string[] =>
  sideBySide(yamlLines(`${before.replaceAll(' ', '\n')}\n`, `${after.replaceAll(' ', '\n')}\n`)).map(
    ({ left, right, same }) => `${left ?? '·'}${same ? '=' : '|'}${right ?? '·'}`,
  )

it.each([
  ['a b c', 'a b c', ['a=a', 'b=b', 'c=c']],
  ['a b c', 'a x c', ['a=a', 'b|x', 'c=c']],
  ['a c', 'a b c', ['a=a', '·|b', 'c=c']],
  ['a b c', 'a', ['a=a', 'b|·', 'c|·']],
  ['a b', 'x y z', ['a|x', 'b|y', '·|z']],
])('%s beside %s', (before, after, rows) => expect(text(before, after)).toEqual(rows))

it('folds what is the same far from any difference', () => {
  const rows = sideBySide(yamlLines('1\n2\n3\n4\n5\n6\n', '1\n2\n3\n4\n5\n7\n'))
  expect(foldSame(rows).map((row) => ('folded' in row ? row.folded : row.right))).toEqual([3, '4', '5', '7'])
})
