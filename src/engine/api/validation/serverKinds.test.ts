import { describe, expect, it } from 'vitest'
import '../../kinds.ts'
import { formatFieldError } from '../field.ts'
import { flowControl } from '../flowControl.ts'
import { prepareForUpdate } from '../prepareUpdate.ts'
import { made, object, refusals } from '../testdata/objects.ts'
import { validateStatusUpdate, validateUpdate } from './update.ts'

type Fields = Record<string, any>
type Row = [about: string, manifest: Fields, ...errors: string[]]

const subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"

const admission = 'admissionregistration.k8s.io/v1'
const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }
const hook = (fields: Fields = {}): Fields => ({
  name: 'check.example.com', clientConfig: { service: { namespace: 'hooks', name: 'checker' } }, rules: [rule], sideEffects: 'None', admissionReviewVersions: ['v1'], ...fields,
})
const validating = (...webhooks: Fields[]): Fields => object(`${admission}/ValidatingWebhookConfiguration`, { webhooks })
const at = (url: string): Fields => validating(hook({ clientConfig: { url } }))
const form = '; desired format: https://host[/path]'

const webhooks: Row[] = [
  ['a good one', validating(hook())],
  ['none at all', validating()],
  ['a full name', validating(hook({ name: 'check' }), hook({ name: '' }), hook({ name: 'A.example.com' })),
    'webhooks[0].name: Invalid value: "check": should be a domain with at least three segments separated by dots',
    'webhooks[1].name: Required value',
    `webhooks[2].name: Invalid value: "A.example.com": ${subdomain}`],
  ['names that differ', validating(hook(), hook()), 'webhooks[1].name: Duplicate value: "check.example.com"'],
  ['what it does besides', validating(hook({ sideEffects: undefined }), hook({ name: 'b.example.com', sideEffects: 'Some' })),
    'webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun',
    'webhooks[1].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
  ['a version that the server speaks', validating(hook({ admissionReviewVersions: undefined }), hook({ name: 'b.example.com', admissionReviewVersions: ['v2', 'v2'] })),
    'webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1',
    'webhooks[1].admissionReviewVersions[1]: Invalid value: "v2": duplicate version',
    'webhooks[1].admissionReviewVersions: Invalid value: ["v2","v2"]: must include at least one of v1, v1beta1'],
  ['some patience', validating(hook({ timeoutSeconds: 31 })), 'webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds'],
  ['one place', validating(hook({ clientConfig: {} })), 'webhooks[0].clientConfig: Required value: exactly one of url or service is required'],
  ['a safe URL', at('http://user@hooks.example.com/a?b#c'),
    `webhooks[0].clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme${form}`,
    'webhooks[0].clientConfig.url: Invalid value: "user": user information is not permitted in the URL',
    'webhooks[0].clientConfig.url: Invalid value: "c": fragments are not permitted in the URL',
    'webhooks[0].clientConfig.url: Invalid value: "b": query parameters are not permitted in the URL'],
  ['a host', at('https:///check'), `webhooks[0].clientConfig.url: Invalid value: "": host must be provided${form}`],
  ['a path of names', validating(hook({ clientConfig: { service: { namespace: 'hooks', name: 'checker', path: '/a//B', port: 70000 } } })),
    'webhooks[0].clientConfig.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive',
    'webhooks[0].clientConfig.service.path: Invalid value: "/a//B": segment[1] may not be empty',
    `webhooks[0].clientConfig.service.path: Invalid value: "/a//B": segment[2]: ${subdomain}`],
  ['rules that say something', validating(hook({ rules: [{ ...rule, operations: ['CREATE', '*'], resources: ['*/*', 'pods'] }] })),
    'webhooks[0].rules[0].operations: Invalid value: ["CREATE","*"]: if \'*\' is present, must not specify other operations',
    'webhooks[0].rules[0].resources: Invalid value: ["*/*","pods"]: if \'*/*\' is present, must not specify other resources'],
  ['a policy there is', object(`${admission}/MutatingWebhookConfiguration`, { webhooks: [hook({ failurePolicy: 'Wait', reinvocationPolicy: 'Often' })] }),
    'webhooks[0].failurePolicy: Unsupported value: "Wait": supported values: "Fail", "Ignore"',
    'webhooks[0].reinvocationPolicy: Unsupported value: "Often": supported values: "IfNeeded", "Never"'],
]

const apiService = (spec: Fields, name = 'v1beta1.metrics.k8s.io'): Fields =>
  object('apiregistration.k8s.io/v1/APIService', { spec: { group: 'metrics.k8s.io', version: 'v1beta1', groupPriorityMinimum: 100, versionPriority: 100, ...spec } }, name)

const apiServices: Row[] = [
  ['a good one', apiService({ service: { name: 'metrics-server', namespace: 'kube-system' }, insecureSkipTLSVerify: true })],
  ['the name of what it serves', apiService({}, 'metrics'), 'metadata.name: Invalid value: "metrics": must be `spec.version+"."+spec.group`: "v1beta1.metrics.k8s.io"'],
  ['its place among others', apiService({ groupPriorityMinimum: 0, versionPriority: 1001 }),
    'spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000',
    'spec.versionPriority: Invalid value: 1001: must be positive and less than 1000'],
  ['nothing to trust when it is at home', apiService({ caBundle: 'YWJj', insecureSkipTLSVerify: true }),
    'spec.caBundle: Invalid value: "3 bytes": local APIServices may not have a caBundle',
    'spec.insecureSkipTLSVerify: Invalid value: true: local APIServices may not have insecureSkipTLSVerify'],
  ['either trust', apiService({ service: { name: 'm', namespace: 'n' }, caBundle: 'YWJj', insecureSkipTLSVerify: true }),
    'spec.insecureSkipTLSVerify: Invalid value: true: may not be true if caBundle is present'],
]

const schema = (spec: Fields): Fields => object('flowcontrol.apiserver.k8s.io/v1/FlowSchema', { spec: { priorityLevelConfiguration: { name: 'exempt' }, ...spec } }, 'mine')
const flowRule = { subjects: [{ kind: 'User', user: { name: 'ann' } }], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] }
const level = (spec: Fields, name = 'mine'): Fields => object('flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration', { spec }, name)

