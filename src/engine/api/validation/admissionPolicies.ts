/** ValidatingAdmissionPolicies and their bindings (pkg/apis/admissionregistration/validation). */
import { cel } from '../cel/cel.ts'
import type { PolicyCompiler, Uses } from '../cel/policies.ts'
import { reserved } from '../cel/words.ts'
import { semanticEqual } from '../equality.ts'
import { duplicate, forbidden, invalid, notSupported, required, tooMany, type FieldError } from '../field.ts'
import { isDNS1035Label, isDNS1123Subdomain, isPathSegmentName, isQualifiedName } from '../names.ts'
import { choice, complain, present, qualifiedName, subdomain, validateLabelSelector, type Fields } from './report.ts'

const failurePolicies = ['Fail', 'Ignore']
const matchPolicies = ['Equivalent', 'Exact']
const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']

export const policy = (object: Fields, errors: FieldError[]): void => checkPolicy(object, false, errors)

/** What the conditions say is not looked at again while they and the kind of the parameter stay. */
export const updatePolicy = (next: Fields, old: Fields, errors: FieldError[]): void =>
  checkPolicy(next, semanticEqual(next['spec']?.matchConditions, old['spec']?.matchConditions) && semanticEqual(next['spec']?.paramKind, old['spec']?.paramKind), errors)

function checkPolicy({ metadata, spec = {} }: Fields, sameConditions: boolean, errors: FieldError[]): void {
  const { failurePolicy, paramKind, matchConstraints, matchConditions = [], variables = [], validations = [], auditAnnotations = [] } = spec
  choice(failurePolicy, failurePolicies, 'spec.failurePolicy', errors)
  if (paramKind) checkParamKind(paramKind, 'spec.paramKind', errors)
  if (!matchConstraints) errors.push(required('spec.matchConstraints'))
  else {
    checkMatchResources(matchConstraints, 'spec.matchConstraints', errors)
    if (!matchConstraints.resourceRules?.length) errors.push(required('spec.matchConstraints.resourceRules'))
  }
  const uses: Uses = { params: Boolean(paramKind), authorizer: true }
  let compiler: PolicyCompiler | undefined
  const compiled = (): PolicyCompiler => (compiler ??= cel.get().newPolicyCompiler(variables.length > 0))
  if (!sameConditions) checkConditions(matchConditions, uses, 'spec.matchConditions', errors)
  for (const [i, variable] of variables.entries()) checkVariable(variable, compiled(), uses, `spec.variables[${i}]`, errors)
  if (validations.length === 0 && auditAnnotations.length === 0) {
    for (const field of ['validations', 'auditAnnotations']) errors.push(required(`spec.${field}`, 'validations or auditAnnotations must contain at least one item'))
    return
  }
  for (const [i, validation] of validations.entries()) checkValidation(validation, compiled(), uses, `spec.validations[${i}]`, errors)
  if (auditAnnotations.length > maxAnnotations) errors.push(invalid('spec.auditAnnotations', auditAnnotations, `must not have more than ${maxAnnotations} auditAnnotations`))
  const keys = new Set<string>()
  for (const [i, annotation] of auditAnnotations.entries()) {
    checkAnnotation(annotation, metadata.name, compiled(), uses, `spec.auditAnnotations[${i}]`, errors)
    if (keys.has(annotation.key)) errors.push(duplicate(`spec.auditAnnotations[${i}].key`, annotation.key))
    keys.add(annotation.key)
  }
}

const maxAnnotations = 20
const maxAnnotationExpression = 5 * 1024
const maxConditions = 64

/** An expression of one type; what the compiler says against it is told. */
function expression(source: string, types: readonly string[], compiler: PolicyCompiler, uses: Uses, at: string, errors: FieldError[]): void {
  const compiled = compiler.compile(source, types, uses)
  if ('error' in compiled) errors.push(invalid(at, source, compiled.error))
}

function checkConditions(conditions: Fields[], uses: Uses, at: string, errors: FieldError[]): void {
  const names = new Set<string>()
  if (conditions.length > maxConditions) errors.push(tooMany(at, conditions.length, maxConditions))
  for (const [i, { name = '', expression: given = '' }] of conditions.entries()) {
    const source = given.trim()
    if (source === '') errors.push(required(`${at}[${i}].expression`))
    // Conditions come before variables and know none.
    else expression(source, ['bool'], cel.get().newPolicyCompiler(false), uses, `${at}[${i}].expression`, errors)
    if (name === '') errors.push(required(`${at}[${i}].name`))
    else qualifiedName(name, `${at}[${i}].name`, errors)
    if (name !== '' && names.has(name)) errors.push(duplicate(`${at}[${i}].name`, name))
    names.add(name)
  }
}

