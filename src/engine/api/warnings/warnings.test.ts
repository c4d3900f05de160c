import { expect, test } from 'vitest'
import { toBase64 } from '../base64.ts'
import type { KubeObject } from '../types.ts'
import { warningsForCIDR, warningsForIP } from './addresses.ts'
import { objectWarnings } from './warnings.ts'

const pod = (spec: object, annotations = {}, name = 'web'): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, annotations } as KubeObject['metadata'], spec: { containers: [{ name: 'c' }], ...spec } })
const told = (object: KubeObject) => objectWarnings(object, undefined)
const c = (rest: object) => ({ containers: [{ name: 'c', ...rest }] })

test.each<[string, KubeObject, string[]]>([
  ['nothing to tell', pod({}), []],
  ['a name with dots', pod({}, {}, 'web.v1'), ["metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]"]],
  ['an old label', pod({ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }), ['spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead']],
  ['a plugin that is gone', pod({ volumes: [{ name: 'a', gitRepo: { repository: 'x' } }, { name: 'b', rbd: {} }] }), ['spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+', 'spec.volumes[1].rbd: deprecated in v1.28, non-functional in v1.31+']],
  ['an annotation that stood for a field', pod({}, { 'container.apparmor.security.beta.kubernetes.io/c': 'unconfined' }), ['metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; use the "appArmorProfile" field instead']],
  ['the field beside it', pod(c({ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }), { 'container.seccomp.security.alpha.kubernetes.io/c': 'runtime/default' }), []],
  ['a part of a byte', pod(c({ resources: { requests: { memory: '100m' } } })), ['spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer']],
  ['a variable twice', pod(c({ env: [{ name: 'A', value: '1' }, { name: 'A', value: '2' }] })), ['spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply']],
  ['a variable made of itself', pod(c({ env: [{ name: 'A', value: '1' }, { name: 'A', value: '$(A):2' }] })), []],
  ['a port twice', pod(c({ ports: [{ containerPort: 80, protocol: 'TCP' }, { name: 'b', containerPort: 80, protocol: 'TCP' }] })), ['spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]']],
  ['a port on the host, too', pod(c({ ports: [{ containerPort: 80, protocol: 'TCP' }, { containerPort: 80, hostPort: 80, protocol: 'TCP' }] })), ['spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]']],
  ['files in each other', pod({ volumes: [{ name: 'v', configMap: { name: 'm', items: [{ path: 'a' }, { path: 'a/b' }] } }] }), ['volume "v" (ConfigMap "m"): overlapping paths: "a/b" with "a"']],
  ['files of two sources', pod({ volumes: [{ name: 'v', projected: { sources: [{ secret: { name: 's', items: [{ path: 'a' }] } }, { serviceAccountToken: { path: 'a' } }] } }] }), ['volume "v" (Projected): overlapping paths: "a" (ServiceAccountToken) with "a" (Secret "s")']],
  ['no selector', pod({ affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: 'x' } }] } } }), ['spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: a null labelSelector results in matching no pod']],
])('pods: %s', (_, object, words) => expect(told(object)).toEqual(words))

const object = (apiVersion: string, kind: string, rest: object, metadata: object = {}): KubeObject => ({ apiVersion, kind, metadata: { name: 'x', ...metadata } as KubeObject['metadata'], ...rest })
const tls = (certificate: string, key: string): KubeObject => object('v1', 'Secret', { type: 'kubernetes.io/tls', data: { 'tls.crt': toBase64(certificate), 'tls.key': toBase64(key) } })
const pem = (type: string): string => `-----BEGIN ${type}-----\nMIIB\n-----END ${type}-----\n`
const spec = { containers: [{ name: 'c' }], nodeSelector: { 'beta.kubernetes.io/arch': 'arm64' } }

