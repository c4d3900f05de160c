import { describe, expect, test } from 'vitest'
import '../../../engine/index.ts'
import '../../../kubectl/index.ts'
import { checkManifest } from '../../../worker/check.ts'
import type { Finding } from './finding.ts'
import { inspect } from './inspect.ts'

/** What the API server and the parser say to a text, with the text that is underlined. */
function look(text: string): { line: number; marked: string; message: Finding['message']; fixed: string[] }[] {
  return inspect(text, checkManifest(text, ['default'])).map(({ from, to, message, fixes }) => ({
    line: text.slice(0, from).split('\n').length,
    marked: text.slice(from, to),
    message,
    fixed: fixes.map((fix) => mend(text, fix.edits)),
  }))
}

function mend(text: string, edits: readonly { from: number; to: number; text: string }[]): string {
  return [...edits].sort((a, b) => b.from - a.from).reduce((t, e) => t.slice(0, e.from) + e.text + t.slice(e.to), text)
}

const pod = (lines: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n  - name: web\n    image: nginx\n${lines}`

describe('what Kubernetes says is found where it was typed', () => {
  test.each<[string, string, [line: number, marked: string, message: string | RegExp][]]>([
    ['a sound pod', pod(''), []],
    ['an unknown field', pod('    imagee: x\n'), [[9, 'imagee', 'unknown field "spec.containers[0].imagee"']]],
    [
      'two unknown fields',
      pod('  foo: 1\nbar: 2\n'),
      [
        [9, 'foo', /spec.foo/],
        [10, 'bar', /bar/],
      ],
    ],
    [
      'a wrong kind',
      'apiVersion: v1\nkind: Pood\nmetadata: {name: x}\n',
      [[2, 'Pood', 'no matches for kind "Pood" in version "v1"']],
    ],
    ['no kind', '# x\napiVersion: v1\nmetadata: {name: x}\n', [[2, 'apiVersion', 'kind not set']]],
    [
      'a bad name',
      pod('').replace('name: web\nspec', 'name: Web_1\nspec'),
      [[4, 'Web_1', /^metadata.name: Invalid value: "Web_1": a lowercase RFC 1123 subdomain/]],
    ],
    ['no image', pod('').replace('    image: nginx\n', ''), [[7, 'name', 'spec.containers[0].image: Required value']]],
    [
      'no containers',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\nspec:\n  nodeName: node1\n',
      [[5, 'spec', 'spec.containers: Required value']],
    ],
    [
      'no name',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {a: b}\nspec:\n  containers: [{name: a, image: b}]\n',
      [[3, 'metadata', /name or generateName is required/]],
    ],
    [
      'an unsupported value',
      pod('  restartPolicy: Nerver\n'),
      [[9, 'Nerver', /supported values: "Always", "OnFailure", "Never"/]],
    ],
    [
      'the same container name twice',
      pod('  - name: web\n    image: b\n'),
      [[9, 'web', 'spec.containers[1].name: Duplicate value: "web"']],
    ],
    [
      'a bad label key',
      pod('').replace('name: web\nspec', 'name: web\n  labels:\n    "a b": c\nspec'),
      [[6, '"a b"', /^metadata.labels: Invalid value: "a b"/]],
    ],
    [
      'a bad label value',
      pod('').replace('name: web\nspec', 'name: web\n  labels:\n    a: "b c"\nspec'),
      [[6, '"b c"', /^metadata.labels: Invalid value: "b c"/]],
    ],
    [
      'a wrong type inside a list',
      pod('    ports:\n    - containerPort: 80\n    - containerPort: "81"\n'),
      [[11, '"81"', /cannot unmarshal string into/]],
    ],
    [
      'a wrong quantity',
      pod('    resources:\n      requests:\n        cpu: 1x\n'),
      [[11, '1x', /quantities must match/]],
    ],
    [
      'more asked than allowed',
      pod('    resources:\n      requests: {cpu: 2}\n      limits: {cpu: 1}\n'),
      [[10, '2', /must be less than or equal to cpu limit/]],
    ],
    ['the second document', `${pod('')}---\n# second\n${pod('  bar: 1\n')}`, [[19, 'bar', /spec.bar/]]],
    ['an empty document before', `---\n---\n${pod('  bar: 1\n')}`, [[11, 'bar', /spec.bar/]]],
  ])('%s', (_, text, expected) => {
    const found = look(text)
    expect(found.map(({ line, marked }) => [line, marked])).toEqual(expected.map(([line, marked]) => [line, marked]))
    found.forEach(({ message }, i) => expect(message).toMatch(expected[i]![2]))
  })
})

