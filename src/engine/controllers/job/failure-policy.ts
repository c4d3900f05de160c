import type { ContainerStatus, KubeObject, Pod } from '../../api/types.ts'

/** What a pod's failure means by podFailurePolicy (pkg/controller/job/pod_failure_policy.go). */
export interface PolicyMatch {
  action: 'FailJob' | 'Ignore' | 'Count' | 'FailIndex'
  message: string
}

interface Rule {
  action: PolicyMatch['action']
  onExitCodes?: { containerName?: string | null; operator: 'In' | 'NotIn'; values: number[] }
  onPodConditions?: { type: string; status?: string }[]
}

/** The first rule that fits; undefined when none does (the failure counts). */
export function matchFailurePolicy(job: KubeObject, pod: Pod): PolicyMatch | undefined {
  const rules: Rule[] = job['spec'].podFailurePolicy?.rules ?? []
  for (const [index, rule] of rules.entries()) {
    const message = rule.onExitCodes === undefined ? byCondition(rule, pod, index) : byExitCode(rule, pod, index)
    if (message !== undefined) return { action: rule.action, message }
  }
  return undefined
}

function byExitCode({ onExitCodes, action }: Rule, pod: Pod, index: number): string | undefined {
  const { containerName, operator, values } = onExitCodes!
  const statuses: readonly ContainerStatus[] = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])]
  const hit = statuses.find(({ name, state }) => {
    const exitCode = state?.terminated?.exitCode
    if (exitCode === undefined || exitCode === 0 || (containerName && containerName !== name)) return false
    return operator === 'In' ? values.includes(exitCode) : !values.includes(exitCode)
  })
  if (hit === undefined) return undefined
  const { namespace, name } = pod.metadata
  return `Container ${hit.name} for pod ${namespace}/${name} failed with exit code ${hit.state!.terminated!.exitCode} matching ${action} rule at index ${index}`
}

function byCondition({ onPodConditions, action }: Rule, pod: Pod, index: number): string | undefined {
  const hit = pod.status.conditions?.find((c) => onPodConditions?.some(({ type, status = 'True' }) => type === c.type && status === c.status))
  return hit && `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${hit.type} matching ${action} rule at index ${index}`
}
