import { goQuote } from '../api/field.ts'
import type { Response } from '../api/request.ts'
import type { ApiRequest } from './request-info.ts'

const hook = (name: string): string => `poststarthook/${name}`

/** What is checked, in its order (apiserver/pkg/server/healthz, pkg/controlplane, kube-aggregator). */
const checks = {
  always: ['ping', 'log', 'etcd'],
  ready: ['etcd-readiness', 'informer-sync'],
  hooks: [
    'start-apiserver-admission-initializer', 'generic-apiserver-start-informers', 'priority-and-fairness-config-consumer', 'priority-and-fairness-filter',
    'storage-object-count-tracker-hook', 'start-apiextensions-informers', 'start-apiextensions-controllers', 'crd-informer-synced', 'start-system-namespaces-controller',
    'start-cluster-authentication-info-controller', 'start-kube-apiserver-identity-lease-controller', 'start-kube-apiserver-identity-lease-garbage-collector',
    'start-legacy-token-tracking-controller', 'start-service-ip-repair-controllers', 'rbac/bootstrap-roles', 'scheduling/bootstrap-system-priority-classes',
    'priority-and-fairness-config-producer', 'bootstrap-controller', 'start-kubernetes-service-cidr-controller', 'aggregator-reload-proxy-client-cert', 'start-kube-aggregator-informers',
    'apiservice-status-local-available-controller', 'apiservice-status-remote-available-controller', 'apiservice-registration-controller', 'apiservice-discovery-controller',
    'kube-apiserver-autoregistration',
  ].map(hook),
  last: ['autoregister-completion', hook('apiservice-openapi-controller'), hook('apiservice-openapiv3-controller')],
}

const checksOf = (endpoint: string): string[] => {
  const isReady = endpoint === 'readyz'
  return [...checks.always, ...(isReady ? checks.ready : []), ...checks.hooks, ...checks.last, ...(isReady ? ['shutdown'] : [])]
}

/** The paths of all of them. */
export const healthPaths: readonly string[] = ['healthz', 'livez', 'readyz'].flatMap((endpoint) => [`/${endpoint}`, ...checksOf(endpoint).map((check) => `/${endpoint}/${check}`)])

/** /healthz, /livez and /readyz, with `?verbose`, `?exclude=etcd`, or one check by its name; undefined: another path. */
export function health({ path, query, verb }: ApiRequest, etcdIsUp: boolean): Response | undefined {
  const [, endpoint, one] = /^\/(healthz|livez|readyz)(?:\/(.*))?$/.exec(path) ?? []
  if (endpoint === undefined || (verb !== 'get' && verb !== 'list')) return undefined
  const isWell = (check: string): boolean => etcdIsUp || !check.startsWith('etcd')
  const excluded = new Set(query['exclude'] === undefined ? [] : [query['exclude']])
  const all = checksOf(endpoint)
  if (one) return all.includes(one) ? oneCheck(one, isWell(one)) : undefined
  const lines = all.map((check) => (excluded.has(check) ? `[+]${check} excluded: ok` : isWell(check) ? `[+]${check} ok` : `[-]${check} failed: reason withheld`))
  const unknown = [...excluded].filter((check) => !all.includes(check))
  if (unknown.length > 0) lines.push(`warn: some health checks cannot be excluded: no matches for ${unknown.map(goQuote).join(',')}`)
  if (all.some((check) => !excluded.has(check) && !isWell(check))) return { code: 500, body: `${lines.join('\n')}\n${endpoint} check failed\n` }
  return { code: 200, body: 'verbose' in query ? `${lines.join('\n')}\n${endpoint} check passed\n` : 'ok' }
}

const oneCheck = (name: string, isWell: boolean): Response => (isWell ? { code: 200, body: 'ok' } : { code: 500, body: `internal server error: ${name} is not well\n` })
