import { expect, it, test } from 'vitest'
import { FileSystem } from '../../filesystem.ts'
import { Lab, LAB_START } from '../../testing/lab.ts'
import { isMatch } from './config.ts'

/** What fluentd's documentation says of sources, filters and matches (docs.fluentd.org configuration/). */
function run(config: string, logs: Record<string, string> = {}, o: { env?: Record<string, string>; image?: string } = {}): Lab {
  const source = new FileSystem({ now: () => LAB_START })
  source.writeText('/fluent.conf', config)
  const lab = new Lab({ image: o.image ?? 'fluent/fluentd:v1.17', env: o.env ?? {}, mounts: [{ path: '/fluentd/etc', source, readOnly: true }] })
  for (const [path, text] of Object.entries(logs)) lab.os.files.writeText(path, text)
  return lab.start().until(4_000)
}

/** What it prints of records: their tags and fields. */
const records = (lab: Lab): string[] => lab.output.split('\n').flatMap((line) => /^\S+ \S+\.\d{9} \+0000 (.*)$/.exec(line)?.[1] ?? [])

const tail = (parse: string, tag = 'app.log'): string => `<source>\n  @type tail\n  path /logs/*.log\n  tag ${tag}\n  read_from_head true\n  ${parse}\n</source>\n`
const json = '<parse>\n    @type json\n  </parse>'
const toStdout = '<match **>\n  @type stdout\n</match>\n'

it.each([
  ['lines as they are', tail('<parse>\n@type none\n</parse>') + toStdout, 'one\n', ['app.log: {"message":"one"}']],
  ['as it was written once', tail('format none').replace('@type', 'type') + toStdout, 'one\n', ['app.log: {"message":"one"}']],
  ['JSON', tail(json) + toStdout, '{"a":1}\n', ['app.log: {"a":1}']],
  ['an expression', tail('<parse>\n@type regexp\nexpression /^(?<level>\\w+) (?<text>.*)$/\n</parse>') + toStdout, 'WARN so it is\n', ['app.log: {"level":"WARN","text":"so it is"}']],
  ['a variable in a tag', tail(json, '"app.#{ENV[\'TEAM\']}"') + toStdout, '{"a":1}\n', ['app.blue: {"a":1}']],
  ['what a record is given and loses', `${tail(json)}<filter app.**>\n@type record_transformer\nremove_keys secret\n<record>\nby \${tag}\n</record>\n</filter>\n${toStdout}`, '{"a":1,"secret":"x"}\n', ['app.log: {"a":1,"by":"app.log"}']],
  ['what is kept', `${tail(json)}<filter **>\n@type grep\n<regexp>\nkey level\npattern /warn/\n</regexp>\n</filter>\n${toStdout}`, '{"level":"info"}\n{"level":"warn"}\n', ['app.log: {"level":"warn"}']],
  ['the first that matches', `${tail(json)}<match other.*>\n@type stdout\n</match>\n<match app.*>\n@type null\n</match>\n${toStdout}`, '{"a":1}\n', []],
  ['a label', `${tail(json).replace('@type tail', '@type tail\n@label @MINE')}<match **>\n@type null\n</match>\n<label @MINE>\n${toStdout}</label>\n`, '{"a":1}\n', ['app.log: {"a":1}']],
])('%s', (_, config, log, told) => {
  expect(records(run(config, { '/logs/a.log': log }, { env: { TEAM: 'blue' } }))).toEqual(told)
})

it.each([
  ['a plugin that the image has not', `${tail(json)}<match **>\n@type elasticsearch\n</match>\n`, "Unknown output plugin 'elasticsearch'. Run 'gem search -rd fluent-plugin' to find plugins"],
  ['no type', '<source>\npath /x\n</source>\n', "'@type' parameter is required on <source>"],
  ['a section that does not end', '<source>\n@type tail\n', "expected end tag '</source>' but got end of file"],
])('it ends with 1: %s', (_, config, words) => {
  const lab = run(config)
  expect(lab.output).toContain(words)
  expect(lab.exit?.exitCode).toBe(1)
})

test('a file that comes later is read from its head, a line that is not like that is said to be none', () => {
  const lab = run(tail(json).replace('read_from_head true', '') + toStdout, { '/logs/a.log': '{"old":1}\n' })
  lab.os.files.writeText('/logs/b.log', '{"new":1}\nplain\n')
  lab.until(8_000)
  expect(records(lab)).toEqual(['app.log: {"new":1}'])
  expect(lab.output).toContain('[warn]: #0 pattern not matched: "plain"')
})

it.each([
  ['a.*', 'a.b', true],
  ['a.*', 'a.b.c', false],
  ['a.**', 'a', true],
  ['a.**', 'a.b.c', true],
  ['{a,b}.*', 'b.x', true],
  ['a b.**', 'b.x', true],
  ['**', 'whatever.it.is', true],
])('%s and %s: %s', (pattern, tag, is) => {
  expect(isMatch(pattern, tag)).toBe(is)
})
