import { beforeEach, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../engine/index.ts'
import './index.ts'

let cluster: Cluster

const files = { 'p.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: nginx}]}\n' }

beforeEach(() => {
  cluster = createCluster({ nodes: 1 })
})

const shell = (line: string) => cluster.exec({ program: 'shell', line, files })

test.each([
  ['a loop over words', 'for i in 1 2; do kubectl create ns n$i; done', 'namespace/n1 created\nnamespace/n2 created\n', 0],
  ['a loop over what kubectl prints', 'kubectl create ns a -o name; kubectl get ns -o name | grep -v kube | while read n; do echo "<$n>"; done', 'namespace/a\n<namespace/a>\n<namespace/default>\n', 0],
  ['until something is so', 'kubectl apply -f p.yaml; until [ "$(kubectl get pod p -o jsonpath={.status.phase})" = Running ]; do sleep 1; done; echo up', 'pod/p created\nup\n', 0],
  ['a function, and its exit code', 'f() { kubectl get "$@"; }; f ns nope 2>&1; echo $?; f ns default -o name', 'Error from server (NotFound): namespaces "nope" not found\n1\nnamespace/default\n', 0],
  ['a here-document through a pipe', 'N=c; cat <<EOF | k apply -f -\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: $N}\nEOF', 'configmap/c created\n', 0],
  ['what it writes, another reads', 'k create cm c --from-literal=a=b --dry-run=client -o yaml > c.yaml; k create -f c.yaml; mkdir d; cp c.yaml d; cd d; k get -f c.yaml -o name', 'configmap/c created\nconfigmap/c\n', 0],
  ['what two commands print, compared', 'diff <(k get ns default -o name) <(k get ns default -o name; echo more)', '1a2\n> more\n', 1],
  ['two lines that differ', 'diff <(k get ns default -o name) <(echo other)', '1c1\n< namespace/default\n---\n> other\n', 1],
  ['what a command prints, as a script', 'source <(k get ns default -o jsonpath="N={.metadata.name}"); echo $N', 'default\n', 0],
  ['the completion of kubectl', "source <(kubectl completion bash) && alias k=kubectl && complete -o default -F __start_kubectl k; kubectl completion bash | sudo tee /etc/bash_completion.d/kubectl | tail -1; echo 'source <(kubectl completion bash)' >> ~/.bashrc; . ~/.bashrc; type __start_kubectl | head -1", 'complete -o default -F __start_kubectl kubectl\n__start_kubectl is a function\n', 0],
  ['a file by its whole path', 'cd /tmp; k create -f /root/p.yaml -o name; cd; k get -f ~/p.yaml -o name', 'pod/p\npod/p\n', 0],
  ['columns', 'k get ns default --no-headers | cut -c1-18 | column -t', 'default  Active\n', 0],
  ['words with blanks and quotes', `k create cm c --from-literal="a=it's  so"; k get cm c -o jsonpath='{.data.a}'`, "configmap/c created\nit's  so", 0],
  ['the kubeconfig that it changes', 'k config set-context --current --namespace=kube-public >/dev/null; k get pods 2>&1', 'No resources found in kube-public namespace.\n', 0],
  ['another kubeconfig', 'export KUBECONFIG=two; k config set-context x --namespace=kube-public >/dev/null; k config use-context x; k config get-contexts -o name; KUBECONFIG=two:/root/.kube/config k config get-contexts -o name', 'Switched to context "x".\nx\nkubernetes-admin@kubernetes\nx\n', 0],
  ['one that waits for ever, within a limit', 'timeout 2 kubectl get ns -w --no-headers | wc -l; timeout 1 k get ns -w >/dev/null; echo $?', '4\n124\n', 0],
])('%s', (_, line, stdout, exitCode) => {
  expect(shell(line)).toMatchObject({ stdout, exitCode })
})

test.each([
  ['create $(kubectl create ns a --dry-run=client -o name | tr / " ")', 'namespace/a created\n'],
  ['get ns -o name | grep -c kube', '3\n'],
  ['create ns b > out.txt && cat out.txt', 'namespace/b created\n'],
])('kubectl %s, with what only a shell can do', (line, stdout) => {
  expect(cluster.exec({ program: 'kubectl', line })).toEqual({ stdout, stderr: '', exitCode: 0 })
})

test('files that a line has written are there for the commands after it, those of the desk as they are now', () => {
  shell('cat p.yaml | sed s/nginx/httpd/ > q.yaml; rm p.yaml')
  expect(cluster.written['q.yaml']).toBe(files['p.yaml'].replace('nginx', 'httpd'))
  expect(cluster.exec({ program: 'kubectl', line: 'apply -f q.yaml -o name', files }).stdout).toBe('pod/p\n')
  expect(shell('ls').stdout).toBe('p.yaml  q.yaml\n')
  expect(cluster.exec({ program: 'shell', line: 'ls', files: {} }).stdout).toBe('q.yaml\n')
})

test.each([
  ['for i in 1 2 3; do X=$i; done', { variables: { i: '3', X: '3' }, definitions: {} }],
  ['cd /tmp', { variables: { PWD: '/tmp', OLDPWD: '/root' }, definitions: {} }],
  ['OLDPWD=/tmp; cd /; cd', { variables: { PWD: '/root', OLDPWD: '/' }, definitions: {} }],
  [`f() { echo "$1"; }; a=(x "it's")`, { variables: { a: 'x' }, definitions: { f: 'f() { echo "$1"; }', a: `declare -a a; a[0]='x'; a[1]='it'\\''s'` } }],
  ['declare -A m; m[the key]=1; N=${m[the key]}', { variables: { m: '', N: '1' }, definitions: { m: "declare -A m; m['the key']='1'" } }],
  ['(Y=1); echo a | read Z', { variables: {}, definitions: {} }],
  ['N=1; exit 3', { variables: { N: '1' }, definitions: {} }],
])('%s leaves something in its shell', (line, left) => {
  shell(line)
  expect(cluster.ended.at(-1)!.left).toEqual(left)
})

test('what defines an array makes the same one', () => {
  shell('declare -A m; m["a b"]=1; m[c]="x y"; list=(p q r); unset "list[1]"')
  const { definitions } = cluster.ended.at(-1)!.left!
  expect(shell(`${Object.values(definitions).join('\n')}\necho "\${m[a b]}|\${m[c]}|\${!list[@]}|\${list[2]}"`).stdout).toBe('1|x y|0 2|r\n')
})

test('a line that is ended has left what it had come to', () => {
  const id = cluster.perform({ shell: 'while true; do N=$((N+1)); sleep 1; done' })
  cluster.run({ for: '2500ms' })
  cluster.perform({ interrupt: id })
  cluster.run({ for: '1s' })
  expect(cluster.ended.at(-1)!.left).toEqual({ variables: { N: '3' }, definitions: {} })
})

test('what a shell complains of names no line: it was typed', () => {
  expect(shell('N=1\nhelm version').stderr).toBe('bash: helm: command not found\n')
})

test('Ctrl+C ends the line and what it has started', () => {
  const id = cluster.perform({ shell: 'while true; do kubectl get ns -w; done' })
  cluster.run({ for: '2s' })
  cluster.perform({ interrupt: id })
  cluster.run({ for: '1s' })
  const printed = cluster.output.length
  shell('kubectl create ns later')
  cluster.run({ for: '10s' })
  expect(cluster.output.slice(printed).map(({ text }) => text)).toEqual(['namespace/later created\n'])
})
