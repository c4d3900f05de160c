import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { defaultIngressClass, defaultStorageClass, nodeRestriction, persistentVolumeClaimResize, runtimeClass, storageObjectInUseProtection, validatingAdmissionPolicy } from './later.ts'
import { limitRangerBounds, limitRangerDefaults } from './limit-ranger.ts'
import { namespaceLifecycle, namespaceProtection } from './namespace-lifecycle.ts'
import { taintNodesByCondition } from './node-taint.ts'
import type { MutatingPlugin, ValidatingPlugin } from './plugin.ts'
import { podSecurity } from './pod-security.ts'
import { oneDefaultPriority, priority } from './priority.ts'
import { resourceQuota } from './resource-quota.ts'
import { serviceAccount } from './service-account.ts'

/** In the order of pkg/kubeapiserver/options/plugins.go; those that are on by default, and NodeRestriction, which kubeadm turns on. */
export const mutatingPlugins: readonly MutatingPlugin[] = [
  namespaceLifecycle,
  limitRangerDefaults,
  serviceAccount,
  taintNodesByCondition,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  runtimeClass,
  defaultIngressClass,
]

export const validatingPlugins: readonly ValidatingPlugin[] = [
  namespaceProtection,
  limitRangerBounds,
  nodeRestriction,
  podSecurity,
  oneDefaultPriority,
  persistentVolumeClaimResize,
  validatingAdmissionPolicy,
  resourceQuota,
]
