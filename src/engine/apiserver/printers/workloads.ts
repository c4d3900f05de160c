import { parseGroupVersion } from '../../api/resources.ts'
import { formatLabelSelector, formatSelector, selectorOf } from '../../api/selector.ts'
import { age, humanDuration, parseTime } from '../../api/time.ts'
import type { KubeObject, ObjectMeta } from '../../api/types.ts'
import { ageOf, columns, containerCells, formatLabels, isTrue, type Printer } from './printer.ts'

export const replicationControllers: Printer = {
  columns: columns('Name', 'Desired#', 'Current#', 'Ready#', 'Age', 'Containers+', 'Images+', 'Selector+'),
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    spec?.replicas ?? 1,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    ageOf(metadata, now),
    ...containerCells(spec?.template?.spec?.containers),
    formatLabels(spec?.selector),
  ],
}

export const replicaSets: Printer = {
  columns: replicationControllers.columns,
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    spec?.replicas ?? 1,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    ageOf(metadata, now),
    ...containerCells(spec?.template?.spec?.containers),
    formatLabelSelector(spec?.selector),
  ],
}

export const deployments: Printer = {
  columns: columns('Name', 'Ready', 'Up-to-date', 'Available', 'Age', 'Containers+', 'Images+', 'Selector+'),
  cells({ metadata, spec, status }, now) {
    const selector = selectorOf(spec?.selector)
    return [
      metadata.name,
      `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`,
      status?.updatedReplicas ?? 0,
      status?.availableReplicas ?? 0,
      ageOf(metadata, now),
      ...containerCells(spec?.template?.spec?.containers),
      'error' in selector ? '<invalid>' : formatSelector(selector),
    ]
  },
}

export const statefulSets: Printer = {
  columns: columns('Name', 'Ready', 'Age', 'Containers+', 'Images+'),
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`,
    ageOf(metadata, now),
    ...containerCells(spec?.template?.spec?.containers),
  ],
}

export const daemonSets: Printer = {
  columns: columns(
    'Name', 'Desired#', 'Current#', 'Ready#', 'Up-to-date#', 'Available#', 'Node Selector', 'Age',
    'Containers+', 'Images+', 'Selector+',
  ),
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    status?.desiredNumberScheduled ?? 0,
    status?.currentNumberScheduled ?? 0,
    status?.numberReady ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
    formatLabels(spec?.template?.spec?.nodeSelector),
    ageOf(metadata, now),
    ...containerCells(spec?.template?.spec?.containers),
    formatLabelSelector(spec?.selector),
  ],
}

export const jobs: Printer = {
  columns: columns('Name', 'Status', 'Completions', 'Duration', 'Age', 'Containers+', 'Images+', 'Selector+'),
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    jobStatus(metadata, status),
    completions(spec, status),
    jobDuration(status, now),
    ageOf(metadata, now),
    ...containerCells(spec?.template?.spec?.containers),
    formatLabelSelector(spec?.selector),
  ],
}

const finished = ['Complete', 'Failed']
const underWay = ['Suspended', 'FailureTarget', 'SuccessCriteriaMet']

function jobStatus(metadata: ObjectMeta, status: KubeObject['status']): string {
  const has = (type: string) => isTrue(status?.conditions, type)
  return finished.find(has) ?? (metadata.deletionTimestamp ? 'Terminating' : (underWay.find(has) ?? 'Running'))
}

function completions(spec: KubeObject['spec'], status: KubeObject['status']): string {
  const succeeded = status?.succeeded ?? 0
  if (spec?.completions !== undefined && spec.completions !== null) return `${succeeded}/${spec.completions}`
  return (spec?.parallelism ?? 0) > 1 ? `${succeeded}/1 of ${spec.parallelism}` : `${succeeded}/1`
}

function jobDuration(status: KubeObject['status'], now: number): string {
  const start = status?.startTime ? parseTime(status.startTime) : undefined
  if (start === undefined) return ''
  return humanDuration((status.completionTime ? parseTime(status.completionTime)! : now) - start)
}

export const cronJobs: Printer = {
  columns: columns(
    'Name', 'Schedule', 'Timezone', 'Suspend?', 'Active#', 'Last Schedule', 'Age', 'Containers+', 'Images+', 'Selector+',
  ),
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    spec?.schedule ?? '',
    spec?.timeZone ?? '<none>',
    spec?.suspend ? 'True' : 'False',
    status?.active?.length ?? 0,
    status?.lastScheduleTime ? age(status.lastScheduleTime, now) : '<none>',
    ageOf(metadata, now),
    ...containerCells(spec?.jobTemplate?.spec?.template?.spec?.containers),
    formatLabelSelector(spec?.jobTemplate?.spec?.selector),
  ],
}

export const controllerRevisions: Printer = {
  columns: columns('Name', 'Controller', 'Revision', 'Age'),
  cells({ metadata, revision }, now) {
    const owner = metadata.ownerReferences?.find((ref) => ref.controller)
    const { group } = parseGroupVersion(owner?.apiVersion ?? '')
    return [
      metadata.name,
      owner ? `${`${owner.kind}${group === '' ? '' : `.${group}`}`.toLowerCase()}/${owner.name}` : '<none>',
      revision ?? 0,
      ageOf(metadata, now),
    ]
  },
}

export const podDisruptionBudgets: Printer = {
  columns: columns('Name', 'Min Available', 'Max Unavailable', 'Allowed Disruptions#', 'Age'),
  cells: ({ metadata, spec, status }, now) => [
    metadata.name,
    String(spec?.minAvailable ?? 'N/A'),
    String(spec?.maxUnavailable ?? 'N/A'),
    status?.disruptionsAllowed ?? 0,
    ageOf(metadata, now),
  ],
}
