/** Webhooks that admit requests (pkg/apis/admissionregistration/validation, apiserver/pkg/util/webhook). */
import { semanticEqual } from '../equality.ts'
import { duplicate, invalid, notSupported, required, type FieldError } from '../field.ts'
import { isDNS1035Label, isDNS1123Subdomain, isValidPortNum } from '../names.ts'
import { checkConditions, checkRule, failurePolicies, matchPolicies } from './admissionRules.ts'
import { complain, validateLabelSelector, type Fields } from './report.ts'

const sideEffectsWithout = ['None', 'NoneOnDryRun']
const reinvocationPolicies = ['IfNeeded', 'Never']
const reviewVersions = ['v1', 'v1beta1']

export const webhookConfiguration = (object: Fields, errors: FieldError[]): void => checkWebhooks(object['webhooks'] ?? [], false, errors)

/** Conditions that stay as they are, are not compiled again. */
export function updateWebhookConfiguration(next: Fields, old: Fields, errors: FieldError[]): void {
  const conditions = ({ webhooks = [] }: Fields): unknown => (webhooks as Fields[]).map((hook) => hook['matchConditions'])
  checkWebhooks(next['webhooks'] ?? [], semanticEqual(conditions(next), conditions(old)), errors)
}

function checkWebhooks(hooks: Fields[], sameConditions: boolean, errors: FieldError[]): void {
  const names = new Set<string>()
  for (const [i, hook] of hooks.entries()) {
    const at = `webhooks[${i}]`
    checkWebhook(hook, at, sameConditions, errors)
    checkReviewVersions(hook['admissionReviewVersions'] ?? [], `${at}.admissionReviewVersions`, errors)
    if (hook['name'] && names.has(hook['name'])) errors.push(duplicate(`${at}.name`, hook['name']))
    names.add(hook['name'])
  }
}

function checkWebhook(hook: Fields, at: string, sameConditions: boolean, errors: FieldError[]): void {
  const { name = '', rules = [], sideEffects, timeoutSeconds, clientConfig = {}, matchConditions = [] } = hook
  const oneOf = (field: string, supported: readonly string[]): void => {
    if (hook[field] !== undefined && !supported.includes(hook[field])) errors.push(notSupported(`${at}.${field}`, hook[field], supported))
  }
  fullyQualifiedName(name, `${at}.name`, errors)
  for (const [i, rule] of rules.entries()) checkRule(rule, `${at}.rules[${i}]`, errors)
  oneOf('failurePolicy', failurePolicies)
  oneOf('matchPolicy', matchPolicies)
  if (sideEffects === undefined) errors.push(required(`${at}.sideEffects`, `must specify one of ${sideEffectsWithout.join(', ')}`))
  oneOf('sideEffects', sideEffectsWithout)
  if (timeoutSeconds > 30 || timeoutSeconds < 1) errors.push(invalid(`${at}.timeoutSeconds`, timeoutSeconds, 'the timeout value must be between 1 and 30 seconds'))
  for (const selector of ['namespaceSelector', 'objectSelector']) validateLabelSelector(hook[selector], `${at}.${selector}`, errors)
  oneOf('reinvocationPolicy', reinvocationPolicies)
  checkClientConfig(clientConfig, `${at}.clientConfig`, errors)
  if (!sameConditions) checkConditions(matchConditions, { params: false, authorizer: true }, `${at}.matchConditions`, errors)
}

function fullyQualifiedName(name: string, at: string, errors: FieldError[]): void {
  const wrong = isDNS1123Subdomain(name)
  if (name === '') errors.push(required(at))
  else if (wrong.length > 0) errors.push(invalid(at, name, wrong.join(',')))
  else if (name.split('.').length < 3) errors.push(invalid(at, name, 'should be a domain with at least three segments separated by dots'))
}

function checkReviewVersions(versions: string[], at: string, errors: FieldError[]): void {
  if (versions.length === 0) return void errors.push(required(at, `must specify one of ${reviewVersions.join(', ')}`))
  const seen = new Set<string>()
  for (const [i, version] of versions.entries()) {
    if (seen.has(version)) errors.push(invalid(`${at}[${i}]`, version, 'duplicate version'))
    else complain(isDNS1035Label(version), version, `${at}[${i}]`, errors)
    seen.add(version)
  }
  if (!reviewVersions.some((version) => seen.has(version))) errors.push(invalid(at, versions, `must include at least one of ${reviewVersions.join(', ')}`))
}

/** Where a webhook is called, of conversions too. */
export function checkClientConfig({ url, service }: Fields, at: string, errors: FieldError[]): void {
  if ((url === undefined) === (service === undefined)) errors.push(required(at, 'exactly one of url or service is required'))
  else if (url !== undefined) checkUrl(url, `${at}.url`, errors)
  else checkService(service, `${at}.service`, errors)
}

function checkUrl(url: string, at: string, errors: FieldError[]): void {
  const form = '; desired format: https://host[/path]'
  const [, scheme = '', authority = '', rest = ''] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?(.*)$/s.exec(url)!
  const [, query = '', fragment = ''] = /^[^?#]*(?:\?([^#]*))?(?:#(.*))?$/s.exec(rest)!
  const user = authority.includes('@') ? authority.slice(0, authority.lastIndexOf('@')) : undefined
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  if (scheme.toLowerCase() !== 'https') errors.push(invalid(at, scheme.toLowerCase(), `'https' is the only allowed URL scheme${form}`))
  if (host === '') errors.push(invalid(at, '', `host must be provided${form}`))
  if (user !== undefined) errors.push(invalid(at, user, 'user information is not permitted in the URL'))
  if (fragment !== '') errors.push(invalid(at, fragment, 'fragments are not permitted in the URL'))
  if (query !== '') errors.push(invalid(at, query, 'query parameters are not permitted in the URL'))
}

function checkService({ name, namespace, port, path }: Fields, at: string, errors: FieldError[]): void {
  // Upstream hands over name and namespace the wrong way round, so each is told of as the other.
  if (!namespace) errors.push(required(`${at}.name`, 'service name is required'))
  if (!name) errors.push(required(`${at}.namespace`, 'service namespace is required'))
  const wrong = isValidPortNum(port ?? 443)
  if (wrong.length > 0) errors.push(invalid(`${at}.port`, port, `port is not valid: ${wrong.join(', ')}`))
  if (path !== undefined) checkPath(path, `${at}.path`, errors)
}

function checkPath(path: string, at: string, errors: FieldError[]): void {
  if (path === '' || path === '/') return
  if (path === '//') return void errors.push(invalid(at, path, 'segment[0] may not be empty'))
  if (!path.startsWith('/')) errors.push(invalid(at, path, "must start with a '/'"))
  for (const [i, step] of path.slice(1).replace(/\/$/, '').split('/').entries()) {
    if (step === '') errors.push(invalid(at, path, `segment[${i}] may not be empty`))
    else for (const complaint of isDNS1123Subdomain(step)) errors.push(invalid(at, path, `segment[${i}]: ${complaint}`))
  }
}
