/** The environment of admission policies: what their expressions may speak of (apiserver/pkg/admission/plugin/cel compile.go, composition.go). */
import type { Environment } from '@marcbachmann/cel-js'
import type { Schema } from '../custom/kind.ts'
import { newEnvironment } from './environment.ts'
import { Authorizer, registerAuthorizer, type Ask } from './library/authorizer.ts'
import { compile, Failed, type Program } from './program.ts'
import { StructuralTypes } from './structural.ts'
import { toCel } from './values.ts'

/** What a request is to a policy, beside its objects. */
export interface AdmissionRequest {
  kind: GroupVersionKind
  resource: GroupVersionResource
  subResource?: string
  requestKind: GroupVersionKind
  requestResource: GroupVersionResource
  requestSubResource?: string
  name: string
  namespace?: string
  operation: string
  userInfo: { username: string; uid?: string; groups: readonly string[]; extra?: object }
  dryRun: boolean
  options?: object
}

interface GroupVersionKind {
  group: string
  version: string
  kind: string
}

interface GroupVersionResource {
  group: string
  version: string
  resource: string
}

export interface Input {
  object: unknown
  oldObject: unknown
  namespaceObject: unknown
  request: AdmissionRequest
  params: unknown
  /** Asked when an expression asks its authorizer. */
  ask: Ask
}

/** Which optional variables there are. */
export interface Uses {
  params: boolean
  authorizer: boolean
}

export interface Variable {
  name: string
  program: Program
}

/** Compiles the expressions of one policy: variables in their order, which later expressions may use. */
export interface PolicyCompiler {
  /** `types`: what it may evaluate to, as cel-go writes them; any when there are none. */
  compile(source: string, types: readonly string[], uses: Uses): Program | { error: string }
  /** As `compile`; from here on `variables.name` is known. */
  declare(name: string, source: string, uses: Uses): Program | { error: string }
}

/** What the objects of a request and the parameters are; anything when nothing is said. */
export interface ObjectTypes {
  object?: Schema
  params?: Schema
}

const kinds = { 'kubernetes.GroupVersionKind': 'group version kind', 'kubernetes.GroupVersionResource': 'group version resource' }
const userInfo = { username: 'string', uid: 'string', groups: 'list<string>', extra: 'map<string, list<string>>' }
const request = {
  kind: 'kubernetes.GroupVersionKind', resource: 'kubernetes.GroupVersionResource', subResource: 'string',
  requestKind: 'kubernetes.GroupVersionKind', requestResource: 'kubernetes.GroupVersionResource', requestSubResource: 'string',
  name: 'string', namespace: 'string', operation: 'string', userInfo: 'kubernetes.UserInfo', dryRun: 'bool', options: 'dyn',
}

let base: Environment | undefined

function baseEnvironment(): Environment {
  if (base !== undefined) return base.clone()
  base = newEnvironment()
  for (const [type, fields] of Object.entries(kinds)) base.registerType(type, { fields: Object.fromEntries(fields.split(' ').map((field) => [field, 'string'])) as never })
  base.registerType('kubernetes.UserInfo', { fields: userInfo as never })
  base.registerType('kubernetes.AdmissionRequest', { fields: request as never })
  registerAuthorizer(base)
  base.registerVariable('namespaceObject', 'dyn').registerVariable('request', 'kubernetes.AdmissionRequest')
  return base.clone()
}

/** `composed`: the policy has variables. */
export function newPolicyCompiler(composed: boolean, types: ObjectTypes = {}): PolicyCompiler {
  const fields: Record<string, string> = {}
  const typed = baseEnvironment()
  const declared = new StructuralTypes(typed)
  const typeOf = (schema: Schema | undefined): string => (schema && declared.of(schema)?.type) ?? 'dyn'
  const paramsType = typeOf(types.params)
  for (const name of ['object', 'oldObject']) typed.registerVariable(name, typeOf(types.object))
  const environmentOf = ({ params, authorizer }: Uses): Environment => {
    const environment = typed.clone()
    if (params) environment.registerVariable('params', paramsType)
    if (authorizer) environment.registerVariable('authorizer', 'kubernetes.authorization.Authorizer')
    if (!composed) return environment
    return environment.registerType('kubernetes.variables', { ctor: LazyVariables as never, fields: { ...fields } as never }).registerVariable('variables', 'kubernetes.variables')
  }
  const compileFor: PolicyCompiler['compile'] = (source, types, uses) => {
    const compiled = compile(environmentOf(uses), source)
    if ('error' in compiled) return { error: `compilation failed: ${compiled.error}` }
    if (types.length === 0 || types.includes(compiled.type)) return compiled
    const wanted = types.length === 1 ? types[0] : `one of [${types.join(' ')}]`
    return { error: `must evaluate to ${wanted} but got ${compiled.type}` }
  }
  return {
    compile: compileFor,
    declare(name, source, uses) {
      const compiled = compileFor(source, [], uses)
      // What did not compile may still be named: its own mistake is enough.
      fields[name] = 'error' in compiled || /\b[A-Z]\b/.test(compiled.declared) ? 'dyn' : compiled.declared
      return compiled
    },
  }
}

/** `variables`: each evaluated when it is first asked for. */
class LazyVariables extends Map<string, unknown> {
  private readonly programs: ReadonlyMap<string, Program>
  private readonly scope: Map<string, unknown>

  constructor(variables: readonly Variable[], scope: Map<string, unknown>) {
    super()
    this.programs = new Map(variables.map(({ name, program }) => [name, program]))
    this.scope = scope
  }

  override get(name: string): unknown {
    if (this.has(name)) return super.get(name)
    const program = this.programs.get(name)
    if (program === undefined) return undefined
    let value: unknown
    try {
      value = program.run(this.scope)
    } catch (error) {
      if (error instanceof Failed) throw new Failed(`composited variable ${JSON.stringify(name)} fails to evaluate: ${error.message}`)
      throw error
    }
    this.set(name, value)
    return value
  }
}

/** What the expressions of a policy are evaluated with; one for a request, a binding and a parameter. */
export function scopeOf(input: Input, variables: readonly Variable[]): Map<string, unknown> {
  const { object, oldObject, namespaceObject, params, ask } = input
  const scope = new Map<string, unknown>([
    ['object', toCel(object)], ['oldObject', toCel(oldObject)], ['namespaceObject', toCel(namespaceObject)], ['params', toCel(params)],
    ['request', toCel(input.request)], ['authorizer', new Authorizer(ask, input.request)],
  ])
  return scope.set('variables', new LazyVariables(variables, scope))
}
