import { describe, expect, it } from 'vitest'
import {
  checkFieldSelector,
  exactField,
  matchesFields,
  parseFieldSelector,
  type FieldSelector,
} from './fieldSelector.ts'
import { podIn } from './testdata/pods.ts'
import {
  formatLabelSelector,
  formatSelector,
  matches,
  nothing,
  parseSelector,
  selectorFromSet,
  selectorOf,
  type Labels,
} from './selector.ts'

/** By letter, so that a row can say which of them a selector takes. */
const sets: Record<string, Labels> = {
  n: {},
  w: { app: 'web' },
  f: { app: 'web', tier: 'front' },
  b: { app: 'api', tier: 'back' },
  t: { tier: 'front' },
  v: { ver: '3' },
  e: { app: '' },
}

const good: [text: string, canonical: string, takes: string][] = [
  ['', '', 'nwfbtve'],
  ['app=web', 'app=web', 'wf'],
  ['app==web', 'app==web', 'wf'],
  ['app!=web', 'app!=web', 'nbtve'],
  ['app', 'app', 'wfbe'],
  ['!app', '!app', 'ntv'],
  ['app in (web,api)', 'app in (api,web)', 'wfb'],
  ['app notin (web)', 'app notin (web)', 'nbtve'],
  ['tier=front,app!=api', 'app!=api,tier=front', 'ft'],
  ['app=web,!tier', 'app=web,!tier', 'w'],
  ['ver<3', 'ver<3', ''],
  ['ver>2', 'ver>2', 'v'],
  ['app=', 'app=', 'e'],
  ['app!=', 'app!=', 'nwfbtv'],
  ['app in (web,)', 'app in (,web)', 'wfe'],
  ['app in ()', 'app in ()', 'e'],
  ['x=a,b=c,a=d', 'a=d,b=c,x=a', ''],
  ['app in (b,a,b)', 'app in (a,b)', ''],
  ['in=x', 'in=x', ''],
  ['notin', 'notin', ''],
  [' app  =  web , tier ', 'app=web,tier', 'f'],
]

const labelValue =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

const bad: [text: string, error: string][] = [
  [
    'ver>x',
    `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`,
  ],
  ['app in (web', `unable to parse requirement: found '', expected: ',' or ')'`],
  ['app=web,,tier=front', `found ',', expected: identifier after ','`],
  ['!', `unable to parse requirement: found '', expected: identifier`],
  ['!app=web', `found '=', expected: ',' or 'end of string'`],
  ['app=we!b', `found '!', expected: ',' or 'end of string'`],
  ['app in (we!b)', `unable to parse requirement: found '!', expected: ',' or ')'`],
  ['app>=2', `unable to parse requirement: found '=', expected: identifier`],
  ['app=-web', `unable to parse requirement: values[0][app]: Invalid value: "-web": ${labelValue}`],
  ['app=web;tier=x', `unable to parse requirement: values[0][app]: Invalid value: "web;tier": ${labelValue}`],
  ['/app=web', 'unable to parse requirement: <nil>: Invalid value: "/app": prefix part must be non-empty'],
  [',', `found ',', expected: !, identifier, or 'end of string'`],
  ['app web', "unable to parse requirement: found 'web', expected: in, notin, =, ==, !=, gt, lt"],
]

