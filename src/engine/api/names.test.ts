import { describe, expect, it } from 'vitest'
import * as names from './names.ts'

type Rule = (value: string) => readonly string[]

/** A rule, values it takes, values it does not. */
const rows: [name: string, rule: Rule, good: string[], bad: string[]][] = [
  ['DNS label', names.isDNS1123Label, ['a', 'web-1', '1'], ['', 'Web', 'web.1', '-a', 'a-', 'a'.repeat(64), 'ä']],
  [
    'DNS subdomain',
    names.isDNS1123Subdomain,
    ['a', 'web.1', 'a-b.c-d'],
    ['', 'a..b', '.a', 'A', 'a_b', 'a'.repeat(254)],
  ],
  ['DNS-1035 label', names.isDNS1035Label, ['a', 'web-1'], ['1web', 'web.1', '']],
  [
    'qualified name',
    names.isQualifiedName,
    ['a', 'A_b.c', 'example.org/a'],
    ['', '/a', 'a/', 'a/b/c', '-a', 'Example.org/a'],
  ],
  ['label value', names.isLabelValue, ['', 'a', 'A_b.c-d'], ['my app', '-a', 'a.', 'a'.repeat(64)]],
  ['port name', names.isValidPortName, ['http', 'a-1'], ['', '80', 'a--b', '-a', 'HTTP', 'metrics-exporter-1']],
  ['percent', names.isValidPercent, ['0%', '100%'], ['5', '-5%', '5.5%', '%']],
  ['environment variable', names.isRelaxedEnvVarName, ['A', '1a', 'a b', 'a.b'], ['', 'a=b', 'ä']],
  ['key of a ConfigMap', names.isConfigMapKey, ['a.b', '_', 'A-1'], ['', '.', '..', '..a', 'a/b']],
  ['HTTP header', names.isHTTPHeaderName, ['X-A'], ['', 'a b']],
  ['path segment', names.isPathSegmentName, ['system:a', 'a b'], ['.', '..', 'a/b', '50%']],
  ['wildcard', names.isWildcardDNS1123Subdomain, ['*.example.com'], ['*', '*.*.com', 'a.com']],
  [
    'IP',
    names.isValidIP,
    ['10.0.0.1', '::1', 'fd00::1', '::ffff:1.2.3.4', '01.2.3.4'],
    ['10.0.0.256', '1.2.3', '::1::', 'a', '01.2.3.400', '1:2:3:4:5:6:7:8:9'],
  ],
  ['CIDR', names.isValidCIDR, ['10.0.0.0/8', '010.0.0.0/8', 'fd00::/64'], ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/08', 'a/8']],
]

describe.each(rows)('%s', (_name, rule, good, bad) => {
  it.each(good)('takes %j', (value) => expect(rule(value)).toEqual([]))
  it.each(bad)('refuses %j', (value) => expect(rule(value)).not.toEqual([]))
})

describe('what is said', () => {
  it('has the words, the examples and the pattern', () => {
    expect(names.isDNS1123Label('Web')).toEqual([
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ])
    expect(names.isValidPortName('metrics-exporter-1')).toEqual(['must be no more than 15 characters'])
    expect(names.isValidPortNum(70000)).toEqual(['must be between 1 and 65535, inclusive'])
    expect(names.isQualifiedName('/a')).toEqual(['prefix part must be non-empty'])
  })
})
