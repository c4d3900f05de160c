import { expect, test } from 'vitest'
import { toBase64 } from '../../engine/api/base64.ts'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../index.ts'

const request = toBase64('-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n')
const manifest = (name: string, signer = 'kubernetes.io/kube-apiserver-client'): string => JSON.stringify({
  apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name }, spec: { request, signerName: signer, usages: ['client auth'], username: 'somebody', expirationSeconds: 86_400 },
})

test('who asks is written down; what is approved gets its certificate, from a signer that signs here', () => {
  const cluster = createCluster({ nodes: 1 })
  const files = { 'jane.json': manifest('jane'), 'other.json': manifest('other', 'example.com/vault') }
  kubectl(cluster, 'apply -f jane.json -f other.json', { files })
  expect(kubectl(cluster, 'certificate approve jane other').stdout).toBe('certificatesigningrequest.certificates.k8s.io/jane approved\ncertificatesigningrequest.certificates.k8s.io/other approved\n')
  cluster.run({ for: '2s' })
  expect(kubectl(cluster, 'get csr').stdout.replaceAll(/ +/g, ' ').split('\n').slice(1, 3)).toEqual([
    'jane 2s kubernetes.io/kube-apiserver-client kubernetes-admin 24h Approved,Issued',
    'other 2s example.com/vault kubernetes-admin 24h Approved',
  ])
})

test('what was denied is so', () => {
  const cluster = createCluster({ nodes: 1 })
  kubectl(cluster, 'apply -f jane.json', { files: { 'jane.json': manifest('jane') } })
  expect(kubectl(cluster, 'certificate deny csr/jane').stdout).toBe('certificatesigningrequest.certificates.k8s.io/jane denied\n')
  expect(kubectl(cluster, 'get csr jane -o jsonpath={.status.conditions[0].reason}').stdout).toBe('KubectlDeny')
  expect(kubectl(cluster, 'certificate deny jane -o name').stdout).toBe('certificatesigningrequest.certificates.k8s.io/jane\n')
  expect(kubectl(cluster, 'certificate approve -f jane.json', { files: { 'jane.json': manifest('jane') } }).stderr).toBe('error: certificate signing request "jane" is already Denied\n')
  expect(kubectl(cluster, 'certificate approve ns/default').stderr).toBe('error: can only handle CertificateSigningRequest.certificates.k8s.io objects, got Namespace\n')
  expect(kubectl(cluster, 'certificate approve').stderr).toBe('error: one or more CSRs must be specified as <name> or -f <filename>\n')
  expect(kubectl(cluster, 'certificate approve nobody').stderr).toBe('Error from server (NotFound): certificatesigningrequests.certificates.k8s.io "nobody" not found\n')
})

test('a request that is none is refused', () => {
  const cluster = createCluster({ nodes: 1 })
  const files = { 'bad.json': manifest('bad').replace(request, toBase64('hello')) }
  expect(kubectl(cluster, 'apply -f bad.json', { files }).stderr).toBe('The CertificateSigningRequest "bad" is invalid: spec.request: Invalid value: "aGVsbG8=": PEM block type must be CERTIFICATE REQUEST\n')
})
