import type { Container, KubeObject, Pod } from '../../api/types.ts'
import { compareActive } from '../common/active-pods.ts'
import { podFromTemplate } from '../common/pods.ts'
import { hasPerIndexLimit, isIndexed, trackingFinalizer } from './decide.ts'
import { completionIndex, failureAnnotations, indexOf, type IndexFailures } from './indexes.ts'

/** A pod of a Job; `index` for those that are numbered, `failures` of its index before it. */
export function jobPod(job: KubeObject, index?: number, failures: IndexFailures = { counted: 0, ignored: 0 }): Pod {
  const bare = podFromTemplate(job['spec'].template, job)
  const finalizers = [...(bare.metadata.finalizers ?? []), trackingFinalizer]
  if (index === undefined || !isIndexed(job)) return { ...bare, metadata: { ...bare.metadata, finalizers } }
  const annotations = {
    ...bare.metadata.annotations,
    [completionIndex]: String(index),
    ...(hasPerIndexLimit(job) ? failureAnnotations(failures) : {}),
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
    for (const pod of left.toSorted((a, b) => compareActive(b, a))) {
      const index = indexOf(pod)
      if (index < 0 || index >= (job['spec'].completions ?? 0) || best.has(index)) chosen.push(pod)
      else best.set(index, pod)
    }
    left = [...best.values()]
  }
  const more = count - chosen.length
  return more <= 0 ? chosen : [...chosen, ...left.toSorted((a, b) => compareActive(a, b)).slice(0, more)]
}