function checkVariable({ name = '', expression: source = '' }: Fields, compiler: PolicyCompiler, uses: Uses, at: string, errors: FieldError[]): void {
  if (name.trim() === '') errors.push(required(`${at}.name`, 'name is not specified'))
  else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || reserved.has(name)) errors.push(invalid(`${at}.name`, name, 'name is not a valid CEL identifier'))
  if (source.trim() === '') {
    errors.push(required(`${at}.expression`, 'expression is not specified'))
    return
  }
  const compiled = compiler.declare(name, source, uses)
  if ('error' in compiled) errors.push(invalid(`${at}.expression`, source, compiled.error))
}

function checkValidation(validation: Fields, compiler: PolicyCompiler, uses: Uses, at: string, errors: FieldError[]): void {
  const { expression: source = '', message = '', messageExpression = '', reason } = validation
  if (source.trim() === '') errors.push(required(`${at}.expression`, 'expression is not specified'))
  else expression(source, ['bool'], compiler, uses, `${at}.expression`, errors)
  if (messageExpression !== '' && messageExpression.trim() === '') errors.push(invalid(`${at}.messageExpression`, messageExpression, 'must be non-empty if specified'))
  else if (messageExpression !== '') expression(messageExpression, ['string'], compiler, { ...uses, authorizer: false }, `${at}.messageExpression`, errors)
  if (message !== '' && message.trim() === '') errors.push(invalid(`${at}.message`, message, 'message must be non-empty if specified'))
  else if (/[\n\r]/.test(message.trim())) errors.push(invalid(`${at}.message`, message, 'message must not contain line breaks'))
  if (reason !== undefined && !reasons.includes(reason)) errors.push(notSupported(`${at}.reason`, reason, reasons))
}

function checkAnnotation({ key = '', valueExpression = '' }: Fields, policyName: string, compiler: PolicyCompiler, uses: Uses, at: string, errors: FieldError[]): void {
  if (policyName === '') errors.push(invalid(`${at}.key`, key, 'requires metadata.name be non-empty'))
  else complain(isQualifiedName(`${policyName}/${key}`), `${policyName}/${key}`, `${at}.key`, errors)
  const source = valueExpression.trim()
  if (source === '') errors.push(required(`${at}.valueExpression`, 'valueExpression is not specified'))
  else if (source.length > maxAnnotationExpression) errors.push(required(`${at}.valueExpression`, `must not exceed ${maxAnnotationExpression} bytes in length`))
  else expression(source, ['string', 'null'], compiler, uses, `${at}.valueExpression`, errors)
}

function checkParamKind({ apiVersion = '', kind = '' }: Fields, at: string, errors: FieldError[]): void {
  const parts: string[] = apiVersion.split('/')
  const [group, version] = parts.length === 1 ? ['', apiVersion] : (parts as [string, string])
  if (apiVersion === '') errors.push(required(`${at}.apiVersion`))
  else if (parts.length > 2) errors.push(invalid(`${at}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`))
  else {
    if (group !== '') complain(isDNS1123Subdomain(group), group, `${at}.apiVersion`, errors)
    if (version === '') errors.push(invalid(`${at}.apiVersion`, apiVersion, 'version must be specified'))
    else complain(isDNS1035Label(version), version, `${at}.apiVersion`, errors)
  }
  if (kind === '') errors.push(required(`${at}.kind`))
  else for (const complaint of isDNS1035Label(kind.toLowerCase())) errors.push(invalid(`${at}.kind`, kind, `may have mixed case, but should otherwise match: ${complaint}`))
}

function checkMatchResources(match: Fields, at: string, errors: FieldError[]): void {
  choice(match['matchPolicy'], matchPolicies, `${at}.matchPolicy`, errors)
  for (const selector of ['namespaceSelector', 'objectSelector']) {
    if (match[selector] === undefined) errors.push(required(`${at}.${selector}`))
    else validateLabelSelector(match[selector], `${at}.${selector}`, errors)
  }
  for (const list of ['resourceRules', 'excludeResourceRules']) {
    for (const [i, rule] of ((match[list] ?? []) as Fields[]).entries()) checkRule(rule, `${at}.${list}[${i}]`, errors)
  }
}

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']

