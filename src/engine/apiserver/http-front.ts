import { negotiate, shaped } from '../api/negotiation.ts'
import { onTheWire } from '../api/onTheWire.ts'
import type { Request, Response } from '../api/request.ts'
import { warningHeader } from '../api/warningHeader.ts'
import { requestInfo, type ApiRequest } from './request-info.ts'

/** What comes over HTTP (runtime/http.ts). */
interface HttpRequest {
  method: string
  path: string
  headers: Readonly<Record<string, string>>
  body: string
  secure?: boolean
  clientPem?: string
}

interface HttpResponse {
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}

/** What a request of HTTP is to the API server, and how its answer is told; or what it is told at once. */
export type Understood = { request: ApiRequest; answered: (answer: Response) => HttpResponse } | { refused: HttpResponse }

/** A pod's process asks by HTTP, with the token that it shows or as nobody. */
export function fromHttp(asks: HttpRequest): Understood {
  const { method, path, headers, clientPem, secure } = asks
  // net/http speaks before it knows anything more.
  if (secure !== true) return { refused: { status: 400, headers: {}, body: 'Client sent an HTTP request to an HTTPS server.\n' } }
  const token = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1]
  const { form, ...asked } = negotiate(asks)
  const shown = clientPem !== undefined ? { certificate: clientPem } : token === undefined ? {} : { token }
  return { request: requestInfo({ verb: method as Request['verb'], path, ...asked, ...shown }), answered: (answer) => httpAnswer(shaped(form, answer), method) }
}

function httpAnswer({ code, body, contentType = 'application/json', warnings = [], location }: Response, method: string): HttpResponse {
  const text = typeof body === 'string' ? body : `${JSON.stringify(onTheWire(body), undefined, 2)}\n`
  const headers = { 'content-type': contentType, ...(location === undefined ? {} : { location }), ...(warnings.length === 0 ? {} : { warning: warningHeader(warnings) }) }
  return { status: code, headers, body: method === 'HEAD' ? '' : text }
}
