import { describe, expect, test } from 'vitest'
import '../index.ts'
import type { ObjectList, Response } from '../api/request.ts'
import type { KubeObject, Status } from '../api/types.ts'
import { RevisionStore } from '../etcd/store.ts'
import { Kernel } from '../kernel/kernel.ts'
import { Latency } from '../latency.ts'
import { ApiServer } from './apiserver.ts'
import { admin } from './authentication.ts'
import { requestInfo } from './request-info.ts'
import type { ShownEvent } from './watch.ts'

const config = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } }) as KubeObject

function setUp() {
  const kernel = new Kernel({ seed: 1, startMs: 0 })
  const etcd = new RevisionStore<KubeObject>(kernel.revisions)
  const server = new ApiServer(kernel, new Latency(kernel), etcd)
  const answers: Response[] = []
  const heard: ShownEvent[] = []
  let closed = false
  kernel.register('client', (task: { type: string; response: Response; event: ShownEvent }) => {
    if (task.type === 'response') answers.push(task.response)
    else if (task.type === 'watch') heard.push(task.event)
    else closed = true
  })
  const put = (name: string): void => {
    etcd.put(`configmaps/default/${name}`, { ...config(name), metadata: { ...config(name).metadata, resourceVersion: String(etcd.revision + 1) } })
  }
  const request = (path: string): Response => {
    answers.length = 0
    // As a member of system:masters: there are no roles here.
    server.send(requestInfo({ verb: 'GET', path, user: { ...admin, groups: ['system:masters'] } }), 'client', { target: 'client', tag: 1 })
    while (answers.length === 0 && kernel.runNext()) {}
    return answers[0]!
  }
  const watch = (query: string): Response => request(`/api/v1/namespaces/default/configmaps?watch=1&${query}`)
  /** What was heard until nothing has come for a while: "ADDED a 1". */
  const lines = (forMs = 100): string[] => {
    const until = kernel.now + forMs
    while (kernel.nextAt() <= until) kernel.runNext()
    return heard.map(({ type, object }) => `${type} ${(object as KubeObject).metadata.name ?? ''} ${(object as KubeObject).metadata.resourceVersion ?? (object as Status).code}`)
  }
  return { etcd, put, request, watch, lines, heard, isClosed: () => closed }
}

const message = ({ code, body }: Response): [number, string] => [code, (body as Status).message ?? '']

describe('a watch begins', () => {
  test.each<[string, string, string[]]>([
    ['with what is there, when no revision is named', '', ['ADDED a 1', 'ADDED b 2', 'ADDED c 3']],
    ['with what is there, from revision 0', 'resourceVersion=0', ['ADDED a 1', 'ADDED b 2', 'ADDED c 3']],
    ['with what was written since', 'resourceVersion=1', ['ADDED b 2', 'ADDED c 3']],
    ['with nothing, now', 'resourceVersion=2', ['ADDED c 3']],
    ['in the future', 'resourceVersion=3', []],
    ['as a list that streams', 'sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan', ['ADDED a 1', 'ADDED b 2', 'BOOKMARK  2', 'ADDED c 3']],
    ['without what is there, when that is not wanted', 'sendInitialEvents=false&resourceVersionMatch=NotOlderThan', ['ADDED c 3']],
  ])('%s', (_, query, expected) => {
    const { put, watch, lines } = setUp()
    put('a')
    put('b')
    expect(watch(query).code).toBe(200)
    put('c')
    expect(lines()).toEqual(expected)
  })

  test('and says where the list that streams ends', () => {
    const { put, watch, lines, heard } = setUp()
    put('a')
    watch('sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan')
    lines()
    expect(heard[1]).toEqual({
      type: 'BOOKMARK', revision: 1,
      object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: '1', creationTimestamp: null, annotations: { 'k8s.io/initial-events-end': 'true' } } },
    })
  })

  test('with what was since, though etcd has forgotten it, when it is among the last 100', () => {
    const { etcd, put, watch, lines } = setUp()
    for (let i = 1; i <= 101; i++) put(`c${i}`)
    etcd.compact(101)
    expect(watch('resourceVersion=1').code).toBe(200)
    expect(lines()).toHaveLength(100)
  })

  test('with an error, and ends, when what was since is not known any more', () => {
    const { etcd, put, watch, heard, lines, isClosed } = setUp()
    for (let i = 1; i <= 102; i++) put(`c${i}`)
    etcd.compact(102)
    expect(watch('resourceVersion=1').code).toBe(200)
    lines()
    expect([heard.map(({ type }) => type), heard[0]!.object, isClosed()]).toMatchObject([['ERROR'], { code: 410, reason: 'Expired', message: 'too old resource version: 1 (2)' }, true])
  })

  test.each([
    ['resourceVersion=x', 400, 'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax'],
    ['sendInitialEvents=true', 422, 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'],
    ['resourceVersionMatch=NotOlderThan', 422, 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'],
    ['sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=99', 504, 'Too large resource version: 99, current: 1'],
  ])('not with %s', (query, code, text) => {
    const { put, watch } = setUp()
    put('a')
    expect(message(watch(query))).toEqual([code, text])
  })
})

