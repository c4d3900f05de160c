const words = (text: string): string[] => text.trim().split(/\s+/)

/** Options of the kubelet, by its reference page (cmd/kubelet/app/options). */
const known: ReadonlySet<string> = new Set(words(`
  address allowed-unsafe-sysctls anonymous-auth application-metrics-count-limit authentication-token-webhook authentication-token-webhook-cache-ttl authorization-mode
  authorization-webhook-cache-authorized-ttl authorization-webhook-cache-unauthorized-ttl boot-id-file bootstrap-kubeconfig cert-dir cgroup-driver cgroup-root cgroups-per-qos
  client-ca-file cloud-config cloud-provider cluster-dns cluster-domain config config-dir container-hints container-log-max-files container-log-max-size
  container-runtime-endpoint containerd containerd-namespace contention-profiling cpu-cfs-quota cpu-cfs-quota-period cpu-manager-policy cpu-manager-policy-options
  cpu-manager-reconcile-period enable-controller-attach-detach enable-debugging-handlers enable-load-reader enable-server enforce-node-allocatable event-burst event-qps
  event-storage-age-limit event-storage-event-limit eviction-hard eviction-max-pod-grace-period eviction-minimum-reclaim eviction-pressure-transition-period eviction-soft
  eviction-soft-grace-period exit-on-lock-contention experimental-allocatable-ignore-eviction experimental-mounter-path fail-cgroupv1 fail-swap-on feature-gates
  file-check-frequency global-housekeeping-interval hairpin-mode healthz-bind-address healthz-port help hostname-override housekeeping-interval http-check-frequency
  image-credential-provider-bin-dir image-credential-provider-config image-gc-high-threshold image-gc-low-threshold image-service-endpoint keep-terminated-pod-volumes
  kernel-memcg-notification kube-api-burst kube-api-content-type kube-api-qps kube-reserved kube-reserved-cgroup kubeconfig kubelet-cgroups local-storage-capacity-isolation
  lock-file log-cadvisor-usage log-flush-frequency log-json-info-buffer-size log-json-split-stream log-text-info-buffer-size log-text-split-stream logging-format
  machine-id-file make-iptables-util-chains manifest-url manifest-url-header max-open-files max-pods maximum-dead-containers maximum-dead-containers-per-container
  memory-manager-policy minimum-container-ttl-duration minimum-image-ttl-duration node-ip node-labels node-status-max-images node-status-update-frequency oom-score-adj
  pod-cidr pod-infra-container-image pod-manifest-path pod-max-pids pods-per-core port protect-kernel-defaults provider-id qos-reserved read-only-port register-node
  register-schedulable register-with-taints registry-burst registry-qps reserved-cpus reserved-memory resolv-conf root-dir rotate-certificates rotate-server-certificates
  runonce runtime-cgroups runtime-request-timeout seccomp-default serialize-image-pulls storage-driver-buffer-duration storage-driver-db storage-driver-host
  storage-driver-password storage-driver-secure storage-driver-table storage-driver-user streaming-connection-idle-timeout sync-frequency system-cgroups system-reserved
  system-reserved-cgroup tls-cert-file tls-cipher-suites tls-min-version tls-private-key-file topology-manager-policy topology-manager-policy-options topology-manager-scope
  v version vmodule volume-plugin-dir volume-stats-agg-period
`))

const booleans: ReadonlySet<string> = new Set(words(`
  anonymous-auth authentication-token-webhook cgroups-per-qos contention-profiling cpu-cfs-quota enable-controller-attach-detach enable-debugging-handlers enable-load-reader
  enable-server exit-on-lock-contention fail-cgroupv1 fail-swap-on help keep-terminated-pod-volumes kernel-memcg-notification local-storage-capacity-isolation
  log-cadvisor-usage make-iptables-util-chains protect-kernel-defaults register-node register-schedulable rotate-certificates rotate-server-certificates runonce
  seccomp-default serialize-image-pulls storage-driver-secure version
`))

const numbers: ReadonlySet<string> = new Set(words('healthz-port image-gc-high-threshold image-gc-low-threshold max-open-files max-pods node-status-max-images oom-score-adj pods-per-core port read-only-port'))

export type Flags = ReadonlyMap<string, string>

/** What the kubelet is told on its command line, or why that cannot be read, in pflag's words. */
export function parseFlags(args: readonly string[]): Flags | { error: string } {
  const flags = new Map<string, string>()
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    const [, dashes = '', name = '', , value] = /^(-{0,2})([^=]*)(=(.*))?$/s.exec(arg) ?? []
    const flag = name.replaceAll('_', '-')
    if (dashes === '') return { error: `unknown command ${arg}` }
    if (dashes === '-' && flag !== 'v' && flag !== 'h') return { error: `failed to parse kubelet flag: unknown shorthand flag: '${name[0] ?? ''}' in ${arg}` }
    if (!known.has(flag) && flag !== 'h') return { error: `failed to parse kubelet flag: unknown flag: --${flag}` }
    const given = value ?? (booleans.has(flag) ? 'true' : args[++i])
    if (given === undefined) return { error: `failed to parse kubelet flag: flag needs an argument: --${flag}` }
    if (booleans.has(flag) && !/^(true|false|1|0|t|f|T|F|TRUE|FALSE|True|False)$/.test(given)) return { error: `failed to parse kubelet flag: invalid argument "${given}" for "--${flag}" flag: strconv.ParseBool: parsing "${given}": invalid syntax` }
    if (numbers.has(flag) && !/^-?\d+$/.test(given)) return { error: `failed to parse kubelet flag: invalid argument "${given}" for "--${flag}" flag: strconv.ParseInt: parsing "${given}": invalid syntax` }
    flags.set(flag, given)
  }
  return flags
}
