import { expect, test } from 'vitest'
import { shownName } from './shownName.ts'

test.each([
  ['pods/default/web', 'web'],
  ['pods/shop/web', 'shop/web'],
  ['nodes/node1', 'node1'],
])('%s is shown as %s', (key, name) => {
  expect(shownName(key)).toBe(name)
})
