import { expect, test } from 'vitest'
import { warningsIn } from '../api/warningHeader.ts'
import { fromHttp } from './http-front.ts'

const asked = { method: 'GET', path: '/api/v1/nodes', headers: {}, body: '', secure: true }

test('who does not speak TLS is told so, whatever is asked', () => {
  expect(fromHttp({ ...asked, secure: false })).toEqual({ refused: { status: 400, headers: {}, body: 'Client sent an HTTP request to an HTTPS server.\n' } })
})

test('a token is shown in its header; what cannot be read is refused by the server', () => {
  expect(fromHttp({ ...asked, headers: { authorization: 'Bearer abc' } })).toMatchObject({ request: { token: 'abc', verb: 'list' } })
  expect(fromHttp({ ...asked, method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' })).toMatchObject({ request: { unfit: { code: 415 } } })
})

test('warnings go into one header', () => {
  const understood = fromHttp(asked)
  if ('refused' in understood) throw new Error('refused')
  const { headers } = understood.answered({ code: 200, body: { kind: 'Node', apiVersion: 'v1', metadata: { name: 'a', uid: '', resourceVersion: '' } } as never, warnings: ['a "b"', 'c, d'] })
  expect(headers['warning']).toBe(String.raw`299 - "a \"b\"", 299 - "c, d"`)
  expect(warningsIn(headers['warning']!)).toEqual(['a "b"', 'c, d'])
})
