import { formatLabelSelector } from '../../engine/api/selector.ts'
import { withEvents } from './describer.ts'
import { pairs } from './storage.ts'

export const describePodDisruptionBudget = withEvents((w, { metadata, spec, status }) => {
  w.line(0, `Name:\t${metadata.name}`)
  w.line(0, `Namespace:\t${metadata.namespace ?? ''}`)
  if (spec?.minAvailable !== undefined) w.line(0, `Min available:\t${spec.minAvailable}`)
  else if (spec?.maxUnavailable !== undefined) w.line(0, `Max unavailable:\t${spec.maxUnavailable}`)
  w.line(0, `Selector:\t${spec?.selector ? formatLabelSelector(spec.selector) : '<unset>'}`)
  const { disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0, expectedPods = 0 } = status ?? {}
  w.line(0, 'Status:')
  w.line(2, `Allowed disruptions:\t${disruptionsAllowed}`)
  w.line(2, `Current:\t${currentHealthy}`)
  w.line(2, `Desired:\t${desiredHealthy}`)
  w.line(2, `Total:\t${expectedPods}`)
})

export const describePriorityClass = withEvents((w, { metadata, value = 0, globalDefault = false, preemptionPolicy, description = '' }) => {
  w.line(0, `Name:\t${metadata.name}`)
  w.line(0, `Value:\t${value}`)
  w.line(0, `GlobalDefault:\t${globalDefault}`)
  w.line(0, `PreemptionPolicy:\t${preemptionPolicy ?? 'PreemptLowerPriority'}`)
  w.line(0, `Description:\t${description}`)
  w.line(0, `Annotations:\t${pairs(metadata.annotations)}`)
})
