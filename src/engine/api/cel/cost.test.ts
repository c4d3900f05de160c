import { describe, expect, test } from 'vitest'
import { formatFieldErrors, type FieldError } from '../field.ts'
import type { Schema } from '../custom/kind.ts'
import { maxCost } from './cost.ts'
import { newEnvironment } from './environment.ts'
import { compile } from './program.ts'
import { checkRules } from './rules.ts'
import { StructuralTypes } from './structural.ts'

type Limited = (max?: number) => Schema

const kinds: Record<string, Schema> = {
  number: { type: 'number' }, string: { type: 'string' }, boolean: { type: 'boolean' }, integer: { type: 'integer' },
  either: { 'x-kubernetes-int-or-string': true },
  duration: { type: 'string', format: 'duration' }, date: { type: 'string', format: 'date' }, time: { type: 'string', format: 'date-time' },
}
const kind = (name: string): Schema => kinds[name]!
const limit = (name: 'maxItems' | 'maxLength' | 'maxProperties', max: number | undefined): Schema => (max === undefined ? {} : { [name]: max })
const listOf = (items: Schema): Limited => (max) => ({ type: 'array', items, ...limit('maxItems', max) })
const mapOf = (values: Schema): Limited => (max) => ({ type: 'object', additionalProperties: values, ...limit('maxProperties', max) })
const text: Limited = (max) => ({ type: 'string', ...limit('maxLength', max) })
const texts: Limited = (max) => listOf(text(max))(max)
const words: Limited = (max) => mapOf(text(max))(max)
const fields = (properties: Record<string, Schema>, ...required: string[]): Schema => ({ type: 'object', properties, required })
const pair = fields({ required: kind('string'), optional: kind('string') }, 'required')
const pairs: Limited = (max) => listOf(mapOf(pair)(max))(max)

function cost(schema: Schema, rule: string): number {
  const environment = newEnvironment()
  const declared = new StructuralTypes(environment).of(schema)!
  const program = compile(environment.clone().registerVariable('self', declared.type).registerVariable('oldSelf', declared.type), rule)
  if ('error' in program) throw new Error(program.error)
  return maxCost(program.root, declared)
}

describe('what a rule may cost', () => {
  // apiextensions pkg/apiserver/schema/cel/compilation_test.go, TestCostEstimation
  test.each<[string, Limited, number, number, number]>([
    ['self.all(x, true)', listOf(kind('number')), 4718591, 10, 32],
    ['self.all(x, true)', listOf(kind('string')), 3145727, 20, 62],
    ['self.all(x, true)', listOf(listOf(kind('number'))()), 3145727, 100, 302],
    ['self.all(x, true)', listOf(kind('either')), 4718591, 10, 32],
    ['self.all(x, true)', listOf(kind('duration')), 2359295, 5, 17],
    ['self.all(x, true)', listOf(kind('date')), 725936, 15, 47],
    ['self.all(x, true)', listOf(kind('time')), 428963, 25, 77],
    ['self.all(x, true)', mapOf(kind('number')), 1348169, 10, 32],
    ['self.all(x, true)', mapOf(kind('string')), 1179647, 3, 11],
    ['self.all(x, true)', mapOf(kind('boolean')), 943718, 100, 302],
    ['self.all(x, true)', mapOf(kind('duration')), 1048577, 5, 17],
    ['self.all(x, true)', mapOf(kind('date')), 524288, 10, 32],
    ['self.all(x, true)', mapOf(kind('time')), 349526, 25, 77],
    ['self.all(x, true)', mapOf(mapOf(kind('number'))()), 1179647, 10, 32],
    ["self.contains('test')", text, 314574, 10, 5],
    ["self.startsWith('test')", text, 2, 15, 2],
    ["self.endsWith('test')", text, 2, 30, 2],
    ['size(self + "hello") > size("hello")', text, 314578, 4, 7],
    ['self[1] == 0.0', listOf(kind('number')), 2, 5000, 2],
    ['self[1] == self[1]', listOf(kind('string')), 314577, 8, 314577],
    ['self.all(x, self.all(y, true))', listOf(kind('number')), 1572863 * (3 * 1572863 + 5) + 2, 10, 352],
    ['self.matches("x")', text, 314574, 50, 22],
    ['"".matches("(((((((((())))))))))[0-9]")', text, 7, 10, 7],
    ['self.matches("")', text, 1, 100, 1],
    ['self.all(x, x.contains(self[x]))', words, 2752507, 10, 72],
    ['self == "x"', text, 2, 0, 1],
    ['self == b"x"', (max) => ({ ...text(max), format: 'byte' }), 2, 0, 1],
    ['self.all(x, x == 0.0)', listOf(kind('number')), 6291454, 3 * 1024 * 2048, 25165826],
    ['self.all(x, x["y"].required == "z")', pairs, 7340027, 10, 72],
    ['self[0] == 5', listOf(kind('either')), 3, 10, 3],
    ['self[0] == false', listOf(kind('boolean')), 2, 25, 2],
    ['self[0][0] == -1.0', listOf(listOf(kind('number'))()), 3, 51, 3],
    ['self.all(x, x.y == 25.2)', listOf(mapOf(kind('number'))()), 6291452, 12, 74],
    ['self[0].x > 2.0', listOf(mapOf(kind('number'))()), 4, 3000, 4],
    ['self[0].getHours() == 2', listOf(kind('duration')), 4, 525, 4],
    ['self[2].getDayOfMonth() == 13', listOf(kind('date')), 4, 42, 4],
    ["self.find('[0-9]+') == ''", text, 629147, 10, 11],
    ["self.join(' ') == 'aa bb'", texts, 329853068905, 10, 43],
    ['self.isSorted() == true', texts, 329854432052, 10, 52],
    ['self.str.replace(self.before, self.after) == "does not matter"', (max) => fields({ str: text(max), before: text(2), after: text(4) }), 629154, 4, 12],
    ['self.str.split(self.separator) == []', (max) => fields({ str: text(max), separator: text(max) }), 629160, 10, 22],
    ["self.lowerAscii() == 'lower!'", text, 314575, 10, 6],
    ['oldSelf.size() == self.size()', mapOf(kind('integer')), 5, 10, 5],
    ['self["a"] == self["b"]', mapOf(kind('time')), 8, 7, 8],
    ['self["c"] == self["d"]', mapOf(kind('duration')), 8, 42, 8],
    ["self.contains('A')", (max) => ({ ...text(max), enum: ['A', 'B', 'C', 'LongValue'] }), 2, 1000, 401],
  ])('%s', (rule, schema, free, max, limited) => {
    expect([cost(schema(), rule), cost(schema(max), rule)]).toEqual([free, limited])
  })
})

