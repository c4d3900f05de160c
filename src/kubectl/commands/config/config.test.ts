import { expect, test } from 'vitest'
import '../root.ts'
import { createCluster } from '../../../engine/index.ts'
import { kubectl } from '../../kubectl.ts'

const cluster = createCluster({ nodes: 1 })

/** One after another: each line finds the kubeconfig that those before it have left. */
const lines: readonly [line: string, printed: string | RegExp][] = [
  ['create sa bot', 'serviceaccount/bot created\n'],
  ['config set-credentials bot --token=nonsense', 'User "bot" set.\n'],
  ['config set-context bot --cluster=kubernetes --user=bot --namespace=team', 'Context "bot" created.\n'],
  ['config use-context bot', 'Switched to context "bot".\n'],
  ['get pods', 'error: You must be logged in to the server (Unauthorized)\n'],
  ['config view --minify -o jsonpath={.users[0].user.token}', 'REDACTED'],
  ['config view --minify --raw -o jsonpath={.users[0].user.token}', 'nonsense'],
  ['config set-context --current --user=ghost', 'Context "bot" modified.\n'],
  ['get pods', 'error: auth info "ghost" does not exist\n'],
  // Their --user is no user of the kubeconfig.
  ['--context=kubernetes-admin@kubernetes create clusterrolebinding viewers --clusterrole=view --user=jane', 'clusterrolebinding.rbac.authorization.k8s.io/viewers created\n'],
  ['--context=kubernetes-admin@kubernetes create rolebinding readers --clusterrole=view --user=jane', 'rolebinding.rbac.authorization.k8s.io/readers created\n'],
  ['--context=kubernetes-admin@kubernetes set subject rolebinding readers --user=joe', 'rolebinding.rbac.authorization.k8s.io/readers subjects updated\n'],
  ['config set-credentials jane --client-certificate=jane.crt --client-key=/tmp/jane.key', 'User "jane" set.\n'],
  ["config view -o jsonpath='{.users[?(@.name==\"jane\")].user}'", '{"client-certificate":"/root/jane.crt","client-key":"/tmp/jane.key"}'],
  ['config set-credentials jane --client-certificate=jane.crt --embed-certs', 'error: could not read client-certificate data from jane.crt: open jane.crt: no such file or directory\n'],
  ['--user=jane --cluster=kubernetes get pods', 'error: unable to read client-cert /root/jane.crt for jane due to open /root/jane.crt: no such file or directory\n'],
  ['config set-credentials ghost', 'User "ghost" set.\n'],
  ['get pods', 'error: user "ghost" has neither a token nor a certificate, and passwords are not supported by Podreel\n'],
  ['config set-cluster far --server=https://192.0.2.1:6443', 'Cluster "far" set.\n'],
  ['--cluster=far --user=kubernetes-admin get pods', 'Unable to connect to the server: dial tcp 192.0.2.1:6443: i/o timeout\n'],
  ['--cluster=none --user=kubernetes-admin get pods', 'error: no server found for cluster "none"\n'],
  // Who asks for the namespace first finds out in other words than who asks for the server.
  ['--cluster=none --user=kubernetes-admin version', /error: cluster "none" does not exist\n$/],
  ['get pods --context=none', 'Error in configuration: context was not found for specified context: none\n'],
  ['get --raw=/ --context=none', 'error: context "none" does not exist\n'],
  ['api-versions --context=none', 'error: context "none" does not exist\n'],
  ['config view --minify --context=none', 'error: cannot locate context none\n'],
  ['config set current-context none', 'Property "current-context" set.\n'],
  ['version', /Error in configuration: context was not found for specified context: none\n$/],
  ['config use-context bot', 'Switched to context "bot".\n'],
  ['config set contexts.bot.user kubernetes-admin', 'Property "contexts.bot.user" set.\n'],
  ['get pods', 'No resources found in team namespace.\n'],
  ['config unset contexts.bot.namespace', 'Property "contexts.bot.namespace" unset.\n'],
  ['get pods', 'No resources found in default namespace.\n'],
  ['config unset users.bot', 'Property "users.bot" unset.\n'],
  ['config get-users', 'NAME\nghost\njane\nkubernetes-admin\n'],
  ['config unset current-context', 'Property "current-context" unset.\n'],
  ['config current-context', 'error: current-context is not set\n'],
  ['get pods', 'The connection to the server localhost:8080 was refused - did you specify the right host or port?\n'],
  ['config unset users.none.token', 'error: current map key `none` is invalid\n'],
  ['config set color red', 'error: unable to parse color after [] at api.Config\n'],
  // A name goes up to the first word that is a field.
  ['config set clusters.10.0.0.1.server https://10.0.0.1', 'Property "clusters.10.0.0.1.server" set.\n'],
  ["config view -o jsonpath='{.clusters[?(@.name==\"10.0.0.1\")].cluster}'", '{"server":"https://10.0.0.1"}'],
  ['config set clusters.10.0.0.1.color red', /^error: can't set a map to a value: map\[/],
  ['config set clusters.10.0.0.1 red', /^error: can't set a map to a value: map\[/],
  ['config set clusters red', /^error: can't set a map to a value: map\[/],
  ['config set clusters.10.0.0.1.server.name red', 'error: unable to parse one or more field values of clusters.10.0.0.1.server.name\n'],
  ['config set clusters.10.0.0.1.insecure-skip-tls-verify perhaps', 'error: strconv.ParseBool: parsing "perhaps": invalid syntax\n'],
  ['config set clusters.10.0.0.1.insecure-skip-tls-verify T', 'Property "clusters.10.0.0.1.insecure-skip-tls-verify" set.\n'],
  ['config set clusters.10.0.0.1.certificate-authority-data !', 'error: error decoding input value: illegal base64 data at input byte 0\n'],
  ['config set clusters.10.0.0.1.certificate-authority-data ab --set-raw-bytes', 'Property "clusters.10.0.0.1.certificate-authority-data" set.\n'],
  ["config view --raw -o jsonpath='{.clusters[?(@.name==\"10.0.0.1\")].cluster}'", '{"certificate-authority-data":"YWI=","insecure-skip-tls-verify":true,"server":"https://10.0.0.1"}'],
  ['config set-cluster 10.0.0.1 --certificate-authority=ca.crt', 'Cluster "10.0.0.1" set.\n'],
  ["config view --raw -o jsonpath='{.clusters[?(@.name==\"10.0.0.1\")].cluster}'", '{"certificate-authority":"/root/ca.crt","server":"https://10.0.0.1"}'],
  ['config set-cluster 10.0.0.1 --certificate-authority=ca.crt --embed-certs', 'error: could not stat certificate-authority file ca.crt: stat ca.crt: no such file or directory\n'],
  ['config set-cluster 10.0.0.1 --embed-certs', 'error: you must specify a --certificate-authority to embed\n'],
  ['config set-cluster 10.0.0.1 --certificate-authority=ca.crt --insecure-skip-tls-verify', 'error: you cannot specify a certificate authority and insecure mode at the same time\n'],
  ['config set-cluster 10.0.0.1 --insecure-skip-tls-verify --proxy-url=http://proxy:1', 'Cluster "10.0.0.1" set.\n'],
  ["config view --raw -o jsonpath='{.clusters[?(@.name==\"10.0.0.1\")].cluster}'", '{"insecure-skip-tls-verify":true,"proxy-url":"http://proxy:1","server":"https://10.0.0.1"}'],
  ['config set clusters.10.0.0.1.server ""', 'error: you cannot use set to unset a property\n'],
  ['config unset clusters.10.0.0.1', 'Property "clusters.10.0.0.1" unset.\n'],
  // Unlike the rest of kubectl: the whole help, then the complaint by itself.
  ['config set color', /^Set an individual value in a kubeconfig file\n[^]*\nerror: Unexpected args: \[color\]\n$/],
  ['config delete-cluster', /^Delete the specified cluster from the kubeconfig\n/],
  ['config delete-user', "error: user to delete is required\nSee 'kubectl config delete-user -h' for help and examples\n"],
  ['config rename-context bot', /error: Unexpected args: \[bot\]\n$/],
  ['config rename-context none new', 'error: cannot rename the context "none", it\'s not in /root/.kube/config\n'],
  ['config rename-context bot bot', 'error: cannot rename the context "bot", the context "bot" already exists in /root/.kube/config\n'],
  ['config delete-context none --kubeconfig=other', 'error: cannot delete context none, not in other\n'],
  ['config delete-cluster far', 'deleted cluster far from /root/.kube/config\n'],
]

test('the kubeconfig decides who asks whom for what', () => {
  for (const [line, printed] of lines) {
    const { stdout, stderr } = kubectl(cluster, line)
    expect([line, stdout + stderr]).toEqual([line, typeof printed === 'string' ? printed : expect.stringMatching(printed)])
  }
})

test('the certificate of an authority can be put into the kubeconfig', () => {
  const mine = createCluster({ nodes: 1 })
  const run = (line: string): string => kubectl(mine, line, { files: { 'ca.crt': 'CERT\n' } }).stdout
  expect(run('config set-cluster far --kubeconfig=far --server=https://x --certificate-authority=ca.crt --embed-certs=true')).toBe('Cluster "far" set.\n')
  expect(run('config view --kubeconfig=far --raw -o jsonpath={.clusters[0].cluster}')).toBe('{"certificate-authority-data":"Q0VSVAo=","server":"https://x"}')
})

test('a token of a service account is what it may do', () => {
  const token = kubectl(cluster, 'create token bot --context=kubernetes-admin@kubernetes').stdout.trim()
  kubectl(cluster, `config set-credentials robot --token=${token}`)
  expect(kubectl(cluster, 'get pods --cluster=kubernetes --user=robot')).toMatchObject({
    stderr: 'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:default:bot" cannot list resource "pods" in API group "" in the namespace "default"\n',
    exitCode: 1,
  })
})

test('config view shows names first, and no preferences', () => {
  const view = (format: string): string => kubectl(createCluster({ nodes: 1 }), `config view -o ${format}`).stdout
  expect(view('yaml')).toBe(`apiVersion: v1
clusters:
- cluster:
    server: https://127.0.0.1:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: kubernetes-admin
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
kind: Config
users:
- name: kubernetes-admin
  user: {}
`)
  expect(view('json').replaceAll(/\s/g, '')).toBe(
    '{"kind":"Config","apiVersion":"v1","clusters":[{"name":"kubernetes","cluster":{"server":"https://127.0.0.1:6443"}}],"users":[{"name":"kubernetes-admin","user":{}}],'
    + '"contexts":[{"name":"kubernetes-admin@kubernetes","context":{"cluster":"kubernetes","user":"kubernetes-admin"}}],"current-context":"kubernetes-admin@kubernetes"}')
})
