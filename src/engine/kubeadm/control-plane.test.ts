import { beforeEach, describe, expect, test } from 'vitest'
import '../../kubectl/index.ts'
import { createCluster, type Cluster } from '../index.ts'

/** What is done on the machine of the control plane, as the tasks about troubleshooting and backing up a cluster have it. */

let cluster: Cluster

beforeEach(() => {
  cluster = createCluster({ nodes: 1, kubeadm: true })
  cluster.run({ for: '3s' })
})

const at = (line: string): string => {
  const { stdout, stderr } = cluster.exec({ program: 'shell', line })
  return stdout + stderr
}
const on = (script: string): string => at(`ssh control-plane '${script}'`)
const later = (time: string): void => void cluster.run({ for: time })
const manifest = (name: string): string => `/etc/kubernetes/manifests/${name}.yaml`

describe('an API server that does not begin says why, and nobody answers until that is mended', () => {
  const server = manifest('kube-apiserver')
  test.each<[what: string, spoils: string, says: string, mends: string]>([
    ['an unknown flag', `sed -i s/--etcd-servers/--etcd-server/ ${server}`, 'Error: unknown flag: --etcd-server\n', `sed -i s/--etcd-server=/--etcd-servers=/ ${server}`],
    ['a mode that is none', `sed -i s/Node,RBAC/Node,RBCA/ ${server}`, '"command failed" err="authorization-mode \\"RBCA\\" is not a valid mode"', `sed -i s/RBCA/RBAC/ ${server}`],
    ['a plugin that is none', `sed -i s/=NodeRestriction/=NodeRestrictor/ ${server}`, '"command failed" err="enable-admission-plugins plugin \\"NodeRestrictor\\" is unknown"', `sed -i s/NodeRestrictor/NodeRestriction/ ${server}`],
    ['no such certificate', `sed -i s#pki/ca.crt#pki/CA.crt# ${server}`, '"command failed" err="open /etc/kubernetes/pki/CA.crt: no such file or directory"', `sed -i s/CA.crt/ca.crt/ ${server}`],
    ['another port of etcd', `sed -i s/127.0.0.1:2379/127.0.0.1:2399/ ${server}`, 'dial tcp 127.0.0.1:2399: connect: connection refused"', `sed -i s/:2399/:2379/ ${server}`],
    ['the port of its peers', `sed -i s/127.0.0.1:2379/127.0.0.1:2380/ ${server}`, 'Error creating leases: error creating storage factory: context deadline exceeded', `sed -i s/:2380/:2379/ ${server}`],
    ['etcd without TLS', `sed -i s#https://127.0.0.1:2379#http://127.0.0.1:2379# ${server}`, 'Error creating leases: error creating storage factory: context deadline exceeded', `sed -i s#http://127#https://127# ${server}`],
  ])('%s', (_, spoils, says, mends) => {
    on(spoils)
    later('40s')
    expect(at('kubectl get nodes')).toBe('The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?\n')
    expect(on('crictl ps -a --name kube-apiserver | wc -l')).not.toBe('1\n')
    expect(on('journalctl -u kubelet -n 1')).toContain('dial tcp 10.99.255.1:6443: connect: connection refused')
    expect(on('crictl logs $(crictl ps -aq --state exited --name kube-apiserver | head -1)')).toContain(says)
    on(mends)
    later('80s')
    expect(at('kubectl get nodes -o name')).toBe('node/control-plane\nnode/node1\n')
  })
})

test('a manifest that cannot be read is as good as none at the next look, and the journal tells why', () => {
  on(`sed -i "s/^apiVersion/apiVersio/" ${manifest('kube-scheduler')}`)
  later('60s')
  expect(at('kubectl get pods -n kube-system -o name')).not.toContain('kube-scheduler')
  expect(on('journalctl -u kubelet -g "Could not process manifest file"')).toMatch(/err="\/etc\/kubernetes\/manifests\/kube-scheduler\.yaml: couldn't parse as pod.*please check config file"/)
  on(`sed -i "s/^apiVersio:/apiVersion:/" ${manifest('kube-scheduler')}`)
  later('40s')
  expect(at('kubectl get pods -n kube-system -o name')).toContain('kube-scheduler-control-plane')
})

const member = '--endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key'

