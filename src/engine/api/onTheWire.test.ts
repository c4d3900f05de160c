import { expect, test } from 'vitest'
import { askedOnce, asEvents } from './onTheWire.ts'

test.each([
  ['/api/v1/pods?watch=1', '/api/v1/pods'],
  ['/api/v1/pods?labelSelector=a%3Db&watch=true&resourceVersion=7&timeoutSeconds=3&allowWatchBookmarks=true', '/api/v1/pods?labelSelector=a%3Db'],
  ['/api/v1/namespaces/a/pods/p/log?follow=true&tailLines=2', '/api/v1/namespaces/a/pods/p/log?tailLines=2'],
])('%s is asked once by %s', (path, once) => expect(askedOnce(path)).toBe(once))

test('what there is in a list, as a watch tells it', () => {
  const list = JSON.stringify({ kind: 'PodList', apiVersion: 'v1', items: [{ metadata: { name: 'a', resourceVersion: '3' } }, { metadata: { name: 'b', resourceVersion: '5' } }] })
  expect(asEvents(list, 3)).toBe('{"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"b","resourceVersion":"5"}}}\n')
})
