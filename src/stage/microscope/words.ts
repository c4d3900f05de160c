import type { TFunction } from 'i18next'
import type { SchedulingChange } from '../../worker/protocol.ts'

/** A proposal in a sentence. */
export function wordsOf(t: TFunction<'microscope'>, { type, facts }: SchedulingChange): string {
  const { node } = facts
  const list = (items: readonly string[]): string => items.join(', ')
  switch (type) {
    case 'RemoveNodeName':
      return t('change.RemoveNodeName', { wanted: facts.wanted })
    case 'Uncordon':
      return t('change.Uncordon', { node })
    case 'RemoveTaints':
    case 'AddTolerations':
      return t(`change.${type}`, { node, taints: list(facts.taints.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`)) })
    case 'AddNodeLabels':
      return labels(t, node, Object.entries(facts.labels))
    case 'RemoveSelectorParts':
      return facts.keys.length === 0 ? t('change.RemoveAffinity') : t('change.RemoveSelectorParts', { keys: list(facts.keys) })
    case 'LowerRequests':
      return t('change.LowerRequests', { amounts: list(facts.lowered.map(({ resource, by }) => `${resource} ${by}`)) })
    case 'RaiseAllocatable':
      return t('change.RaiseAllocatable', { node, amounts: list(facts.raised.map(({ resource, by }) => `${resource} ${by}`)) })
    case 'ChangeHostPorts':
      return t('change.ChangeHostPorts', { ports: list(facts.ports.map(({ from, to }) => `${from} → ${to}`)) })
    case 'RaiseMaxSkew':
      return t('change.RaiseMaxSkew', { skew: Math.max(...facts.constraints.map(({ maxSkew }) => maxSkew)) })
    case 'RemoveSpreadConstraints':
      return t('change.RemoveSpreadConstraints', { keys: list(facts.keys) })
    case 'RemoveAffinityTerms':
      return t('change.RemoveAffinityTerms')
    case 'ChangePodLabels':
      return t('change.ChangePodLabels', { labels: list(facts.labels) })
  }
}

function labels(t: TFunction<'microscope'>, node: string, all: readonly [key: string, value: string | null | undefined][]): string {
  const added = all.filter(([, value]) => value != null).map(([key, value]) => `${key}=${value}`)
  const removed = all.filter(([, value]) => value == null).map(([key]) => key)
  const parts = [
    ...(added.length > 0 ? [t('change.AddNodeLabels', { node, labels: added.join(', ') })] : []),
    ...(removed.length > 0 ? [t('change.RemoveNodeLabels', { node, labels: removed.join(', ') })] : []),
  ]
  return parts.join(' ')
}
