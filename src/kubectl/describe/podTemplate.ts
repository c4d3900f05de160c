import { formatLabelSelector } from '../../engine/api/selector.ts'
import type { PodSpec } from '../../engine/api/types.ts'
import { writeContainers } from './containers.ts'
import { writeVolumes } from './volumes.ts'
import { writeAnnotations, writeColumn, writeLabels, writeTolerations, type Description } from './writer.ts'

interface Template {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec?: PodSpec
}

/** What the pods of a workload are made from. */
export function writePodTemplate(w: Description, template: Template | undefined): void {
  w.line(0, 'Pod Template:')
  if (!template) return w.write(1, '<unset>')
  const { metadata = {}, spec } = template
  writeLabels(w, '  Labels', metadata.labels)
  if (Object.keys(metadata.annotations ?? {}).length > 0) writeAnnotations(w, '  Annotations', metadata.annotations)
  if (spec?.serviceAccountName) w.line(1, `Service Account:\t${spec.serviceAccountName}`)
  if (spec?.initContainers?.length) writeContainers(w, 'Init Containers', spec.initContainers, { indent: '  ' })
  writeContainers(w, 'Containers', spec?.containers ?? [], { indent: '  ' })
  writeVolumes(w, spec?.volumes, '  ')
  writeSpreadConstraints(w, spec, '  ')
  if (spec?.priorityClassName) w.line(1, `Priority Class Name:\t${spec.priorityClassName}`)
  writeLabels(w, '  Node-Selectors', spec?.nodeSelector)
  writeTolerations(w, '  Tolerations', spec?.tolerations)
}

export function writeSpreadConstraints(w: Description, spec: PodSpec | undefined, indent = ''): void {
  const constraints = spec?.topologySpreadConstraints ?? []
  if (constraints.length === 0) return
  const sorted = constraints.toSorted((a, b) => (a.topologyKey < b.topologyKey ? -1 : a.topologyKey > b.topologyKey ? 1 : 0))
  writeColumn(w, 'Topology Spread Constraints', sorted.map(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }) => {
    const selector = labelSelector ? ` for selector ${formatLabelSelector(labelSelector)}` : ''
    return `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`
  }), indent)
}
