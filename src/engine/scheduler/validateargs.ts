/** What is wrong with the arguments of a plugin (pkg/scheduler/apis/config/validation/validation_pluginargs.go). */
import { duplicate, forbidden, formatFieldError, invalid, notSupported, required, type FieldError } from '../api/field.ts'
import { isQualifiedName } from '../api/names.ts'
import { complain } from '../api/validation/report.ts'
import { names } from './plugins/names.ts'

type Fields = Record<string, any>
type Check = (args: Fields, at: string, errors: FieldError[]) => void
/** What a field holds; arguments are read strictly. */
type Kind = 'number' | 'string' | 'boolean' | 'list' | 'map'

/** Fields of the arguments, and what they have to be. */
const fields: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  [names.DefaultPreemption]: { minCandidateNodesPercentage: 'number', minCandidateNodesAbsolute: 'number' },
  [names.InterPodAffinity]: { hardPodAffinityWeight: 'number', ignorePreferredTermsOfExistingPods: 'boolean' },
  [names.NodeAffinity]: { addedAffinity: 'map' },
  [names.NodeResourcesBalancedAllocation]: { resources: 'list' },
  [names.NodeResourcesFit]: { ignoredResources: 'list', ignoredResourceGroups: 'list', scoringStrategy: 'map' },
  [names.PodTopologySpread]: { defaultConstraints: 'list', defaultingType: 'string' },
  [names.VolumeBinding]: { bindTimeoutSeconds: 'number', shape: 'list' },
  [names.DynamicResources]: { filterTimeout: 'string', bindingTimeout: 'string' },
}

/** Errors in upstream's form. `at` is the path of the arguments: profiles[0].pluginConfig[1].args. */
export function pluginArgsErrors(name: string, args: Fields, at: string): string[] {
  const known = fields[name]
  if (known === undefined) return []
  const where = at.replace(/\.args$/, '')
  const unknown = Object.keys(args).filter((key) => key !== 'apiVersion' && key !== 'kind' && !Object.hasOwn(known, key))
  if (unknown.length > 0) {
    return [`decoding .${where}: decoding args for plugin ${name}: strict decoding error: ${unknown.map((key) => `unknown field "${key}"`).join(', ')}`]
  }
  const other = Object.entries(known).some(([key, kind]) => args[key] != null && kindOf(args[key]) !== kind)
  if (other) return [formatFieldError(invalid(at, args, 'has to match plugin args'))]
  const errors: FieldError[] = []
  checks[name]?.(args, at, errors)
  return errors.map(formatFieldError)
}

function kindOf(value: unknown): Kind | undefined {
  if (Array.isArray(value)) return 'list'
  const type = typeof value
  return type === 'object' ? 'map' : type === 'number' || type === 'string' || type === 'boolean' ? type : undefined
}

const within = (value: unknown, least: number, most: number): boolean => typeof value === 'number' && value >= least && value <= most

const checks: Readonly<Record<string, Check>> = {
  [names.DefaultPreemption]({ minCandidateNodesPercentage: percentage = 10, minCandidateNodesAbsolute: absolute = 100 }, at, errors) {
    const [percentagePath, absolutePath] = [`${at}.minCandidateNodesPercentage`, `${at}.minCandidateNodesAbsolute`]
    if (!within(percentage, 0, 100)) errors.push(invalid(percentagePath, percentage, 'not in valid range [0, 100]'))
    if (!within(absolute, 0, Infinity)) errors.push(invalid(absolutePath, absolute, 'not in valid range [0, inf)'))
    if (percentage !== 0 || absolute !== 0) return
    errors.push(invalid(percentagePath, 0, 'cannot be zero at the same time as minCandidateNodesAbsolute'))
    errors.push(invalid(absolutePath, 0, 'cannot be zero at the same time as minCandidateNodesPercentage'))
  },

  [names.InterPodAffinity]({ hardPodAffinityWeight: weight = 1 }, at, errors) {
    if (!within(weight, 0, 100)) errors.push(invalid(`${at}.hardPodAffinityWeight`, weight, 'not in valid range [0, 100]'))
  },

  [names.NodeAffinity]({ addedAffinity }, at, errors) {
    const [hard, soft] = ['requiredDuringSchedulingIgnoredDuringExecution', 'preferredDuringSchedulingIgnoredDuringExecution'] as const
    for (const [i, term] of mapsOf(addedAffinity?.[hard]?.nodeSelectorTerms)) validateTerm(term, `${at}.addedAffinity.${hard}.nodeSelectorTerms[${i}]`, errors)
    for (const [i, { preference = {} }] of mapsOf(addedAffinity?.[soft])) validateTerm(preference, `${at}.addedAffinity.${soft}[${i}]`, errors)
  },

  [names.NodeResourcesBalancedAllocation]({ resources = [] }, at, errors) {
    const seen = new Set<string>()
    for (const [i, { name, weight = 1 }] of mapsOf(resources)) {
      if (seen.has(name)) errors.push(duplicate(`${at}.resources[${i}].name`, name))
      seen.add(name)
      if (weight !== 1) errors.push(invalid(`${at}.resources[${i}].weight`, weight, 'must be 1'))
    }
  },

  [names.NodeResourcesFit]({ ignoredResources = [], ignoredResourceGroups = [], scoringStrategy }, at, errors) {
    for (const [i, name] of ignoredResources.entries()) complain(isQualifiedName(String(name)), name, `${at}.ignoredResources[${i}]`, errors)
    for (const [i, group] of ignoredResourceGroups.entries()) {
      const path = `${at}.ignoredResourceGroups[${i}]`
      if (String(group).includes('/')) errors.push(invalid(path, group, "resource group name can't contain '/'"))
      complain(isQualifiedName(String(group)), group, path, errors)
    }
    if (scoringStrategy != null) validateStrategy(scoringStrategy, `${at}.scoringStrategy`, errors)
  },

  [names.PodTopologySpread]({ defaultingType = 'System', defaultConstraints = [] }, at, errors) {
    const path = `${at}.defaultingType`
    if (defaultingType !== 'System' && defaultingType !== 'List') errors.push(notSupported(path, defaultingType, ['System', 'List']))
    else if (defaultingType === 'System' && defaultConstraints.length > 0) errors.push(invalid(path, defaultingType, 'when .defaultConstraints are not empty'))
    const seen = new Set<string>()
    for (const [i, constraint] of mapsOf(defaultConstraints)) {
      const pathOf = `${at}.defaultConstraints[${i}]`
      validateConstraint(constraint, pathOf, errors)
      const key = `{${constraint['topologyKey'] ?? ''}, ${constraint['whenUnsatisfiable'] ?? ''}}`
      if (seen.has(key)) errors.push(duplicate(pathOf, key))
      seen.add(key)
    }
  },

  [names.VolumeBinding]({ bindTimeoutSeconds = 600, shape }, at, errors) {
    if (bindTimeoutSeconds < 0) errors.push(invalid(`${at}.bindTimeoutSeconds`, bindTimeoutSeconds, 'invalid BindTimeoutSeconds, should not be a negative value'))
    if (shape == null) return
    errors.push(invalid(`${at}.shape`, shape, 'unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring'))
  },
}

