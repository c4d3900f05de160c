/**
 * The roles and bindings that an API server makes when it starts (plugin/pkg/auth/authorizer/rbac/bootstrappolicy), and those by
 * which kubeadm gives its administrator all rights and lets CoreDNS see Services.
 */
import type { KubeObject } from '../../api/types.ts'
import { aggregatedRules, type PolicyRule, type RoleRef, type Subject } from '../../api/rbac.ts'
import { clusterRoles, roles } from './default-rules.ts'

const verbSets: Readonly<Record<string, readonly string[]>> = {
  all: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
  write: ['create', 'delete', 'deletecollection', 'patch', 'update'],
  read: ['get', 'list', 'watch'],
  follow: ['list', 'watch'],
  note: ['create', 'patch', 'update'],
  change: ['patch', 'update'],
}

const user = (name: string): Subject => ({ kind: 'User', name })
const group = (name: string): Subject => ({ kind: 'Group', name })
const account = (name: string): Subject => ({ kind: 'ServiceAccount', name, namespace: 'kube-system' })
const everybody = [group('system:authenticated'), group('system:unauthenticated')]

/** Who has a role besides the controllers, each of which has the one of its own name. */
const holders: Readonly<Record<string, readonly Subject[]>> = {
  'cluster-admin': [group('system:masters')],
  'system:basic-user': [group('system:authenticated')],
  'system:discovery': [group('system:authenticated')],
  'system:kube-controller-manager': [user('system:kube-controller-manager')],
  'system:kube-dns': [account('kube-dns')],
  'system:kube-scheduler': [user('system:kube-scheduler')],
  'system:monitoring': [group('system:monitoring')],
  // Nobody: the node authorizer gives these rights to each node for what is its own.
  'system:node': [],
  'system:node-proxier': [user('system:kube-proxy')],
  'system:public-info-viewer': everybody,
  'system:service-account-issuer-discovery': [group('system:serviceaccounts')],
  'system:volume-scheduler': [user('system:kube-scheduler')],
}

const roleHolders: Readonly<Record<string, readonly Subject[]>> = {
  'kube-public/system:controller:bootstrap-signer': [account('bootstrap-signer')],
  'kube-system/system::leader-locking-kube-controller-manager': [
    user('system:kube-controller-manager'), account('kube-controller-manager'), account('leader-election-controller'),
  ],
  'kube-system/system::leader-locking-kube-scheduler': [user('system:kube-scheduler'), account('kube-scheduler')],
  'kube-system/system:controller:bootstrap-signer': [account('bootstrap-signer')],
  'kube-system/system:controller:cloud-provider': [account('cloud-provider')],
  'kube-system/system:controller:token-cleaner': [account('token-cleaner')],
}

const apiVersion = 'rbac.authorization.k8s.io/v1'
const controllerPrefix = 'system:controller:'
const part = (of: string): string => `rbac.authorization.k8s.io/aggregate-to-${of}`

interface Block {
  head: string
  rules: PolicyRule[]
}

function blocks(text: string): Block[] {
  const found: Block[] = []
  for (const line of text.split('\n')) {
    if (line === '') continue
    if (line.startsWith('  ')) found.at(-1)!.rules.push(ruleOf(line.trim().split(' ')))
    else found.push({ head: line, rules: [] })
  }
  return found
}

function ruleOf([verbs, groups, what, names]: string[]): PolicyRule {
  const given = { verbs: verbSets[verbs!] ?? verbs!.split(',') }
  if (groups === 'path') return { nonResourceURLs: what!.split(','), verbs: given.verbs }
  return {
    apiGroups: groups!.split(',').map((name) => (name === 'core' ? '' : name)),
    ...(names === undefined ? {} : { resourceNames: names.split(',') }),
    resources: what!.split(','),
    verbs: given.verbs,
  }
}

const bootstrapMeta = (name: string, labels: Record<string, string> = {}, namespace?: string) => ({
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
  name,
  ...(namespace === undefined ? {} : { namespace }),
})

