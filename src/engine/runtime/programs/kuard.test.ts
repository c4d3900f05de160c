import { expect, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

const kuard = (args: string[] = []): Lab => new Lab({ image: 'gcr.io/kuar-demo/kuard-amd64:blue', command: ['/kuard', ...args] }).start()
const curl = (lab: Lab, path: string, ...more: string[]): string => lab.exec(['wget', '-qO-', ...more, `localhost:8080${path}`]).stdout
const status = (lab: Lab, path: string): number => (lab.get(path, { port: 8080 }) as { status: number }).status

test('serves its page, its environment and its files', () => {
  const lab = kuard().until(1000)
  expect(lab.output).toMatch(/^\d{4}\/\d\d\/\d\d \S+ Starting kuard version: v0\.10\.0-blue\n[\s\S]*Serving on HTTP on :8080\n$/)
  expect(curl(lab, '/')).toContain('"hostname":"web"')
  expect(JSON.parse(curl(lab, '/env/api'))).toMatchObject({ commandLine: ['/kuard'], env: { HOSTNAME: 'web' } })
  expect(curl(lab, '/fs/etc/hostname')).toBe('web\n')
  expect(curl(lab, '/fs/')).toContain('<a href="etc">etc</a>\n')
  expect(status(lab, '/nope')).toBe(404)
})

test('a probe fails as often as it was told', () => {
  const lab = kuard().until(1000)
  expect([status(lab, '/ready'), status(lab, '/healthy')]).toEqual([200, 200])
  expect((lab.get('/ready/api', { port: 8080, method: 'PUT', body: '{"failNext":2}' } as never) as { status: number }).status).toBe(200)
  expect([1, 2, 3].map(() => status(lab, '/ready'))).toEqual([500, 500, 200])
})

test.each([
  [['--keygen-enable', '--keygen-exit-on-complete', '--keygen-num-to-gen=3'], 0, /\(ID 0 3\/3\) Item done: SHA256:\S{43}\n.*\(ID 0\) Workload exiting\n$/],
  [['--keygen-enable', '--keygen-exit-on-complete', '--keygen-exit-code=1', '--keygen-time-to-run=2'], 1, /\/Inf\) Item done/],
])('%j works, and ends with %i', (args, code, said) => {
  const lab = kuard(args).run(60_000)
  expect(lab.exit?.exitCode).toBe(code)
  expect(lab.output).toMatch(said)
})

test('keeps queues, from which a worker takes its work', () => {
  const lab = kuard().until(1000)
  const ask = (method: string, path: string, body = '') => lab.get(`/memq/server/${path}`, { port: 8080, method, body } as never) as { status: number; body: string }
  expect(ask('PUT', 'queues/keygen').status).toBe(200)
  for (const text of ['a', 'b']) expect(JSON.parse(ask('POST', 'queues/keygen/enqueue', text).body)).toMatchObject({ kind: 'message', body: text })
  expect(JSON.parse(ask('GET', 'stats').body).queues).toEqual([{ name: 'keygen', depth: 2, enqueued: 2, dequeued: 0, drained: 0 }])
  expect(JSON.parse(ask('POST', 'queues/keygen/dequeue').body)).toMatchObject({ body: 'a' })
  expect([ask('POST', 'queues/keygen/drain').status, ask('POST', 'queues/keygen/dequeue').status, ask('POST', 'queues/nope/dequeue').status]).toEqual([200, 204, 404])
})
