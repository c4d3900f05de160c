/** flowcontrol.apiserver.k8s.io/v1 (pkg/apis/flowcontrol/validation). */
import { semanticEqual } from '../equality.ts'
import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import { mandatory } from '../flowControl.ts'
import { isDNS1123Label, isDNS1123Subdomain } from '../names.ts'
import { complain, label, present, subdomain, type Fields } from './report.ts'

const distinguishers = ['ByNamespace', 'ByUser']
const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch']
const last = 10_000

export function flowSchema(object: Fields, errors: FieldError[]): void {
  const { metadata: { name }, spec = {} } = object
  const { matchingPrecedence = 0, distinguisherMethod, priorityLevelConfiguration = {}, rules = [] } = spec
  const precedence = (detail: string): void => void errors.push(invalid('spec.matchingPrecedence', matchingPrecedence, detail))
  if (matchingPrecedence <= 0) precedence('must be a positive value')
  if (matchingPrecedence > last) precedence(`must not be greater than ${last}`)
  if (matchingPrecedence === 1 && name !== 'exempt') precedence("only the schema named 'exempt' may have matchingPrecedence 1")
  if (distinguisherMethod && !distinguishers.includes(distinguisherMethod.type)) errors.push(notSupported('spec.distinguisherMethod.type', { Type: distinguisherMethod.type }, distinguishers))
  const level: string = priorityLevelConfiguration.name ?? ''
  if (level === '') errors.push(required('spec.priorityLevelConfiguration.name', 'must reference a priority level'))
  else complain(isDNS1123Subdomain(level), level, 'spec.priorityLevelConfiguration.name', errors)
  for (const [i, rule] of (rules as Fields[]).entries()) checkRule(rule, `spec.rules[${i}]`, errors)
  checkFixed(object, object['spec'], errors)
}

/** Of what the server itself depends on, nothing may be changed but how much the exempt level lends. */
function checkFixed({ kind, metadata: { name } }: Fields, spec: Fields, errors: FieldError[]): void {
  const fixed = mandatory.find((object) => object.kind === kind && object.metadata.name === name)
  if (fixed === undefined) return
  const { exempt: _, ...compared } = spec
  const { exempt: lends, ...wanted } = fixed['spec'] as Fields
  const but = lends === undefined ? '' : " except the 'spec.exempt' field"
  if (!semanticEqual(compared, wanted)) errors.push(invalid('spec', spec, `spec of '${name}'${but} must equal the fixed value`))
}

/** A list that was left out comes as null where the API calls it required. */
const listOf = <T>(list: readonly T[] | null | undefined): readonly T[] => list ?? []

function checkRule(rule: Fields, at: string, errors: FieldError[]): void {
  const subjects = listOf<Fields>(rule['subjects'])
  const resourceRules = listOf<Fields>(rule['resourceRules'])
  const pathRules = listOf<Fields>(rule['nonResourceRules'])
  if (subjects.length === 0) errors.push(required(`${at}.subjects`, 'subjects must contain at least one value'))
  for (const [i, subject] of subjects.entries()) checkSubject(subject, `${at}.subjects[${i}]`, errors)
  if (resourceRules.length === 0 && pathRules.length === 0) errors.push(required(at, 'at least one of resourceRules and nonResourceRules has to be non-empty'))
  for (const [i, resourceRule] of resourceRules.entries()) checkResourceRule(resourceRule, `${at}.resourceRules[${i}]`, errors)
  for (const [i, pathRule] of pathRules.entries()) checkPathRule(pathRule, `${at}.nonResourceRules[${i}]`, errors)
}

/** Each kind of subject has a field of its own. */
const subjectFields: readonly [kind: string, field: string][] = [['ServiceAccount', 'serviceAccount'], ['User', 'user'], ['Group', 'group']]

