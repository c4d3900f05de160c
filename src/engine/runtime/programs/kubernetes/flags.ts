/** Options of the components of a cluster, by their reference pages; those that lie in many of them are written once. */

const words = (text: string): string[] => text.trim().split(/\s+/)

const logging = words(
  'v vmodule logging-format log-flush-frequency log-text-info-buffer-size log-text-split-stream log-json-info-buffer-size log-json-split-stream version help feature-gates emulated-version emulation-forward-compatible runtime-config',
)
const serving = words(`
  bind-address secure-port cert-dir tls-cert-file tls-private-key-file tls-cipher-suites tls-min-version tls-sni-cert-key http2-max-streams-per-connection permit-port-sharing
  permit-address-sharing disable-http2-serving profiling contention-profiling show-hidden-metrics-for-version allow-metric-labels allow-metric-labels-manifest disabled-metrics
`)
const delegated = words(`
  authentication-kubeconfig authentication-skip-lookup authentication-token-webhook-cache-ttl authentication-tolerate-lookup-failure authorization-kubeconfig
  authorization-always-allow-paths authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl client-ca-file requestheader-allowed-names
  requestheader-client-ca-file requestheader-extra-headers-prefix requestheader-group-headers requestheader-username-headers requestheader-uid-headers
`)
const client = words('kubeconfig master kube-api-burst kube-api-content-type kube-api-qps')
const election = words(`
  leader-elect leader-elect-lease-duration leader-elect-renew-deadline leader-elect-resource-lock leader-elect-resource-name leader-elect-resource-namespace leader-elect-retry-period
`)
const process = [...logging, ...serving, ...delegated]

const scheduler = [
  ...process,
  ...client,
  ...election,
  'config',
  'write-config-to',
  'pod-max-in-unschedulable-pods-duration',
]

const controllerManager = [
  ...process,
  ...client,
  ...election,
  ...words(`
  allocate-node-cidrs attach-detach-reconcile-sync-period cidr-allocator-type cloud-config cloud-provider cluster-cidr cluster-name cluster-signing-cert-file cluster-signing-duration
  cluster-signing-key-file cluster-signing-kube-apiserver-client-cert-file cluster-signing-kube-apiserver-client-key-file cluster-signing-kubelet-client-cert-file
  cluster-signing-kubelet-client-key-file cluster-signing-kubelet-serving-cert-file cluster-signing-kubelet-serving-key-file cluster-signing-legacy-unknown-cert-file
  cluster-signing-legacy-unknown-key-file concurrent-cron-job-syncs concurrent-daemonset-syncs concurrent-deployment-syncs concurrent-endpoint-syncs concurrent-ephemeralvolume-syncs
  concurrent-gc-syncs concurrent-horizontal-pod-autoscaler-syncs concurrent-job-syncs concurrent-namespace-syncs concurrent-rc-syncs concurrent-replicaset-syncs
  concurrent-resource-quota-syncs concurrent-service-endpoint-syncs concurrent-service-syncs concurrent-serviceaccount-token-syncs concurrent-statefulset-syncs
  concurrent-ttl-after-finished-syncs concurrent-validating-admission-policy-status-syncs configure-cloud-routes controller-start-interval controllers
  disable-attach-detach-reconcile-sync disable-force-detach-on-timeout enable-dynamic-provisioning enable-garbage-collector enable-hostpath-provisioner enable-leader-migration
  endpoint-updates-batch-period endpointslice-updates-batch-period external-cloud-volume-plugin flex-volume-plugin-dir horizontal-pod-autoscaler-cpu-initialization-period
  horizontal-pod-autoscaler-downscale-stabilization horizontal-pod-autoscaler-initial-readiness-delay horizontal-pod-autoscaler-sync-period horizontal-pod-autoscaler-tolerance
  large-cluster-size-threshold leader-migration-config legacy-service-account-token-clean-up-period max-endpoints-per-slice min-resync-period mirroring-concurrent-service-endpoint-syncs
  mirroring-endpointslice-updates-batch-period mirroring-max-endpoints-per-subset namespace-sync-period node-cidr-mask-size node-cidr-mask-size-ipv4 node-cidr-mask-size-ipv6
  node-eviction-rate node-monitor-grace-period node-monitor-period node-startup-grace-period node-sync-period pv-recycler-increment-timeout-nfs pv-recycler-minimum-timeout-nfs
  pv-recycler-pod-template-filepath-nfs pvclaimbinder-sync-period resource-quota-sync-period root-ca-file route-reconciliation-period secondary-node-eviction-rate
  service-account-private-key-file service-cluster-ip-range terminated-pod-gc-threshold unhealthy-zone-threshold use-service-account-credentials
`),
]

