import { age } from '../../api/time.ts'
import { podStatusWord } from '../../api/podStatus.ts'
import type { ContainerStatus, Pod } from '../../api/types.ts'
import { ageOf, columns, containerCells, formatLabels, isTrue, type Printer } from './printer.ts'

export const pods: Printer = {
  columns: columns('Name', 'Ready', 'Status', 'Restarts', 'Age', 'IP+', 'Node+', 'Nominated Node+', 'Readiness Gates+'),
  cells(object, now) {
    const pod = object as Pod
    return [
      pod.metadata.name,
      readyCell(pod),
      podStatusWord(pod),
      restartsCell(pod, now),
      ageOf(pod.metadata, now),
      pod.status?.podIPs?.[0]?.ip || '<none>',
      pod.spec.nodeName || '<none>',
      pod.status?.nominatedNodeName || '<none>',
      readinessGates(pod),
    ]
  },
}

/** Init containers that still keep the pod from its main containers: then only they are counted. */
function initializing(pod: Pod): boolean {
  const sidecars = sidecarNames(pod)
  const statuses = pod.status?.initContainerStatuses ?? []
  const open = statuses.some((s) => !(s.state?.terminated?.exitCode === 0) && !(sidecars.has(s.name) && s.started))
  return open && !isTrue(pod.status?.conditions, 'Initialized')
}

function sidecarNames(pod: Pod): Set<string> {
  return new Set(pod.spec.initContainers?.filter((c) => c.restartPolicy === 'Always').map((c) => c.name))
}

/** Ready sidecars count up to the first init container that holds the pod back. */
function readySidecars(pod: Pod, sidecars: Set<string>): number {
  let ready = 0
  for (const status of pod.status?.initContainerStatuses ?? []) {
    if (status.state?.terminated?.exitCode === 0) continue
    if (!sidecars.has(status.name) || !status.started) break
    if (status.ready) ready++
  }
  return ready
}

function readyCell(pod: Pod): string {
  const sidecars = sidecarNames(pod)
  const total = pod.spec.containers.length + sidecars.size
  const main = initializing(pod)
    ? 0
    : (pod.status?.containerStatuses ?? []).filter((s) => s.ready && s.state?.running && !s.state.waiting?.reason).length
  return `${readySidecars(pod, sidecars) + main}/${total}`
}

function restartsCell(pod: Pod, now: number): string {
  const counted = restartStatuses(pod)
  const restarts = counted.reduce((sum, s) => sum + (s.restartCount ?? 0), 0)
  const last = counted.map((s) => s.lastState?.terminated?.finishedAt ?? '').filter((at) => at !== '').toSorted().at(-1)
  return restarts > 0 && last ? `${restarts} (${age(last, now)} ago)` : String(restarts)
}

/** During initialization the init containers up to the one that holds the pod back; later main ones and sidecars. */
function restartStatuses(pod: Pod): ContainerStatus[] {
  const init = pod.status?.initContainerStatuses ?? []
  const sidecars = sidecarNames(pod)
  const holds = (s: ContainerStatus) => s.state?.terminated?.exitCode !== 0 && !(sidecars.has(s.name) && s.started)
  const stop = init.findIndex(holds)
  const seen = stop < 0 ? init : init.slice(0, stop + 1)
  if (initializing(pod)) return seen
  return [...seen.filter((s) => sidecars.has(s.name)), ...(pod.status?.containerStatuses ?? [])]
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  return `${gates.filter((gate) => isTrue(pod.status?.conditions, gate.conditionType)).length}/${gates.length}`
}

export const podTemplates: Printer = {
  columns: columns('Name', 'Containers', 'Images', 'Pod Labels'),
  cells: ({ metadata, template }) => [
    metadata.name,
    ...containerCells(template?.spec?.containers),
    formatLabels(template?.metadata?.labels),
  ],
}
