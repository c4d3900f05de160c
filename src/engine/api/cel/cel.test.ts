import { describe, expect, test } from 'vitest'
import { newEnvironment } from './environment.ts'
import { goRegExp } from './goRegExp.ts'
import { compile } from './program.ts'
import { toCel } from './values.ts'
import { escapeName } from './words.ts'

const variables = new Map(
  Object.entries({
    object: toCel({ spec: { replicas: 3, share: 1.5, word: 'a', none: null, empty: [], containers: [{ name: 'n', image: 'a:latest', port: 5 }, { image: 'b' }] } }),
    text: 'hé',
    words: ['b', 'a'],
    pairs: toCel({ k: 'v', k2: 'v2' }),
  }),
)

function evaluate(source: string): unknown {
  const environment = newEnvironment().registerVariable('object', 'dyn').registerVariable('text', 'string').registerVariable('words', 'list<string>').registerVariable('pairs', 'map<string, string>')
  const program = compile(environment, source)
  return 'error' in program ? program : program.attempt(variables)
}

describe('what is true', () => {
  test.each([
    // The language
    'object.spec.replicas <= 5 && object.spec.replicas == 3.0', 'object.spec.share < 2', 'has(object.spec.containers[0].image)', '!has(object.spec.containers[1].name)',
    'object.spec.none == null', '1 in [1, 2] && !("x" in pairs)', 'object.spec.?zz.orValue(7) == 7', 'object.?a.?b.optMap(x, x + 1).orValue(1) == 1',
    'optional.ofNonZeroValue("").hasValue() == false', 'optional.of(2).optFlatMap(x, optional.of(x * 2)).value() == 4', 'cel.bind(x, object.spec.word, x == "a")',
    'words.exists_one(x, x == "a") && words.map(x, x + "!").join("") == "b!a!"', 'object.spec.containers.filter(c, has(c.port)).size() == 1',
    'false || object.spec.zz == 1 || true', 'timestamp("2024-01-01T00:00:00Z") + duration("1h") > timestamp("2024-01-01T00:30:00Z")', 'string(duration("90m")) == "5400s"',
    // Two variables
    'pairs.all(k, v, k.startsWith("k") && v != "")', '["a"].exists(i, v, i == 0 && v == "a")', 'pairs.transformList(k, v, k + v) == ["kv", "k2v2"]', 'words.existsOne(i, v, v == "a")',
    // Kubernetes' libraries
    '[1, 2, 3].sum() == 6 && [3, 1].min() == 1 && [3, 1].max() == 3', '[1, 2].isSorted() && !["b", "a"].isSorted()', 'words.indexOf("a") == 1 && words.lastIndexOf("z") == -1', '[].sum() == 0',
    'sets.contains([1, 2], [1]) && sets.equivalent([1, 2], [2, 1]) && !sets.intersects([1], [2])',
    '"foo123bar45".findAll("[0-9]+") == ["123", "45"] && "foo123".find("[0-9]+") == "123"', '"Foo".matches("(?i)^foo$") && matches("a1", "^a") && "a1".matches("^[[:alpha:]]\\\\d$")',
    '"%s-%d %.1f %x".format([dyn("a"), dyn(5), dyn(1.5), 255]) == "a-5 1.5 ff"', '"abc".charAt(1) == "b" && "aXbX".replace("X", "y", 1) == "aybX"', '"%s %d %s".format(["a", 5, ["b", 6]]) == "a 5 [\\"b\\", 6]" && "%s".format([["b", "a"]]) == "[\\"b\\", \\"a\\"]"',
    'quantity("1Gi").isGreaterThan(quantity("500Mi")) && quantity("1.5").add(quantity("500m")) == quantity("2")', 'isQuantity("1k") && !isQuantity("x") && quantity("2k").asInteger() == 2000',
    'ip("10.0.0.1").family() == 4 && cidr("10.0.0.0/8").containsIP("10.1.2.3") && !isIP("1.2.3")', 'string(ip("2001:db8:0:0::1")) == "2001:db8::1" && ip.isCanonical("::1")',
    'cidr("10.0.0.0/8").containsCIDR("10.1.0.0/16") && cidr("10.9.0.0/8").masked() == cidr("10.0.0.0/8")', 'ip("127.0.0.1").isLoopback() && ip("8.8.8.8").isGlobalUnicast()',
    'url("https://example.com:80/a?b=c").getHostname() == "example.com" && url("https://example.com:80/a?b=c").getPort() == "80"', '!isURL("x") && url("https://h/?a=1&a=2").getQuery()["a"] == ["1", "2"]',
    'format.dns1123Label().validate("A").hasValue() && !format.named("uuid").value().validate("6ba7b810-9dad-11d1-80b4-00c04fd430c8").hasValue()',
    'semver("1.2.3").isLessThan(semver("1.10.0")) && !isSemver("v1") && isSemver("v1", true) && semver("1.0.0-rc.1").compareTo(semver("1.0.0")) == -1',
  ])('%s', (source) => {
    expect(evaluate(source)).toEqual({ value: true })
  })
})

