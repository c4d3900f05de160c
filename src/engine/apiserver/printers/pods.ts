import { printPod } from '../../api/podStatus.ts'
import { age } from '../../api/time.ts'
import type { Pod } from '../../api/types.ts'
import { ageOf, columns, containerCells, formatLabels, isTrue, type Printer } from './printer.ts'

export const pods: Printer = {
  columns: columns('Name', 'Ready', 'Status', 'Restarts', 'Age', 'IP+', 'Node+', 'Nominated Node+', 'Readiness Gates+'),
  cells(object, now) {
    const pod = object as Pod
    const { ready, total, status, restarts, lastRestart } = printPod(pod)
    return [
      pod.metadata.name,
      `${ready}/${total}`,
      status,
      restarts > 0 && lastRestart ? `${restarts} (${age(lastRestart, now)} ago)` : String(restarts),
      ageOf(pod.metadata, now),
      pod.status.podIPs?.[0]?.ip || '<none>',
      pod.spec.nodeName || '<none>',
      pod.status.nominatedNodeName || '<none>',
      readinessGates(pod),
    ]
  },
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  return `${gates.filter((gate) => isTrue(pod.status.conditions, gate.conditionType)).length}/${gates.length}`
}

export const podTemplates: Printer = {
  columns: columns('Name', 'Containers', 'Images', 'Pod Labels'),
  cells: ({ metadata, template }) => [
    metadata.name,
    ...containerCells(template?.spec?.containers),
    formatLabels(template?.metadata?.labels),
  ],
}
