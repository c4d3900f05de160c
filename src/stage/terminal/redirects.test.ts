import { expect, test } from 'vitest'
import { displayOf, isElsewhere, redirected, redirectText } from './redirects.ts'
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

test.each([
  ['a > f', false, '> f'],
  ['a >> ./f.yaml', false, '>> ./f.yaml'],
  ['a 2>/dev/null', false, '2> /dev/null'],
  ['a > /root/f.yaml', false, '> /root/f.yaml'],
  ['a &> d/f', true, '&> d/f'],
  ['a >> .bashrc', true, '>> .bashrc'],
  ['a > /etc/bash_completion.d/kubectl', true, '> /etc/bash_completion.d/kubectl'],
  ["a > '/tmp/my file'", true, "> '/tmp/my file'"],
])('%j leads away from the desk: %j', (line, away, text) => {
  const parsed = parseLine(line)
  const redirect = parsed.type === 'pipelines' ? parsed.pipelines[0]!.commands[0]!.redirects[0]! : undefined
  expect([isElsewhere(redirect!), redirectText(redirect!)]).toEqual([away, text])
})
