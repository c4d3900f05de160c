import { kubeletPort } from '../../api/kubeletServer.ts'
import { metricsTable, ResourceMetrics, resolutionMs, usagesIn } from '../../api/resourceMetrics.ts'
import { aggregated, apiVersionOf, type ResourceInfo } from '../../api/resources.ts'
import { matches, parseSelector } from '../../api/selector.ts'
import { notFound } from '../../api/status.ts'
import type { KubeObject } from '../../api/types.ts'
import { formPairs, type HttpRequest, type HttpResponse, jsonResponse, textResponse } from '../http.ts'
import { COST } from '../process/cpu.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { parseUrl, request } from '../tools/http-client.ts'
import { klog } from './kubernetes/begin.ts'
import { flagValue } from './kubernetes/components.ts'
import { ask, bearer } from './kubectl.ts'
import { type Answer, cannotListen, listenOn, serve, stopsLikeGo } from './serve.ts'

const root = '/apis/metrics.k8s.io/v1beta1'
const MIB = 1024 ** 2
/** Of one kubelet (--kubelet-request-timeout). */
const scrapeTimeoutMs = 10_000
const defaultAddressTypes = 'Hostname,InternalDNS,InternalIP,ExternalDNS,ExternalIP'

/** metrics-server as somebody installs it: a pod that asks every kubelet now and then, and an API behind the API server (kubernetes-sigs/metrics-server pkg/server, pkg/scraper). */
export function* metricsServer(p: Process): Run<number> {
  const say = (kind: 'I' | 'E', place: string, text: string): Run<void> => print(p, `${klog(kind, p.machine.now(), place, text)}\n`, 2)
  const stopped = stopsLikeGo(p)
  yield* sleep(p, 400, true)
  const directory = flagValue(p, 'cert-dir') ?? 'apiserver.local.config/certificates'
  yield* say('I', 'serving.go:380', `Generated self-signed cert (${directory}/apiserver.crt, ${directory}/apiserver.key)`)
  yield* sleep(p, 500, true)
  yield* say('I', 'handler.go:288', 'Adding GroupVersion metrics.k8s.io v1beta1 to ResourceManager')
  const port = Number(flagValue(p, 'secure-port') ?? 443)
  const listeners = yield* listenOn(p, [port], cannotListen)
  if (listeners === undefined) return 1
  for (const listener of listeners) Object.assign(listener, { secure: true, isPrivate: true })
  yield* say('I', 'secure_serving.go:211', `Serving securely on [::]:${port}`)
  p.machine.setMemory(p, 25 * MIB)
  const metrics = new ResourceMetrics()
  p.machine.spawn({ parent: p, argv: p.argv, program: (child) => scrapeForever(child, metrics), costUs: COST.fork, memoryBytes: 0 })
  return yield* serve(p, { listeners, stopped, handle: (asked) => answer(asked, metrics) })
}

function* scrapeForever(p: Process, metrics: ResourceMetrics): Run<number> {
  const resolution = seconds(flagValue(p, 'metric-resolution')) ?? resolutionMs
  for (;;) {
    const { body } = yield* ask(p, { verb: 'list', path: '/api/v1/nodes', quiet: true })
    for (const node of (body.items ?? []) as KubeObject[]) {
      const scraped = yield* scrape(p, node)
      if (typeof scraped === 'string') yield* print(p, `${klog('E', p.machine.now(), 'scraper.go:149', `"Failed to scrape node" err=${JSON.stringify(scraped)} node="${node.metadata.name}"`)}\n`, 2)
      else metrics.take(node.metadata.name, usagesIn(scraped.text), p.machine.now())
    }
    yield* sleep(p, resolution - (p.machine.now() % resolution))
  }
}

