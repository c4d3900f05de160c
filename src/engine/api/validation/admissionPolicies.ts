/** ValidatingAdmissionPolicies and their bindings (pkg/apis/admissionregistration/validation). */
import { cel } from '../cel/cel.ts'
import type { PolicyCompiler, Uses } from '../cel/policies.ts'
import { reserved } from '../cel/words.ts'
import { semanticEqual } from '../equality.ts'
import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import { isDNS1035Label, isDNS1123Subdomain, isPathSegmentName, isQualifiedName } from '../names.ts'
import { checkConditions, checkRule, expression, failurePolicies, matchPolicies } from './admissionRules.ts'
import { choice, complain, present, subdomain, validateLabelSelector, type Fields } from './report.ts'

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
