/**
 * x-kubernetes-validations of CustomResourceDefinitions (apiextensions pkg/apiserver/schema/cel): compiled when the definition is stored, evaluated
 * for every object.
 */
import { Optional, type Environment } from '@marcbachmann/cel-js'
import { oldItems } from '../custom/correlate.ts'
import type { Schema, ValidationRule } from '../custom/kind.ts'
import { duplicate, forbidden, invalid, required, type FieldError } from '../field.ts'
import { deepEqual } from '../patch/jsonMap.ts'
import { Budget, maxCost } from './cost.ts'
import { newEnvironment } from './environment.ts'
import { compile, type Program } from './program.ts'
import { maxRequest, StructuralTypes, type Declared } from './structural.ts'

interface Rule {
  readonly of: ValidationRule
  readonly program: Program | undefined
  readonly message: Program | undefined
}

/** What is asked of the values of one place of the schema, and of those in it. */
interface Validator {
  readonly schema: Schema
  readonly declared: Declared
  readonly rules: readonly Rule[]
  readonly properties: Readonly<Record<string, Validator>>
  readonly items: Validator | undefined
  readonly values: Validator | undefined
  readonly all: readonly Validator[]
}

/** What the compiler has to say of the rules; `at` is the schema's own path. */
export function checkRules(root: Schema, at: string, errors: FieldError[]): void {
  const { budget } = new Compilation(root, at, errors)
  for (const excess of budget.excess(at)) errors.push(forbidden(excess.at, excess.why))
}

const known = new WeakMap<Schema, Validator | null>()

/** What is wrong with an object, by the rules of its schema; `old` is undefined when it is created. */
export function validateRules(object: unknown, old: unknown, root: Schema, errors: FieldError[]): void {
  let validator = known.get(root)
  if (validator === undefined) known.set(root, (validator = new Compilation(root, '', []).validator ?? null))
  if (validator !== null) validate(validator, object, old, '', false, errors)
}

/** How deep is looked. */
const maxDepth = 200

/** What is around a place of the schema. */
interface Around {
  /** The path of the list whose items cannot be told apart, if there is one. */
  uncorrelatable: string | undefined
  /** How often there may be a value; undefined when nothing limits it. */
  times: number | undefined
}

function timesWithin({ type, maxItems, maxProperties, additionalProperties }: Schema, times: number): number | undefined {
  const most = type === 'array' ? maxItems : type === 'object' && additionalProperties !== undefined ? maxProperties : 1
  return most === undefined ? undefined : times * most
}

/** Goes through a schema once and compiles what it finds. */
class Compilation {
  readonly validator: Validator | undefined
  readonly budget = new Budget()
  private readonly errors: FieldError[]
  private readonly environment: Environment
  private readonly types: StructuralTypes

  constructor(root: Schema, at: string, errors: FieldError[]) {
    this.errors = errors
    this.environment = newEnvironment()
    this.types = new StructuralTypes(this.environment)
    // Every type is declared before the first rule is compiled: environments are made from this one.
    const declared = this.types.of(root, true)
    this.validator = declared === undefined ? undefined : this.visit(root, root, declared, at, { uncorrelatable: undefined, times: 1 }, 0)
  }

  private visit(schema: Schema, node: Schema, declared: Declared, at: string, around: Around, depth: number): Validator | undefined {
    if (depth > maxDepth) return undefined
    const times = around.times === undefined ? undefined : timesWithin(schema, around.times)
    const inside = (inner: Schema | undefined, of: Schema | undefined, path: string, uncorrelatable = around.uncorrelatable): Validator | undefined => {
      const type = inner === undefined || of === undefined ? undefined : this.types.of(of)
      return type === undefined ? undefined : this.visit(inner!, of!, type, path, { uncorrelatable, times }, depth + 1)
    }
    const properties: Record<string, Validator> = {}
    for (const [name, inner] of Object.entries(schema.properties ?? {})) {
      const found = inside(inner, node.properties?.[name], `${at}.properties[${name}]`)
      if (found !== undefined) properties[name] = found
    }
    const items = inside(schema.items, node.items, `${at}.items`, node['x-kubernetes-list-type'] === 'map' ? around.uncorrelatable : (around.uncorrelatable ?? at))
    const { additionalProperties } = schema
    const values = typeof additionalProperties === 'object' ? inside(additionalProperties, node.additionalProperties as Schema, `${at}.additionalProperties`) : undefined
    const all = (schema.allOf ?? []).flatMap((other, i) => this.visit(other, node, declared, `${at}.allOf[${i}]`, around, depth + 1) ?? [])
    const rules = (schema['x-kubernetes-validations'] ?? []).map((rule, i) => this.rule(rule, declared, `${at}.x-kubernetes-validations[${i}]`, around))
    if (rules.length === 0 && Object.keys(properties).length === 0 && items === undefined && values === undefined && all.length === 0) return undefined
    return { schema: node, declared, rules, properties, items, values, all }
  }

