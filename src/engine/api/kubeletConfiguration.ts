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
}

export interface ShutdownGroup {
  priority: number
  shutdownGracePeriodSeconds: number
}
