import { beforeEach, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../engine/index.ts'
import '../index.ts'

const configMap = (name: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}, labels: {app: x}}}`
const files = {
  'a.yaml': configMap('a'),
  'both.yaml': `${configMap('a')}\n---\n${configMap('b')}`,
  'bad.yaml': `${configMap('a')}\n---\n${configMap('B_')}`,
  'ns.yaml': '{apiVersion: v1, kind: Namespace, metadata: {name: other, labels: {app: x}}}',
}
let cluster: Cluster

const kubectl = (line: string) => cluster.exec({ program: 'kubectl', line, files })
const left = () => kubectl('get cm -l app=x -A --no-headers -o custom-columns=N:.metadata.namespace,M:.metadata.name').stdout.replaceAll(/ +/g, '/').trim().split('\n')

beforeEach(() => {
  cluster = createCluster({ nodes: 1 })
  for (const line of ['apply -f both.yaml', 'create cm manual', 'label cm manual app=x', 'create ns far', 'apply -n far -f both.yaml']) kubectl(line)
})

const warning = 'prune: Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. ' +
  'To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.\n' +
  'Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n'

test.each<[line: string, stdout: string, stderr: string, left: string]>([
  ['apply -f a.yaml --prune -l app=x', 'configmap/a unchanged\nconfigmap/b pruned\n', warning, 'default/a default/manual far/a far/b'],
  ['apply -f a.yaml --prune --all', 'configmap/a unchanged\nconfigmap/b pruned\n', warning, 'default/a default/manual far/a far/b'],
  ['apply -f a.yaml --prune -l app=x --dry-run=server', 'configmap/a unchanged (server dry run)\nconfigmap/b pruned (server dry run)\n', warning, 'default/a default/b default/manual far/a far/b'],
  ['apply -f a.yaml --prune -l app=x --dry-run=client -o name', 'configmap/a\nconfigmap/b\n', warning, 'default/a default/b default/manual far/a far/b'],
  ['apply -f a.yaml --prune -l app=x --prune-allowlist=core/v1/Secret', 'configmap/a unchanged\n', '', 'default/a default/b default/manual far/a far/b'],
  ['apply -f a.yaml --prune -l app=x --prune-allowlist=/v1/ConfigMap -n far', 'configmap/a unchanged\nconfigmap/b pruned\n', '', 'default/a default/b default/manual far/a'],
  ['apply -f bad.yaml --prune -l app=x', 'configmap/a unchanged\n', 'The ConfigMap "B_" is invalid', 'default/a default/b default/manual far/a far/b'],
  ['apply -f a.yaml --prune', '', 'error: all resources selected for prune without explicitly passing --all.', 'default/a default/b default/manual far/a far/b'],
  ['apply -f a.yaml --all -l app=x', '', 'error: cannot set --all and --selector at the same time\n', 'default/a default/b default/manual far/a far/b'],
  ['apply -f a.yaml --prune --all --prune-allowlist=v1/ConfigMap', '', 'error: invalid GroupVersionKind format: v1/ConfigMap, please follow <group/version/kind>\n', 'default/a default/b default/manual far/a far/b'],
  ['apply -f a.yaml --prune --all --prune-allowlist=core/v1/Nope', '', 'error: no matches for kind "Nope" in version "v1"\n', 'default/a default/b default/manual far/a far/b'],
])('%s', (line, stdout, stderr, objects) => {
  const result = kubectl(line)
  expect(result.stdout).toBe(stdout)
  expect(result.stderr.replace(/^W\d+ [\d:.]+ +1 prune\.go:71\] /, 'prune: ').slice(0, stderr.length || 1)).toBe(stderr)
  expect(left()).toEqual(objects.split(' '))
})

test('what has no namespace is pruned from everywhere', () => {
  kubectl('apply -f ns.yaml')
  expect(kubectl('apply -f both.yaml --prune -l app=x').stdout).toBe('configmap/a unchanged\nconfigmap/b unchanged\nnamespace/other pruned\n')
})

test('diff shows what would be pruned with all that it has, beside no file', () => {
  const { stdout, exitCode } = kubectl('diff -f a.yaml --prune -l app=x')
  expect(exitCode).toBe(1)
  expect(stdout).toMatch(/^diff -u -N \S+\/v1\.ConfigMap\.default\.b \S+\n--- \S+\t2026.*\n\+\+\+ \S+\t1970-01-01 00:00:00\.000000000 \+0000\n@@ -1,\d+ \+0,0 @@\n-apiVersion: v1\n/)
  expect(stdout).toContain('-  managedFields:\n')
})
