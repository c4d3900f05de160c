import type { Container, KubeObject, Pod } from '../../api/types.ts'
import { isReady, podFromTemplate, timeOf } from '../common/pods.ts'
import { hasPerIndexLimit, isIndexed, trackingFinalizer } from './decide.ts'
import { completionIndex, failureCountAnnotation, indexOf } from './indexes.ts'

/** A pod of a Job; `index` for those that are numbered, `failures` of its index before it. */
export function jobPod(job: KubeObject, index: number | undefined, failures: number): Pod {
  const bare = podFromTemplate(job['spec'].template, job)
  const finalizers = [...(bare.metadata.finalizers ?? []), trackingFinalizer]
  if (index === undefined || !isIndexed(job)) return { ...bare, metadata: { ...bare.metadata, finalizers } }
  const annotations = {
    ...bare.metadata.annotations,
    [completionIndex]: String(index),
    ...(hasPerIndexLimit(job) ? failureCountAnnotation(failures) : {}),
  }
  const labels = { ...bare.metadata.labels, [completionIndex]: String(index) }
  const { containers, initContainers } = bare.spec
  return {
    ...bare,
    metadata: { ...bare.metadata, generateName: indexedPrefix(job.metadata.name, index), finalizers, labels, annotations },
    spec: {
      ...bare.spec,
      hostname: `${job.metadata.name}-${index}`,
      containers: containers.map(withIndex),
      ...(initContainers === undefined ? {} : { initContainers: initContainers.map(withIndex) }),
    },
  }
}

/** Longest that leaves room for the generated end (podGenerateNameWithIndex). */
function indexedPrefix(name: string, index: number): string {
  const end = `-${index}-`
  return name.length + end.length > 58 ? name.slice(0, 58 - end.length) + end : name + end
}

const variable = 'JOB_COMPLETION_INDEX'

function withIndex(container: Container): Container {
  if (container.env?.some(({ name }) => name === variable)) return container
  const value = { name: variable, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${completionIndex}']` } } }
  return { ...container, env: [...(container.env ?? []), value] }
}

/** Which of too many go: doubles of an index first, then those that have done least (activePodsForRemoval). */
export function surplusPods(job: KubeObject, active: readonly Pod[], count: number): Pod[] {
  const chosen: Pod[] = []
  let left = [...active]
  if (isIndexed(job)) {
    const best = new Map<number, Pod>()
    for (const pod of left.toSorted((a, b) => -byProgress(a, b))) {
      const index = indexOf(pod)
      if (index < 0 || index >= (job['spec'].completions ?? 0) || best.has(index)) chosen.push(pod)
      else best.set(index, pod)
    }
    left = [...best.values()]
  }
  const more = count - chosen.length
  return more <= 0 ? chosen : [...chosen, ...left.toSorted(byProgress).slice(0, more)]
}

function byProgress(a: Pod, b: Pod): number {
  const phase = (pod: Pod): number => ({ Pending: 0, Unknown: 1, Running: 2 })[pod.status.phase as 'Pending'] ?? 1
  return Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) || phase(a) - phase(b) || Number(isReady(a)) - Number(isReady(b)) ||
    timeOf(b.metadata.creationTimestamp) - timeOf(a.metadata.creationTimestamp)
}