function checkSubject(subject: Fields, at: string, errors: FieldError[]): void {
  const own = subjectFields.find(([kind]) => kind === subject['kind'])
  if (own === undefined) return void errors.push(notSupported(`${at}.kind`, subject['kind'], ['Group', 'ServiceAccount', 'User']))
  const [kind, field] = own
  const given: Fields | undefined = subject[field]
  if (given === undefined) errors.push(required(`${at}.${field}`, `${field} is required when subject kind is '${kind}'`))
  else if (kind === 'ServiceAccount') checkAccount(given, `${at}.${field}`, errors)
  else present(given['name'], `${at}.${field}.name`, errors)
  for (const [otherKind, other] of subjectFields) {
    if (other !== field && subject[other] !== undefined) errors.push(forbidden(`${at}.${other}`, `${other} is forbidden when subject kind is not '${otherKind}'`))
  }
}

function checkAccount({ name = '', namespace = '' }: Fields, at: string, errors: FieldError[]): void {
  if (name === '') errors.push(required(`${at}.name`))
  else if (name !== '*') subdomain(name, `${at}.name`, errors)
  if (namespace === '') errors.push(required(`${at}.namespace`, 'must specify namespace for service account'))
  else label(namespace, `${at}.namespace`, errors)
}

/** "*" stands alone. */
function checkList(list: readonly string[], at: string, missing: string, others: string, errors: FieldError[]): void {
  if (list.length === 0) errors.push(required(at, missing))
  else if (list.length > 1 && list.includes('*')) errors.push(invalid(at, list, `if '*' is present, must not specify other ${others}`))
}

function checkVerbs(given: readonly string[], at: string, errors: FieldError[]): void {
  checkList(given, at, 'verbs must contain at least one value', 'verbs', errors)
  if (!given.includes('*') && given.some((verb) => !verbs.includes(verb))) errors.push(notSupported(at, given, verbs))
}

function checkResourceRule(rule: Fields, at: string, errors: FieldError[]): void {
  const namespaces = listOf<string>(rule['namespaces'])
  checkVerbs(listOf(rule['verbs']), `${at}.verbs`, errors)
  checkList(listOf(rule['apiGroups']), `${at}.apiGroups`, 'resource rules must supply at least one api group', 'api groups', errors)
  checkList(listOf(rule['resources']), `${at}.resources`, 'resource rules must supply at least one resource', 'resources', errors)
  if (namespaces.length > 0 || !rule['clusterScope']) checkList(namespaces, `${at}.namespaces`, 'resource rules that are not cluster scoped must supply at least one namespace', 'namespaces', errors)
  if (namespaces.includes('*')) return
  for (const [i, namespace] of namespaces.entries()) {
    for (const complaint of isDNS1123Label(namespace)) errors.push(invalid(`${at}.namespaces[${i}]`, namespace, `each member of this list must be '*' or a DNS-1123 label; ${complaint}`))
  }
}

function checkPathRule(rule: Fields, at: string, errors: FieldError[]): void {
  const paths = listOf<string>(rule['nonResourceURLs'])
  checkVerbs(listOf(rule['verbs']), `${at}.verbs`, errors)
  checkList(paths, `${at}.nonResourceURLs`, 'nonResourceURLs must contain at least one value', 'non-resource URLs', errors)
  if (paths.includes('*')) return
  for (const [i, path] of paths.entries()) {
    const fault = pathFault(path)
    if (fault !== undefined) errors.push(invalid(`${at}.nonResourceURLs[${i}]`, path, fault))
  }
}