const flow: Row[] = [
  ['a good schema', schema({ rules: [flowRule] })],
  ['a level', schema({ priorityLevelConfiguration: {} }), 'spec.priorityLevelConfiguration.name: Required value: must reference a priority level'],
  ['a place behind the first', schema({ matchingPrecedence: 1 }), "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"],
  ['a place that there is', schema({ matchingPrecedence: 10001 }), 'spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000'],
  ['somebody and something', schema({ rules: [{}] }),
    'spec.rules[0].subjects: Required value: subjects must contain at least one value',
    'spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty'],
  ['the subject of its kind', schema({ rules: [{ ...flowRule, subjects: [{ kind: 'ServiceAccount', user: { name: 'ann' } }, { kind: 'Role' }] }] }),
    "spec.rules[0].subjects[0].serviceAccount: Required value: serviceAccount is required when subject kind is 'ServiceAccount'",
    "spec.rules[0].subjects[0].user: Forbidden: user is forbidden when subject kind is not 'User'",
    'spec.rules[0].subjects[1].kind: Unsupported value: "Role": supported values: "Group", "ServiceAccount", "User"'],
  ['rules that say what', schema({ rules: [{ ...flowRule, resourceRules: [{ verbs: ['eat'], apiGroups: ['*', 'apps'], resources: [] }] }] }),
    'spec.rules[0].resourceRules[0].verbs: Unsupported value: ["eat"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"',
    'spec.rules[0].resourceRules[0].apiGroups: Invalid value: ["*","apps"]: if \'*\' is present, must not specify other api groups',
    'spec.rules[0].resourceRules[0].resources: Required value: resource rules must supply at least one resource',
    'spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace'],
  ['paths', schema({ rules: [{ ...flowRule, nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['healthz', '/a*'] }] }] }),
    'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "healthz": must start with slash',
    'spec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: "/a*": wildcard can only do suffix matching'],
  ['a good level', level({ type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } })],
  ['a kind of level', level({ type: 'Exempt' }), "spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'"],
  ['limits', level({ type: 'Limited' }), 'spec.limited: Required value: must not be empty when type is Limited'],
  ['hands no larger than the deck', level({ type: 'Limited', limited: { lendablePercent: 101, limitResponse: { type: 'Queue', queuing: { queues: 4 } } } }),
    'spec.limited.limitResponse.queuing.handSize: Invalid value: 8: should not be greater than queues (4)',
    'spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive'],
  ['hands that a hash can deal', level({ type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: { queues: 512, handSize: 8 } } } }),
    'spec.limited.limitResponse.queuing.handSize: Invalid value: 8: required entropy bits of deckSize 512 and handSize 8 should not be greater than 60'],
]

