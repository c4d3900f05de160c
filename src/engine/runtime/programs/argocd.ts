import { toBase64 } from '../../api/base64.ts'
import { sha256 } from '../../api/digest.ts'
import { textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { ensureSecret, ownNamespace } from './in-cluster.ts'
import { cannotListen, listenOn, serve, stopsLikeGo } from './serve.ts'

const MIB = 1024 ** 2

/** Where each of its servers listens when its options say nothing. */
const portsOf: Readonly<Record<string, readonly number[]>> = {
  'argocd-server': [8080, 8083], 'argocd-repo-server': [8081, 8084], 'argocd-application-controller': [8082],
  'argocd-applicationset-controller': [7000, 8080], 'argocd-notifications': [9001], 'argocd-commit-server': [8086, 8087], 'argocd-dex': [5556, 5557, 5558],
}

/** One program under many names (argoproj/argo-cd cmd/main.go): its servers, and what their init containers do. What it would bring from a repository it does not. */
export function* argocd(p: Process): Run<number> {
  const name = p.argv[0]!.replace(/^.*\//, '')
  const words = p.argv.slice(1).filter((word) => !word.startsWith('-'))
  const line = (text: string): Run<void> => print(p, `time="${formatTime('%FT%TZ', p.machine.now())}" level=info msg="${text}"\n`, 2)
  if (name === 'argocd' && words[0] === 'version') {
    yield* print(p, 'argocd: v3.1.8+becb020\n  BuildDate: 2026-01-01T00:00:00Z\n  GoVersion: go1.24.4\n  Compiler: gc\n  Platform: linux/amd64\n')
    return 0
  }
  if (words[0] === 'admin' && words[1] === 'redis-initial-password') {
    yield* print(p, `Checking for initial Redis password in secret ${ownNamespace(p, 'argocd')}/argocd-redis at key auth. \n`)
    const made = yield* ensureWord(p, 'argocd-redis', 'auth')
    if (made !== undefined) {
      yield* print(p, `time="${formatTime('%FT%TZ', p.machine.now())}" level=fatal msg="${made}"\n`, 2)
      return 20
    }
    yield* print(p, 'Initial Redis secret password ensured.\n')
    return 0
  }
  if (words[0] === 'copyutil') {
    p.machine.install(`${words[1] ?? '/shared'}/argocd-dex`, 'argocd')
    return 0
  }
  const ports = portsOf[name]
  if (ports === undefined) {
    yield* print(p, `${[name, ...words].join(' ')}: not simulated by Podreel\n`, 2)
    return 1
  }
  const stopped = stopsLikeGo(p)
  yield* sleep(p, 1500, true)
  if (name === 'argocd-server') yield* ensureWord(p, 'argocd-initial-admin-secret', 'password')
  const listeners = yield* listenOn(p, ports, cannotListen)
  if (listeners === undefined) return 1
  for (const listener of listeners) if (name === 'argocd-server' && listener.port === 8080) listener.secure = true
  yield* line(`${name} v3.1.8+becb020 serving on port ${ports[0]} (url: , tls: ${name === 'argocd-server'}, namespace: ${ownNamespace(p, 'argocd')}, sso: false)`)
  p.machine.setMemory(p, 60 * MIB)
  return yield* serve(p, {
    listeners,
    stopped,
    handle: ({ path }) => (path.startsWith('/healthz') ? textResponse(200, 'ok\n') : path === '/' ? textResponse(200, '<!doctype html><html lang="en"><head><title>Argo CD</title></head><body></body></html>\n', 'text/html; charset=utf-8') : textResponse(404, '404 page not found\n')),
  })
}

/** A Secret with a word that nobody knows. */
function ensureWord(p: Process, name: string, key: string): Run<string | undefined> {
  return ensureSecret(p, ownNamespace(p, 'argocd'), name, { [key]: toBase64(sha256(`${name} ${p.machine.random(2 ** 32)}`).slice(0, 16)) })
}
