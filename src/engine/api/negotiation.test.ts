/** Source: apiserver/pkg/endpoints/handlers/negotiation/negotiate_test.go, test/integration/apiserver/apiserver_test.go (TestTransformOnTable). */
import { describe, expect, test } from 'vitest'
import { negotiate, shaped } from './negotiation.ts'
import type { Response } from './request.ts'

const json = 'application/json'
const meta = (as: string, version = 'v1'): string => `${json};as=${as};v=${version};g=meta.k8s.io`
const unreadable = 'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf'

describe('what is sent', () => {
  test.each<[method: string, type: string | undefined, body: string, wanted: unknown]>([
    ['POST', undefined, '{"a":1}', { a: 1 }],
    ['POST', 'application/json; charset=utf-8', '{"a":1}', { a: 1 }],
    ['POST', 'application/yaml', 'a: 1\n', { a: 1 }],
    ['PATCH', 'application/apply-patch+yaml', 'a: 1\n', { a: 1 }],
    ['PATCH', 'application/merge-patch+json', '{"a":null}', { a: null }],
    ['GET', 'text/html', '', undefined],
    ['POST', 'application/x-www-form-urlencoded', '{"a":1}', [415, unreadable]],
    ['DELETE', 'text/plain', '{}', [415, unreadable]],
  ])('%s as %s', (method, type, body, wanted) => {
    const read = negotiate({ method, path: '/api/v1/nodes', headers: type === undefined ? {} : { 'content-type': type }, body })
    expect(read.unfit === undefined ? read.body : [read.unfit.code, read.unfit.message]).toEqual(wanted)
  })
})

const pod = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'web', creationTimestamp: '2026-01-05T09:00:00Z' }, spec: { nodeName: 'node1' } }
const list = { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '7' }, items: [pod] }
const table = { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: {}, columnDefinitions: [], rows: [{ cells: ['web'], object: pod }] }
const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: pod.metadata }

/** What is answered to who accepts `accept`, when the server has `body`. */
function answered(accept: string, body: object, path = '/api/v1/namespaces/default/pods'): unknown {
  const { unfit, form } = negotiate({ method: 'GET', path, headers: { accept }, body: '' })
  const response = unfit === undefined ? shaped(form, { code: 200, body } as Response) : { code: unfit.code, body: unfit }
  return response.code === 200 ? response.body : `${response.code} ${(response.body as { message: string }).message}`
}

describe('what is answered', () => {
  const none = '406 only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf'
  test.each<[accept: string, body: object, wanted: unknown, query?: string]>([
    ['*/*', pod, pod],
    ['application/yaml', pod, 'apiVersion: v1\nkind: Pod\nmetadata:\n  creationTimestamp: "2026-01-05T09:00:00Z"\n  name: web\nspec:\n  nodeName: node1\n'],
    ['application/yaml;q=0.5, application/json', pod, pod],
    ['text/html', pod, none],
    ['text/html, application/*;q=0.8', pod, pod],
    [meta('Table'), table, { ...table, rows: [{ cells: ['web'], object: partial }] }],
    [meta('Table'), table, table, '?includeObject=Object'],
    [meta('Table'), table, { ...table, rows: [{ cells: ['web'], object: null }] }, '?includeObject=None'],
    [meta('Table'), table, '400 unrecognized includeObject value: "All"', '?includeObject=All'],
    [meta('PartialObjectMetadata'), pod, partial],
    [meta('PartialObjectMetadata', 'v1beta1'), pod, { ...partial, apiVersion: 'meta.k8s.io/v1beta1' }],
    [meta('PartialObjectMetadata'), list, '406 you requested PartialObjectMetadata, but the requested object is a list (*core.PodList)'],
    [meta('PartialObjectMetadataList'), list, { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: list.metadata, items: [partial] }],
    [meta('PartialObjectMetadataList'), pod, '406 you requested PartialObjectMetadataList, but the requested object is not a list (*core.Pod)'],
    [meta('Chart'), pod, none],
    [`${meta('Chart')}, ${json}`, pod, pod],
  ])('%s', (accept, body, wanted, query = '') => {
    expect(answered(accept, body, `/api/v1/namespaces/default/pods${query}`)).toEqual(wanted)
  })

  test('all groups at once are for /api and /apis alone', () => {
    const accept = `${json};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`
    const asked = (path: string) => negotiate({ method: 'GET', path, headers: { accept }, body: '' })
    expect([asked('/apis').accept, asked('/api').accept, asked('/api/v1/pods').unfit?.code]).toEqual(['discovery', 'discovery', 406])
  })
})
