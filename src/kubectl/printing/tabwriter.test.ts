import { expect, test } from 'vitest'
import { describeLayout, tableLayout, TabWriter } from './tabwriter.ts'

function lay(text: string, options = describeLayout): string {
  const writer = new TabWriter(options)
  writer.write(text)
  return writer.flush()
}

test('a column is as wide as its widest cell and two more; the last cell is not padded', () => {
  expect(lay('Name:\tweb\nNamespace:\tdefault\n')).toBe('Name:       web\nNamespace:  default\n')
})

test('an empty last cell leaves the padding', () => {
  expect(lay('IP:\t\nIPs:\t<none>\n')).toBe('IP:   \nIPs:  <none>\n')
})

test('a line without a tab ends all columns', () => {
  expect(lay('a:\t1\nContainers:\nlonger:\t2\n')).toBe('a:  1\nContainers:\nlonger:  2\n')
})

test('inner columns end where a line has fewer cells', () => {
  expect(lay('a\tbb\tc\nx\ty\nq\tr\ts\n')).toBe('a  bb  c\nx  y\nq  r  s\n')
})

test('tables have columns of at least six and remember widths', () => {
  const writer = new TabWriter(tableLayout)
  writer.write('N\tSTATUS\tAGE\na\tContainerCreating\t0s\n')
  expect(writer.flush()).toBe('N     STATUS              AGE\na     ContainerCreating   0s\n')
  writer.write('a\tRunning\t1s\n')
  expect(writer.flush()).toBe('a     Running             1s\n')
})

test('runes are counted, not code units', () => {
  expect(lay('é😀\tx\nabc\ty\n')).toBe('é😀   x\nabc  y\n')
})
