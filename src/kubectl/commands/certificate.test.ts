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

/** A shell on a cluster, and how to ask for a certificate there. */
function shell() {
  const cluster = createCluster({ nodes: 1 })
  const sh = (line: string): string => {
    const { stdout, stderr } = cluster.exec({ program: 'shell', line })
    return stdout + stderr
  }
  const asked = ({ name = 'jane', subject = '/CN=jane', signer = 'kubernetes.io/kube-apiserver-client', usages = 'client auth', more = '' }): string =>
    sh(`openssl genrsa -out ${name}.key 2048; openssl req -new -key ${name}.key -out ${name}.csr -subj "${subject}" ${more}
kubectl apply -f - <<EOF
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: { name: ${name} }
spec: { request: $(base64 -w0 < ${name}.csr), signerName: ${signer}, usages: [${usages}] }
EOF`).split('\n').findLast((line) => line !== '')!
  const conditions = (name: string): { type: string; status: string; reason: string; message: string; lastUpdateTime: string; lastTransitionTime: string }[] =>
    JSON.parse(sh(`kubectl get csr ${name} -o jsonpath={.status.conditions}`) || '[]')
  const shown = (name: string): string => sh(`kubectl get csr ${name} --no-headers`).trim().split(/ +/).at(-1)!
  return { cluster, sh, asked, conditions, shown }
}

const nodeUsages = 'digital signature, key encipherment, client auth'
const kubeletSigner = 'kubernetes.io/kube-apiserver-client-kubelet'
const node = '/O=system:nodes/CN=system:node:node7'

test.each([
  [{ usages: 'server auth' }, 'invalid usage for client certificate: server auth'],
  [{ usages: 'digital signature' }, 'missing required usage for client certificate: client auth'],
  [{ signer: kubeletSigner, usages: nodeUsages }, 'subject organization is not system:nodes'],
  [{ signer: kubeletSigner, usages: nodeUsages, subject: '/O=system:nodes/CN=node7' }, 'subject common name does not begin with system:node:'],
  [{ signer: kubeletSigner, usages: 'client auth', subject: node }, 'usages did not match [client auth digital signature key encipherment]'],
  [{ signer: 'kubernetes.io/kubelet-serving', usages: 'server auth', subject: node }, 'DNS or IP subjectAltName is required'],
])('an approved request that its signer does not sign has failed: %s', (request, message) => {
  const { cluster, sh, asked, conditions, shown } = shell()
  asked(request)
  sh('kubectl certificate approve jane')
  cluster.run({ for: '2s' })
  expect(shown('jane')).toBe('Approved,Failed')
  expect(conditions('jane').at(-1)).toMatchObject({ type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message })
  expect(sh('kubectl get csr jane -o jsonpath={.status.certificate}')).toBe('')
})

test('when a request was decided is written down', () => {
  const { sh, asked, conditions } = shell()
  asked({})
  sh('kubectl certificate approve jane')
  const [condition] = conditions('jane')
  expect(condition!.lastTransitionTime).toBe(condition!.lastUpdateTime)
})

test('a request of a kubelet is approved by itself if whoever asks may have such a certificate; what it serves with is not', () => {
  const { cluster, sh, asked, conditions, shown } = shell()
  asked({ name: 'client', signer: kubeletSigner, usages: nodeUsages, subject: node })
  asked({ name: 'serving', signer: 'kubernetes.io/kubelet-serving', usages: 'digital signature, server auth', subject: node, more: '-addext "subjectAltName=DNS:node7"' })
  cluster.run({ for: '2s' })
  expect(conditions('client')).toMatchObject([{ type: 'Approved', reason: 'AutoApproved', message: 'Auto approving kubelet client certificate after SubjectAccessReview.' }])
  expect([shown('client'), shown('serving')]).toEqual(['Approved,Issued', 'Pending'])
  sh('kubectl certificate approve serving')
  cluster.run({ for: '2s' })
  expect(shown('serving')).toBe('Approved,Issued')
})

test('nobody becomes a master by a request', () => {
  const { asked } = shell()
  expect(asked({ subject: '/CN=jane/O=system:masters' })).toBe('Error from server (Forbidden): error when creating "STDIN": certificatesigningrequests.certificates.k8s.io "jane" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed')
})

test('a request stays as it was made', () => {
  const { sh, asked } = shell()
  asked({})
  const before = sh('kubectl get csr jane -o jsonpath={.spec}')
  expect(asked({ usages: 'client auth, digital signature' })).toBe('certificatesigningrequest.certificates.k8s.io/jane configured')
  expect(sh('kubectl get csr jane -o jsonpath={.spec}')).toBe(before)
  expect(sh(`kubectl patch csr jane --type=merge -p '{"spec":{"signerName":"a.b/c"},"status":{"certificate":"eA=="}}'`)).toBe('certificatesigningrequest.certificates.k8s.io/jane patched (no change)\n')
})

test('who signs says nothing else of what was decided', () => {
  const { sh, asked, conditions } = shell()
  asked({ signer: 'example.com/vault' })
  sh('kubectl certificate approve jane')
  const before = conditions('jane')
  sh(`kubectl patch csr jane --subresource=status --type=merge -p '{"status":{"conditions":[{"type":"Approved","status":"True","reason":"Mine"},{"type":"Failed","status":"True"}]}}'`)
  expect(conditions('jane')).toMatchObject([before[0]!, { type: 'Failed', lastTransitionTime: expect.anything() }])
  expect(sh(`kubectl patch csr jane --subresource=status --type=merge -p '{"status":{"conditions":[]}}'`)).toContain('updates may not remove a condition of type "Approved"')
})

test('who approves has to be allowed to approve for the signer, too', () => {
  const { sh, asked } = shell()
  asked({})
  sh('kubectl create clusterrole approver --verb=get,list,update --resource=certificatesigningrequests,certificatesigningrequests/approval; kubectl create clusterrolebinding approver --clusterrole=approver --user=bob')
  expect(sh('kubectl certificate approve jane --as=bob')).toBe('Error from server (Forbidden): certificatesigningrequests.certificates.k8s.io "jane" is forbidden: user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"\n')
  sh(`kubectl apply -f - <<EOF
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: approver-of-all }
rules: [{ apiGroups: [certificates.k8s.io], resources: [signers], resourceNames: [kubernetes.io/*], verbs: [approve] }]
EOF
kubectl create clusterrolebinding approver-of-all --clusterrole=approver-of-all --user=bob`)
  expect(sh('kubectl certificate approve jane --as=bob')).toBe('certificatesigningrequest.certificates.k8s.io/jane approved\n')
})

test('requests that have had their time are cleared away: an hour after they were decided, a day when nobody did', () => {
  const { cluster, sh, asked } = shell()
  for (const name of ['issued', 'denied', 'pending']) asked({ name })
  sh('kubectl certificate approve issued; kubectl certificate deny denied')
  cluster.run({ for: '50m' })
  expect(sh('kubectl get csr -o name').split('\n')).toHaveLength(4)
  cluster.run({ for: '2h' })
  expect(sh('kubectl get csr -o name')).toBe('certificatesigningrequest.certificates.k8s.io/pending\n')
  cluster.run({ for: '24h' })
  expect(sh('kubectl get csr -o name')).toBe('')
})
