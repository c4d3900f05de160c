import { flagIn } from '../../network/ingress/flags.ts'
import { textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { nginxFront, proxied, traefikFront } from './ingress-proxy.ts'
import { klog } from './kubernetes/begin.ts'
import { cannotListen, listenOn, serve, stopsOn } from './serve.ts'

const MIB = 1024 ** 2

const option = ({ argv }: Process, name: string): string | undefined => flagIn(argv, name)

/** F5's controller for nginx, as somebody installs it (nginxinc/kubernetes-ingress cmd/nginx-ingress). */
export function* f5Ingress(p: Process): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], 0)
  const version = /:v?(\d[\d.]*)/.exec(p.machine.config.image.reference)?.[1] ?? '5.2.0'
  yield* print(p, `NGINX Ingress Controller Version=${version} Commit=5f8e4a2b Date=2026-01-01T00:00:00Z DirtyState=false Arch=linux/amd64 Go=go1.24.4\n`)
  yield* sleep(p, 500, true)
  yield* print(p, `${klog('I', p.machine.now(), 'main.go:284', 'Kubernetes version: 1.34.0')}\n${klog('I', p.machine.now(), 'main.go:334', 'Using nginx version: nginx/1.29.3')}\n`, 2)
  const [http, https] = [80, 443]
  const ready = option(p, 'ready-status') === 'false' ? [] : [Number(option(p, 'ready-status-port') ?? 8081)]
  const listeners = yield* listenOn(p, [http, https, ...ready], cannotListen)
  if (listeners === undefined) return 1
  p.machine.setMemory(p, 45 * MIB)
  const front = nginxFront('nginx/1.29.3')
  const isWell = option(p, 'health-status') === 'true'
  return yield* serve(p, {
    listeners,
    stopped,
    handle: (r) => {
      if (ready.includes(r.port)) return r.path === '/nginx-ready' ? textResponse(200, 'Ready\n') : textResponse(404, '404 page not found\n')
      if (isWell && r.path === '/nginx-health') return textResponse(200, 'healthy\n')
      return { aside: (child) => proxied(child, r, r.port === https, front) }
    },
  })
}

/** Traefik, with the entry points that its options name; what is not asked for by an Ingress is not there. */
export function* traefik(p: Process): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], 0)
  if (p.argv[1] === 'version') {
    yield* print(p, 'Version:      3.6.2\nCodename:     ramequin\nGo version:   go1.24.4\nBuilt:        2026-01-01T00:00:00Z\nOS/Arch:      linux/amd64\n')
    return 0
  }
  const say = (text: string): Run<void> => print(p, `${formatTime('%FT%TZ', p.machine.now())} INF ${text}\n`)
  yield* sleep(p, 300, true)
  yield* say('Traefik version 3.6.2 built on 2026-01-01T00:00:00Z version=3.6.2')
  const points = p.argv.flatMap((word) => /^--entrypoints?\.([^.=]+)\.address=[^:]*:(\d+)/i.exec(word)?.slice(1, 3) ?? []).reduce<[string, number][]>((all, part, i, parts) => (i % 2 === 0 ? [...all, [part, Number(parts[i + 1])]] : all), [])
  const isInsecure = option(p, 'api.insecure') === 'true'
  const own = points.find(([name]) => name === 'traefik')?.[1] ?? (isInsecure || option(p, 'ping') === 'true' ? 8080 : undefined)
  const fronts = points.filter(([name]) => name !== 'traefik')
  const ports = [...new Set([...(fronts.length === 0 ? [80] : fronts.map(([, port]) => port)), ...(own === undefined ? [] : [own])])]
  const listeners = yield* listenOn(p, ports, (port, why) => `${formatTime('%FT%TZ', p.machine.now())} ERR Command error error="error while building entryPoint web: error opening listener: ${cannotListen(port, why)}"`)
  if (listeners === undefined) return 1
  const secure = new Set(fronts.filter(([name, port]) => name === 'websecure' || port % 1000 === 443).map(([, port]) => port))
  for (const listener of listeners) if (secure.has(listener.port)) listener.secure = true
  yield* say('Starting provider aggregator *aggregator.ProviderAggregator')
  if (p.argv.some((word) => /^--providers\.kubernetesingress/i.test(word))) yield* say('Starting provider *ingress.Provider')
  p.machine.setMemory(p, 40 * MIB)
  return yield* serve(p, {
    listeners,
    stopped,
    handle: (r) => {
      if (r.path === '/ping' && (r.port === own || own === undefined)) return textResponse(200, 'OK')
      if (r.port !== own) return { aside: (child) => proxied(child, r, secure.has(r.port), traefikFront) }
      if (r.path === '/') return { ...textResponse(302, ''), headers: { location: '/dashboard/' } }
      return r.path.startsWith('/dashboard') && isInsecure ? textResponse(200, '<!DOCTYPE html><html><head><title>Traefik</title></head><body></body></html>\n', 'text/html; charset=utf-8') : textResponse(404, '404 page not found\n')
    },
  })
}
