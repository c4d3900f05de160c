import { formatTime } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import type { Process, Run } from '../process/process.ts'
import { ask } from './kubectl.ts'

/** What controllers that run in pods have in common: they look at the cluster again and again where they would watch it, and tell of what they do. */

/** Of a kind that is not there, or that it may not list, there is nothing. */
export function* listOf(p: Process, path: string): Run<KubeObject[]> {
  const { code, body } = yield* ask(p, { verb: 'list', path, quiet: true })
  return code === 200 ? ((body as { items?: KubeObject[] }).items ?? []) : []
}

/** An Event about an object of this kind. */
export function* tellEvent(p: Process, [apiVersion, kind]: readonly [string, string], { metadata: { namespace = 'default', name, uid, resourceVersion } }: KubeObject, type: string, reason: string, message: string, component: string): Run<void> {
  const at = formatTime(p.machine.now())
  const involvedObject = { kind, apiVersion, namespace, name, uid, resourceVersion }
  const metadata = { name: `${name}.${(p.machine.now() * 1_000_000 + p.machine.random(1_000_000)).toString(16)}`, namespace }
  yield* ask(p, { verb: 'create', path: `/api/v1/namespaces/${namespace}/events`, body: { apiVersion: 'v1', kind: 'Event', metadata, involvedObject, type, reason, message, source: { component }, firstTimestamp: at, lastTimestamp: at, count: 1 } })
}

export const ownNamespace = (p: Process, otherwise: string): string => p.machine.files.readText('/var/run/secrets/kubernetes.io/serviceaccount/namespace') ?? otherwise

/** Makes a Secret unless there is one; why there is none. */
export function* ensureSecret(p: Process, namespace: string, name: string, data: Readonly<Record<string, string>>): Run<string | undefined> {
  const path = `/api/v1/namespaces/${namespace}/secrets`
  if ((yield* ask(p, { verb: 'get', path: `${path}/${name}` })).code === 200) return undefined
  const { code, body } = yield* ask(p, { verb: 'create', path, body: { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'Opaque', data } })
  return code === 201 ? undefined : ((body as { message?: string }).message ?? String(body))
}
