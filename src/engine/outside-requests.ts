import { askedOnce, asEvents, onTheWire } from './api/onTheWire.ts'
import type { Request, Response } from './api/request.ts'
import type { ApiServer } from './apiserver/apiserver.ts'
import { special } from './apiserver/authorization/special.ts'
import type { ResponseTask } from './apiserver/exchange.ts'
import { requestInfo, type ApiRequest } from './apiserver/request-info.ts'
import type { Kernel } from './kernel/kernel.ts'
import type { HttpRequest, HttpResponse } from './runtime/http.ts'

const target = 'outside'

/** What the API server is asked by nobody of the cluster's own: callers of the engine, and processes in pods. Each request has a connection of its own. */
export class OutsideRequests {
  private readonly apiServer: ApiServer
  private readonly answers = new Map<number, (response: Response) => void>()
  private nextTag = 1

  constructor(kernel: Kernel, apiServer: ApiServer) {
    this.apiServer = apiServer
    kernel.register(target, ({ tag, response }: ResponseTask) => {
      this.answers.get(tag)?.(response)
      this.answers.delete(tag)
    })
  }

  /** `author` is who steps show; `answered` is told the answer in a later task. */
  send(request: ApiRequest, author: string, answered?: (response: Response) => void, quiet?: boolean): void {
    const tag = this.nextTag++
    if (answered !== undefined) this.answers.set(tag, answered)
    this.apiServer.send(request, author, { target, tag }, quiet)
  }

  /** A pod's process asks by HTTP, with the token that it shows or as nobody. */
  readonly fromPod = (asks: HttpRequest, reply: (r: HttpResponse) => void): void => {
    const { method, path, headers, quiet, clientPem } = asks
    const token = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1]
    const { negotiate, shaped } = special.get()
    const { form, ...asked } = negotiate(asks)
    const request = requestInfo({ verb: method as Request['verb'], path, ...asked, ...(clientPem !== undefined ? { certificate: clientPem } : token === undefined ? {} : { token }) })
    this.send(request, 'client', (answer) => {
      // No stream comes through the pod's network: what it begins with is all there is.
      if ((answer.body as { kind?: string }).kind === 'Watch') this.instead(asks, (answer.body as unknown as { watch: number }).watch, reply)
      else reply(httpAnswer(shaped(form, answer), method))
    }, quiet)
  }

  /** A list, as the events of a watch. */
  private instead(asks: HttpRequest, watch: number, reply: (r: HttpResponse) => void): void {
    this.apiServer.close(watch)
    const since = Number(/[?&]resourceVersion=(\d+)/.exec(asks.path)?.[1] ?? 0)
    this.fromPod({ ...asks, path: askedOnce(asks.path) }, (r) => reply(r.status === 200 && r.body.startsWith('{') ? { ...r, body: asEvents(r.body, since), goesOn: true } : r))
  }
}

function httpAnswer({ code, body, contentType = 'application/json', warnings = [], location }: Response, method: string): HttpResponse {
  const text = typeof body === 'string' ? body : `${JSON.stringify(onTheWire(body), undefined, 2)}\n`
  const headers = { 'content-type': contentType, ...(location === undefined ? {} : { location }), ...(warnings.length === 0 ? {} : { warning: warnings.join('\n') }) }
  return { status: code, headers, body: method === 'HEAD' ? '' : text }
}