function pathFault(path: string): string | undefined {
  if (path === '') return 'must not be empty'
  if (path === '/') return undefined
  if (!path.startsWith('/')) return 'must start with slash'
  if (path.includes(' ')) return 'must not contain white-space'
  if (path.includes('//')) return 'must not contain double slash'
  const stars = path.split('*').length - 1
  return stars > 1 || (stars === 1 && !path.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined
}

export function priorityLevel(object: Fields, errors: FieldError[]): void {
  const { metadata: { name }, spec = {} } = object
  const { type, limited, exempt } = spec
  if ((name === 'exempt') !== (type === 'Exempt')) errors.push(invalid('spec.type', type, "type must be 'Exempt' if and only if name is 'exempt'"))
  if (type === 'Exempt') {
    if (limited) errors.push(forbidden('spec.limited', 'must be nil if the type is not Limited'))
    if (exempt) checkShares(exempt, 'spec.exempt', errors)
  } else if (type === 'Limited') {
    if (exempt) errors.push(forbidden('spec.exempt', 'must be nil if the type is Limited'))
    if (limited) checkLimited(limited, errors)
    else errors.push(required('spec.limited', 'must not be empty when type is Limited'))
  } else errors.push(notSupported('spec.type', type ?? '', ['Exempt', 'Limited']))
  checkFixed(object, spec, errors)
}

function checkShares({ nominalConcurrencyShares = 0, lendablePercent = 0 }: Fields, at: string, errors: FieldError[]): void {
  if (nominalConcurrencyShares < 0) errors.push(invalid(`${at}.nominalConcurrencyShares`, nominalConcurrencyShares, 'must be a non-negative integer'))
  if (lendablePercent < 0 || lendablePercent > 100) errors.push(invalid(`${at}.lendablePercent`, lendablePercent, 'must be between 0 and 100, inclusive'))
}

function checkLimited(limited: Fields, errors: FieldError[]): void {
  const { limitResponse = {}, borrowingLimitPercent = 0, lendablePercent } = limited
  checkShares({ ...limited, lendablePercent: 0 }, 'spec.limited', errors)
  const { type, queuing } = limitResponse
  if (type === 'Reject') {
    if (queuing) errors.push(forbidden('spec.limited.limitResponse.queuing', 'must be nil if limited.limitResponse.type is not Limited'))
  } else if (type === 'Queue') {
    if (queuing) checkQueuing(queuing, 'spec.limited.limitResponse.queuing', errors)
    else errors.push(required('spec.limited.limitResponse.queuing', 'must not be empty if limited.limitResponse.type is Limited'))
  } else errors.push(notSupported('spec.limited.limitResponse.type', type ?? '', ['Queue', 'Reject']))
  checkShares({ lendablePercent }, 'spec.limited', errors)
  if (borrowingLimitPercent < 0) errors.push(invalid('spec.limited.borrowingLimitPercent', borrowingLimitPercent, 'if specified, must be a non-negative integer'))
}

const mostQueues = 10_000_000
/** Of a flow's hash: so many bits deal the queues to it. */
const hashBits = 60

function checkQueuing({ queueLengthLimit = 0, queues = 0, handSize = 0 }: Fields, at: string, errors: FieldError[]): void {
  if (queueLengthLimit <= 0) errors.push(invalid(`${at}.queueLengthLimit`, queueLengthLimit, 'must be positive'))
  if (queues <= 0) errors.push(invalid(`${at}.queues`, queues, 'must be positive'))
  else if (queues > mostQueues) errors.push(invalid(`${at}.queues`, queues, `must not be greater than ${mostQueues}`))
  if (handSize <= 0) errors.push(invalid(`${at}.handSize`, handSize, 'must be positive'))
  else if (handSize > queues) errors.push(invalid(`${at}.handSize`, handSize, `should not be greater than queues (${queues})`))
  else if (entropyBits(queues, handSize) > hashBits) {
    errors.push(invalid(`${at}.handSize`, handSize, `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${hashBits}`))
  }
}

/** shufflesharding.RequiredEntropyBits */
function entropyBits(deck: number, hand: number): number {
  let bits = 0
  for (let i = 0; i < hand && bits <= hashBits; i++) bits += Math.log2(deck - i)
  return Math.ceil(bits)
}

/** Of both kinds. */
export function flowStatus({ status = {} }: Fields, _old: Fields, errors: FieldError[]): void {
  const types = new Set<string>()
  for (const [i, { type = '' }] of ((status.conditions ?? []) as Fields[]).entries()) {
    if (types.has(type)) errors.push(duplicate(`status.conditions[${i}].type`, type))
    types.add(type)
    present(type, `status.conditions[${i}].type`, errors, 'must not be empty')
  }
}