describe('what the parser says', () => {
  test.each<[string, string, number, string]>([
    ['two colons', 'apiVersion: v1\nkind: Pod: x\n', 2, 'yaml: mapping values are not allowed in this context'],
    ['no colon', 'apiVersion: v1\nkind Pod\nmetadata: {}\n', 3, `yaml: could not find expected ':'`],
    ['a tab', 'metadata:\n\tname: x\n', 2, 'yaml: found character that cannot start any token'],
    ['an open bracket', 'a: 1\nb: [c, d\nc: d\n', 2, `yaml: did not find expected ',' or ']'`],
    [
      'in the second document',
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n---\na: 1\nb: c: d\n',
      6,
      'yaml: mapping values are not allowed in this context',
    ],
    ['an anchor that is not there', 'a: 1\nb: *c\n', 2, "yaml: unknown anchor 'c' referenced"],
    [
      'JSON',
      '{\n  "a": "1"\n  "b": 2\n}\n',
      3,
      `json: offset 16: invalid character '"' after object key:value pair`,
    ],
  ])('%s', (_, text, line, message) => {
    const [found] = look(text)
    expect(found).toMatchObject({ message })
    expect(Math.abs(found!.line - line)).toBeLessThanOrEqual(1)
  })

  test('without a cluster the YAML is checked by itself', () => {
    const [found] = inspect('a: 1\nb: c: d\n', undefined)
    expect(found).toMatchObject({ from: 8, severity: 'error' })
    expect(inspect(pod(''), undefined)).toEqual([])
  })
})

describe('hostile texts are bounded', () => {
  test('aliases', () => {
    let bomb = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n'
    for (let i = 1; i < 9; i++)
      bomb += `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]\n`
    expect(look(bomb)[0]).toMatchObject({ line: 2, message: 'yaml: document contains excessive aliasing' })
  })

  test('depth', () => {
    expect(look(`a: ${'['.repeat(3000)}`)[0]).toMatchObject({ line: 1, message: expect.stringContaining('max depth') })
    expect(look(`a: ${'{b: '.repeat(3000)}`)[0]).toMatchObject({ line: 1 })
  })

  test('a key that would change all objects', () => {
    expect(look(pod('  __proto__: {a: 1}\n'))[0]).toMatchObject({ line: 9, marked: '__proto__' })
  })
})

describe('common mistakes can be mended at once', () => {
  const line = (text: string, n: number): string => text.split('\n')[n - 1]!

  test.each<[string, string, number, string]>([
    ['Nerver', pod('  restartPolicy: Nerver\n'), 9, '  restartPolicy: Never'],
    ['OnFailures', pod('  restartPolicy: OnFailures\n'), 9, '  restartPolicy: OnFailure'],
    [
      'metadata.annotate',
      pod('').replace('name: web\nspec', 'name: web\n  annotate: {a: b}\nspec'),
      5,
      '  annotations: {a: b}',
    ],
    ['imagePullpolicy', pod('    imagePullpolicy: Always\n'), 9, '    imagePullPolicy: Always'],
    [
      'labels as a list',
      pod('').replace('name: web\nspec', 'name: web\n  labels:\n  - app: web\n  - tier: front\nspec'),
      7,
      '    tier: front',
    ],
    [
      'labels with =',
      pod('').replace('name: web\nspec', 'name: web\n  labels:\n    - app=web\nspec'),
      6,
      '      app: web',
    ],
    [
      'labels in brackets',
      pod('').replace('name: web\nspec', 'name: web\n  labels: [app: web]\nspec'),
      5,
      '  labels: {app: web}',
    ],
    ['a number for a text', pod('    env:\n    - name: A\n      value: 80\n'), 11, '      value: "80"'],
    ['a text for a number', pod('    ports:\n    - containerPort: "80"\n'), 10, '    - containerPort: 80'],
    ['a kind of another version', 'apiVersion: v1\nkind: Deployment\n', 1, 'apiVersion: apps/v1'],
    ['a kind misspelt', 'apiVersion: apps/v1\nkind: Deployement\n', 2, 'kind: Deployment'],
    ['a comment with //', pod('// the end\n'), 9, '# the end'],
    [
      'a comment behind a value',
      pod('').replace('image: nginx', 'image: nginx // the server'),
      8,
      '    image: nginx # the server',
    ],
    ['a tab', pod('\thostNetwork: true\n'), 9, '  hostNetwork: true'],
    ['a full-width colon', pod('  restartPolicy：Never\n'), 9, '  restartPolicy: Never'],
    ['no space behind the colon', pod('  restartPolicy:Never\n'), 9, '  restartPolicy: Never'],
  ])('%s', (_, text, n, expected) => {
    const mended = look(text).flatMap((found) => found.fixed)
    expect(mended.map((t) => line(t, n))).toContain(expected)
    expect(
      look(mended.find((t) => line(t, n) === expected)!).filter(
        (f) => typeof f.message === 'string' && f.message.startsWith('yaml'),
      ),
    ).toEqual([])
  })

  test('a mended pod is sound', () => {
    const [found] = look(
      pod('').replace('name: web\nspec', 'name: web\n  labels:\n  - app: web\n  - tier: front\nspec'),
    )
    expect(look(found!.fixed[0]!)).toEqual([])
  })

  test('addresses and scripts are no comments', () => {
    const text = pod('    command:\n    - sh\n    - -c\n    - |\n      // not ours\n      curl http://x // y\n')
    expect(look(text)).toEqual([])
  })

  test('a key that stands twice', () => {
    expect(look(pod('  nodeName: a\n  nodeName: b\n'))).toMatchObject([{ line: 10, message: { own: 'duplicateKey' } }])
  })
})