test('bookmarks tell every minute how far the watch has seen', () => {
  const { put, watch, lines } = setUp()
  watch('allowWatchBookmarks=true')
  put('a')
  expect(lines(61_000)).toEqual(['ADDED a 1', 'BOOKMARK  1'])
  expect(lines(61_000)).toEqual(['ADDED a 1', 'BOOKMARK  1', 'BOOKMARK  1'])
})

test('a watch ends when its time is over', () => {
  const { put, watch, lines, isClosed } = setUp()
  watch('timeoutSeconds=5')
  expect([lines(4000), isClosed()]).toEqual([[], false])
  lines(6000)
  put('a')
  expect([lines(), isClosed()]).toEqual([[], true])
})

describe('a list', () => {
  const list = '/api/v1/namespaces/default/configmaps'

  test.each<[string, string, string[]]>([
    ['as of now', '', ['a', 'b', 'c']],
    ['not older than', 'resourceVersion=1', ['a', 'b', 'c']],
    ['not older than, said', 'resourceVersion=1&resourceVersionMatch=NotOlderThan', ['a', 'b', 'c']],
    ['exactly as of', 'resourceVersion=2&resourceVersionMatch=Exact', ['a', 'b']],
    ['in pages, exactly as of', 'resourceVersion=2&limit=1', ['a']],
    ['of any age, which knows no pages', 'resourceVersion=0&limit=1', ['a', 'b', 'c']],
  ])('%s', (_, query, expected) => {
    const { put, request } = setUp()
    for (const name of ['a', 'b', 'c']) put(name)
    const { code, body } = request(`${list}?${query}`)
    expect([code, (body as { items: KubeObject[] }).items.map(({ metadata }) => metadata.name)]).toEqual([200, expected])
  })

  test('in pages stays the list that it began as', () => {
    const { put, request } = setUp()
    for (const name of ['a', 'c']) put(name)
    const first = request(`${list}?limit=1`).body as ObjectList
    put('b')
    const second = request(`${list}?limit=1&continue=${first.metadata.continue}`).body as ObjectList
    expect(first.metadata).toMatchObject({ resourceVersion: '2', remainingItemCount: 1 })
    expect([second.items[0]!.metadata.name, second.metadata]).toEqual(['c', { resourceVersion: '2' }])
  })

  test('that is too old can be gone on with as of now', () => {
    const { etcd, put, request } = setUp()
    for (const name of ['a', 'c']) put(name)
    const first = request(`${list}?limit=1`).body as ObjectList
    put('b')
    etcd.compact(3)
    const { code, body } = request(`${list}?limit=1&continue=${first.metadata.continue}`)
    expect([code, (body as Status).reason]).toEqual([410, 'Expired'])
    const rest = request(`${list}?continue=${(body as Status).metadata['continue'] as string}`).body as ObjectList
    expect(rest.items.map(({ metadata }) => metadata.name)).toEqual(['b', 'c'])
  })

  test.each([
    ['resourceVersion=x', 400, 'invalid resource version: resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax'],
    ['resourceVersion=99', 504, 'Too large resource version: 99, current: 3'],
    ['resourceVersion=1&resourceVersionMatch=Exact', 410, 'The resourceVersion for the provided list is too old.'],
    ['resourceVersionMatch=Exact', 422, 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided'],
    ['resourceVersion=0&resourceVersionMatch=Exact', 422, 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"'],
    ['resourceVersion=1&resourceVersionMatch=Near', 422, 'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "Near": supported values: "Exact", "NotOlderThan", ""'],
    ['sendInitialEvents=true', 422, 'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'],
    ['continue=z!', 400, 'invalid continue token: continue key is not valid: illegal base64 data at input byte 1'],
    ['continue=eHl6', 400, "invalid continue token: continue key is not valid: invalid character 'x' looking for beginning of value"],
    ['continue=eyJ2IjoidjIifQ', 400, 'invalid continue token: continue key is not valid: server does not recognize this encoded version v2'],
    ['continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEifQ', 400, 'invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
    ['continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MX0', 400, 'invalid continue token: continue key is not valid: encoded start key empty (version meta.k8s.io/v1)'],
    ['continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIuLi9iIn0', 400, 'invalid continue token: continue key is not valid: ../b'],
  ])('is refused with %s', (query, code, text) => {
    const { etcd, put, request } = setUp()
    for (const name of ['a', 'b', 'c']) put(name)
    etcd.compact(2)
    expect(message(request(`${list}?${query}`))).toEqual([code, text])
  })
})
