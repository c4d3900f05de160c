import { describe, expect, test } from 'vitest'
import { formatFieldErrors, type FieldError } from '../field.ts'
import type { Schema, ValidationRule } from '../custom/kind.ts'
import { definition } from '../custom/definition.ts'
import { validateRules } from './rules.ts'
import './../../index.ts'

const object = (properties: Record<string, Schema>, ...rules: ValidationRule[]): Schema => ({ type: 'object', properties, 'x-kubernetes-validations': rules })
const schemaOf = (spec: Schema): Schema => ({ type: 'object', properties: { spec } })

/** What is wrong with a spec. */
function complaints(spec: Schema, now: unknown, before?: unknown): string {
  const errors: FieldError[] = []
  const of = (value: unknown) => ({ apiVersion: 'shop.example/v1', kind: 'Cart', metadata: { name: 'a' }, spec: value })
  validateRules(of(now), before === undefined ? undefined : of(before), schemaOf(spec), errors)
  return errors.length === 0 ? '' : formatFieldErrors(errors)
}

const int: Schema = { type: 'integer' }
const text: Schema = { type: 'string' }

describe('rules of a definition', () => {
  test.each<[string, Schema, unknown, string]>([
    ['its message', object({ a: int, b: int }, { rule: 'self.a <= self.b', message: ' a beyond b ' }), { a: 2, b: 1 }, 'spec: Invalid value: "object": a beyond b'],
    ['the rule, where it has no message', object({ a: int, b: int }, { rule: 'self.a <= self.b' }), { a: 2, b: 1 }, 'spec: Invalid value: "object": failed rule: self.a <= self.b'],
    ['the message it works out', object({ a: int }, { rule: 'false', message: 'm', messageExpression: '"not " + string(self.a)' }), { a: 2 }, 'spec: Invalid value: "object": not 2'],
    ['its message, where working one out fails', object({ a: int }, { rule: 'false', message: 'm', messageExpression: 'string(self.a)' }), {}, 'spec: Invalid value: "object": m'],
    ['at a field of its own', object({ a: int }, { rule: 'false', message: 'm', fieldPath: '.a' }), { a: 2 }, 'spec.a: Invalid value: "object": m'],
    ['for a reason of its own', object({ a: int }, { rule: 'false', message: 'm', fieldPath: '.a', reason: 'FieldValueForbidden' }), { a: 2 }, 'spec.a: Forbidden: m'],
    ['what is required', object({ a: int }, { rule: 'has(self.a)', message: 'm', reason: 'FieldValueRequired', fieldPath: '.a' }), {}, 'spec.a: Required value: m'],
    ['an error', object({ a: int }, { rule: 'self.a > 1' }), {}, 'spec: Invalid value: "object": no such key: a evaluating rule: self.a > 1'],
    ['of a text', object({ a: { ...text, 'x-kubernetes-validations': [{ rule: 'self.startsWith("x")' }] } }), { a: 'y' }, 'spec.a: Invalid value: "string": failed rule: self.startsWith("x")'],
    ['of items', { ...object({}), properties: { l: { type: 'array', items: { ...int, 'x-kubernetes-validations': [{ rule: 'self > 1' }] } } } }, { l: [2, 1] }, 'spec.l[1]: Invalid value: "integer": failed rule: self > 1'],
    ['of values of a map', object({ m: { type: 'object', additionalProperties: { ...int, 'x-kubernetes-validations': [{ rule: 'self > 1' }] } } }), { m: { one: 1 } }, 'spec.m[one]: Invalid value: "integer": failed rule: self > 1'],
    ['of a time', object({ t: { ...text, format: 'date-time' } }, { rule: 'self.t > timestamp("2020-01-01T00:00:00Z")' }), { t: '2019-01-01T00:00:00Z' }, 'spec: Invalid value: "object": failed rule: self.t > timestamp("2020-01-01T00:00:00Z")'],
    ['of what may be a number or a text', object({ p: { 'x-kubernetes-int-or-string': true } }, { rule: 'type(self.p) == int ? self.p < 5 : self.p == "5%"' }), { p: 7 }, 'spec: Invalid value: "object": failed rule: type(self.p) == int ? self.p < 5 : self.p == "5%"'],
  ])('say %s', (_, schema, now, message) => {
    expect(complaints(schema, now)).toBe(message)
  })

  test.each<[string, Schema, unknown]>([
    ['a number that is written whole is still one', object({ n: { type: 'number' } }, { rule: 'self.n == 2.0 && self.n / 4.0 == 0.5' }), { n: 2 }],
    ['a name that CEL keeps for itself', object({ namespace: text, 'a-b': int }, { rule: 'self.__namespace__ == "x" && self.a__dash__b == 1' }), { namespace: 'x', 'a-b': 1 }],
    ['a duration', object({ d: { ...text, format: 'duration' } }, { rule: 'self.d <= duration("1h")' }), { d: '30m' }],
    ['bytes', object({ b: { ...text, format: 'byte' } }, { rule: 'string(self.b) == "hi"' }), { b: 'aGk=' }],
    ['objects that are the same', object({ a: object({ x: int }), b: object({ x: int }) }, { rule: 'has(self.a) && self.a.x == self.b.x' }), { a: { x: 1 }, b: { x: 1 } }],
    ['what is not there', object({ a: { ...text, 'x-kubernetes-validations': [{ rule: 'false' }] } }), {}],
    ['nothing, where nothing may be', object({ a: { ...text, nullable: true, 'x-kubernetes-validations': [{ rule: 'false' }] } }), { a: null }],
  ])('keep: %s', (_, schema, now) => {
    expect(complaints(schema, now)).toBe('')
  })

  test("the root's rules see the name of the object", () => {
    const errors: FieldError[] = []
    validateRules({ apiVersion: 'v1', kind: 'Cart', metadata: { name: 'a' }, spec: { a: 1 } }, undefined, { ...schemaOf(object({ a: int })), 'x-kubernetes-validations': [{ rule: 'self.metadata.name == "b"' }] }, errors)
    expect(formatFieldErrors(errors)).toBe('<nil>: Invalid value: "object": failed rule: self.metadata.name == "b"')
  })
})

