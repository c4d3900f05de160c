import { askedOnce, asEvents } from './api/onTheWire.ts'
import type { Response } from './api/request.ts'
import type { ApiServer } from './apiserver/apiserver.ts'
import { special } from './apiserver/authorization/special.ts'
import type { ResponseTask } from './apiserver/exchange.ts'
import type { ApiRequest } from './apiserver/request-info.ts'
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

  /** A pod's process asks by HTTP. */
  readonly fromPod = (asks: HttpRequest, reply: (r: HttpResponse) => void): void => {
    const understood = special.get().fromHttp(asks)
    if ('refused' in understood) return reply(understood.refused)
    this.send(understood.request, 'client', (answer) => {
      // No stream comes through the pod's network: what it begins with is all there is.
      if ((answer.body as { kind?: string }).kind === 'Watch') this.instead(asks, (answer.body as unknown as { watch: number }).watch, reply)
      else reply(understood.answered(answer))
    }, asks.quiet)
  }

  /** A list, as the events of a watch. */
  private instead(asks: HttpRequest, watch: number, reply: (r: HttpResponse) => void): void {
    this.apiServer.close(watch)
    const since = Number(/[?&]resourceVersion=(\d+)/.exec(asks.path)?.[1] ?? 0)
    this.fromPod({ ...asks, path: askedOnce(asks.path) }, (r) => reply(r.status === 200 && r.body.startsWith('{') ? { ...r, body: asEvents(r.body, since), goesOn: true } : r))
  }
}
