import { describe, expect, test } from 'vitest'
import { JqError, JqSyntaxError } from './errors.ts'
import { run } from './evaluate.ts'
import { functions } from './functions.ts'
import { parse } from './syntax.ts'

const pods = {
  kind: 'List',
  items: [
    { metadata: { name: 'a', labels: { app: 'x', tier: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx:1' }, { name: 'd', image: 'redis' }] }, status: { phase: 'Running' } },
    { metadata: { name: 'b', labels: { app: 'y' } }, spec: { containers: [{ name: 'c', image: 'nginx:2' }] }, status: { phase: 'Pending' } },
  ],
}

const of = (program: string, input: unknown, variables: Record<string, unknown> = {}): unknown[] => [...run(parse(program), input, { functions, variables: new Map(Object.entries(variables)), budget: { left: 100_000 } })]

describe('of a list of pods', () => {
  test.each<[string, unknown[]]>([
    ['.', [pods]],
    ['', [pods]],
    ['.items[].metadata.name', ['a', 'b']],
    ['.items | length', [2]],
    ['any(.items[]; .metadata.name == "b"), all(.items[]; .metadata.name == "b")', [true, false]],
    ['"2024-01-02T03:04:05Z" | fromdate, (0 | todate)', [1704164645, '1970-01-01T00:00:00Z']],
    ['.items[0].spec.containers[].image', ['nginx:1', 'redis']],
    ['.items[-1].metadata["name"]', ['b']],
    ['.items[] | select(.status.phase == "Running") | .metadata.name', ['a']],
    ['.items[] | select(.metadata.labels.tier) | .metadata.name', ['a']],
    ['.items[] | {name: .metadata.name, images: [.spec.containers[].image]}', [{ name: 'a', images: ['nginx:1', 'redis'] }, { name: 'b', images: ['nginx:2'] }]],
    ['[.items[] | .metadata | {name, app: .labels.app}]', [[{ name: 'a', app: 'x' }, { name: 'b', app: 'y' }]]],
    ['.items[] | "\\(.metadata.name)\\t\\(.status.phase)"', ['a\tRunning', 'b\tPending']],
    ['.items | map(.metadata.name) | join(",")', ['a,b']],
    ['.items | sort_by(.metadata.name) | reverse | .[0].metadata.name', ['b']],
    ['[.items[].spec.containers[].image] | unique | length', [3]],
    ['.items | group_by(.spec.containers | length) | map(length)', [[1, 1]]],
    ['.items[] | .metadata.labels | to_entries[] | "\\(.key)=\\(.value)"', ['app=x', 'tier=web', 'app=y']],
    ['.items[] | select(.spec.containers | any(.image | startswith("redis"))) | .metadata.name', ['a']],
    ['.items[] | select(.spec.containers[].image | test("nginx:[0-9]$")) | .metadata.name', ['a', 'b']],
    ['.items[].metadata.labels.tier // "none"', ['web']],
    ['.items[] | .metadata.labels.tier // "none"', ['web', 'none']],
    ['[.. | .image? | strings]', [['nginx:1', 'redis', 'nginx:2']]],
    ['.items[0] | .metadata.labels | keys', [['app', 'tier']]],
    ['.items[0] | .metadata.labels |= with_entries(.value |= ascii_upcase) | .metadata.labels', [{ app: 'X', tier: 'WEB' }]],
    ['.items[0] | del(.metadata.labels, .spec, .status)', [{ metadata: { name: 'a' } }]],
    ['.items[0].spec.containers[0].image = "httpd" | .items[0].spec.containers | map(.image)', [['httpd', 'redis']]],
    ['(.items[] | select(.metadata.name == "b") | .status.phase) |= "Failed" | [.items[].status.phase]', [['Running', 'Failed']]],
    ['.items | map(select(.status.phase != "Running")) | length', [1]],
    ['reduce .items[] as $p (0; . + ($p.spec.containers | length))', [3]],
    ['.items[] as $p | $p.spec.containers[] | "\\($p.metadata.name)/\\(.name)"', ['a/c', 'a/d', 'b/c']],
    ['.items[] | select(.metadata.name == $name) | .status.phase', ['Pending']],
    ['[.items[] | if .status.phase == "Running" then 1 elif .status.phase == "Pending" then 2 else 3 end]', [[1, 2]]],
    ['[paths] | length', [30]],
  ])('%s', (program, expected) => {
    expect(of(program, pods, { name: 'b' })).toEqual(expected)
  })
})

describe('of small things', () => {
  test.each<[string, unknown, unknown[]]>([
    ['1 + 2 * 3 - -1', null, [8]],
    ['[1,2,3] | add, length, min, max, .[1:], .[:-1], first, last', null, [6, 3, 1, 3, [2, 3], [1, 2], 1, 3]],
    ['"a,b" | split(","), ascii_upcase, length, .[0:1]', null, [['a', 'b'], 'A,B', 3, 'a']],
    ['.a.b.c, .a["x"], .z[]?, (.a | has("b"))', { a: { b: null } }, [null, null, true]],
    ['@base64, (@base64 | @base64d)', 'admin', ['YWRtaW4=', 'admin']],
    ['@tsv, @csv, @json, @sh', ['a', 1, null], ['a\t1\t', '"a",1,', '["a",1,null]', `'a' 1 null`]],
    ['@uri "x=\\(.)"', 'a b', ['x=a%20b']],
    ['{a: 1} * {a: {b: 2}} + {c: 3}', null, [{ a: { b: 2 }, c: 3 }]],
    ['{(.k): 1, "x y": 2, $v, @text "z": 3}?', { k: 'key' }, []],
    ['{(.k): 1, "x y": 2, $v}', { k: 'key' }, [{ 'key': 1, 'x y': 2, 'v': 9 }]],
    ['[.[] | tonumber? ]', ['1', 'x', 2], [[1, 2]]],
    ['. as [$a] | 1', null, []],
    ['true and false or true, (null | not), (1 == 1.0), ([] < {})', null, [true, true, true, true]],
    ['[limit(2; range(10))], [range(2; 4)]', null, [[0, 1], [2, 3]]],
    ['sub("(?<x>a)"; "<\\(.x)>"), gsub("a"; "o"), (capture("(?<n>\\\\d+)") | .n)', 'banana7', ['b<a>nana7', 'bonono7', '7']],
    ['del(.[1,2])', [1, 2, 3, 4], [[1, 4]]],
    ['.a += 1 | .b //= 5 | .c[2] = 0', { a: 1 }, [{ a: 2, b: 5, c: [null, null, 0] }]],
    ['to_entries, (to_entries | from_entries)', { a: 1 }, [[{ key: 'a', value: 1 }], { a: 1 }]],
    ['contains({a: ["x"]}), inside({a: ["xy"], b: 1})', { a: ['xy'] }, [true, true]],
    ['tostring, tojson, type, (tojson | fromjson)', { a: 1 }, ['{"a":1}', '{"a":1}', 'object', { a: 1 }]],
    ['.__proto__, {"__proto__": 1} | tojson', {}, ['null', '{"__proto__":1}']],
    ['flatten, (map(arrays) | length), (map(numbers) | length)', [1, [2, [3]]], [[1, 2, 3], 1, 1]],
    ['try error("x"), (.a? // "y")', 1, ['y']],
  ])('%s of %j', (program, input, expected) => {
    const made = (): unknown[] => of(program, input, { v: 9 })
    if (expected.length === 0) expect(made).toThrow(JqSyntaxError)
    else expect(made()).toEqual(expected)
  })
})

test.each<[string, unknown, string]>([
  ['.[]', null, 'Cannot iterate over null (null)'],
  ['.a', [1], 'Cannot index array with "a"'],
  ['.[0]', { a: 1 }, 'Cannot index object with number'],
  ['. + 1', 'x', 'string ("x") and number (1) cannot be added'],
  ['1 / 0', null, 'number (1) and number (0) cannot be divided because the divisor is zero'],
  ['tonumber', 'abc', "Cannot parse 'abc' as JSON"],
  ['error("no")', null, 'no'],
  ['[range(1e9)]', null, 'too much is asked of this machine'],
  ['test("(")', 'x', '( (at offset 0) is not a valid regex'],
])('%s of %j fails', (program, input, message) => {
  expect(() => of(program, input)).toThrow(new JqError(message))
})

test.each(['.a[', '{a', '.a |', '"open', 'if . then 1', '.a b', '%', '{(.a)}', '.[1', ')'])('%s cannot be read', (program) => {
  expect(() => parse(program)).toThrow(JqSyntaxError)
})