describe('label selectors', () => {
  it.each(good)('%j', (text, canonical, takes) => {
    const selector = parseSelector(text)
    if ('error' in selector) throw new Error(selector.error)
    expect(formatSelector(selector)).toBe(canonical)
    expect(
      Object.keys(sets)
        .filter((name) => matches(selector, sets[name]))
        .join(''),
    ).toBe(takes)
  })

  it.each(bad)('%j is refused', (text, error) => {
    expect(parseSelector(text)).toEqual({ error })
  })

  it('complains about both halves of an empty name', () => {
    expect(parseSelector('example.org/=web')).toMatchObject({
      error: expect.stringContaining('name part must be non-empty; name part must consist of'),
    })
  })

  it('come from objects too', () => {
    const shown = (object: object | undefined) => formatLabelSelector(object)
    expect(shown({ matchExpressions: [{ key: 't', operator: 'Exists' }] })).toBe('t')
    expect(shown({ matchExpressions: [{ key: 't', operator: 'DoesNotExist' }] })).toBe('!t')
    const mixed = {
      matchLabels: { z: '1' },
      matchExpressions: [
        { key: 'a', operator: 'Exists' },
        { key: 'b', operator: 'In', values: ['q'] },
      ],
    }
    expect(shown(mixed)).toBe('a,b in (q),z=1')
    expect(shown({})).toBe('<none>')
    expect(shown(undefined)).toBe('<none>')
  })

  it('refuse objects that make no sense', () => {
    const of = (operator: string, values: string[]) =>
      selectorOf({ matchExpressions: [{ key: 't', operator, values }] })
    expect(of('In', [])).toEqual({
      error: "values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty",
    })
    expect(of('Near', ['x'])).toEqual({ error: '"Near" is not a valid label selector operator' })
    expect(of('Gt', ['1'])).toEqual({ error: '"Gt" is not a valid label selector operator' })
  })

  it('no object takes nothing, an empty one everything', () => {
    expect(selectorOf(undefined)).toBe(nothing)
    expect(matches(nothing, {})).toBe(false)
    const all = selectorOf({})
    expect('error' in all ? undefined : matches(all, undefined)).toBe(true)
    expect(formatSelector(selectorFromSet({ b: '1', a: '2' }))).toBe('a=2,b=1')
  })
})

function fields(text: string): FieldSelector {
  const selector = parseFieldSelector(text)
  if ('error' in selector) throw new Error(selector.error)
  return selector
}

describe('field selectors', () => {
  const pod = { ...podIn({ phase: 'Running' }), spec: { containers: [], nodeName: 'n1' } }
  const rows: [text: string, taken: boolean][] = [
    ['', true],
    ['metadata.name=web-1', true],
    ['metadata.name==web-1,status.phase=Running', true],
    ['status.phase!=Running', false],
    ['spec.nodeName=n1', true],
    ['spec.nodeName=', false],
    ['spec.hostNetwork=false', true],
    ['status.podIP=', true],
  ]
  it.each(rows)('%j', (text, taken) => expect(matchesFields(fields(text), pod)).toBe(taken))

  it('reads escapes and finds the node', () => {
    expect(fields('a=x\\,y\\=z')).toEqual([{ field: 'a', operator: '=', value: 'x,y=z' }])
    expect(exactField(fields('spec.nodeName=n1'), 'spec.nodeName')).toBe('n1')
    expect(exactField(fields('spec.nodeName!=n1'), 'spec.nodeName')).toBeUndefined()
  })

  it('says what it cannot read', () => {
    expect(parseFieldSelector('name')).toEqual({ error: "invalid selector: 'name'; can't understand 'name'" })
    expect(parseFieldSelector('a=x\\n')).toMatchObject({ error: expect.stringContaining('invalid escape sequence') })
  })

  it.each([
    ['spec.foo=x', 'v1', 'Pod', 'field label not supported: spec.foo'],
    ['spec.restartPolicy=Never', 'v1', 'Pod', undefined],
    ['metadata.namespace=x', 'v1', 'Node', 'field label not supported: metadata.namespace'],
    [
      'spec.replicas=1',
      'apps/v1',
      'Deployment',
      '"spec.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    ['status.foo=1', 'batch/v1', 'Job', 'field label "status.foo" not supported for Job'],
    ['involvedObject.kind=Pod,type=Warning', 'v1', 'Event', undefined],
  ])('%s of %s %s', (text, apiVersion, kind, error) => {
    expect(checkFieldSelector(fields(text), apiVersion, kind)).toBe(error)
  })
})
