import { expect, test } from 'vitest'
import type { Container, LifecycleHandler, Pod } from '../../api/types.ts'
import type { HttpRequest, HttpResponse, NetworkError } from '../../runtime/container-os.ts'
import { Workbench } from '../testing/workbench.ts'
import { runHook } from './lifecycle-hooks.ts'

const pod = { metadata: { name: 'p', namespace: 'default', uid: 'u1' }, spec: {} } as unknown as Pod
const container = { name: 'app', ports: [{ name: 'web', containerPort: 8080 }] } as Container
const fine: HttpResponse = { status: 500, body: '', headers: {} }

/** What is asked, what comes of it and what is told. */
function run(httpGet: NonNullable<LifecycleHandler['httpGet']>, answer: (request: HttpRequest) => HttpResponse | NetworkError): { asked: HttpRequest[]; failure: unknown; events: string[] } {
  const asked: HttpRequest[] = []
  const bench: Workbench = new Workbench({
    network: {
      http: (_from: object, _ip: string, request: HttpRequest, _timeout: number, reply: (given: object) => void) => {
        asked.push(request)
        bench.later(0, () => reply(answer(request)))
      },
    },
    runtime: { podIP: () => '10.0.0.9' },
  })
  const failure = bench.finish(runHook(bench.context, pod, container, 'c1', 'postStart', { httpGet }))
  return { asked, failure, events: bench.events }
}

test('an HTTP hook says who asks, and takes any answer', () => {
  const { asked, failure } = run({ port: 'web', path: 'start', httpHeaders: [{ name: 'X-Token', value: 'a' }, { name: 'Accept', value: '' }] }, () => fine)
  expect(asked).toEqual([{ method: 'GET', port: 8080, path: '/start', headers: { 'user-agent': 'kube-lifecycle/1.34', 'x-token': 'a' }, body: '', secure: false }])
  expect(failure).toBeUndefined()
})

test('one that is asked in TLS and answers without is asked again without, and without what is secret', () => {
  const { asked, failure, events } = run({ port: 8080, scheme: 'HTTPS', httpHeaders: [{ name: 'Authorization', value: 'Bearer x' }] }, ({ secure }) => (secure === true ? { error: 'plain' } : fine))
  expect(asked.map(({ secure, headers }) => [secure, headers['authorization']])).toEqual([[true, 'Bearer x'], [false, undefined]])
  expect([failure, events.join()]).toEqual([undefined, expect.stringContaining('request to HTTPS lifecycle hook 10.0.0.9:8080 got HTTP response, retry with HTTP succeeded')])
})

test.each<[string, NonNullable<LifecycleHandler['httpGet']>, NetworkError, string]>([
  ['nobody answers', { port: 8080, path: '/x' }, { error: 'refused' }, 'Get "http://10.0.0.9:8080/x": dial tcp 10.0.0.9:8080: connect: connection refused'],
  ['nobody answers in TLS', { port: 8080, path: '/', scheme: 'HTTPS' }, { error: 'refused' }, 'Get "https://10.0.0.9:8080/": dial tcp 10.0.0.9:8080: connect: connection refused'],
  ['a port is no port', { port: 'other', path: '/' }, { error: 'refused' }, 'strconv.Atoi: parsing "other": invalid syntax'],
])('an HTTP hook fails when %s', (_, get, answer, why) => {
  expect(run(get, () => answer).failure).toBe(`HTTP lifecycle hook (${get.path}) for Container "app" in Pod "p_default(u1)" failed - error: ${why}`)
})
