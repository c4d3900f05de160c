import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { limitRangerBounds, limitRangerDefaults } from './limit-ranger.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import type { MutatingPlugin, ValidatingPlugin } from './plugin.ts'
import { podSecurity } from './pod-security.ts'
import { priority } from './priority.ts'
import { resourceQuota } from './resource-quota.ts'
import { serviceAccount } from './service-account.ts'

/** In the order of pkg/kubeapiserver/options/plugins.go. */
export const mutatingPlugins: readonly MutatingPlugin[] = [
  namespaceLifecycle,
  limitRangerDefaults,
  serviceAccount,
  priority,
  defaultTolerationSeconds,
]

export const validatingPlugins: readonly ValidatingPlugin[] = [limitRangerBounds, podSecurity, resourceQuota]
