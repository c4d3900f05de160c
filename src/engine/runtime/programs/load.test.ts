import { expect, it, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

test('a server that is asked all the time takes no longer for it', () => {
  const lab = new Lab({ image: 'registry.k8s.io/hpa-example' }).start().until(1000)
  const took = Array.from({ length: 12 }, () => {
    const from = lab.elapsed
    lab.get('/')
    return lab.elapsed - from
  })
  expect(Math.max(...took)).toBeLessThan(400)
  expect(Math.min(...took)).toBeGreaterThanOrEqual(300)
})

it.each([
  ['alexeiled/stress-ng', { args: ['--vm', '1', '--vm-bytes', '64M', '--timeout', '20s'] }, 'stress-ng: info:  [1] setting to a 20 secs run per stressor\nstress-ng: info:  [1] dispatching hogs: 1 vm\nstress-ng: info:  [1] successful run completed in 20.00 secs\n', 0],
  ['polinux/stress', { command: ['stress'], args: ['--cpu', '2', '--timeout', '5s'] }, 'stress: info: [1] dispatching hogs: 2 cpu, 0 io, 0 vm, 0 hdd\nstress: info: [1] successful run completed in 5s\n', 0],
  ['perl:5.34', { command: ['perl', '-e', 'print join(",", map { $_ ** 2 } 1..3)'] }, 'perl: not simulated\n', 1],
  ['perl:5.34', { command: ['perl', '-le', 'print "hi"'] }, 'hi\n', 0],
  ['ruby:3', { command: ['ruby', '-e', 'puts 1'] }, 'ruby: not simulated\n', 1],
])('%s with %j', (image, o, output, code) => {
  const lab = new Lab({ image, ...o }).start().until(30_000)
  expect([lab.output, lab.exit?.exitCode]).toEqual([output, code])
})