/** What one kubelet says, or why it does not. */
function* scrape(p: Process, { metadata, status }: KubeObject): Run<{ text: string } | string> {
  const known = (status?.addresses ?? []) as { type: string; address: string }[]
  const wanted = (flagValue(p, 'kubelet-preferred-address-types') ?? defaultAddressTypes).split(',')
  const address = wanted.map((type) => known.find((entry) => entry.type === type)?.address).find((found) => found !== undefined)
  if (address === undefined) return `unable to extract connection information for node "${metadata.name}": node ${metadata.name} had no addresses that matched types [${wanted.join(' ')}]`
  const url = `https://${address}:${status?.daemonEndpoints?.kubeletEndpoint?.Port ?? kubeletPort}/metrics/resource`
  const answered = yield* request(p, parseUrl(url)!, { method: 'GET', headers: bearer(p), body: '', timeoutMs: scrapeTimeoutMs, quiet: true })
  if ('error' in answered) {
    const why = answered.error === 'unresolved' ? `lookup ${address} on 10.96.0.10:53: no such host` : answered.error === 'timeout' ? `dial tcp ${address}:10250: i/o timeout` : `dial tcp ${address}:10250: connect: connection refused`
    return `Get "${url}": ${why}`
  }
  const isTrusted = answered.certificate !== 'self-signed' || ['', 'true'].includes(p.argv.find((arg) => arg.startsWith('--kubelet-insecure-tls'))?.slice('--kubelet-insecure-tls='.length) ?? 'false')
  if (!isTrusted) return `Get "${url}": tls: failed to verify certificate: x509: cannot validate certificate for ${address} because it doesn't contain any IP SANs`
  return answered.status === 200 ? { text: answered.body } : `request failed, status: "${answered.status} ${answered.status === 401 ? 'Unauthorized' : 'Forbidden'}"`
}

function answer({ path, method, headers }: HttpRequest, metrics: ResourceMetrics): HttpResponse | { aside: (p: Process) => Run<Answer> } {
  const [at = '', query = ''] = path.split('?')
  if (at === '/livez' || at === '/healthz') return textResponse(200, 'ok')
  if (at === '/readyz') return metrics.isEmpty ? textResponse(500, '[+]ping ok\n[-]metric-storage-ready failed: reason withheld\n[-]metric-informer-sync failed: reason withheld\nreadyz check failed\n') : textResponse(200, 'ok')
  if (at === root) return jsonResponse(200, { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: 'metrics.k8s.io/v1beta1', resources: aggregated.map(({ plural, kind, namespaced, verbs }) => ({ name: plural, singularName: '', namespaced, kind, verbs })) })
  const parts = /^\/(?:namespaces\/([^/]+)\/)?(nodes|pods)(?:\/([^/]+))?$/.exec(at.startsWith(root) ? at.slice(root.length) : '')
  if (parts === null || method !== 'GET') return textResponse(404, '404 page not found\n')
  const [, namespace, plural = '', name] = parts
  const selector = formPairs(query).find(([key]) => key === 'labelSelector')?.[1] ?? ''
  return { aside: (p) => measured(p, metrics, { info: aggregated.find((info) => info.plural === plural)!, namespace, name, selector, asTable: headers['accept']?.includes('as=Table') === true }) }
}

interface Wanted {
  info: ResourceInfo
  namespace: string | undefined
  name: string | undefined
  selector: string
  asTable: boolean
}

/** The objects as they are, with what is known of them. */
function* measured(p: Process, metrics: ResourceMetrics, { info, namespace, name, selector, asTable }: Wanted): Run<Answer> {
  const path = `/api/v1/${namespace === undefined ? '' : `namespaces/${namespace}/`}${info.plural}${name === undefined ? '' : `/${name}`}`
  const { code, body } = yield* ask(p, { verb: 'get', path, quiet: true })
  const of = (object: KubeObject): KubeObject | undefined => (info.plural === 'nodes' ? metrics.ofNode(object, p.machine.now()) : metrics.ofPod(object))
  const shown = (object: KubeObject): object => (asTable ? metricsTable(object) : object)
  if (name !== undefined) {
    const found = code === 200 ? of(body as KubeObject) : undefined
    const missing = notFound({ group: info.group, plural: info.kind.toLowerCase() }, namespace === undefined ? name : `${namespace}/${name}`)
    return { response: found === undefined ? jsonResponse(404, missing) : jsonResponse(200, shown(found)) }
  }
  const chosen = parseSelector(selector)
  const items = ((body.items ?? []) as KubeObject[]).filter(({ metadata }) => 'error' in chosen || matches(chosen, metadata.labels)).flatMap((object) => of(object) ?? [])
  return { response: jsonResponse(200, shown({ kind: `${info.kind}List`, apiVersion: apiVersionOf(info), metadata: {}, items } as never)) }
}

/** '15s', '1m'. */
function seconds(text: string | undefined): number | undefined {
  const [, amount, unit] = /^(\d+)(s|m)$/.exec(text ?? '') ?? []
  return amount === undefined ? undefined : Number(amount) * (unit === 'm' ? 60_000 : 1000)
}
