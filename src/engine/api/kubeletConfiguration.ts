import { clusterDnsAddress, clusterDomain } from './cluster-domain.ts'

/** What kubelets are started with (`--config`), as far as it is followed here (kubelet.config.k8s.io/v1beta1 KubeletConfiguration). */
export interface KubeletConfiguration {
  apiVersion?: 'kubelet.config.k8s.io/v1beta1'
  kind?: 'KubeletConfiguration'
  /** How long a node that is to be shut down waits for its pods, such as '30s'; '0s', the default: not at all. */
  shutdownGracePeriod?: string
  /** The last part of it, which critical pods have for themselves. */
  shutdownGracePeriodCriticalPods?: string
  /** Instead of the two: the lowest priority of a group, and its time. */
  shutdownGracePeriodByPodPriority?: readonly ShutdownGroup[]
  /** Signal -> amount or per cent below which a pod is evicted at once; what is not named then has no such threshold. */
  evictionHard?: EvictionAmounts
  /** The same, but only after it has been so for the signal's time of `evictionSoftGracePeriod`, and with time for the pod. */
  evictionSoft?: EvictionAmounts
  evictionSoftGracePeriod?: EvictionAmounts
  /** How much more than the threshold is to be free before evicting ends. */
  evictionMinimumReclaim?: EvictionAmounts
  evictionPressureTransitionPeriod?: string
  /** Seconds that a pod has at most when a soft threshold ends it. */
  evictionMaxPodGracePeriod?: number
  imageGCHighThresholdPercent?: number
  imageGCLowThresholdPercent?: number
  imageMinimumGCAge?: string
  /** An image that nobody has used for so long goes, however much room there is; '0s': it stays. */
  imageMaximumGCAge?: string
  serializeImagePulls?: boolean
  maxParallelImagePulls?: number
  maxPods?: number
  /** What of the machine is not for pods. */
  kubeReserved?: Readonly<Record<string, string>>
  systemReserved?: Readonly<Record<string, string>>
  /** Kernel parameters that pods may set besides the safe ones; 'kernel.msg*' stands for all that begin so. */
  allowedUnsafeSysctls?: readonly string[]
}

/** What the file on a machine says besides: whoever makes a cluster leaves that to kubeadm. */
export interface KubeletFile extends KubeletConfiguration {
  /** Where manifests of static pods lie; a file that leaves it out has none. */
  staticPodPath?: string
  /** Whom pods ask for names. */
  clusterDNS?: readonly string[]
  authentication?: { anonymous?: { enabled?: boolean }; webhook?: { enabled?: boolean }; x509?: { clientCAFile?: string } }
  authorization?: { mode?: string }
  /** So many processes a pod may have; -1: as many as the node can. */
  podPidsLimit?: number
  /** Of a port at which anybody may look (10255). */
  readOnlyPort?: number
}

export type EvictionAmounts = Readonly<Record<string, string>>

/** What can be named in the eviction fields (pkg/kubelet/eviction/api/types.go). */
export const evictionSignals = ['memory.available', 'nodefs.available', 'nodefs.inodesFree', 'imagefs.available', 'imagefs.inodesFree', 'pid.available'] as const

export interface ShutdownGroup {
  priority: number
  shutdownGracePeriodSeconds: number
}

/** What kubeadm writes down for its kubelets: the ConfigMap kubelet-config, and the file that each is started with (cmd/kubeadm/app/componentconfigs/kubelet.go). */
export const kubeletConfigurationOfKubeadm = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  authentication: {
    anonymous: { enabled: false },
    webhook: { cacheTTL: '0s', enabled: true },
    x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' },
  },
  authorization: { mode: 'Webhook', webhook: { cacheAuthorizedTTL: '0s', cacheUnauthorizedTTL: '0s' } },
  cgroupDriver: 'systemd',
  clusterDNS: [clusterDnsAddress],
  clusterDomain,
  containerRuntimeEndpoint: '',
  cpuManagerReconcilePeriod: '0s',
  evictionPressureTransitionPeriod: '0s',
  fileCheckFrequency: '0s',
  healthzBindAddress: '127.0.0.1',
  healthzPort: 10248,
  httpCheckFrequency: '0s',
  imageMaximumGCAge: '0s',
  imageMinimumGCAge: '0s',
  kind: 'KubeletConfiguration',
  logging: {
    flushFrequency: 0,
    options: { json: { infoBufferSize: '0' }, text: { infoBufferSize: '0' } },
    verbosity: 0,
  },
  memorySwap: {},
  nodeStatusReportFrequency: '0s',
  nodeStatusUpdateFrequency: '0s',
  rotateCertificates: true,
  runtimeRequestTimeout: '0s',
  shutdownGracePeriod: '0s',
  shutdownGracePeriodCriticalPods: '0s',
  staticPodPath: '/etc/kubernetes/manifests',
  streamingConnectionIdleTimeout: '0s',
  syncFrequency: '0s',
  volumeStatsAggPeriod: '0s',
}
