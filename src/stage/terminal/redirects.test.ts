import { expect, test } from 'vitest'
import { displayOf, redirected } from './redirects.ts'
import { parseLine } from './shell.ts'

const ran = { stdout: 'out\n', stderr: 'err\n', exitCode: 1 }

test.each<[string, string, string, Record<string, string>]>([
  ['a', 'out\n', 'err\n', {}],
  ['a > f', '', 'err\n', { f: 'out\n' }],
  ['a 2>/dev/null', 'out\n', '', { '/dev/null': 'err\n' }],
  ['a > f 2> g', '', '', { f: 'out\n', g: 'err\n' }],
  ['a 2>&1', 'out\nerr\n', '', {}],
  ['a > f 2>&1', '', '', { f: 'out\nerr\n' }],
  ['a &> f', '', '', { f: 'out\nerr\n' }],
])('%j leaves %j and %j', (line, stdout, stderr, files) => {
  const parsed = parseLine(line)
  const command = parsed.type === 'pipelines' ? parsed.pipelines[0]!.commands[0]! : undefined
  const parted = redirected(ran, command!)
  expect(parted.left).toEqual({ stdout, stderr, exitCode: 1 })
  expect(Object.fromEntries(parted.files.map(([{ file }, text]) => [file, text]))).toEqual(files)
  const { hides } = displayOf([], command!.redirects, command!.mergeErrors)
  expect(hides === 'both' || hides === 'stdout').toBe(stdout === '')
})