describe('etcd', () => {
  test('a snapshot that is restored brings the state back; the directory before it keeps what came since', () => {
    at('kubectl create ns before && kubectl create configmap kept --from-literal=a=1')
    expect(on(`etcdctl ${member} snapshot save /opt/backup.db`)).toContain('Snapshot saved at /opt/backup.db\n')
    at('kubectl create ns after && kubectl delete ns before && kubectl delete configmap kept')
    later('10s')
    on(`etcdutl snapshot restore /opt/backup.db --data-dir /var/lib/again; sed -i "s#path: /var/lib/etcd\\$#path: /var/lib/again#" ${manifest('etcd')}`)
    later('80s')
    expect(at('kubectl get ns before after -o name --ignore-not-found')).toBe('namespace/before\n')
    expect(at('kubectl get configmap kept -o jsonpath={.data.a}')).toBe('1')
    on(`sed -i "s#path: /var/lib/again#path: /var/lib/etcd#" ${manifest('etcd')}`)
    later('80s')
    expect(at('kubectl get ns before after -o name --ignore-not-found')).toBe('namespace/after\n')
  })

  test('an ordinary restart loses nothing', () => {
    at('kubectl create ns mine')
    on('crictl stop $(crictl ps -q --name etcd)')
    later('60s')
    expect(at('kubectl get ns mine -o name')).toBe('namespace/mine\n')
  })

  test('with an empty directory the cluster begins from nothing; a kubelet that is restarted joins it', () => {
    at('kubectl create ns gone')
    on(`sed -i "s#path: /var/lib/etcd\\$#path: /var/lib/empty#" ${manifest('etcd')}`)
    later('80s')
    expect(at('kubectl get ns -o name')).toBe('namespace/default\nnamespace/kube-node-lease\nnamespace/kube-public\nnamespace/kube-system\n')
    expect(at('kubectl get nodes')).toBe('No resources found\n')
    at('ssh node1 systemctl restart kubelet')
    later('20s')
    expect(at('kubectl get nodes -o name')).toBe('node/node1\n')
  })

  test.each([
    ['s/--snapshot-count/--snapshot-counts/', 'flag provided but not defined: -snapshot-counts\n'],
    ['s#etcd/server.crt#etcd/wrong.crt#', '"msg":"discovery failed","error":"open /etc/kubernetes/pki/etcd/wrong.crt: no such file or directory"'],
  ])('%s', (breaks, says) => {
    on(`sed -i "${breaks}" ${manifest('etcd')}`)
    later('30s')
    expect(on('crictl logs $(crictl ps -aq --name etcd | head -1)')).toContain(says)
  })
})

test('certificates are what they are called, and signed by whom they should be', () => {
  const said = on('cd /etc/kubernetes/pki; openssl x509 -in apiserver.crt -noout -subject -issuer -ext subjectAltName; openssl x509 -in etcd/server.crt -noout -issuer; openssl x509 -in ca.crt -noout -subject 2>&1')
  for (const part of ['CN = kube-apiserver', 'CN = kubernetes', 'CN = etcd-ca']) expect(said).toContain(part)
  expect(on('kubectl auth whoami -o jsonpath={.status.userInfo.groups}')).toBe('["kubeadm:cluster-admins","system:authenticated"]')
  expect(on('kubectl --kubeconfig /etc/kubernetes/scheduler.conf auth can-i create deployments')).toBe('no\n')
})

const etcdctl = (key: string): string => on(`etcdctl ${member} get ${key} | tail -n +2 | head -c 30`)

/** Another option before --authorization-mode, and a directory of the machine in the container. */
function addToServer(options: readonly string[], directory: string): void {
  const server = manifest('kube-apiserver')
  const lines = options.map((option) => `    - ${option}\\n`).join('')
  on(`sed -i "s#^    - --authorization-mode#${lines}    - --authorization-mode#; s#^    volumeMounts:#    volumeMounts:\\n    - {mountPath: ${directory}, name: own}#; s#^  volumes:#  volumes:\\n  - {hostPath: {path: ${directory}, type: DirectoryOrCreate}, name: own}#" ${server}`)
  later('60s')
}

const write = (path: string, text: string): void => void cluster.exec({ program: 'shell', line: `ssh control-plane 'mkdir -p $(dirname ${path}); cat > ${path}'`, stdin: text })