function checkRule({ resourceNames = [], operations: given = [], apiGroups = [], apiVersions = [], resources = [], scope }: Fields, at: string, errors: FieldError[]): void {
  const names = new Set<string>()
  for (const [i, name] of (resourceNames as string[]).entries()) {
    complain(isPathSegmentName(name), name, `${at}.resourceNames[${i}]`, errors)
    if (names.has(name)) errors.push(duplicate(`${at}.resourceNames[${i}]`, name))
    names.add(name)
  }
  if (given.length === 0) errors.push(required(`${at}.operations`))
  if (given.length > 1 && given.includes('*')) errors.push(invalid(`${at}.operations`, given, "if '*' is present, must not specify other operations"))
  for (const [i, operation] of (given as string[]).entries()) if (!operations.includes(operation)) errors.push(notSupported(`${at}.operations[${i}]`, operation, operations))
  if (apiGroups.length === 0) errors.push(required(`${at}.apiGroups`))
  if (apiGroups.length > 1 && apiGroups.includes('*')) errors.push(invalid(`${at}.apiGroups`, apiGroups, "if '*' is present, must not specify other API groups"))
  if (apiVersions.length === 0) errors.push(required(`${at}.apiVersions`))
  if (apiVersions.length > 1 && apiVersions.includes('*')) errors.push(invalid(`${at}.apiVersions`, apiVersions, "if '*' is present, must not specify other API versions"))
  for (const [i, version] of (apiVersions as string[]).entries()) if (version === '') errors.push(required(`${at}.apiVersions[${i}]`))
  checkResources(resources, `${at}.resources`, errors)
  if (scope !== undefined && !scopes.includes(scope)) errors.push(notSupported(`${at}.scope`, scope, scopes))
}

const scopes = ['*', 'Cluster', 'Namespaced']

function checkResources(resources: string[], at: string, errors: FieldError[]): void {
  if (resources.length === 0) errors.push(required(at))
  const withAllSubresources = new Set<string>()
  const allOf = new Set<string>()
  for (const [i, resource] of resources.entries()) {
    if (resource === '') errors.push(required(`${at}[${i}]`))
    const [name = '', sub] = resource.split(/\/(.*)/s)
    if (sub === undefined) continue
    if (withAllSubresources.has(name)) errors.push(invalid(`${at}[${i}]`, resource, `if '${name}/*' is present, must not specify ${resource}`))
    if (allOf.has(sub)) errors.push(invalid(`${at}[${i}]`, resource, `if '*/${sub}' is present, must not specify ${resource}`))
    if (sub === '*') withAllSubresources.add(name)
    if (name === '*') allOf.add(sub)
  }
  if (resources.length > 1 && resources.includes('*/*')) errors.push(invalid(at, resources, "if '*/*' is present, must not specify other resources"))
  const plain = resources.findLast((resource) => resource !== '' && !resource.includes('/'))
  if (resources.includes('*') && plain !== undefined && plain !== '*') errors.push(invalid(at, resources, "if '*' is present, must not specify other resources without subresources"))
}

const actions = ['Audit', 'Deny', 'Warn']

export function binding({ spec = {} }: Fields, errors: FieldError[]): void {
  const { policyName = '', paramRef, matchResources, validationActions } = spec
  if (policyName === '') errors.push(required('spec.policyName'))
  else subdomain(policyName, 'spec.policyName', errors)
  if (paramRef) checkParamRef(paramRef, 'spec.paramRef', errors)
  // Upstream's own spelling.
  if (matchResources) checkMatchResources(matchResources, 'spec.matchResouces', errors)
  checkActions(validationActions ?? [], 'spec.validationActions', errors)
}

export const updateBinding = (next: Fields, _old: Fields, errors: FieldError[]): void => binding(next, errors)

function checkActions(given: string[], at: string, errors: FieldError[]): void {
  const seen = new Set<string>()
  for (const [i, action] of given.entries()) {
    if (!actions.includes(action)) errors.push(notSupported(`${at}[${i}]`, action, actions))
    if (seen.has(action)) errors.push(duplicate(`${at}[${i}]`, action))
    seen.add(action)
  }
  const both = 'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)'
  if (seen.has('Deny') && seen.has('Warn')) errors.push(invalid(at, given, both))
  present(seen.size > 0, at, errors, 'at least one validation action is required')
}

function checkParamRef({ name = '', selector, parameterNotFoundAction }: Fields, at: string, errors: FieldError[]): void {
  if (name !== '') {
    complain(isPathSegmentName(name), name, `${at}.name`, errors)
    if (selector) errors.push(forbidden(`${at}.name`, 'name and selector are mutually exclusive'))
  }
  if (selector) {
    validateLabelSelector(selector, `${at}.selector`, errors)
    if (name !== '') errors.push(forbidden(`${at}.selector`, 'name and selector are mutually exclusive'))
  }
  if (name === '' && !selector) errors.push(required(at, 'one of name or selector must be specified'))
  choice(parameterNotFoundAction, ['Deny', 'Allow'], `${at}.parameterNotFoundAction`, errors)
}