test.each<[string, KubeObject, string[]]>([
  ['a template', object('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template: { spec } } } } }), ['spec.jobTemplate.spec.template.spec.nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use "kubernetes.io/arch" instead']],
  ['a headless service with affinity', object('v1', 'Service', { spec: { type: 'ClusterIP', clusterIP: 'None', sessionAffinity: 'ClientIP' } }), ['spec.SessionAffinity is ignored for headless services']],
  ['a headless service', object('v1', 'Service', { spec: { type: 'ClusterIP', clusterIP: 'None', sessionAffinity: 'None' } }), []],
  ['a name that nobody asks for', object('v1', 'Service', { spec: { type: 'ClusterIP', externalName: 'a.example.com' } }), ['spec.externalName is ignored when spec.type is not "ExternalName"']],
  ['an old label of a class of runtimes', object('node.k8s.io/v1', 'RuntimeClass', { handler: 'gvisor', scheduling: { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } } }), ['scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead']],
  ['a certificate that is none', tls('not a certificate', 'not a key'), ['tls: failed to find any PEM data in certificate input']],
  ['a key that is none', tls(pem('CERTIFICATE'), 'not a key'), ['tls: failed to find any PEM data in key input']],
  ['a certificate and a key the wrong way round', tls(pem('RSA PRIVATE KEY'), pem('CERTIFICATE')), ['tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched']],
  ['a certificate twice', tls(pem('CERTIFICATE'), pem('CERTIFICATE')), ['tls: found a certificate rather than a key in the PEM for the private key']],
  ['something else instead of a certificate', tls(pem('PUBLIC KEY'), pem('PRIVATE KEY')), ['tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [PUBLIC KEY]']],
  ['a certificate and its key', tls(pem('CERTIFICATE'), pem('EC PRIVATE KEY')), []],
  ['the class of an ingress', object('networking.k8s.io/v1', 'Ingress', { spec: {} }, { annotations: { 'kubernetes.io/ingress.class': 'nginx' } }), [`annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`]],
  ['a volume that is recycled', object('v1', 'PersistentVolume', { spec: { persistentVolumeReclaimPolicy: 'Recycle' } }), ['spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.']],
  ['the class of a claim', object('v1', 'PersistentVolumeClaim', { spec: {} }, { annotations: { 'volume.beta.kubernetes.io/storage-class': 'fast' } }), ['metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead']],
  ['a range by an address in it', object('networking.k8s.io/v1', 'NetworkPolicy', { spec: { ingress: [{ from: [{ ipBlock: { cidr: '172.17.0.1/16' } }] }] } }), ['spec.ingress[0].from[0].ipBlock.cidr: CIDR value "172.17.0.1/16" is ambiguous in this context (should be "172.17.0.0/16" or "172.17.0.1/32"?)']],
])('%s', (_, o, words) => expect(told(o)).toEqual(words))

test('who changes a template is told, who only scales is told again, who changes nothing is not', () => {
  const deployment = (generation: number) => object('apps/v1', 'Deployment', { spec: { template: { spec } } }, { generation })
  expect(objectWarnings(deployment(2), deployment(1))).toHaveLength(1)
  expect(objectWarnings(deployment(1), deployment(1))).toEqual([])
  expect(objectWarnings({ ...pod(spec), metadata: { ...pod(spec).metadata, generation: 2 } }, pod(spec))).toEqual([])
})

test('a range without bits behind its prefix is as it should be', () => {
  expect(warningsForCIDR('x', '10.0.0.0/8')).toEqual([])
  expect(warningsForCIDR('x', '0.0.0.0/0')).toEqual([])
  expect(warningsForCIDR('x', '10.1.2.3/32')).toEqual([])
})

test.each<[written: string, told: string[]]>([
  ['010.0.0.0/8', ['x: non-standard CIDR value "010.0.0.0/8" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"']],
  ['2001:db8:0::/64', ['x: IPv6 CIDR value "2001:db8:0::/64" should be in RFC 5952 canonical format ("2001:db8::/64")']],
  ['2001:db8::1/64', ['x: CIDR value "2001:db8::1/64" is ambiguous in this context (should be "2001:db8::/64" or "2001:db8::1/128"?)']],
  ['::ffff:10.0.0.0/104', ['x: non-standard CIDR value "::ffff:10.0.0.0/104" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"']],
])('a range as it is written: %s', (written, about) => expect(warningsForCIDR('x', written)).toEqual(about))

test('what is told of addresses wherever they stand', () => {
  const told = (apiVersion: string, kind: string, more: object) => objectWarnings(object(apiVersion, kind, more), undefined).map((warning) => warning.replace(/: .*/, ''))
  expect(told('v1', 'Endpoints', { subsets: [{ addresses: [{ ip: '10.0.0.1' }], notReadyAddresses: [{ ip: '010.0.0.1' }] }] })).toEqual(['subsets[0].notReadyAddresses[0].ip'])
  expect(told('discovery.k8s.io/v1', 'EndpointSlice', { addressType: 'IPv4', endpoints: [{ addresses: ['010.0.0.1'] }] })).toEqual(['endpoints[0].addresses[0]'])
  expect(told('v1', 'Node', { spec: { podCIDRs: ['10.0.0.1/24'] } })).toEqual(['spec.podCIDRs[0]'])
  expect(told('v1', 'Pod', { spec: { ...spec, dnsConfig: { nameservers: ['::FFFF:1.2.3.4'] }, hostAliases: [{ ip: '010.0.0.1' }] } }).slice(-2)).toEqual(['spec.dnsConfig.nameservers[0]', 'spec.hostAliases[0].ip'])
})

test.each<[written: string, told: string[]]>([
  ['10.0.0.1', []],
  ['2001:db8::2', []],
  ['::', []],
  ['2001:db8:0:1:1:1:1:1', []],
  ['2001:DB8:0:0::2', ['x: IPv6 address "2001:DB8:0:0::2" should be in RFC 5952 canonical format ("2001:db8::2")']],
  ['1:0:0:2:0:0:0:3', ['x: IPv6 address "1:0:0:2:0:0:0:3" should be in RFC 5952 canonical format ("1:0:0:2::3")']],
  ['010.0.0.01', ['x: non-standard IP address "010.0.0.01" will be considered invalid in a future Kubernetes release: use "10.0.0.1"']],
  ['::ffff:10.2.2.2', ['x: non-standard IP address "::ffff:10.2.2.2" will be considered invalid in a future Kubernetes release: use "10.2.2.2"']],
])('an address as it is written: %s', (written, about) => expect(warningsForIP('x', written)).toEqual(about))

const definition = (...properties: [type: string, format: string][]): KubeObject =>
  object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    spec: { versions: [{ schema: { openAPIV3Schema: { properties: { spec: { items: { properties: Object.fromEntries(properties.map(([type, format], i) => [`p${i}`, { type, format }])) } } } } } }] },
  })

/** staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go. */
test('formats of texts that nobody looks at are told of, once', () => {
  const given = definition(['string', 'colour'], ['string', 'date-time'], ['string', 'k8s-long-name'], ['integer', 'int32'], ['string', 'colour'], ['string', 'password'])
  expect(objectWarnings(given, undefined)).toEqual(['unrecognized format "colour"'])
  expect(objectWarnings(definition(['string', 'colour'], ['string', 'shape']), given)).toEqual(['unrecognized format "shape"'])
})