const apiServer = [
  ...process,
  ...words(`
  admission-control-config-file advertise-address aggregator-reject-forwarding-redirects allow-privileged anonymous-auth api-audiences apiserver-count audit-log-batch-buffer-size
  audit-log-batch-max-size audit-log-batch-max-wait audit-log-batch-throttle-burst audit-log-batch-throttle-enable audit-log-batch-throttle-qps audit-log-compress audit-log-format
  audit-log-maxage audit-log-maxbackup audit-log-maxsize audit-log-mode audit-log-path audit-log-truncate-enabled audit-log-truncate-max-batch-size audit-log-truncate-max-event-size
  audit-log-version audit-policy-file audit-webhook-batch-max-size audit-webhook-batch-max-wait audit-webhook-config-file audit-webhook-initial-backoff audit-webhook-mode
  authentication-config authentication-token-webhook-config-file authentication-token-webhook-version authorization-config authorization-mode authorization-policy-file
  authorization-webhook-config-file authorization-webhook-version cors-allowed-origins debug-socket-path default-not-ready-toleration-seconds default-unreachable-toleration-seconds
  default-watch-cache-size delete-collection-workers disable-admission-plugins egress-selector-config-file enable-admission-plugins enable-aggregator-routing
  enable-bootstrap-token-auth enable-garbage-collector enable-priority-and-fairness encryption-provider-config encryption-provider-config-automatic-reload endpoint-reconciler-type
  etcd-cafile etcd-certfile etcd-compaction-interval etcd-count-metric-poll-period etcd-db-metric-poll-interval etcd-healthcheck-timeout etcd-keyfile etcd-prefix
  etcd-readycheck-timeout etcd-servers etcd-servers-overrides event-ttl external-hostname goaway-chance identity-lease-duration-seconds identity-lease-renew-interval-seconds
  kubelet-certificate-authority kubelet-client-certificate kubelet-client-key kubelet-port kubelet-preferred-address-types kubelet-read-only-port kubelet-timeout
  kubernetes-service-node-port lease-reuse-duration-seconds livez-grace-period max-connection-bytes-per-sec max-mutating-requests-inflight max-requests-inflight
  min-request-timeout oidc-ca-file oidc-client-id oidc-groups-claim oidc-groups-prefix oidc-issuer-url oidc-required-claim oidc-signing-algs oidc-username-claim oidc-username-prefix
  peer-advertise-ip peer-advertise-port peer-ca-file proxy-client-cert-file proxy-client-key-file request-timeout service-account-extend-token-expiration service-account-issuer
  service-account-jwks-uri service-account-key-file service-account-lookup service-account-max-token-expiration service-account-signing-endpoint service-account-signing-key-file
  service-cluster-ip-range service-node-port-range shutdown-delay-duration shutdown-send-retry-after shutdown-watch-termination-grace-period storage-backend
  storage-initialization-timeout storage-media-type strict-transport-security-directives token-auth-file tracing-config-file watch-cache watch-cache-sizes
`),
]

const known: Readonly<Record<string, ReadonlySet<string>>> = {
  'kube-apiserver': new Set(apiServer),
  'kube-controller-manager': new Set(controllerManager),
  'kube-scheduler': new Set(scheduler),
}

/** Why a component does not start with these arguments, in pflag's words; undefined: it knows them all. */
export function flagError(component: string, args: readonly string[]): string | undefined {
  for (let i = 0; i < args.length; i++) {
    const [, dashes = '', name = '', equals] = /^(-{0,2})([^=]*)(=?)/.exec(args[i]!) ?? []
    if (dashes === '') return `unknown command "${args[i]}" for "${component}"`
    if (dashes === '-' && name !== 'v' && name !== 'h')
      return `unknown shorthand flag: '${name[0] ?? ''}' in ${args[i]}`
    if (!known[component]!.has(name)) return `unknown flag: --${name}`
    if (equals === '' && args[i + 1]?.startsWith('-') === false) i++
  }
  return undefined
}
