import type { Command } from '../../command.ts'
import { createClusterRole, createClusterRoleBinding, createRole, createRoleBinding, createServiceAccount, createToken } from './access.ts'
import { createConfigMap, createSecret } from './config.ts'
import { createNamespace, createPodDisruptionBudget, createPriorityClass, createQuota } from './policies.ts'
import { createIngress, createService } from './services.ts'
import { createCronJob, createDeployment, createJob } from './workloads.ts'

/** `kubectl create deployment` and its like. */
export const generators: readonly Command[] = [
  createClusterRole, createClusterRoleBinding, createConfigMap, createCronJob, createDeployment, createIngress, createJob, createNamespace,
  createPodDisruptionBudget, createPriorityClass, createQuota, createRole, createRoleBinding, createSecret, createService,
  createServiceAccount, createToken,
]