const address = (name: string, spec: Fields): Fields => object('networking.k8s.io/v1/IPAddress', { spec }, name)
const range = (...cidrs: string[]): Fields => object('networking.k8s.io/v1/ServiceCIDR', { spec: { cidrs } })

const addresses: Row[] = [
  ['a good address', address('10.96.0.7', { parentRef: { resource: 'services', namespace: 'default', name: 'web' } })],
  ['an address for a name', address('web', { parentRef: { resource: 'services', name: 'a/b' } }),
    'metadata.name: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    'spec.parentRef.name: Invalid value: "a/b": may not contain \'/\''],
  ['somebody whose it is', address('10.96.0.7', {}), 'spec.parentRef: Required value'],
  ['a good range', range('10.96.0.0/12', 'fd00::/108')],
  ['a range', range(), 'spec.cidrs: Required value: at least one CIDR required'],
  ['a range and no address in it', range('10.200.0.1/28'), 'spec.cidrs[0]: Invalid value: "10.200.0.1/28": must not have bits set beyond the prefix length'],
  ['a range as it prints', range('FD00::/108'), 'spec.cidrs[0]: Invalid value: "FD00::/108": must be in canonical form ("fd00::/108")'],
  ['one range a family', range('10.0.0.0/24', '10.0.1.0/24'), 'spec.cidrs: Invalid value: {"CIDRs":["10.0.0.0/24","10.0.1.0/24"]}: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64'],
]

const claim = (...requests: Fields[]): Fields => object('resource.k8s.io/v1/ResourceClaim', { spec: { devices: { requests } } })
const slice = (spec: Fields): Fields => object('resource.k8s.io/v1/ResourceSlice', { spec: { driver: 'gpu.example.com', pool: { name: 'node1', generation: 1, resourceSliceCount: 1 }, ...spec } })

const devices: Row[] = [
  ['a good claim', claim({ name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } })],
  ['one way to be met', claim({ name: 'gpu' }), 'spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required'],
  ['names that differ', claim({ name: 'gpu', exactly: { deviceClassName: 'a' } }, { name: 'gpu', exactly: { deviceClassName: 'a' } }), 'spec.devices.requests[1].name: Duplicate value: "gpu"'],
  ['a class', claim({ name: 'gpu', exactly: { allocationMode: 'All', count: 2 } }),
    'spec.devices.requests[0].exactly.deviceClassName: Required value',
    "spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'"],
  ['constraints of what is asked for', object('resource.k8s.io/v1/ResourceClaim', { spec: { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'a' } }], constraints: [{ requests: ['net'], matchAttribute: 'numa' }] } } }),
    "spec.devices.constraints[0].requests[0]: Invalid value: \"net\": must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
    'spec.devices.constraints[0].matchAttribute: Invalid value: "numa": must include a domain'],
  ['a good slice', slice({ nodeName: 'node1', devices: [{ name: 'gpu0', attributes: { model: { string: 'a100' } }, capacity: { memory: { value: '40Gi' } } }] })],
  ['a place', slice({}), 'spec: Required value: exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required'],
  ['one value', slice({ allNodes: true, devices: [{ name: 'gpu0', attributes: { model: { string: 'a', int: 1 }, none: {} } }] }),
    'spec.devices[0].attributes[model]: Invalid value: {"string":"a","int":1}: exactly one value must be specified',
    'spec.devices[0].attributes[none]: Required value: exactly one value must be specified'],
  ['a pool', slice({ allNodes: true, pool: { name: 'a', generation: 0, resourceSliceCount: 0 } }), 'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero'],
]

describe.each([['webhooks have', webhooks], ['APIServices have', apiServices], ['flow control has', flow], ['service addresses have', addresses], ['devices have', devices]])('%s', (_about, rows) => {
  it.each(rows)('%s', (_row, manifest, ...errors) => expect(refusals(manifest)).toEqual(errors))
})