  private rule(rule: ValidationRule, declared: Declared, at: string, { uncorrelatable, times }: Around): Rule {
    const { type } = declared
    const environment = this.environment.clone().registerVariable('self', type).registerVariable('oldSelf', rule.optionalOldSelf ? `optional<${type}>` : type)
    const program = this.compile(environment, rule.rule, ['bool'], `${at}.rule`, rule, 'cel expression must evaluate to a bool')
    if (program !== undefined) this.observe(`${at}.rule`, 'rule', maxCost(program.root, declared) * (times ?? Math.floor(maxRequest / (declared.min + 1))))
    const message = this.compile(environment, rule.messageExpression, ['string'], `${at}.messageExpression`, rule, 'messageExpression must evaluate to a string')
    if (message !== undefined) this.observe(`${at}.messageExpression`, 'messageExpression', maxCost(message.root, declared))
    if (program?.uses('oldSelf') === true) {
      if (uncorrelatable !== undefined) this.errors.push(invalid(`${at}.rule`, rule.rule, `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable}`))
    } else if (program !== undefined && rule.optionalOldSelf !== undefined) {
      this.errors.push(invalid(`${at}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'))
    }
    return { of: rule, program, message }
  }

  private observe(at: string, what: string, cost: number): void {
    const excess = this.budget.observe(at, what, cost)
    if (excess !== undefined) this.errors.push(forbidden(at, excess))
  }

  private compile(environment: Environment, source: string | undefined, types: readonly string[], at: string, rule: ValidationRule, otherwise: string): Program | undefined {
    if (source === undefined || source.trim() === '') return undefined
    const compiled = compile(environment, source)
    if ('error' in compiled) {
      const what = at.endsWith('.rule') ? 'compilation failed' : 'messageExpression compilation failed'
      this.errors.push(invalid(at, internal(rule), `${what}: ${compiled.error}`))
    } else if (types.includes(compiled.type)) return compiled
    else this.errors.push(invalid(at, internal(rule), otherwise))
    return undefined
  }
}

/** The internal type has no names for JSON: a rule is printed with Go's. */
const internal = ({ rule, message, messageExpression, reason, fieldPath, optionalOldSelf }: ValidationRule): object => ({
  Rule: rule ?? '', Message: message ?? '', MessageExpression: messageExpression ?? '', Reason: reason ?? null, FieldPath: fieldPath ?? '', OptionalOldSelf: optionalOldSelf ?? null,
})

/** `isSame`: something around it is as it was before, and so is what is wrong with it (CRDValidationRatcheting). */
function validate(validator: Validator, value: unknown, old: unknown, path: string, isSame: boolean, errors: FieldError[]): void {
  if (value === null || value === undefined) return
  const unchanged = isSame || (old !== undefined && deepEqual(value, old))
  if (validator.rules.length > 0) evaluateRules(validator, value, old, path, unchanged, errors)
  for (const other of validator.all) validate(other, value, old, path, isSame, errors)
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`)
  if (Array.isArray(value)) {
    if (validator.items === undefined) return
    const before = oldItems(validator.schema, old)
    for (const [i, item] of value.entries()) validate(validator.items, item, before(item), `${path}[${i}]`, unchanged, errors)
  } else if (typeof value === 'object') {
    const was = (typeof old === 'object' && old !== null ? old : {}) as Readonly<Record<string, unknown>>
    for (const [name, inner] of Object.entries(value)) {
      const place = Object.hasOwn(validator.properties, name) ? validator.properties[name] : undefined
      const before = Object.hasOwn(was, name) ? was[name] : undefined
      if (place !== undefined) validate(place, inner, before, at(name), unchanged, errors)
      if (validator.values !== undefined) validate(validator.values, inner, before, `${path}[${name}]`, unchanged, errors)
    }
  }
}

function evaluateRules({ schema, declared, rules }: Validator, value: unknown, old: unknown, path: string, unchanged: boolean, errors: FieldError[]): void {
  const type = schema.type ?? ''
  const self = declared.convert(value)
  const oldSelf = old === undefined || old === null ? undefined : declared.convert(old)
  for (const { of: rule, program, message } of rules) {
    if (program === undefined) continue
    const changes = program.uses('oldSelf')
    const isOptional = rule.optionalOldSelf === true
    if (changes && oldSelf === undefined && !isOptional) continue
    const variables = new Map<string, unknown>([['self', self]])
    if (isOptional) variables.set('oldSelf', oldSelf === undefined ? Optional.none() : Optional.of(oldSelf))
    else if (oldSelf !== undefined) variables.set('oldSelf', oldSelf)
    const named = (rule.message || rule.rule).trim()
    const result = program.attempt(variables)
    if ('failed' in result) {
      errors.push(invalid(path, type, failedWords(result.failed, named)))
      continue
    }
    // What does not change is not held against anyone.
    if (result.value === true || (unchanged && !changes)) continue
    const detail = (message === undefined ? undefined : spoken(message, variables)) ?? (rule.message ? rule.message.trim() : `failed rule: ${named}`)
    errors.push(fieldError(rule, path + (rule.fieldPath ?? ''), type, detail))
  }
}

function failedWords(why: string, rule: string): string {
  if (why.startsWith('no such overload')) return `'${why}': call arguments did not match a supported operator, function or macro signature for rule: ${rule}`
  if (why.startsWith('operation cancelled')) return `'${why}': no further validation rules will be run due to call cost exceeds limit for rule: ${rule}`
  return `${why} evaluating rule: ${rule}`
}

const maxMessage = 5 * 1024

/** Undefined when the expression says nothing that can be told in a line. */
function spoken(message: Program, variables: Map<string, unknown>): string | undefined {
  const said = message.attempt(variables)
  const text = 'value' in said && typeof said.value === 'string' ? said.value.trim() : ''
  return text === '' || text.includes('\n') || text.length > maxMessage ? undefined : text
}

function fieldError({ reason }: ValidationRule, path: string, type: string, detail: string): FieldError {
  const field = path.replace(/^\./, '')
  if (reason === 'FieldValueForbidden') return forbidden(field, detail)
  if (reason === 'FieldValueRequired') return required(field, detail)
  return reason === 'FieldValueDuplicate' ? duplicate(field, type) : invalid(field, type, detail)
}
