import { jsonOf } from '../../api/json.ts'
import type { KubeObject } from '../../api/types.ts'
import { type HttpRequest, type HttpResponse, jsonResponse, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { klog } from './kubernetes/begin.ts'
import { flagValue } from './kubernetes/components.ts'
import { ask } from './kubectl.ts'
import { nginxFront, proxied } from './ingress-proxy.ts'
import { type Answer, type Aside, cannotListen, endsAfter, listenOn, serve } from './serve.ts'

const MIB = 1024 ** 2
/** --post-shutdown-grace-period. */
const goodbyeMs = 10_000
const healthPort = 10_254

const line = (p: Process, kind: 'I' | 'W', place: string, text: string): Run<void> =>
  print(p, `${klog(kind, p.machine.now(), place, text).replace('       1 ', '       7 ')}\n`, 2)

/** ingress-nginx as somebody installs it: the pod's process, which listens, passes requests on and checks Ingresses as a webhook. What it goes by is worked out outside of it. */
export function* ingressNginx(p: Process): Run<number> {
  const release = /:([^:/@]+)(@|$)/.exec(p.machine.config.image.reference)?.[1] ?? 'v1.13.3'
  const rule = '-------------------------------------------------------------------------------'
  yield* print(p, `${rule}\nNGINX Ingress controller\n  Release:       ${release}\n  Build:         93851f05e61d99eea49140c9be73499a3cb92ccc\n  Repository:    https://github.com/kubernetes/ingress-nginx\n  nginx version: nginx/1.27.1\n\n${rule}\n\n`)
  if (p.argv.includes('--version')) return 0
  const namespace = p.env.get('POD_NAMESPACE')
  if (namespace === undefined || !p.env.has('POD_NAME')) {
    yield* print(p, `${klog('F', p.machine.now(), 'main.go:152', 'unable to get POD information (missing POD_NAME or POD_NAMESPACE environment variable')}\n`, 2)
    return 255
  }
  const ends = endsAfter(p, goodbyeMs)
  yield* line(p, 'W', 'client_config.go:667', 'Neither --kubeconfig nor --master was specified.  Using the inClusterConfig.  This might not work.')
  yield* line(p, 'I', 'main.go:205', `"Creating API client" host="https://${p.env.get('KUBERNETES_SERVICE_HOST') ?? ''}:443"`)
  yield* sleep(p, 300, true)
  yield* line(p, 'I', 'main.go:101', '"SSL fake certificate created" file="/etc/ingress-controller/ssl/default-fake-certificate.pem"')
  yield* line(p, 'I', 'nginx.go:273', '"Starting NGINX Ingress controller"')
  yield* sleep(p, 1000, true)
  yield* line(p, 'I', 'nginx.go:319', '"Starting NGINX process"')
  yield* line(p, 'I', 'leaderelection.go:257', `attempting to acquire leader lease ${namespace}/${flagValue(p, 'election-id') ?? 'ingress-controller-leader'}...`)
  const webhook = Number(flagValue(p, 'validating-webhook')?.replace(/^.*:/, '') ?? NaN)
  if (Number.isInteger(webhook)) yield* line(p, 'I', 'nginx.go:339', `"Starting validation webhook" address=":${webhook}" certPath="${flagValue(p, 'validating-webhook-certificate') ?? ''}" keyPath="${flagValue(p, 'validating-webhook-key') ?? ''}"`)
  const [http, https] = [Number(flagValue(p, 'http-port') ?? 80), Number(flagValue(p, 'https-port') ?? 443)]
  const listeners = yield* listenOn(p, [http, https, healthPort, ...(Number.isInteger(webhook) ? [webhook] : [])], cannotListen)
  if (listeners === undefined) return 255
  for (const listener of listeners) if (listener.port === https || listener.port === webhook) listener.secure = true
  yield* line(p, 'I', 'controller.go:214', '"Configuration changes detected, backend reload required"')
  yield* sleep(p, 100, true)
  yield* line(p, 'I', 'controller.go:228', '"Backend successfully reloaded"')
  yield* line(p, 'I', 'controller.go:240', '"Initial sync, sleeping for 1 second"')
  p.machine.setMemory(p, 75 * MIB)
  const front = nginxFront('nginx')
  const handle = (r: HttpRequest): HttpResponse | Aside => {
    if (r.port === healthPort) return r.path === '/healthz' ? textResponse(200, 'ok') : textResponse(404, '404 page not found\n')
    return { aside: (child) => (r.port === webhook ? review(child, r, release) : proxied(child, r, r.port === https, front)) }
  }
  return yield* serve(p, { listeners, handle, endsAt: ends })
}

const plainPath = /^\/[A-Za-z0-9\-._~/]*$/

/** What it has against an Ingress (internal/ingress/controller/controller.go CheckIngress, internal/ingress/inspector). */
function* review(p: Process, r: HttpRequest, release: string): Run<Answer> {
  const { kind, apiVersion, request: asked } = (jsonOf(r.body) ?? {}) as { kind?: string; apiVersion?: string; request?: { uid: string; object: KubeObject } }
  if (asked === undefined) return { response: textResponse(400, '') }
  const { items = [] } = (yield* ask(p, { verb: 'list', path: '/apis/networking.k8s.io/v1/ingresses', quiet: true })).body as { items?: KubeObject[] }
  const message = invalidPaths(asked.object, release) ?? takenPath(asked.object, items)
  const response = message === undefined ? { uid: asked.uid, allowed: true } : { uid: asked.uid, allowed: false, status: { message, reason: 'BadRequest', code: 400 } }
  return { response: jsonResponse(200, { kind, apiVersion, response }) }
}

type Path = { host: string; path: string; type: string }

function pathsOf({ spec }: KubeObject): Path[] {
  return ((spec?.rules ?? []) as { host?: string; http?: { paths: { path?: string; pathType: string }[] } }[]).flatMap(({ host, http }) =>
    (http?.paths ?? []).map(({ path, pathType }) => ({ host: host || '_', path: path || '/', type: pathType })))
}

/** strict-validate-path-type is on since 1.12. */
function invalidPaths(ingress: KubeObject, release: string): string | undefined {
  const minor = Number(/^v?1\.(\d+)/.exec(release)?.[1] ?? 99)
  const wrong = minor < 12 ? [] : pathsOf(ingress).filter(({ path, type }) => type !== 'ImplementationSpecific' && !plainPath.test(path))
  return wrong.length === 0 ? undefined : `ingress contains invalid paths: ${wrong.map(({ path, type }) => `path ${path} cannot be used with pathType ${type}`).join('\n')}`
}

function takenPath(ingress: KubeObject, all: readonly KubeObject[]): string | undefined {
  const isCanary = ({ metadata }: KubeObject): boolean => metadata.annotations?.['nginx.ingress.kubernetes.io/canary'] === 'true'
  const others = all.filter((other) => !isCanary(other) && other['spec']?.ingressClassName === ingress['spec']?.ingressClassName && (other.metadata.name !== ingress.metadata.name || other.metadata.namespace !== ingress.metadata.namespace))
  if (isCanary(ingress)) return undefined
  for (const { host, path } of pathsOf(ingress)) {
    const taken = others.find((other) => pathsOf(other).some((one) => one.host === host && one.path === path))
    if (taken !== undefined) return `host "${host}" and path "${path}" is already defined in ingress ${taken.metadata.namespace}/${taken.metadata.name}`
  }
  return undefined
}

/** Its preStop hook: tells it to end, and waits until nginx has. */
export function* waitShutdown(p: Process): Run<number> {
  const first = p.machine.visibleProcesses().find(({ pid }) => pid === 1)
  if (first !== undefined) p.machine.kill(first, 'TERM')
  yield* sleep(p, 1000)
  return 0
}
