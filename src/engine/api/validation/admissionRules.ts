/** What policies and webhooks have in common: which requests they are about (pkg/apis/admissionregistration/validation). */
import { cel } from '../cel/cel.ts'
import type { PolicyCompiler, Uses } from '../cel/policies.ts'
import { duplicate, invalid, notSupported, required, tooMany, type FieldError } from '../field.ts'
import { isPathSegmentName } from '../names.ts'
import { complain, qualifiedName, type Fields } from './report.ts'

export const failurePolicies = ['Fail', 'Ignore']
export const matchPolicies = ['Equivalent', 'Exact']

/** An expression of one type; what the compiler says against it is told. */
export function expression(source: string, types: readonly string[], compiler: PolicyCompiler, uses: Uses, at: string, errors: FieldError[]): void {
  const compiled = compiler.compile(source, types, uses)
  if ('error' in compiled) errors.push(invalid(at, source, compiled.error))
}

const maxConditions = 64

export function checkConditions(conditions: Fields[], uses: Uses, at: string, errors: FieldError[]): void {
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

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']

export function checkRule({ resourceNames = [], operations: given = [], apiGroups = [], apiVersions = [], resources = [], scope }: Fields, at: string, errors: FieldError[]): void {
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
