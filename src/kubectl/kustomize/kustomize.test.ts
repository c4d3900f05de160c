import { describe, expect, it, test } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../index.ts'

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: robot
      containers: [{ name: main, image: nginx, envFrom: [{ configMapRef: { name: settings } }] }]
      volumes: [{ name: s, secret: { secretName: key } }]
`
const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: web }, ports: [{ port: 80 }] }\n'

function kustomized(kustomization: string, more: Record<string, string> = {}, args = ''): { stdout: string; stderr: string } {
  const files = { 'deployment.yaml': deployment, 'service.yaml': service, 'kustomization.yaml': kustomization, ...more }
  return kubectl(createCluster({ nodes: 1 }), `kustomize ${args}`, { files })
}
const built = (kustomization: string, more?: Record<string, string>): string => kustomized(kustomization, more).stdout

/** As kubectl 1.33 makes them of the documentation's examples (tasks/manage-kubernetes-objects/kustomization), which still has those of an older one. */
it.each([
  ['configMapGenerator: [{ name: example-configmap-1, files: [application.properties] }]', 'example-configmap-1-g4hk9g2ff8'],
  ['configMapGenerator: [{ name: example-configmap-2, literals: [FOO=Bar] }]', 'example-configmap-2-42cfbf598f'],
  ['secretGenerator: [{ name: example-secret-1, files: [password.txt] }]', 'example-secret-1-2kdd8ckcc7'],
  ['secretGenerator: [{ name: example-secret-2, literals: [username=admin, password=secert] }]', 'example-secret-2-dgb77647f8'],
  ['configMapGenerator: [{ name: plain, literals: [a=b] }]\ngeneratorOptions: { disableNameSuffixHash: true }', 'plain'],
])('%s is called %s', (kustomization, name) => {
  expect(built(kustomization, { 'application.properties': 'FOO=Bar\n', 'password.txt': 'username=admin\npassword=secret\n' })).toContain(`  name: ${name}\n`)
})

describe('a kustomization changes', () => {
  it.each<[string, string, string[]]>([
    ['names, and whoever knows them', 'resources: [deployment.yaml]\nnamePrefix: a-\nnameSuffix: -z\nconfigMapGenerator: [{ name: settings, literals: [a=b] }]', ['name: a-web-z\n', 'name: a-settings-z-', 'secretName: key\n']],
    ['what names a generated one', 'resources: [deployment.yaml]\nsecretGenerator: [{ name: key, literals: [a=b] }]', ['secretName: key-']],
    ['the namespace of what has one', 'resources: [deployment.yaml, n.yaml]\nnamespace: shop', ['  name: web\n  namespace: shop\n', 'kind: ClusterRole\nmetadata:\n  name: r\n']],
    ['labels, and not selectors', 'resources: [deployment.yaml]\nlabels: [{ pairs: { tier: fe } }]', ['  labels:\n    tier: fe\n  name: web\n', 'matchLabels:\n      app: web\n  template:\n    metadata:\n      labels:\n        app: web\n    spec']],
    ['... but where that is wanted', 'resources: [deployment.yaml, service.yaml]\nlabels: [{ pairs: { tier: fe }, includeSelectors: true }]', ['matchLabels:\n      app: web\n      tier: fe\n', '  selector:\n    app: web\n    tier: fe\n']],
    ['annotations', 'resources: [deployment.yaml]\ncommonAnnotations: { note: hi }', ['  annotations:\n    note: hi\n  name: web\n', 'metadata:\n      annotations:\n        note: hi\n']],
    ['images', 'resources: [deployment.yaml]\nimages: [{ name: nginx, newName: httpd, newTag: "2.4" }]', ['image: httpd:2.4\n']],
    ['replicas', 'resources: [deployment.yaml]\nreplicas: [{ name: web, count: 7 }]', ['replicas: 7\n']],
    ['by strategic merge', 'resources: [deployment.yaml]\npatches: [{ path: p.yaml }]', ['image: nginx\n        name: main\n        resources:\n          limits:\n            cpu: 100m\n']],
    ['by JSON patch', 'resources: [deployment.yaml, service.yaml]\npatches: [{ target: { kind: Serv.* }, patch: "[{op: replace, path: /spec/ports/0/port, value: 81}]" }]', ['- port: 81\n']],
    ['what others have made', 'resources: [base]\nnamePrefix: x-', ['name: x-b-inner\n']],
    ['a generated map of a base', 'resources: [base2]\nconfigMapGenerator: [{ name: m, behavior: merge, literals: [b=2] }]', ['data:\n  a: "1"\n  b: "2"\n']],
  ])('%s', (_, kustomization, texts) => {
    const output = built(kustomization, {
      'n.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: r }\nrules: []\n',
      'p.yaml': 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: main, resources: { limits: { cpu: 100m } } }] } } }\n',
      'base/kustomization.yaml': 'namePrefix: b-\nresources: [cm.yaml]\n', 'base/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: inner }\n',
      'base2/kustomization.yaml': 'configMapGenerator: [{ name: m, literals: [a=1] }]\n',
    })
    for (const text of texts) expect(output).toContain(text)
  })
})

it.each<[string, string, Record<string, string>]>([
  ["error: unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/root/empty'\n", 'empty', { 'empty/x.txt': '' }],
  ["error: must build at directory: not a valid directory: evalsymlink failure on 'nope' : lstat /root/nope: no such file or directory\n", 'nope', {}],
  ["error: must build at directory: 'a.yaml': file is not directory\n", 'a.yaml', { 'a.yaml': '' }],
  ['error: invalid Kustomization: json: unknown field "resource"\n', 'd', { 'd/kustomization.yaml': 'resource: [a.yaml]' }],
  ['error: kustomization field helmCharts is not supported by Podreel\n', 'd', { 'd/kustomization.yaml': 'helmCharts: []' }],
  ["error: accumulating resources: accumulation err='accumulating resources from 'a.yaml': evalsymlink failure on '/root/d/a.yaml' : lstat /root/d/a.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '/root/d/a.yaml' : lstat /root/d/a.yaml: no such file or directory\n", 'd', { 'd/kustomization.yaml': 'resources: [a.yaml]' }],
  ["error: accumulating resources: accumulation err='merging resources from 'b.yaml': may not add resource with an already registered id: Deployment.v1.apps/web.[noNs]': must build at directory: '/root/d/b.yaml': file is not directory\n", 'd', { 'd/kustomization.yaml': 'resources: [a.yaml, b.yaml]', 'd/a.yaml': deployment, 'd/b.yaml': deployment }],
  ["error: cycle detected: candidate root '/root/d' contains visited root\n", 'd', { 'd/kustomization.yaml': 'resources: [../e]', 'e/kustomization.yaml': 'resources: [../d]' }],
])('%s', (message, directory, files) => expect(kustomized('', files, directory).stderr).toBe(message))

test('-k applies, shows and deletes what a directory makes, in the order in which it names it', () => {
  const cluster = createCluster({ nodes: 1 })
  const files = { 'd/kustomization.yaml': 'resources: [s.yaml, w.yaml]\ncommonLabels: { env: prod }\n', 'd/s.yaml': service, 'd/w.yaml': deployment.replace('      serviceAccountName: robot\n', '') }
  const deprecated = "# Warning: 'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit fix' to update your Kustomization automatically.\n"
  expect(kubectl(cluster, 'apply -k d', { files })).toEqual({ stdout: 'service/web created\ndeployment.apps/web created\n', stderr: deprecated, exitCode: 0 })
  expect(kubectl(cluster, 'get -k d/ -o name', { files }).stdout).toBe('service/web\ndeployment.apps/web\n')
  expect(kubectl(cluster, 'get svc web -o jsonpath={.spec.selector}').stdout).toBe('{"app":"web","env":"prod"}')
  expect(kubectl(cluster, 'diff -k d', { files }).exitCode).toBe(0)
  expect(kubectl(cluster, 'delete -k d', { files }).stdout).toBe('service "web" deleted from default namespace\ndeployment.apps "web" deleted from default namespace\n')
  expect(kubectl(cluster, 'apply -k d -f d', { files }).stderr).toBe('error: only one of -f or -k can be specified\n')
})

describe('a component', () => {
  const component = { 'debug/kustomization.yaml': 'kind: Component\nconfigMapGenerator: [{ name: settings, behavior: merge, literals: [DEBUG=1] }]\npatches: [{ target: { kind: Deployment }, patch: "[{op: add, path: /spec/replicas, value: 3}]" }]\n' }

  test('changes what the kustomization has that names it', () => {
    const output = built('resources: [base, service.yaml]\ncomponents: [debug]\nnamePrefix: x-', { ...component, 'base/kustomization.yaml': 'resources: [d.yaml]\nconfigMapGenerator: [{ name: settings, literals: [LOG=info] }]\n', 'base/d.yaml': deployment })
    for (const text of ['DEBUG: "1"\n  LOG: info\n', 'replicas: 3\n', 'name: x-web\n', 'name: x-settings-']) expect(output).toContain(text)
  })

  test('is no resource, and a kustomization is no component', () => {
    expect(kustomized('resources: [debug]', component).stderr).toContain("expected kind != 'Component' for path '/root/debug'")
    expect(kustomized('components: [base]', { 'base/kustomization.yaml': 'namePrefix: a-\n' }).stderr).toContain("expected kind 'Component' for path '/root/base' but got 'Kustomization'")
  })
})

describe('a replacement', () => {
  const source = 'source: { kind: Service, name: web }'
  const into = (fieldPath: string, options = '', from = source): string => `resources: [deployment.yaml, service.yaml]\nnamePrefix: a-\nreplacements: [{ ${from}, targets: [{ select: { kind: Deployment }, fieldPaths: [${JSON.stringify(fieldPath)}]${options} }] }]`

  it.each<[string, string, string]>([
    ['writes into an item that is chosen by what it says', into('spec.template.spec.containers.[name=main].image'), 'image: a-web\n'],
    ['writes into a part of a text', into('spec.template.spec.containers.0.image', ', options: { delimiter: ":", index: 1 }'), 'image: nginx:a-web\n'],
    ['writes into all items', into('spec.template.spec.containers.*.image'), 'image: a-web\n'],
    ['makes a field', into('metadata.annotations.example\\.com/name', ', options: { create: true }'), 'annotations:\n    example.com/name: a-web\n'],
    ['takes a part of its source', into('spec.template.spec.serviceAccountName', '', 'source: { kind: Service, fieldPath: metadata.name, options: { delimiter: "-", index: 1 } }'), 'serviceAccountName: web\n'],
  ])('%s', (_, kustomization, text) => {
    expect(built(kustomization)).toContain(text)
  })

  it.each([
    [into('spec.nothing.here'), 'unable to find field "spec.nothing.here" in replacement target'],
    [into('spec.replicas', '', 'source: { kind: Ingress }'), 'nothing selected by Ingress.[noVer].[noGrp]/[noName].[noNs]:metadata.name'],
    [into('spec.replicas', '', 'source: { name: web }'), 'multiple matches for selector'],
  ])('%s', (kustomization, words) => {
    expect(kustomized(kustomization).stderr).toContain(words)
  })
})

/** Beside what kubectl's own kustomize makes of the same files. */
describe('kustomize says', () => {
  const more = { 'other/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n', 'd/x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n', 'd/nameless.yaml': 'apiVersion: v1\nkind: ConfigMap\n', 'd/text.yaml': 'just text\n' }
  it.each<[kustomization: string, message: string]>([
    ['commonAnnotations: {a: y}', 'invalid Kustomization: json: cannot unmarshal bool into Go struct field Kustomization.commonAnnotations of type string'],
    ['namePrefix: 3', 'invalid Kustomization: json: cannot unmarshal number into Go struct field Kustomization.namePrefix of type string'],
    ['images: [{name: x, newTag: 1.27}]', 'invalid Kustomization: json: cannot unmarshal number into Go struct field Image.images.newTag of type string'],
    ['labels: [{pairs: {a: 1}}]', 'invalid Kustomization: json: cannot unmarshal number into Go struct field Label.labels.pairs of type string'],
    ['replicas: [{name: z, count: "3"}]', 'invalid Kustomization: json: cannot unmarshal string into Go struct field Replica.replicas.count of type int64'],
    ['resources: x.yaml', 'invalid Kustomization: json: cannot unmarshal string into Go struct field Kustomization.resources of type []string'],
    ['configMapGenerator: [{name: a, literals: [1]}]', 'invalid Kustomization: json: cannot unmarshal number into Go struct field ConfigMapArgs.configMapGenerator.GeneratorArgs.KvPairSources.literals of type string'],
    ['configMapGenerator: [{name: a, foo: b}]', 'invalid Kustomization: json: unknown field "foo"'],
    ['kind: Foo\nresources: [x.yaml]', 'Failed to read kustomization file under /root/d:\nkind should be Kustomization or Component'],
    ['apiVersion: v1\nkind: Kustomization\nresources: [x.yaml]', 'Failed to read kustomization file under /root/d:\napiVersion for Kustomization should be kustomize.config.k8s.io/v1beta1'],
    ['configMapGenerator: [{literals: [a=b]}]', 'a configmap must have a name'],
    ['configMapGenerator: [{name: a, literals: [b]}]', 'loading KV pairs: literal sources [b]: invalid literal source b, expected key=value'],
    ['configMapGenerator: [{name: a, files: [q=../other/x.yaml]}]', "loading KV pairs: file sources: [q=../other/x.yaml]: security; file '/root/other/x.yaml' is not in or below '/root/d'"],
    ['resources: [../other/x.yaml]', "accumulating resources: accumulation err='accumulating resources from '../other/x.yaml': security; file '/root/other/x.yaml' is not in or below '/root/d'': must build at directory: '/root/other/x.yaml': file is not directory"],
    ['resources: [nameless.yaml]', "accumulating resources: accumulation err='accumulating resources from 'nameless.yaml': missing metadata.name in object {{v1 ConfigMap} {{ } map[] map[]}}': must build at directory: '/root/d/nameless.yaml': file is not directory"],
    ['resources: [text.yaml]', "accumulating resources: accumulation err='accumulating resources from 'text.yaml': missing Resource metadata': must build at directory: '/root/d/text.yaml': file is not directory"],
    ['resources: [x.yaml]\npatches: [{path: nope.yaml}]', "trouble configuring builtin PatchTransformer with config: `\npath: nope.yaml\n`: failed to get the patch file from path(nope.yaml): evalsymlink failure on '/root/d/nope.yaml' : lstat /root/d/nope.yaml: no such file or directory"],
    ['resources: [x.yaml]\npatches: [{patch: just text}]', 'trouble configuring builtin PatchTransformer with config: `\npatch: just text\n`: unable to parse SM or JSON patch from [patch: "just text"]'],
    ['resources: [x.yaml]\npatches: [{target: {kind: ConfigMap}}]', 'trouble configuring builtin PatchTransformer with config: `\ntarget:\n  kind: ConfigMap\n`: must specify one of patch and path in\ntarget:\n  kind: ConfigMap'],
    ['resources: [x.yaml]\npatches: [{target: {kind: ConfigMap}, patch: "[{op: remove, path: /nope}]"}]', "error in remove for path: '/nope': Unable to remove nonexistent key: nope: missing value"],
    ['resources: [x.yaml]\nreplicas: [{name: nope, count: 1}]', 'resource with name nope does not match a config with the following GVK [Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]'],
  ])('%j: %s', (kustomization, message) => {
    expect(kustomized('', { ...more, 'd/kustomization.yaml': kustomization }, 'd').stderr).toBe(`error: ${message}\n`)
  })

  const workload = 'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\nspec: {template: {spec: {containers: [{name: c, image: x}, {name: d, image: y}], volumes: [{name: v}, {name: w}]}}, volumeClaimTemplates: [{metadata: {name: data}}]}\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np}\nspec: {podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {a: b}}}]}]}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {n: on}\n'
  it.each<[kustomization: string, text: string]>([
    ['labels: [{pairs: {z: "1"}, includeTemplates: true}]', '  volumeClaimTemplates:\n  - metadata:\n      labels:\n        z: "1"\n      name: data\n'],
    ['labels: [{pairs: {z: "1"}, includeSelectors: true}]', '    - podSelector:\n        matchLabels:\n          a: b\n          z: "1"\n  podSelector: {}\n'],
    ['labels: [{pairs: {z: "1"}, fields: [{path: spec/extra, kind: NetworkPolicy, create: true}]}]', 'spec:\n  extra:\n    z: "1"\n  ingress:\n'],
    ['patches: [{patch: "{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {template: {spec: {containers: [{name: e, image: z}, {name: d, image: q}]}}}}"}]', '      containers:\n      - image: z\n        name: e\n      - image: q\n        name: d\n      - image: x\n        name: c\n'],
    ['namePrefix: ""', 'data:\n  "n": "on"\n'],
    ['sortOptions: {order: fifo}', 'name: np\nspec:\n  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          a: b\n  podSelector: {}\n---\napiVersion: v1\ndata:\n'],
    ['sortOptions: {order: legacy}', '---\napiVersion: apps/v1\nkind: StatefulSet\n'],
  ])('%j has %j', (kustomization, text) => {
    expect(kustomized('', { 'd/w.yaml': workload, 'd/kustomization.yaml': `resources: [w.yaml]\n${kustomization}\n` }, 'd').stdout).toContain(text)
  })

  test('-k has the order in which things can be made', () => {
    const files = { 'd/w.yaml': workload, 'd/kustomization.yaml': 'resources: [w.yaml]\n' }
    expect(kubectl(createCluster({ nodes: 1 }), 'create -k d --dry-run=client -o name', { files }).stdout).toBe('configmap/cm\nstatefulset.apps/db\nnetworkpolicy.networking.k8s.io/np\n')
  })

  test('what a generator is merged into has its labels, too', () => {
    const files = { 'b/kustomization.yaml': 'configMapGenerator: [{name: m, literals: [a=1]}]', 'd/kustomization.yaml': 'resources: [../b]\nconfigMapGenerator: [{name: m, behavior: merge, literals: [b=2]}]\ngeneratorOptions: {labels: {g: h}}' }
    expect(kustomized('', files, 'd').stdout).toContain('metadata:\n  labels:\n    g: h\n  name: m-')
  })
})
