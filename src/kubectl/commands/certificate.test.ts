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

test('from a key to a user: what the request says of its subject is who the certificate makes one', () => {
  const cluster = createCluster({ nodes: 1 })
  const sh = (line: string): string => {
    const { stdout, stderr } = cluster.exec({ program: 'shell', line })
    return stdout + stderr
  }
  sh('openssl genrsa -out jane.key 2048; openssl req -new -key jane.key -out jane.csr -subj "/CN=jane/O=dev"')
  sh(`kubectl apply -f - <<EOF
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: { name: jane }
spec: { request: $(base64 -w0 < jane.csr), signerName: kubernetes.io/kube-apiserver-client, usages: [client auth], expirationSeconds: 3600 }
EOF
kubectl certificate approve jane`)
  cluster.run({ for: '2s' })
  sh("kubectl get csr jane -o jsonpath='{.status.certificate}' | base64 -d > jane.crt")
  expect(sh('kubectl config set-credentials jane --client-key=jane.key --client-certificate=jane.crt --embed-certs')).toBe('User "jane" set.\n')
  sh('kubectl config set-context jane --cluster=kubernetes --user=jane; kubectl create role reader --verb=list --resource=pods; kubectl create rolebinding dev --role=reader --group=dev')
  expect(sh('kubectl config view -o jsonpath=\'{.users[?(@.name=="jane")].user}\'')).toBe('{"client-certificate-data":"DATA+OMITTED","client-key-data":"DATA+OMITTED"}')
  expect(sh('kubectl --context jane get pods')).toBe('No resources found in default namespace.\n')
  expect(sh('kubectl --context jane get nodes')).toBe('Error from server (Forbidden): nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope\n')
  expect(sh('kubectl --context jane auth whoami -o jsonpath={.status.userInfo.groups}')).toBe('["dev","system:authenticated"]')
  cluster.run({ for: '1h' })
  expect(sh('kubectl --context jane get pods')).toBe('error: You must be logged in to the server (Unauthorized)\n')
})
