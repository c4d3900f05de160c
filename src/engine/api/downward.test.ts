import { describe, expect, it } from 'vitest'
import { fieldValue, limitFallbacks, resourceValue } from './downward.ts'
import type { Pod } from './types.ts'

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'shop-0',
    namespace: 'team',
    uid: 'abc-1',
    labels: { b: 'two', a: 'one' },
    annotations: { note: 'line1\nline2', quote: 'say "hi"', empty: '' },
  },
  spec: { nodeName: 'n1', serviceAccountName: 'bot', containers: [] },
  status: { podIP: '10.1.0.5', hostIP: '192.168.0.2', podIPs: [{ ip: '10.1.0.5' }] },
} as unknown as Pod

const values: [path: string, value: string][] = [
  ['metadata.name', 'shop-0'],
  ['metadata.namespace', 'team'],
  ['metadata.uid', 'abc-1'],
  ['metadata.labels', 'a="one"\nb="two"'],
  ['metadata.annotations', 'empty=""\nnote="line1\\nline2"\nquote="say \\"hi\\""'],
  ["metadata.labels['a']", 'one'],
  ["metadata.labels['none']", ''],
  ["metadata.annotations['quote']", 'say "hi"'],
  ["metadata.annotations['note']", 'line1\nline2'],
  ['spec.nodeName', 'n1'],
  ['spec.serviceAccountName', 'bot'],
  ['status.podIP', '10.1.0.5'],
  ['status.podIPs', '10.1.0.5'],
  ['status.hostIP', '192.168.0.2'],
]

/** Resources as "limits.cpu=250m", what is asked for, in which unit, the answer. */
const resources: [given: string, resource: string, divisor: string | undefined, value: string][] = [
  ['limits.cpu=250m', 'limits.cpu', undefined, '1'],
  ['limits.cpu=250m', 'limits.cpu', '1m', '250'],
  ['limits.cpu=1500m', 'limits.cpu', '1', '2'],
  ['limits.memory=64Mi', 'limits.memory', undefined, '67108864'],
  ['limits.memory=64Mi', 'limits.memory', '1Mi', '64'],
  ['limits.memory=100Mi', 'limits.memory', '1Gi', '1'],
  ['requests.memory=32Mi', 'requests.memory', '1Ki', '32768'],
  ['', 'requests.memory', undefined, '0'],
  ['', 'limits.cpu', '1', '4'],
  ['', 'limits.memory', '1Gi', '16'],
  ['limits.ephemeral-storage=2Gi', 'limits.ephemeral-storage', '1Mi', '2048'],
  ['limits.cpu=0', 'limits.cpu', '1', '4'],
  ['requests.cpu=0', 'requests.cpu', '1m', '0'],
  ['', 'limits.hugepages-2Mi', '1Mi', '0'],
]

describe('the downward API', () => {
  it.each(values)('%s', (path, value) => expect(fieldValue(pod, path)).toEqual({ value }))

  it('refuses keys that are none', () => {
    expect(fieldValue(pod, "metadata.labels['-bad']")).toEqual({
      error:
        "invalid key subscript in metadata.labels['-bad']: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    })
    expect(fieldValue(pod, 'spec.hostname')).toEqual({ error: 'unsupported fieldPath: spec.hostname' })
  })

  it('takes the address of the node until the status has one', () => {
    const early = { ...pod, status: {} } as Pod
    expect(fieldValue(early, 'status.hostIP', ['10.0.0.1'])).toEqual({ value: '10.0.0.1' })
    expect(fieldValue(early, 'status.podIP')).toEqual({ value: '' })
  })

  it.each(resources)('%s: %s in %s', (given, resource, divisor, value) => {
    const [path = '', amount = ''] = given.split('=')
    const [list = '', name = ''] = path.split('.')
    const container = given === '' ? {} : { resources: { [list]: { [name]: amount } } }
    const node = { cpu: '4', memory: '16Gi', 'ephemeral-storage': '100Gi', 'hugepages-2Mi': '64Mi' }
    expect(resourceValue(container, resource, divisor, node)).toEqual({ value })
  })

  it('falls back on the limits of the pod as a whole before those of the node', () => {
    const node = { cpu: '4', memory: '16Gi', 'ephemeral-storage': '100Gi' }
    const whole = (limits: object) => limitFallbacks({ ...pod, spec: { containers: [], resources: { limits } } } as never, node)
    expect(whole({ cpu: '1500m' })).toEqual({ ...node, cpu: '1500m' })
    expect(whole({ cpu: '0', 'hugepages-2Mi': '2Mi' })).toEqual(node)
    expect(limitFallbacks(pod, node)).toEqual(node)
  })
})