describe('a schema', () => {
  const at = 'spec.validation.openAPIV3Schema'
  const rule = (of: string, messageExpression?: string): Schema => ({ 'x-kubernetes-validations': [{ rule: of, ...(messageExpression === undefined ? {} : { messageExpression }) }] })
  const list = (inner: Schema, more: Schema = {}): Schema => ({ type: 'array', items: inner, ...more })
  const hint = '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)'
  const here = (place: string, what = 'rule'): string => `${at}.properties[spec].properties${place}.x-kubernetes-validations[0].${what}`
  const alone = (place: string, factor: string, what = 'rule'): string => `${here(place, what)}: Forbidden: estimated ${what} cost exceeds budget by factor of ${factor} ${hint}`
  const among = (place: string, what = 'rule'): string => `${here(place, what)}: Forbidden: contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema`
  const all = (factor: string): string => `${at}: Forbidden: x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of ${factor} ${hint}`
  const six = [1, 2, 3, 4, 5, 6]

  test.each<[string, Record<string, Schema>, readonly string[]]>([
    ['a list in a list', { l: list(kind('string'), rule('self.all(x, self.all(y, x == y))')) }, [alone('[l]', 'more than 100x'), among('[l]'), all('more than 100x')]],
    ['a list that is limited', { l: list(kind('string'), { maxItems: 10, ...rule('self.all(x, self.all(y, x.size() < y.size()))') }) }, []],
    ['a little too much', { l: list(kind('number'), { maxItems: 1500, ...rule('self.all(x, self.all(y, x > y))') }) }, [alone('[l]', '1.350750x')]],
    ['more than that', { l: list(kind('number'), { maxItems: 1800, ...rule('self.all(x, self.all(y, x > y))') }) }, [alone('[l]', '1.9x')]],
    ['a rule for each item', { l: list({ type: 'string', ...rule('self.contains("x")') }) }, [alone('[l].items', 'more than 100x'), among('[l].items'), all('more than 100x')]],
    ['a rule for each of some items', { l: list({ type: 'string', maxLength: 10, ...rule('self.contains("x")') }, { maxItems: 100 }) }, []],
    ['a rule for each of the values in a list of maps', { l: list({ type: 'object', additionalProperties: { type: 'string', maxLength: 10, ...rule('self.contains("x")') } }, { maxItems: 100 }) }, []],
    ['a message with a text of any length', { s: { type: 'string', ...rule('self != ""', "'it is ' + string(size(self))") } }, [alone('[s]', 'more than 100x', 'messageExpression'), among('[s]', 'messageExpression'), all('more than 100x')]],
    ['a message that is formatted', { s: { type: 'string', ...rule('self != ""', "'it is %d long'.format([size(self)])") } }, []],
    ['each is small enough', Object.fromEntries(six.map((n) => [`l${n}`, list(kind('number'), { maxItems: 1200, ...rule('self.all(x, self.all(y, x > y))') })])), []],
    ['all together are not', Object.fromEntries([...six, ...six.map((n) => n + 6)].map((n) => [`l${n}`, list(kind('number'), { maxItems: 1260 + n, ...rule('self.all(x, self.all(y, x > y))') })])), [...[12, 11, 10, 9].map((n) => among(`[l${n}]`)), all('1.155665x')]],
  ])('%s', (_, properties, told) => {
    const errors: FieldError[] = []
    checkRules({ type: 'object', properties: { spec: { type: 'object', properties } } }, at, errors)
    expect(errors.map((error) => formatFieldErrors([error]))).toEqual(told)
  })
})