describe('encryption at rest (tasks/administer-cluster/encrypt-data)', () => {
  const config = (secret: string): string => `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n  - resources:\n      - secrets\n    providers:\n      - aescbc:\n          keys:\n            - name: key1\n              secret: ${secret}\n      - identity: {}\n`

  test('what is written from then on cannot be read in etcd; the rest when it is written again', () => {
    at('kubectl create secret generic old --from-literal=word=hush')
    write('/etc/kubernetes/enc/enc.yaml', config('YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY='))
    addToServer(['--encryption-provider-config=/etc/kubernetes/enc/enc.yaml'], '/etc/kubernetes/enc')
    at('kubectl create secret generic new --from-literal=word=hush; kubectl create configmap plain --from-literal=a=b')
    expect(etcdctl('/registry/secrets/default/new')).toMatch(/^k8s:enc:aescbc:v1:key1:/)
    expect(etcdctl('/registry/secrets/default/old')).not.toMatch(/^k8s:enc/)
    expect(etcdctl('/registry/configmaps/default/plain')).not.toMatch(/^k8s:enc/)
    expect(at('kubectl get secret new -o jsonpath={.data.word} | base64 -d')).toBe('hush')
    at('kubectl get secrets --all-namespaces -o json | kubectl replace -f -')
    expect(etcdctl('/registry/secrets/default/old')).toMatch(/^k8s:enc:aescbc:v1:key1:/)
  })

  test.each([
    ['a key of another length', config('c2hvcnQ='), 'resources[0].providers[0].aescbc.keys[0].secret: Invalid value: \\"REDACTED\\": secret is not of the expected length, got 5, expected one of [16 24 32]'],
    ['another kind', 'kind: Encryption\napiVersion: v1\n', 'no kind \\"Encryption\\" is registered for version \\"v1\\"'],
  ])('%s', (_, text, says) => {
    write('/etc/kubernetes/enc/enc.yaml', text)
    addToServer(['--encryption-provider-config=/etc/kubernetes/enc/enc.yaml'], '/etc/kubernetes/enc')
    expect(on('crictl logs $(crictl ps -aq --state exited --name kube-apiserver | head -1)')).toContain(says)
  })
})

describe('auditing (tasks/debug/debug-cluster/audit)', () => {
  const options = ['--audit-policy-file=/etc/kubernetes/audit/policy.yaml', '--audit-log-path=/etc/kubernetes/audit/logs/audit.log']

  test('who has asked for what is written down as far as the policy wants it', () => {
    write('/etc/kubernetes/audit/policy.yaml', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n- level: Metadata\n  resources: [{group: "", resources: [secrets]}]\n  namespaces: [default]\n- level: RequestResponse\n  users: [kubernetes-admin]\n  resources: [{group: apps}]\n- level: None\n')
    addToServer(options, '/etc/kubernetes/audit')
    at('kubectl create secret generic one --from-literal=word=hush; kubectl create deployment web --image=nginx; kubectl create configmap plain; kubectl get secret none')
    const events = on('cat /etc/kubernetes/audit/logs/audit.log').trim().split('\n').map((line) => JSON.parse(line)).filter(({ user }) => user.username === 'kubernetes-admin')
    expect(events.map(({ level, stage, verb, objectRef, responseStatus }) => [level, stage, verb, objectRef.resource, objectRef.name, responseStatus.code])).toEqual([
      ['Metadata', 'ResponseComplete', 'create', 'secrets', 'one', 201],
      ['RequestResponse', 'ResponseComplete', 'create', 'deployments', 'web', 201],
      ['Metadata', 'ResponseComplete', 'get', 'secrets', 'none', 404],
    ])
    expect(JSON.stringify(events[0])).not.toContain('aHVzaA')
    expect(events[1].responseObject.kind).toBe('Deployment')
  })

  test.each([
    ['', 'loading audit policy file: failed'],
    ['apiVersion: audit.k8s.io/v1\nkind: Policy\n', 'loading audit policy file: loaded illegal policy with 0 rules: from file /etc/kubernetes/audit/policy.yaml'],
    ['apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Meta}]\n', 'rules[0].level: Unsupported value: \\"Meta\\"'],
  ])('%j is none', (text, says) => {
    if (text !== '') write('/etc/kubernetes/audit/policy.yaml', text)
    addToServer(options, '/etc/kubernetes/audit')
    expect(on('crictl logs $(crictl ps -aq --state exited --name kube-apiserver | head -1)')).toContain(says)
  })
})

test('plug-ins of admission are on and off as the options say', () => {
  const server = manifest('kube-apiserver')
  expect(at('kubectl -n blue run web --image=nginx:1.27')).toBe('Error from server (NotFound): namespaces "blue" not found\n')
  on(`sed -i "s/NodeRestriction/NodeRestriction,NamespaceAutoProvision,AlwaysPullImages,DenyServiceExternalIPs/; s/^    - --authorization-mode/    - --disable-admission-plugins=DefaultTolerationSeconds\\n    - --authorization-mode/" ${server}`)
  later('60s')
  expect(at('kubectl -n blue run web --image=nginx:1.27')).toBe('pod/web created\n')
  expect(at('kubectl get ns blue -o jsonpath={.status.phase}')).toBe('Active')
  expect(at('kubectl -n blue get pod web -o jsonpath={.spec.containers[0].imagePullPolicy}/{.spec.tolerations}')).toBe('Always/')
  expect(at('kubectl create service clusterip out --tcp=80; kubectl patch service out -p "{\\"spec\\":{\\"externalIPs\\":[\\"1.2.3.4\\"]}}"')).toContain('Use of external IPs is denied by admission control.')
})
