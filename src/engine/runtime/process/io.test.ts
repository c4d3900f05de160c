import { expect, test } from 'vitest'
import { createCluster } from '../../index.ts'

test.each([2, 3, 10])('who waits for a line is not passed over because it had to rest first: %d lines', (count) => {
  const c = createCluster({ seed: 1 })
  const text = Array.from({ length: count }, (_, i) => `row ${i} ${'w '.repeat(120)}\n`).join('')
  const line = `cat rows | grep row | awk '{$2="";$3=""; print}' | cut -c1-300 | wc -l`
  expect(c.exec({ program: 'shell', line, files: { rows: text } })).toMatchObject({ stdout: `${count}\n`, exitCode: 0 })
})
