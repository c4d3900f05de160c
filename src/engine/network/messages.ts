import type { HttpExchange, HttpRequest } from '../runtime/container-os.ts'

/** What can be seen of a request by those who pass it on. */

/** A kubelet asks how a container is. */
export const isProbe = ({ headers }: HttpRequest): boolean => headers['user-agent']?.startsWith('kube-probe/') === true

/** With the name that was asked for, where the request still says it. */
export function shownUrl({ url, headers }: HttpExchange): string {
  const { host, port, path } = parseUrl(url)
  const secure = url.startsWith('https:')
  const shown = (headers['host'] ?? `${host}:${port}`).replace(secure ? /:443$/ : /:80$/, '')
  return `${secure ? 'https' : 'http'}://${shown}${path}`
}

/** As it is sent; a host header names the port where it is not the scheme's own. */
export function requestOf({ method, url, headers, body, quiet, certificate }: HttpExchange): HttpRequest {
  const { host, port, path } = parseUrl(url)
  const secure = url.startsWith('https:')
  const named = port === (secure ? 443 : 80) ? host : `${host}:${port}`
  const request = { method, port, path, headers: { host: named, ...headers }, body, ...(quiet === true ? { quiet } : {}) }
  return secure ? { ...request, secure, ...(certificate === undefined ? {} : { clientPem: certificate }) } : request
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}

export function parseUrl(text: string): { host: string; port: number; path: string } {
  const match = /^(?:(https?):\/\/)?([^/:?#]+|\[[^\]]+\])(?::(\d+))?([/?][^#]*)?/.exec(text)
  const secure = match?.[1] === 'https'
  return { host: match?.[2] ?? '', port: Number(match?.[3] ?? (secure ? 443 : 80)), path: match?.[4] ?? '/' }
}