/** The maps of a list with their places; of anything else none. */
const mapsOf = (list: unknown): [number, Fields][] =>
  Array.isArray(list) ? list.flatMap((item, i) => (kindOf(item) === 'map' ? [[i, item as Fields]] : [])) : []

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']

/** What a selector has to be like that is to be matched (component-helpers nodeaffinity, apimachinery labels.NewRequirement). */
function validateTerm({ matchExpressions }: Fields, at: string, errors: FieldError[]): void {
  for (const [i, { operator = '', values: given }] of mapsOf(matchExpressions)) {
    const path = `${at}.matchExpressions[${i}]`
    const values: unknown[] = Array.isArray(given) ? given : []
    const wrong = (detail: string) => errors.push(invalid(`${path}.values`, values, detail))
    if (!operators.includes(operator)) errors.push(notSupported(`${path}.operator`, operator, operators))
    else if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) wrong("for 'in', 'notin' operators, values set can't be empty")
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) wrong('values set must be empty for exists and does not exist')
    } else {
      if (values.length !== 1) wrong("for 'Gt', 'Lt' operators, exactly one value is required")
      for (const [j, value] of values.entries()) {
        if (!/^[+-]?\d+$/.test(String(value))) errors.push(invalid(`${path}.values[${j}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer"))
      }
    }
  }
}

const strategies = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio']

function validateStrategy({ type = 'LeastAllocated', resources = [], requestedToCapacityRatio: ratio }: Fields, at: string, errors: FieldError[]): void {
  if (!strategies.includes(type)) errors.push(notSupported(`${at}.type`, type, strategies))
  for (const [i, { name, weight = 1 }] of mapsOf(resources)) {
    if (within(weight, Number.MIN_VALUE, 100)) continue
    errors.push(invalid(`${at}.resources[${i}].weight`, weight, `resource weight of ${name} not in valid range (0, 100]`))
  }
  const path = `${at}.requestedToCapacityRatio`
  if (type !== 'RequestedToCapacityRatio') {
    if (ratio != null) errors.push(forbidden(path, 'must be nil when type is not RequestedToCapacityRatio'))
  } else if (ratio == null) errors.push(required(path, 'must be specified when type is RequestedToCapacityRatio'))
  else validateShape(ratio.shape, `${path}.shape`, errors)
}

function validateShape(given: unknown, at: string, errors: FieldError[]): void {
  const shape = mapsOf(given).map(([, point]) => ({ utilization: point['utilization'] ?? 0, score: point['score'] ?? 0 }))
  if (shape.length === 0) return void errors.push(required(at, 'at least one point must be specified'))
  const falling = shape.findIndex(({ utilization }, i) => i > 0 && shape[i - 1]!.utilization >= utilization)
  if (falling > 0) errors.push(invalid(`${at}[${falling}].utilization`, shape[falling]!.utilization, 'values must be sorted in increasing order'))
  for (const [i, { utilization, score }] of shape.entries()) {
    if (!within(utilization, 0, 100)) errors.push(invalid(`${at}[${i}].utilization`, utilization, 'not in valid range [0, 100]'))
    if (!within(score, 0, 10)) errors.push(invalid(`${at}[${i}].score`, score, 'not in valid range [0, 10]'))
  }
}

function validateConstraint({ maxSkew = 0, topologyKey = '', whenUnsatisfiable: when = '', labelSelector }: Fields, at: string, errors: FieldError[]): void {
  if (!within(maxSkew, 1, Infinity)) errors.push(invalid(`${at}.maxSkew`, maxSkew, 'not in valid range (0, inf)'))
  if (topologyKey === '') errors.push(required(`${at}.topologyKey`, 'can not be empty'))
  else complain(isQualifiedName(topologyKey), topologyKey, `${at}.topologyKey`, errors)
  const actions = ['DoNotSchedule', 'ScheduleAnyway']
  if (when === '') errors.push(required(`${at}.whenUnsatisfiable`, 'can not be empty'))
  else if (!actions.includes(when)) errors.push(notSupported(`${at}.whenUnsatisfiable`, when, actions))
  if (labelSelector != null) errors.push(forbidden(`${at}.labelSelector`, 'constraint must not define a selector, as they deduced for each pod'))
}
