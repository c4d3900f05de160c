import { isQuantityError, parseQuantity } from '../../../engine/api/quantity.ts'
import { isSelectorError, parseSelector, type LabelSelector } from '../../../engine/api/selector.ts'
import { CommandError } from '../../errors.ts'
import { generator, given, type Made } from './generating.ts'

export const createNamespace = generator({
  name: 'namespace',
  aliases: ['ns'],
  usage: 'namespace NAME [--dry-run=server|client|none]',
  summary: 'Create a namespace with the specified name',
  flags: [],
  resource: ['', 'v1', 'namespaces'],
  *make(_, name) {
    return { apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {}, status: {} }
  },
})

export const createQuota = generator({
  name: 'quota',
  aliases: ['resourcequota'],
  usage: 'quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]',
  summary: 'Create a quota with the specified name',
  flags: [
    { name: 'hard', type: 'string', usage: 'Limits: resource=quantity,...' },
    { name: 'scopes', type: 'string', usage: 'Scopes that the quota is about.' },
  ],
  resource: ['', 'v1', 'resourcequotas'],
  failure: 'failed to create quota: ',
  *make({ flags }, name) {
    const scopes = flags.string('scopes') === '' ? undefined : flags.string('scopes').split(',')
    return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec: given({ hard: parseQuantities(flags.string('hard')), scopes }), status: {} }
  },
})

/** "cpu=1,pods=2" */
export function parseQuantities(text: string): Record<string, string> | undefined {
  if (text === '') return undefined
  return Object.fromEntries(text.split(',').map((pair) => {
    const parts = pair.split('=')
    if (parts.length !== 2) throw new CommandError(`Invalid argument syntax ${pair}, expected <resource>=<value>`)
    const amount = parseQuantity(parts[1]!)
    if (isQuantityError(amount)) throw new CommandError(amount.error)
    return [parts[0]!, amount.text]
  }))
}

export const createPriorityClass = generator({
  name: 'priorityclass',
  aliases: ['pc'],
  usage: 'priorityclass NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]',
  summary: 'Create a priority class with the specified name',
  flags: [
    { name: 'description', type: 'string', usage: 'When to use it.' },
    { name: 'global-default', type: 'bool', usage: 'Pods without a class have this priority.' },
    { name: 'preemption-policy', type: 'string', default: 'PreemptLowerPriority', values: ['PreemptLowerPriority', 'Never'], usage: 'Whether others may be evicted.' },
    { name: 'value', type: 'int32', usage: 'The priority.' },
  ],
  resource: ['scheduling.k8s.io', 'v1', 'priorityclasses'],
  failure: 'failed to create priorityclass: ',
  *make({ flags }, name) {
    return given({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name },
      value: flags.number('value'),
      globalDefault: flags.bool('global-default') || undefined,
      description: flags.string('description') || undefined,
      preemptionPolicy: flags.string('preemption-policy'),
    }) as Made
  },
})

export const createPodDisruptionBudget = generator({
  name: 'poddisruptionbudget',
  aliases: ['pdb'],
  usage: 'poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]',
  summary: 'Create a pod disruption budget with the specified name',
  flags: [
    { name: 'max-unavailable', type: 'string', usage: 'How many pods may be missing: a number or a percentage.' },
    { name: 'min-available', type: 'string', usage: 'How many pods must be there: a number or a percentage.' },
    { name: 'selector', type: 'string', usage: 'Labels of the pods: =, with commas.' },
  ],
  resource: ['policy', 'v1', 'poddisruptionbudgets'],
  failure: 'failed to create poddisruptionbudgets: ',
  *make({ flags }, name) {
    const [selector, min, max] = ['selector', 'min-available', 'max-unavailable'].map((flag) => flags.string(flag)) as [string, string, string]
    if (selector === '') throw new CommandError('a selector must be specified')
    if (min === '' && max === '') throw new CommandError('one of min-available or max-unavailable must be specified')
    if (min !== '' && max !== '') throw new CommandError('min-available and max-unavailable cannot be both specified')
    return {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name },
      spec: given({ minAvailable: amountOf('min-available', min), selector: labelSelectorOf(selector), maxUnavailable: amountOf('max-unavailable', max) }),
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    }
  },
})

function amountOf(flag: string, text: string): number | string | undefined {
  if (text === '') return undefined
  if (/^\d+$/.test(text)) return Number(text)
  if (!/^\d+%$/.test(text)) throw new CommandError(`invalid format specified for ${flag}`)
  return text
}

/** metav1.ParseToLabelSelector */
function labelSelectorOf(text: string): LabelSelector {
  const parsed = parseSelector(text)
  if (isSelectorError(parsed)) throw new CommandError(`couldn't parse the selector string "${text}": ${parsed.error}`)
  const operators: Readonly<Record<string, string>> = { 'in': 'In', 'notin': 'NotIn', 'exists': 'Exists', '!': 'DoesNotExist' }
  const matchLabels: Record<string, string> = {}
  const matchExpressions: { key: string; operator: string; values?: string[] }[] = []
  for (const { key, operator, values } of parsed.requirements) {
    if (operator === '=' || operator === '==') matchLabels[key] = values[0]!
    else if (operator === 'gt' || operator === 'lt') throw new CommandError(`"${operator}" isn't supported in label selectors`)
    else if (operators[operator] === undefined) throw new CommandError(`"${operator}" is not a valid label selector operator`)
    else matchExpressions.push({ key, operator: operators[operator], ...(values.length > 0 ? { values: values.toSorted() } : {}) })
  }
  return { ...(Object.keys(matchLabels).length > 0 ? { matchLabels } : {}), ...(matchExpressions.length > 0 ? { matchExpressions } : {}) }
}