const updating = (manifest: Fields, fields: Fields): string[] => {
  const old = made(manifest)
  const next = { ...old, ...fields, metadata: { ...old.metadata, resourceVersion: '1' } }
  return validateUpdate(prepareForUpdate(next, old), old).map(formatFieldError)
}

describe('what never changes', () => {
  it.each<[string, Fields, Fields, string[]]>([
    ['what the server itself needs', flowControl.find(({ metadata }) => metadata.name === 'catch-all')! as Fields, { spec: { type: 'Limited', limited: { nominalConcurrencyShares: 6, lendablePercent: 0, limitResponse: { type: 'Reject' } } } },
      ['spec: Invalid value: {"type":"Limited","limited":{"nominalConcurrencyShares":6,"lendablePercent":0,"limitResponse":{"type":"Reject"}}}: spec of \'catch-all\' must equal the fixed value']],
    ['whose an address is', address('10.96.0.7', { parentRef: { resource: 'services', name: 'a' } }), { spec: { parentRef: { resource: 'services', name: 'b' } } }, ['spec.parentRef: Invalid value: {"resource":"services","name":"b"}: field is immutable']],
    ['a range', range('10.0.0.0/24'), { spec: { cidrs: ['10.0.1.0/24', 'fd00::/108'] } }, ['spec.cidrs[0]: Invalid value: "10.0.1.0/24": field is immutable']],
    ['a claim', claim({ name: 'gpu', exactly: { deviceClassName: 'a' } }), { spec: { devices: {} } }, ['spec: Invalid value: {"devices":{}}: field is immutable']],
    ['who is behind a class', object('networking.k8s.io/v1/IngressClass', { spec: { controller: 'example.com/a' } }), { spec: { controller: 'example.com/b' } }, ['spec.controller: Invalid value: "example.com/b": field is immutable']],
  ])('%s', (_about, manifest, fields, errors) => expect(updating(manifest, fields)).toEqual(errors))

  it('but a range of the other family may come, and an exempt level may lend more', () => {
    expect(updating(range('10.0.0.0/24'), { spec: { cidrs: ['10.0.0.0/24', 'fd00::/108'] } })).toEqual([])
    const exempt = flowControl.find(({ kind, metadata }) => kind === 'PriorityLevelConfiguration' && metadata.name === 'exempt')!
    expect(updating(exempt as Fields, { spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 5, lendablePercent: 10 } } })).toEqual([])
  })
})

it('what a server begins with is good', () => {
  expect(flowControl.flatMap((given) => refusals(given as Fields))).toEqual([])
})

describe('statuses', () => {
  it.each<[string, Fields, Fields, string[]]>([
    ['an Ingress is at an address or a name', object('networking.k8s.io/v1/Ingress', { spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } } }), { loadBalancer: { ingress: [{ ip: 'a' }, { hostname: '10.0.0.1' }] } },
      ['status.loadBalancer.ingress[0].ip: Invalid value: "a": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)', 'status.loadBalancer.ingress[1].hostname: Invalid value: "10.0.0.1": must be a DNS name, not an IP address']],
    ['a condition of an APIService is so, or not, or unknown', apiService({}), { conditions: [{ type: 'Available', status: 'Perhaps' }] }, ['status.conditions[0].status: Unsupported value: "Perhaps": supported values: "True", "False", "Unknown"']],
    ['a FlowSchema has each condition once', schema({}), { conditions: [{ type: 'Dangling' }, { type: 'Dangling' }, {}] }, ['status.conditions[1].type: Duplicate value: "Dangling"', 'status.conditions[2].type: Required value: must not be empty']],
    ['a claim is reserved when it has got something', claim({ name: 'gpu', exactly: { deviceClassName: 'a' } }), { reservedFor: [{ resource: 'pods', name: 'a', uid: '1' }] }, ['status.reservedFor: Forbidden: may not be specified when `allocated` is not set']],
  ])('%s', (_about, manifest, status, errors) => {
    const old = made(manifest)
    expect(validateStatusUpdate({ ...old, metadata: { ...old.metadata, resourceVersion: '1' }, status }, old).map(formatFieldError)).toEqual(errors)
  })
})
