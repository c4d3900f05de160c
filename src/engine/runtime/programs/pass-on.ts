import type { HttpRequest, HttpResponse, NetworkError } from '../http.ts'
import type { Process, Run } from '../process/process.ts'
import { request } from '../tools/http-client.ts'

/** Where something is passed on to: an address, or a name. */
export interface Target {
  host: string
  port: number
}

/** Sends on what has arrived as it is, in whatever protocol: what proxies of connections do. */
export function passOn(p: Process, { host, port }: Target, r: HttpRequest, o: { timeoutMs: number; headers?: Record<string, string> }): Run<HttpResponse | NetworkError> {
  const url = { scheme: 'http', host, port, isPortGiven: true, path: r.path, user: undefined }
  return request(p, url, { method: r.method, headers: { ...r.headers, ...o.headers }, body: r.body, timeoutMs: o.timeoutMs })
}
