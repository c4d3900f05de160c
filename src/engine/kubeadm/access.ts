/** Accounts and rights that kubeadm makes, beside those that the API server makes by itself (cmd/kubeadm/app/phases/bootstraptoken, kubelet, uploadconfig). */

const apiGroup = 'rbac.authorization.k8s.io'
const apiVersion = `${apiGroup}/v1`
const core = ''

const group = (name: string) => ({ kind: 'Group', apiGroup, name })
const user = (name: string) => ({ kind: 'User', apiGroup, name })
const account = (name: string) => ({ kind: 'ServiceAccount', name, namespace: 'kube-system' })
/** Of machines that join with a token. */
const joining = group('system:bootstrappers:kubeadm:default-node-token')
const nodes = group('system:nodes')

interface Rights {
  namespace: string
  name: string
  resource: string
  resourceName: string
  holders: object[]
}

/** A Role for one object, and who has it. */
function forOne({ namespace, name, resource, resourceName, holders }: Rights): object[] {
  return [
    {
      apiVersion,
      kind: 'Role',
      metadata: { name, namespace },
      rules: [{ apiGroups: [core], resources: [resource], resourceNames: [resourceName], verbs: ['get'] }],
    },
    {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { name, namespace },
      roleRef: { apiGroup, kind: 'Role', name },
      subjects: holders,
    },
  ]
}

const clusterBinding = (name: string, role: string, subjects: object[]) => ({
  apiVersion,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup, kind: 'ClusterRole', name: role },
  subjects,
})

/** Each controller works as an account of its own (--use-service-account-credentials). */
const controllers = [
  'attachdetach-controller',
  'bootstrap-signer',
  'certificate-controller',
  'clusterrole-aggregation-controller',
  'cronjob-controller',
  'daemon-set-controller',
  'deployment-controller',
  'disruption-controller',
  'endpoint-controller',
  'endpointslice-controller',
  'endpointslicemirroring-controller',
  'ephemeral-volume-controller',
  'expand-controller',
  'generic-garbage-collector',
  'horizontal-pod-autoscaler',
  'job-controller',
  'legacy-service-account-token-cleaner',
  'namespace-controller',
  'node-controller',
  'persistent-volume-binder',
  'pod-garbage-collector',
  'pv-protection-controller',
  'pvc-protection-controller',
  'replicaset-controller',
  'replication-controller',
  'resource-claim-controller',
  'resourcequota-controller',
  'root-ca-cert-publisher',
  'service-account-controller',
  'service-cidrs-controller',
  'statefulset-controller',
  'token-cleaner',
  'ttl-after-finished-controller',
  'ttl-controller',
  'validatingadmissionpolicy-status-controller',
  'volumeattributesclass-protection-controller',
]

export const access: readonly object[] = [
  ...['coredns', 'kube-proxy', ...controllers].map((name) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: 'kube-system' },
  })),
  ...forOne({
    namespace: 'kube-system',
    name: 'kube-proxy',
    resource: 'configmaps',
    resourceName: 'kube-proxy',
    holders: [joining],
  }),
  ...forOne({
    namespace: 'kube-system',
    name: 'kubeadm:kubelet-config',
    resource: 'configmaps',
    resourceName: 'kubelet-config',
    holders: [nodes, joining],
  }),
  ...forOne({
    namespace: 'kube-system',
    name: 'kubeadm:nodes-kubeadm-config',
    resource: 'configmaps',
    resourceName: 'kubeadm-config',
    holders: [joining, nodes],
  }),
  ...forOne({
    namespace: 'kube-public',
    name: 'kubeadm:bootstrap-signer-clusterinfo',
    resource: 'configmaps',
    resourceName: 'cluster-info',
    holders: [user('system:anonymous')],
  }),
  {
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name: 'kubeadm:get-nodes' },
    rules: [{ apiGroups: [core], resources: ['nodes'], verbs: ['get'] }],
  },
  clusterBinding('kubeadm:get-nodes', 'kubeadm:get-nodes', [joining]),
  clusterBinding('kubeadm:kubelet-bootstrap', 'system:node-bootstrapper', [joining]),
  clusterBinding(
    'kubeadm:node-autoapprove-bootstrap',
    'system:certificates.k8s.io:certificatesigningrequests:nodeclient',
    [joining],
  ),
  clusterBinding(
    'kubeadm:node-autoapprove-certificate-rotation',
    'system:certificates.k8s.io:certificatesigningrequests:selfnodeclient',
    [nodes],
  ),
  clusterBinding('kubeadm:node-proxier', 'system:node-proxier', [account('kube-proxy')]),
]