describe('what fails when it is evaluated', () => {
  test.each([
    ['object.spec.zz > 1', 'no such key: zz'],
    ['object.spec.word > 1', 'no such overload'],
    ['object.spec.none && true', 'no such overload'],
    ['object.spec.containers[7].image == "x"', 'index out of bounds: 7'],
    ['object.spec.replicas / 0 == 1', 'division by zero'],
    ['quantity("x").isInteger()', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['"a".matches("(?=" + "a)")', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    ['optional.none().value() == 1', 'optional.none() dereference'],
  ])('%s', (source, failed) => {
    expect(evaluate(source)).toEqual({ failed })
  })

  test('a loop in a loop in a loop is stopped', () => {
    const ten = '[1,2,3,4,5,6,7,8,9,10]'
    const nested = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].reduce((inner, name) => `${ten}.all(${name}, ${inner})`, 'true')
    expect(evaluate(nested)).toEqual({ failed: 'operation cancelled: actual cost limit exceeded' })
  })
})

describe("mistakes, in the compiler's words", () => {
  test.each([
    ['foo', 1, "undeclared reference to 'foo' (in container '')"],
    ['foo(1)', 4, "undeclared reference to 'foo' (in container '')"],
    ['text.foo(1)', 9, "undeclared reference to 'foo' (in container '')"],
    ['text > 1', 6, "found no matching overload for '_>_' applied to '(string, int)'"],
    ['text.startsWith(1)', 16, "found no matching overload for 'startsWith' applied to 'string.(int)'"],
    ['text.matches(1)', 13, "found no matching overload for 'matches' applied to 'string.(int)'"],
    ['text.zz', 5, "type 'string' does not support field selection"],
    ['words["a"]', 6, "found no matching overload for '_[_]' applied to '(list(string), string)'"],
    ['(text == "a") && 1', 15, "found no matching overload for '_&&_' applied to '(bool, int)'"],
    ['true ? 1 : "a"', 6, "found no matching overload for '_?_:_' applied to '(bool, int, string)'"],
    ['["a", 1]', 7, "expected type 'string' but found 'int'"],
    ['text.matches("[")', 14, 'invalid matches argument'],
    ['text.matches("a(?=b)")', 14, 'invalid matches argument'],
    ['duration("zz") > duration("1h")', 10, 'invalid duration argument'],
    ['timestamp("2020-13-01") > timestamp("2020-01-01T00:00:00Z")', 11, 'invalid timestamp argument'],
    ['"%d".format(["a"])', 14, 'error during formatting: decimal clause can only be used on ints, uints, and doubles, was given string'],
    ['"%x".format([true])', 14, 'error during formatting: only ints, uints, bytes, and strings can be formatted as hex, was given bool'],
    ['"%s %s".format(["a"])', 15, 'index 1 out of range'],
    ['"%s".format(["a", "b"])', 12, 'too many arguments supplied to string.format (expected 1, got 2)'],
    ['"%q".format(["a"])', 12, 'could not parse formatting clause: unrecognized formatting clause "q"'],
    ['"50%".format(["a"])', 13, 'unexpected end of string'],
    ['{"a": 1, "b": "c"}', 15, "expected type 'int' but found 'string'"],
    ['{"a": 1, 2: 3}', 10, "expected type 'string' but found 'int'"],
    ['"%s".format([["a", 1].size()])', 20, "expected type 'string' but found 'int'"],
    ['has(text)', 5, 'invalid argument to has() macro'],
    ['"abc', 1, "Syntax error: token recognition error at: '\"abc'"],
    ['text b', 6, "Syntax error: extraneous input 'b' expecting <EOF>"],
  ])('%s', (source, column, text) => {
    expect(evaluate(source)).toEqual({ error: `ERROR: <input>:1:${column}: ${text}\n | ${source}\n | ${'.'.repeat(column - 1)}^` })
  })

  test('on the second line', () => {
    expect(evaluate('true &&\n  nobody')).toEqual({ error: "ERROR: <input>:2:3: undeclared reference to 'nobody' (in container '')\n |   nobody\n | ..^" })
  })
})

test('a key of any name is a key', () => {
  const hostile = toCel(JSON.parse('{"__proto__": 1, "constructor": "x"}')) as Map<string, unknown>
  expect([...hostile]).toEqual([['__proto__', 1n], ['constructor', 'x']])
})

test.each([['plain', 'plain'], ['a-b', 'a__dash__b'], ['a.b/c', 'a__dot__b__slash__c'], ['namespace', '__namespace__'], ['a__b', 'a__underscores__b'], ['1a', undefined]])('%s is written %s', (name, written) => {
  expect(escapeName(name)).toBe(written)
})

test.each([
  ['^a$', 'a', true], ['(?s)a.b', 'a\nb', true], [String.raw`\Qa.b\E`, 'a.b', true], [String.raw`\Qa.b\E`, 'axb', false], ['[]a]', ']', true], [String.raw`a\_b`, 'a_b', true], ['(?P<x>a)', 'a', true], [String.raw`a\z`, 'a\n', false],
])('Go reads %s', (pattern, text, matches) => {
  const expression = goRegExp(pattern)
  expect(expression instanceof RegExp && expression.test(text)).toBe(matches)
})
