import { expect, it } from 'vitest'
import { Lab } from '../testing/lab.ts'

it.each([
  ['postgres:16', ['sapod'], 127, 'docker-entrypoint.sh: line 351: exec: sapod: not found\n'],
  ['redis:7', ['sapod'], 127, 'docker-entrypoint.sh: 30: exec: sapod: not found\n'],
  ['redis:7-alpine', ['sapod'], 127, 'docker-entrypoint.sh: exec: line 30: sapod: not found\n'],
  ['postgres:16', ['echo', 'hi'], 0, 'hi\n'],
  ['curlimages/curl', ['--version'], 0, /^curl 8/],
  ['bash:5', ['-c', 'echo $((6 * 7))'], 0, '42\n'],
])('the entry point of %s with %j', (image, args, code, words) => {
  const lab = new Lab({ image, args }).start().until(2000)
  expect(lab.exit?.exitCode).toBe(code)
  if (typeof words === 'string') expect(lab.output).toBe(words)
  else expect(lab.output).toMatch(words)
})

it.each([
  ['of all', ['envsubst'], 'a=1 b= $1\n'],
  ['of those that are named', ['envsubst', '${A}'], 'a=1 b=$B $1\n'],
])('envsubst fills in variables %s', (_, command, words) => {
  const lab = new Lab({ image: 'nginx', env: { A: '1' } }).start()
  expect(lab.exec(command, { stdin: 'a=${A} b=$B $1\n' }).stdout).toBe(words)
})

it.each<[image: string, args: string[], port: number]>([
  ['registry:2', ['serve', '/etc/docker/registry/config.yml'], 5000],
  ['registry:2', ['/etc/docker/registry/config.yml'], 5000],
  ['influxdb:1.8', ['-config', '/etc/influxdb/influxdb.conf'], 8086],
  ['fluent/fluentd:v1.16', ['-c', '/fluentd/etc/fluent.conf'], 0],
  ['luksa/node-agent:0.1', ['--listen-address', ':8090'], 8090],
])('options of %s are for its own program: %j', (image, args, port) => {
  const lab = new Lab({ image, args }).start().until(20_000)
  expect(lab.exit).toBeUndefined()
  if (port > 0) expect(lab.os.listening(port)).toBeDefined()
})
