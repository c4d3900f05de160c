import { describe, expect, it, test } from 'vitest'
import type { HttpRequest } from '../../http.ts'
import { chosen, commonHost, modified, precedence, redirected, rewritten, type Rule, ruleOf } from './rules.ts'

/** What the Gateway API's reference says of HTTPRouteMatch, HTTPRouteFilter and hostnames (kubernetes-sigs/gateway-api apis/v1/httproute_types.go). */
const rule = (service: string, more: Partial<Rule> = {}, path = '/', type = 'PathPrefix'): Rule => ({ host: '', path: { type, value: path }, headers: [], query: [], filters: [], backends: [{ service, weight: 1, endpoints: [] }], ...more })

const asked = (path: string, headers: Record<string, string> = {}, method = 'GET'): HttpRequest => ({ method, port: 80, path, headers: { host: 'shop.example.org', ...headers }, body: '' })

const rules: readonly Rule[] = [
  rule('all'),
  rule('cart', {}, '/cart'),
  rule('exactly', {}, '/cart/7', 'Exact'),
  rule('digits', {}, '/cart/[0-9]+', 'RegularExpression'),
  rule('writes', { method: 'POST' }, '/cart'),
  rule('canary', { headers: [{ type: 'Exact', name: 'X-Canary', value: 'yes' }] }, '/cart'),
  rule('query', { query: [{ type: 'Exact', name: 'v', value: '2' }] }, '/cart'),
  rule('named', { host: 'shop.example.org' }, '/named'),
].toSorted(precedence)

describe('the rule of a request', () => {
  const unnamed = rules.filter(({ host }) => host === '')
  it.each([
    ['/', {}, 'GET', 'all'],
    ['/carts', {}, 'GET', 'all'],
    ['/cart', {}, 'GET', 'cart'],
    ['/cart/x', {}, 'GET', 'cart'],
    ['/cart/7', {}, 'GET', 'exactly'],
    ['/cart/8?v=2', {}, 'GET', 'digits'],
    ['/cart?v=2', {}, 'GET', 'query'],
    ['/cart', { 'x-canary': 'yes' }, 'GET', 'canary'],
    ['/cart', { 'x-canary': 'no' }, 'GET', 'cart'],
    ['/cart', { 'x-canary': 'yes' }, 'POST', 'writes'],
  ])('%s %j %s is for %s', (path, headers, method, service) => {
    expect(ruleOf(unnamed, asked(path, headers, method))?.backends[0]!.service).toBe(service)
  })

  test('a closer host hides what others have', () => {
    expect(ruleOf(rules, asked('/named/x'))?.backends[0]!.service).toBe('named')
    expect(ruleOf(rules, asked('/cart'))).toBeUndefined()
    expect(ruleOf(rules, asked('/cart', { host: 'other:8080' }))?.backends[0]!.service).toBe('cart')
  })
})

it.each([
  ['', 'a.example.org', 'a.example.org'],
  ['*.example.org', '', '*.example.org'],
  ['*.example.org', 'a.b.example.org', 'a.b.example.org'],
  ['a.example.org', '*.example.org', 'a.example.org'],
  ['*.example.org', 'example.org', undefined],
  ['a.example.org', 'b.example.org', undefined],
])('%s and %s have %s in common', (a, b, common) => {
  expect(commonHost(a, b)).toBe(common)
})

it.each([
  [{ scheme: 'https', statusCode: 301 }, 301, 'https://shop.example.org/cart/x?n=1'],
  [{ hostname: 'other.example.org' }, 302, 'http://other.example.org/cart/x?n=1'],
  [{ port: 8443 }, 302, 'http://shop.example.org:8443/cart/x?n=1'],
  [{ path: { type: 'ReplaceFullPath', replaceFullPath: '/moved' } }, 302, 'http://shop.example.org/moved?n=1'],
  [{ path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } }, 302, 'http://shop.example.org/x?n=1'],
])('a redirect with %j', (requestRedirect, status, location) => {
  expect(redirected({ requestRedirect }, rule('cart', {}, '/cart'), asked('/cart/x?n=1'), false)).toEqual({ status, location })
})

it.each([
  ['/cart', '/v1', '/cart/x', '/v1/x'],
  ['/cart/', '/v1/', '/cart/x', '/v1/x'],
  ['/cart', '/', '/cart', '/'],
  ['/', '/v1', '/x', '/v1/x'],
])('what %s matched becomes %s: of %s %s', (prefix, replacePrefixMatch, path, made) => {
  expect(rewritten({ type: 'ReplacePrefixMatch', replacePrefixMatch }, rule('cart', {}, prefix), path)).toBe(made)
})

test('headers are set, added to and removed', () => {
  expect(modified({ a: '1', b: '2', c: '3' }, { set: [{ type: '', name: 'A', value: '9' }], add: [{ type: '', name: 'B', value: '8' }], remove: ['C'] })).toEqual({ a: '9', b: '2,8' })
})

test('backends are taken by weight', () => {
  const backends = [3, 0, 2].map((weight, i) => ({ service: String(i), weight, endpoints: [] }))
  expect([0, 1, 2, 3, 4].map((at) => chosen(backends, () => at)?.service)).toEqual(['0', '0', '0', '2', '2'])
  expect(chosen([backends[1]!], () => 0)).toBeUndefined()
})
