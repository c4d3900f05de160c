import { certificateApproval, certificateSigning, certificateSubjectRestriction } from './certificate-signers.ts'
import { certificateSubject } from './certificate-subject.ts'
import { defaultIngressClass, defaultStorageClass } from './default-class.ts'
import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { limitRangerBounds, limitRangerDefaults } from './limit-ranger.ts'
import { namespaceLifecycle, namespaceProtection } from './namespace-lifecycle.ts'
import { nodeRestriction } from './node-restriction.ts'
import { taintNodesByCondition } from './node-taint.ts'
import type { MutatingPlugin, ValidatingPlugin } from './plugin.ts'
import { podSecurity } from './pod-security.ts'
import { oneDefaultPriority, priority } from './priority.ts'
import { resourceQuota } from './resource-quota.ts'
import { runtimeClass } from './runtime-class.ts'
import { serviceAccount } from './service-account.ts'
import { persistentVolumeClaimResize, storageObjectInUseProtection } from './storage-in-use.ts'
import { validatingAdmissionPolicy } from './validating-admission-policy.ts'
import { mutatingWebhooks, validatingWebhooks } from './webhooks.ts'

/** In the order of pkg/kubeapiserver/options/plugins.go; those that are on by default, and NodeRestriction, which kubeadm turns on. */
export const mutatingPlugins: readonly MutatingPlugin[] = [
  namespaceLifecycle,
  limitRangerDefaults,
  serviceAccount,
  nodeRestriction,
  taintNodesByCondition,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  runtimeClass,
  defaultIngressClass,
  certificateSubject,
  mutatingWebhooks,
]

export const validatingPlugins: readonly ValidatingPlugin[] = [
  namespaceProtection,
  limitRangerBounds,
  nodeRestriction,
  podSecurity,
  oneDefaultPriority,
  persistentVolumeClaimResize,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  validatingAdmissionPolicy,
  validatingWebhooks,
  resourceQuota,
]

/** Asked of what is never stored, too, where the others have nothing to say: what people add to the server, and what binds kubelets. */
export const extensionPlugins: readonly ValidatingPlugin[] = [nodeRestriction, validatingAdmissionPolicy, validatingWebhooks]
