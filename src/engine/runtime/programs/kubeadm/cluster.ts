import { apiServerEndpoint } from '../../../api/cluster-domain.ts'
import { fromBase64 } from '../../../api/base64.ts'
import { firstObject } from '../../../api/yaml.ts'
import { jsonOf } from '../../../api/json.ts'
import type { KubeObject } from '../../../api/types.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { parseUrl, request } from '../../tools/http-client.ts'

export interface Answer {
  status: number
  body: any
}

const timeoutMs = 10_000
const patchType = 'application/strategic-merge-patch+json'

/** What kubeadm asks the API server for, as whom its kubeconfig says. */
export class ClusterClient {
  private readonly p: Process
  private readonly server: string
  private readonly certificate: string | undefined
  private readonly token: string | undefined

  constructor(p: Process, { kubeconfig, token }: { kubeconfig?: string; token?: string } = {}) {
    this.p = p
    const read = firstObject(p.machine.files.readText(kubeconfig ?? '') ?? '') as Record<string, any> | string
    const config = typeof read === 'string' ? {} : read
    const user = config['users']?.[0]?.user ?? {}
    this.server = config['clusters']?.[0]?.cluster?.server ?? `https://${apiServerEndpoint.ip}:${apiServerEndpoint.port}`
    const data = user['client-certificate-data']
    this.certificate = data !== undefined ? fromBase64(data) : user['client-certificate'] === undefined ? undefined : p.machine.files.readText(user['client-certificate'])
    this.token = token
  }

  *ask(method: string, path: string, body?: object): Run<Answer | { error: string }> {
    const url = parseUrl(`${this.server}${path}`)!
    const headers: Record<string, string> = { 'user-agent': 'kubeadm', ...(body === undefined ? {} : { 'content-type': method === 'PATCH' ? patchType : 'application/json' }), ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }) }
    const answer = yield* request(this.p, url, { method, headers, body: body === undefined ? '' : JSON.stringify(body), timeoutMs, certificate: this.certificate, quiet: method === 'GET' })
    if ('error' in answer) {
      const why = answer.error === 'refused' ? 'connect: connection refused' : 'i/o timeout'
      return { error: `${method === 'GET' ? 'Get' : method[0]! + method.slice(1).toLowerCase()} "${this.server}${path}${path.includes('?') ? '' : '?timeout=10s'}": dial tcp ${url.host}:${url.port}: ${why}` }
    }
    return { status: answer.status, body: jsonOf(answer.body) ?? answer.body }
  }

  /** Until the API server is there again. */
  *patiently(method: string, path: string, body?: object): Run<Answer | { error: string }> {
    for (let tries = 0; ; tries++) {
      const answer = yield* this.ask(method, path, body)
      const isThere = !('error' in answer) && answer.status < 500
      if (isThere || tries === 60) return answer
      yield* sleep(this.p, 2000)
    }
  }

  *configMap(name: string): Run<KubeObject | { error: string }> {
    const answer = yield* this.ask('GET', `/api/v1/namespaces/kube-system/configmaps/${name}`)
    if ('error' in answer) return answer
    return answer.status === 200 ? (answer.body as KubeObject) : { error: String(answer.body?.message ?? answer.body) }
  }
}

/** kubeadm's way to fail. */
export function* failed(p: Process, why: string, code = 1): Run<number> {
  yield* print(p, `error: ${why}\nTo see the stack trace of this error execute with --v=5 or higher\n`, 2)
  return code
}

export function* said(p: Process, text: string): Run<number> {
  yield* print(p, text)
  return 0
}

/** text/tabwriter with a least width of 10 and three spaces between columns; the last one is filled, too, where `closed`. */
export function table(rows: readonly (readonly string[])[], closed = false): string {
  const last = rows[0]!.length - 1
  const widths = rows[0]!.map((_, i) => Math.max(10, ...rows.map((row) => row[i]!.length + 3)))
  return rows.map((row) => `${row.map((cell, i) => (i === last && !closed ? cell : cell.padEnd(widths[i]!))).join('')}\n`).join('')
}

/** k8s.io/apimachinery/pkg/util/duration ShortHumanDuration. */
export function shortDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 60) return `${Math.max(0, seconds)}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`
  const days = Math.floor(seconds / 86_400)
  return days < 365 ? `${days}d` : `${Math.floor(days / 365)}y`
}
