/**
 * By what an API server divides its work before anybody has changed it: priority levels and, in their order, the schemas that say which
 * requests belong to which (apiserver/pkg/apis/flowcontrol/bootstrap). Nobody is made to wait here: requests of a film are few.
 */
import type { KubeObject } from './types.ts'

const apiVersion = 'flowcontrol.apiserver.k8s.io/v1'
/** The server keeps them as its version wants them. */
const annotations = { 'apf.kubernetes.io/autoupdate-spec': 'true' }

/** name, shares, percent that it lends, queues, hand size; without queues what is too much is refused. */
const levels: readonly [name: string, shares: number, lends: number, queues?: number, hand?: number][] = [
  ['catch-all', 5, 0],
  ['system', 30, 33, 64, 6],
  ['node-high', 40, 25, 64, 6],
  ['leader-election', 10, 0, 16, 4],
  ['workload-high', 40, 50, 128, 6],
  ['workload-low', 100, 90, 128, 6],
  ['global-default', 20, 50, 128, 6],
]

function level([name, nominalConcurrencyShares, lendablePercent, queues, handSize]: (typeof levels)[number]) {
  const limitResponse = queues === undefined ? { type: 'Reject' } : { type: 'Queue', queuing: { handSize, queueLengthLimit: 50, queues } }
  return { apiVersion, kind: 'PriorityLevelConfiguration', metadata: { name, annotations }, spec: { type: 'Limited', limited: { nominalConcurrencyShares, lendablePercent, limitResponse } } }
}

const exemptLevel = {
  apiVersion, kind: 'PriorityLevelConfiguration', metadata: { name: 'exempt', annotations }, spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
}

const groups = (...names: string[]) => names.map((name) => ({ kind: 'Group', group: { name } }))
const user = (name: string) => ({ kind: 'User', user: { name } })
const account = (name: string) => ({ kind: 'ServiceAccount', serviceAccount: { name, namespace: 'kube-system' } })

const on = (verbs: string, group: string, resources: string, namespace = '*', clusterScope = false) => ({
  verbs: verbs.split(','), apiGroups: [group], resources: resources.split(','), namespaces: [namespace], ...(clusterScope ? { clusterScope } : {}),
})
const all = { resourceRules: [on('*', '*', '*', '*', true)], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] }
const lead = (namespace: string) => [on('get,create,update', '', 'endpoints,configmaps', namespace), on('get,create,update', 'coordination.k8s.io', 'leases')]
const everybody = groups('system:unauthenticated', 'system:authenticated')

type Schema = [name: string, level: string, precedence: number, by: 'ByUser' | 'ByNamespace' | undefined, rule: object]

const schemas: readonly Schema[] = [
  ['exempt', 'exempt', 1, undefined, { subjects: groups('system:masters'), ...all }],
  ['catch-all', 'catch-all', 10_000, 'ByUser', { subjects: everybody, ...all }],
  ['system-nodes', 'system', 500, 'ByUser', { subjects: groups('system:nodes'), ...all }],
  ['system-node-high', 'node-high', 400, 'ByUser', {
    subjects: groups('system:nodes'), resourceRules: [on('*', '', 'nodes,nodes/status', '*', true), on('*', 'coordination.k8s.io', 'leases')],
  }],
  ['probes', 'exempt', 2, undefined, { subjects: everybody, nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }] }],
  ['system-leader-election', 'leader-election', 100, 'ByUser', {
    subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler'), account('*')], resourceRules: lead('kube-system'),
  }],
  ['workload-leader-election', 'leader-election', 200, 'ByUser', { subjects: [account('*')], resourceRules: lead('*') }],
  ['endpoint-controller', 'workload-high', 150, 'ByUser', {
    subjects: [user('system:kube-controller-manager'), account('endpoint-controller'), account('endpointslicemirroring-controller')],
    resourceRules: [on('get,create,update', '', 'endpoints')],
  }],
  ['kube-controller-manager', 'workload-high', 800, 'ByNamespace', { subjects: [user('system:kube-controller-manager')], ...all }],
  ['kube-scheduler', 'workload-high', 800, 'ByNamespace', { subjects: [user('system:kube-scheduler')], ...all }],
  ['kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', { subjects: [account('*')], ...all }],
  ['service-accounts', 'workload-low', 9000, 'ByUser', { subjects: groups('system:serviceaccounts'), ...all }],
  ['global-default', 'global-default', 9900, 'ByUser', { subjects: everybody, ...all }],
]

function schema([name, level, matchingPrecedence, type, rule]: Schema) {
  const distinguisherMethod = type === undefined ? {} : { distinguisherMethod: { type } }
  return {
    apiVersion, kind: 'FlowSchema', metadata: { name, annotations },
    spec: { matchingPrecedence, priorityLevelConfiguration: { name: level }, ...distinguisherMethod, rules: [rule] },
    status: { conditions: [{ type: 'Dangling', status: 'False', reason: 'Found', message: `This FlowSchema references the PriorityLevelConfiguration object named "${level}" and it exists` }] },
  }
}

export const flowControl = [exemptLevel, ...levels.map(level), ...schemas.map(schema)] as unknown as readonly KubeObject[]

const fixed = new Set(['exempt', 'catch-all'])

/** Without which a server does not work: nobody changes them. */
export const mandatory: readonly KubeObject[] = flowControl.filter(({ metadata }) => fixed.has(metadata.name))
