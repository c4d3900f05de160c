import { expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster } from '../../index.ts'

const files = {
  'schema.yaml': `apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: { name: health-for-strangers }
spec:
  matchingPrecedence: 1000
  priorityLevelConfiguration: { name: strangers }
  rules: [{ nonResourceRules: [{ nonResourceURLs: [/healthz], verbs: ['*'] }], subjects: [{ kind: Group, group: { name: 'system:unauthenticated' } }] }]
`,
  'level.yaml': `apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: { name: strangers }
spec: { type: Limited, limited: { limitResponse: { type: Reject } } }
`,
}

test('a FlowSchema says whether its level is there', () => {
  const c = createCluster({ nodes: 1 })
  const missing = (): string => kubectl(c, 'get flowschema health-for-strangers --no-headers').stdout.trim().split(/\s+/).at(-1)!
  const told = (): string => c.world().get('FlowSchema', 'health-for-strangers')!['status'].conditions[0].message
  kubectl(c, 'apply -f schema.yaml', { files })
  c.run({ for: '1s' })
  expect([missing(), told()]).toEqual(['True', 'This FlowSchema references the PriorityLevelConfiguration object named "strangers" but there is no such object'])
  kubectl(c, 'apply -f level.yaml', { files })
  c.run({ for: '1s' })
  expect([missing(), told()]).toEqual(['False', 'This FlowSchema references the PriorityLevelConfiguration object named "strangers" and it exists'])
  kubectl(c, 'delete prioritylevelconfiguration strangers')
  c.run({ for: '1s' })
  expect(missing()).toBe('True')
})

test.each([
  ['one that is gone', 'delete flowschema probes', 'flowschema probes -o jsonpath={.spec.matchingPrecedence}', '2'],
  ['one that has to be there', 'delete flowschema catch-all', 'flowschema catch-all -o jsonpath={.spec.matchingPrecedence}', '10000'],
  ['a level that is gone', 'delete prioritylevelconfiguration workload-low', 'prioritylevelconfiguration workload-low -o jsonpath={.spec.limited.nominalConcurrencyShares}', '100'],
  ['one that was changed', `patch flowschema probes --type merge -p '{"spec":{"matchingPrecedence":7}}'`, 'flowschema probes -o jsonpath={.spec.matchingPrecedence}', '2'],
  ['a level that was changed', `patch prioritylevelconfiguration system --type merge -p '{"spec":{"limited":{"nominalConcurrencyShares":7}}}'`, 'prioritylevelconfiguration system -o jsonpath={.spec.limited.nominalConcurrencyShares}', '30'],
  ['but not what somebody keeps', `patch flowschema probes --type merge -p '{"metadata":{"annotations":{"apf.kubernetes.io/autoupdate-spec":"false"}},"spec":{"matchingPrecedence":7}}'`, 'flowschema probes -o jsonpath={.spec.matchingPrecedence}', '7'],
  ['and who takes the annotation away keeps it', `patch flowschema probes --type merge -p '{"metadata":{"annotations":null},"spec":{"matchingPrecedence":7}}'`, 'flowschema probes -o jsonpath={.metadata.annotations}', '{"apf.kubernetes.io/autoupdate-spec":"false"}'],
])('those that a server begins with it puts right within a minute: %s', (_, change, what, told) => {
  const c = createCluster({ nodes: 1 })
  expect(kubectl(c, change).exitCode).toBe(0)
  c.run({ for: '61s' })
  expect(kubectl(c, `get ${what}`).stdout).toBe(told)
  const { length } = c.trace.filter(({ from }) => from === 'kube-apiserver/flowcontrol')
  c.run({ for: '2m' })
  expect(c.trace.filter(({ from }) => from === 'kube-apiserver/flowcontrol')).toHaveLength(length)
})

test('of those that a server begins with it says nothing new', () => {
  const c = createCluster({ nodes: 1 })
  c.run({ for: '1m' })
  expect(c.trace.filter(({ from }) => from === 'kube-apiserver/flowcontrol')).toEqual([])
})