function clusterRole({ head, rules }: Block): Partial<KubeObject> {
  const aggregates = head.endsWith(' < parts')
  const [name, ...of] = head.replace(' < parts', '').split(' > ') as [string, ...string[]]
  const labels = Object.fromEntries(of.map((role) => [part(role), 'true']))
  const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { [part(name)]: 'true' } }] }
  return { apiVersion, kind: 'ClusterRole', metadata: bootstrapMeta(name, labels) as never, ...(aggregates ? { aggregationRule } : {}), rules }
}

function binding(kind: 'ClusterRoleBinding' | 'RoleBinding', metadata: object, role: RoleRef, subjects: readonly Subject[]): Partial<KubeObject> {
  const full = subjects.map((subject) => (subject.kind === 'ServiceAccount' ? subject : { apiGroup: 'rbac.authorization.k8s.io', ...subject }))
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', ...role }
  return { apiVersion, kind, metadata: metadata as never, roleRef, ...(full.length === 0 ? {} : { subjects: full }) }
}

function clusterBinding(name: string): Partial<KubeObject>[] {
  const subjects = name.startsWith(controllerPrefix) ? [account(name.slice(controllerPrefix.length))] : holders[name]
  return subjects === undefined ? [] : [binding('ClusterRoleBinding', bootstrapMeta(name), { kind: 'ClusterRole', name }, subjects)]
}

function namespaced(head: string): [namespace: string, name: string] {
  const slash = head.indexOf('/')
  return [head.slice(0, slash), head.slice(slash + 1)]
}

/** Of what every cluster has besides: CoreDNS (cmd/kubeadm/app/phases/addons/dns) and the network plug-in. */
const ofAddons: readonly Partial<KubeObject>[] = [
  {
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name: 'system:coredns' } as never,
    rules: [
      { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: verbSets['follow'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: verbSets['follow'] },
    ],
  },
  {
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name: 'kindnet' } as never,
    rules: [
      { apiGroups: [''], resources: ['namespaces'], verbs: verbSets['follow'] },
      { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: verbSets['follow'] },
    ],
  },
  binding('ClusterRoleBinding', { name: 'kindnet' }, { kind: 'ClusterRole', name: 'kindnet' }, [account('kindnet')]),
  binding('ClusterRoleBinding', { name: 'system:coredns' }, { kind: 'ClusterRole', name: 'system:coredns' }, [account('coredns')]),
]

/** In the order of their names. Roles that are put together have their rules already. */
export const defaultRoles: readonly Partial<KubeObject>[] = makeDefaultRoles()

function makeDefaultRoles(): Partial<KubeObject>[] {
  const plain = blocks(clusterRoles).map(clusterRole) as KubeObject[]
  // First `edit` and `view`, whose rules become part of others.
  const byName = new Map(plain.map((role) => [role.metadata.name, role]))
  for (const name of ['view', 'edit', 'admin']) {
    const role = byName.get(name)!
    byName.set(name, { ...role, rules: aggregatedRules(role, [...byName.values()]) })
  }
  const own = blocks(roles)
  return [
    ...byName.values(),
    ...plain.flatMap(({ metadata: { name } }) => clusterBinding(name)),
    binding('ClusterRoleBinding', { name: 'kubeadm:cluster-admins' }, { kind: 'ClusterRole', name: 'cluster-admin' }, [group('kubeadm:cluster-admins')]),
    ...ofAddons,
    ...own.map(({ head, rules }) => {
      const [namespace, name] = namespaced(head)
      return { apiVersion, kind: 'Role', metadata: bootstrapMeta(name, {}, namespace) as never, rules }
    }),
    ...Object.entries(roleHolders).map(([head, subjects]) => {
      const [namespace, name] = namespaced(head)
      return binding('RoleBinding', bootstrapMeta(name, {}, namespace), { kind: 'Role', name }, subjects)
    }),
    binding(
      'RoleBinding', bootstrapMeta('system::extension-apiserver-authentication-reader', {}, 'kube-system'),
      { kind: 'Role', name: 'extension-apiserver-authentication-reader' }, [user('system:kube-controller-manager'), user('system:kube-scheduler')],
    ),
  ]
}
