import { formatMicroTime } from './time.ts'
import type { KubeObject } from './types.ts'

/** Virtual ms between two renewals: of whoever leads (LeaderElectionConfiguration's retryPeriod), and of an API server's identity. */
const leaderMs = 2000
const identityMs = 10_000

/** Whose renewals are not played: nothing comes of them. */
const ofControlPlane = /^(kube-scheduler|kube-controller-manager|cloud-controller-manager|apiserver-.*)$/

/**
 * The leases of the control plane's processes lie in etcd without a time of renewal as long as their holders renew them: whoever reads one sees when
 * that was done last. One that its holder has left says it by itself.
 */
export function renewed(lease: KubeObject, nowMs: number): KubeObject {
  const { metadata: { namespace, name, uid }, spec } = lease
  if (namespace !== 'kube-system' || spec?.renewTime !== undefined || !spec?.holderIdentity || !ofControlPlane.test(name)) return lease
  const everyMs = name.startsWith('apiserver-') ? identityMs : leaderMs
  const phase = Number.parseInt(uid.slice(0, 6), 16) % everyMs
  return { ...lease, spec: { ...spec, renewTime: formatMicroTime(nowMs - ((nowMs + phase) % everyMs)) } }
}