describe('rules of a change', () => {
  const fixed: ValidationRule = { rule: 'self == oldSelf', message: 'is immutable' }
  test.each<[string, Schema, unknown, unknown, string]>([
    ['are not asked of what is new', object({ a: { ...text, 'x-kubernetes-validations': [fixed] } }), { a: 'x' }, undefined, ''],
    ['nor of a field that is new', object({ a: { ...text, 'x-kubernetes-validations': [fixed] } }), { a: 'x' }, {}, ''],
    ['see what was there', object({ a: { ...text, 'x-kubernetes-validations': [fixed] } }), { a: 'x' }, { a: 'y' }, 'spec.a: Invalid value: "string": is immutable'],
    ['compare objects', object({ a: object({ x: int, l: { type: 'array', items: int } }, fixed) }), { a: { x: 1, l: [1] } }, { a: { x: 1, l: [1, 2] } }, 'spec.a: Invalid value: "object": is immutable'],
    ['find the item with the same key', object({ l: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'], items: object({ name: text, n: int }, { rule: 'self.n >= oldSelf.n' }) } }), { l: [{ name: 'b', n: 1 }, { name: 'a', n: 1 }] }, { l: [{ name: 'a', n: 2 }] }, 'spec.l[1]: Invalid value: "object": failed rule: self.n >= oldSelf.n'],
    ['may ask whether there was anything', object({ a: { ...text, 'x-kubernetes-validations': [{ rule: 'oldSelf.hasValue() || self == "x"', optionalOldSelf: true }] } }), { a: 'y' }, undefined, 'spec.a: Invalid value: "string": failed rule: oldSelf.hasValue() || self == "x"'],
  ])('%s', (_, schema, now, before, message) => {
    expect(complaints(schema, now, before)).toBe(message)
  })

  test('what is wrong and stays as it was is not held against anyone', () => {
    const schema = object({ a: object({ n: int }, { rule: 'self.n > 5' }), b: int })
    expect(complaints(schema, { a: { n: 1 }, b: 2 }, { a: { n: 1 }, b: 1 })).toBe('')
    expect(complaints(schema, { a: { n: 2 }, b: 1 }, { a: { n: 1 }, b: 1 })).toContain('failed rule: self.n > 5')
  })
})

describe('a definition with rules', () => {
  function refusal(spec: Schema, versions = 1): string {
    const version = (name: string, schema: Schema) => ({ name, served: true, storage: name === 'v1', schema: { openAPIV3Schema: schemaOf(schema) } })
    const errors: FieldError[] = []
    const all = [version('v1', spec), ...(versions > 1 ? [version('v2', { ...spec, description: 'another' })] : [])]
    definition({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'carts.shop.example' }, spec: { group: 'shop.example', scope: 'Namespaced', names: { plural: 'carts', singular: 'cart', kind: 'Cart', listKind: 'CartList' }, versions: all }, status: { storedVersions: ['v1'] } } as never, errors)
    return errors.length === 0 ? '' : formatFieldErrors(errors)
  }
  const at = 'spec.validation.openAPIV3Schema.properties[spec]'
  const printed = (rule: object): string => JSON.stringify({ Rule: '', Message: '', MessageExpression: '', Reason: null, FieldPath: '', OptionalOldSelf: null, ...rule }).replace('>', '\\u003e')

  test.each<[string, Schema, string]>([
    ['keeps to its fields', object({ a: int }, { rule: 'self.b > 1' }), `${at}.x-kubernetes-validations[0].rule: Invalid value: ${printed({ Rule: 'self.b > 1' })}: compilation failed: ERROR: <input>:1:5: undefined field 'b'\n | self.b > 1\n | ....^`],
    ['says yes or no', object({ a: int }, { rule: 'self.a' }), `${at}.x-kubernetes-validations[0].rule: Invalid value: ${printed({ Rule: 'self.a' })}: cel expression must evaluate to a bool`],
    ['says something', object({ a: int }, { rule: ' ' }), `${at}.x-kubernetes-validations[0].rule: Required value: rule is not specified`],
    ['gives a text as its message', object({ a: int }, { rule: 'true', messageExpression: 'self.a' }), `${at}.x-kubernetes-validations[0].messageExpression: Invalid value: ${printed({ Rule: 'true', MessageExpression: 'self.a' })}: messageExpression must evaluate to a string`],
    ['names a field that there is', object({ a: int }, { rule: 'true', fieldPath: '.b' }), `${at}.x-kubernetes-validations[0].fieldPath: Invalid value: ".b": fieldPath must be a valid path: does not refer to a valid field`],
    ['has a reason that there is', object({ a: int }, { rule: 'true', reason: 'Mood' }), `${at}.x-kubernetes-validations[0].reason: Unsupported value: "Mood": supported values: "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"`],
    ['asks no item of a list what it was', object({ l: { type: 'array', items: { ...int, 'x-kubernetes-validations': [{ rule: 'self >= oldSelf' }] } } }), `${at}.properties[l].items.x-kubernetes-validations[0].rule: Invalid value: "self >= oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within ${at}.properties[l]`],
    ['says optional only of what it asks', object({ a: int }, { rule: 'true', optionalOldSelf: true }), `${at}.x-kubernetes-validations[0].optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`],
  ])('%s', (_, schema, message) => {
    expect(refusal(schema)).toBe(message)
  })

  test('whose versions differ is told in which one it is', () => {
    expect(refusal(object({ a: int }, { rule: ' ' }), 2)).toContain('spec.versions[1].schema.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: Required value: rule is not specified')
  })
})
