import { expect, test } from 'vitest'
import { createCluster } from '../engine/index.ts'
import { kubectl } from './index.ts'

const files = { 'ns.json': '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"raw"}}', 'ns.yaml': 'kind: Namespace' }

const help = (command: string): string => `\nSee 'kubectl ${command} -h' for help and examples\n`

test('a path of the server is asked with any verb; what comes back is printed as it comes', () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  const said = (line: string) => kubectl(cluster, line, { files })
  expect(said('get --raw /healthz')).toEqual({ stdout: 'ok', stderr: '', exitCode: 0 })
  expect(said('create --raw /api/v1/namespaces -f ns.json').stdout).toMatch(/^\{"kind":"Namespace","apiVersion":"v1","metadata":\{"name":"raw",.*\}\n$/)
  expect(said('replace --raw /api/v1/namespaces/raw -f ns.json').exitCode).toBe(0)
  expect(kubectl(cluster, 'create --raw /api/v1/namespaces/raw/configmaps -f -', { stdin: '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}' }).exitCode).toBe(0)
  expect(said('get cm c -n raw -o name').stdout).toBe('configmap/c\n')
  expect(said('delete --raw /api/v1/namespaces/raw').stdout).toContain('"phase":"Terminating"')
})

test.each([
  ['get --raw /nope', 'Error from server (NotFound): the server could not find the requested resource\n'],
  ['delete --raw /api/v1/namespaces/nope', 'Error from server (NotFound): namespaces "nope" not found\n'],
  ['create --raw /api/v1/namespaces -f nope.json', 'error: open nope.json: no such file or directory\n'],
  ['create --raw /api/v1/namespaces -f ns.yaml', 'error: --raw with a body that is not JSON is not supported by Podreel\n'],
  ['create --raw api -f ns.json', `error: --raw must be a valid URL path: parse "api": invalid URI for request${help('create')}`],
  ['create --raw /api -f ns.json -f ns.json', `error: --raw can only use a single local file or stdin${help('create')}`],
  ['create --raw /api -f https://x/y', `error: --raw cannot read from a url${help('create')}`],
  ['create --raw /api -f ns.json --edit', `error: --raw and --edit are mutually exclusive${help('create')}`],
  ['create --raw /api -f ns.json -R', `error: --raw and --recursive are mutually exclusive${help('create')}`],
  ['create --raw /api -f ns.json -l a=b', `error: --raw and --selector (-l) are mutually exclusive${help('create')}`],
  ['replace --raw /api -f ns.json -o yaml', `error: --raw and --output are mutually exclusive${help('replace')}`],
])('%s is refused', (line, stderr) => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  expect(kubectl(cluster, line, { files })).toEqual({ stdout: '', stderr, exitCode: 1 })
})

test.each([
  ['/api/v1/namespaces?watch=1&timeoutSeconds=2', /^(\{"type":"ADDED","object":\{"kind":"Namespace","apiVersion":"v1","metadata":\{"name":"[a-z-]+",.*\}\n){4}$/],
  ['/api/v1/namespaces?watch&timeoutSeconds=1', /^(\{"type":"ADDED",.*\}\n){4}$/],
  ['/api/v1/namespaces?watch=false', /^\{"kind":"NamespaceList",/],
  ['/api/v1/namespaces/default?watch=1', /^\{"kind":"Namespace",/],
  ['/apis/apps/v1/namespaces/default/deployments?watch=true&timeoutSeconds=1', /^$/],
])('%s comes event by event, if it is a watch', (path, expected) => {
  expect(kubectl(createCluster({ nodes: 1 }), `get --raw '${path}'`)).toEqual({ stdout: expect.stringMatching(expected), stderr: '', exitCode: 0 })
})

test('a watch that is refused says so', () => {
  expect(kubectl(createCluster({ nodes: 1 }), "get --raw '/api/v1/namespaces/default/nopes?watch=1'").stderr).toBe('Error from server (NotFound): the server could not find the requested resource\n')
})

test('metadata stands in the order of its types, its owners and managers, too', () => {
  const cluster = createCluster({ nodes: 1 })
  const { uid } = cluster.world().get('Node', 'node1')!.metadata
  const metadata = { name: 'a', ownerReferences: [{ uid, name: 'node1', kind: 'Node', apiVersion: 'v1' }] }
  kubectl(cluster, 'create -f a.json', { files: { 'a.json': JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata }) } })
  const { stdout } = kubectl(cluster, 'get --raw /api/v1/namespaces/default/configmaps/a')
  expect(stdout).toContain(`"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"node1","uid":"${uid}"}]`)
  expect(stdout).toMatch(/"managedFields":\[\{"manager":"kubectl-create","operation":"Update","apiVersion":"v1","time":"[^"]+","fieldsType":"FieldsV1","fieldsV1":\{/)
})
