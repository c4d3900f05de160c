import { expect, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

function piping(conf: string, ms = 6000): Lab {
  const lab = new Lab({ image: 'fluent/fluent-bit:3.0', args: ['-c', '/conf/fb.conf'], env: { CLUSTER: 'lab' } })
  lab.os.files.writeText('/conf/fb.conf', conf)
  lab.os.files.writeText('/var/log/a.log', 'old\n')
  lab.start().until(2500)
  lab.os.files.writeText('/var/log/a.log', 'old\nGET /a 200\n{"level":"error","n":2}\nhalf')
  return lab.until(ms)
}

const records = (lab: Lab): string[] => lab.stdout.split('\n').filter((line) => line !== '')

// fluent/fluent-bit: the classic mode of its configuration.
test('what is added to a file is printed, with what filters make of it', () => {
  const lab = piping('[SERVICE]\n    Flush 1\n[INPUT]\n    Name tail\n    Path /var/log/*.log\n    Tag app.log\n[FILTER]\n    Name record_modifier\n    Match app.*\n    Record cluster ${CLUSTER}\n[OUTPUT]\n    Name stdout\n    Match *\n')
  expect(records(lab)[0]).toMatch(/^\[0\] app\.log: \[\[\d+\.\d{9}, \{\}\], \{"log"=>"GET \/a 200", "cluster"=>"lab"\}\]$/)
  expect(records(lab)).toHaveLength(2)
  expect(lab.stderr).toMatch(/^\[2026\/11\/20 18:46:\d\d\] \[ info\] \[input:tail:tail\.0\] inotify_fs_add\(\): .* name=\/var\/log\/a\.log$/m)
})

test.each<[about: string, conf: string, seen: RegExp[]]>([
  ['from its beginning, as JSON', '[INPUT]\n Name tail\n Path /var/log/a.log\n Read_from_Head On\n[OUTPUT]\n Name stdout\n Format json_lines\n Match *\n', [/^\{"date":\d+\.\d+,"log":"old"\}$/, /"GET \/a 200"/, /level/]],
  ['what a pattern keeps', '[INPUT]\n Name tail\n Path /var/log/a.log\n[FILTER]\n Name grep\n Match *\n Regex log ^GET\n[OUTPUT]\n Name stdout\n Match *\n', [/GET/]],
  ['fields of a line', '[INPUT]\n Name tail\n Path /var/log/a.log\n Parser json\n[FILTER]\n Name grep\n Match *\n Exclude log .\n[OUTPUT]\n Name stdout\n Match tail.*\n', [/\{"level"=>"error", "n"=>2\}/]],
  ['another tag', '[INPUT]\n Name tail\n Path /var/log/a.log\n Tag x\n[OUTPUT]\n Name stdout\n Match y\n', []],
])('%s', (_, conf, seen) => {
  const lines = records(piping(conf))
  expect(lines).toHaveLength(seen.length)
  for (const [i, one] of seen.entries()) expect(lines[i]).toMatch(one)
})

test('it says why it does not start, and ends when it is told to', () => {
  const lab = new Lab({ image: 'fluent/fluent-bit:3.0', args: ['-c', '/none.conf'] }).start().run(3000)
  expect([lab.exit?.exitCode, lab.stderr.includes('could not open configuration file /none.conf')]).toEqual([1, true])
  const running = piping('[SERVICE]\n HTTP_Server On\n[INPUT]\n Name dummy\n[OUTPUT]\n Name stdout\n Match *\n')
  expect(records(running).length).toBeGreaterThan(2)
  expect(running.get('/api/v1/health', { port: 2020 })).toMatchObject({ status: 200 })
  running.os.signal('TERM')
  expect(running.run(12_000).exit?.exitCode).toBe(0)
})
