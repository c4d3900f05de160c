import { beforeEach, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../engine/index.ts'
import { kubectl } from './index.ts'

let cluster: Cluster
const files = { 'c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n' }

beforeEach(() => {
  cluster = createCluster({ nodes: 1, latency: 'zero' })
  kubectl(cluster, 'apply -f c.yaml', { files })
  kubectl(cluster, 'create deployment web --image=nginx --replicas=1')
  cluster.run({ for: '1s' })
})

const said = (line: string, stdin?: string) => kubectl(cluster, line, { files, ...(stdin === undefined ? {} : { stdin }) })

/** What the editor would show. */
function shown(line: string): string {
  expect(said(line)).toEqual({ stdout: '', stderr: 'error: unable to launch the editor "vi"\n', exitCode: 1 })
  return copy()
}

const copy = (): string => cluster.written[Object.keys(cluster.written).findLast((path) => path.startsWith('/tmp/kubectl-edit-'))!]!
const path = (): string => Object.keys(cluster.written).findLast((name) => name.startsWith('/tmp/kubectl-edit-'))!
const cancelled = (): string => `A copy of your changes has been stored to "${path()}"\nerror: Edit cancelled, no valid changes were saved.\n`
const head = "# Please edit the object below. Lines beginning with a '#' will be ignored,\n# and an empty file will abort the edit. If an error occurs while saving this file will be\n# reopened with the relevant failures.\n#\n"

test('one object is shown as itself, without the fields of its managers, and saved', () => {
  const text = shown('edit deploy/web')
  expect(text.startsWith(`${head}apiVersion: apps/v1\nkind: Deployment\n`)).toBe(true)
  expect(text).not.toContain('managedFields')
  expect(said('edit deploy web', text.replace('replicas: 1\n', 'replicas: 3\n'))).toEqual({ stdout: 'deployment.apps/web edited\n', stderr: '', exitCode: 0 })
  expect(said('get deploy web -o jsonpath={.spec.replicas}').stdout).toBe('3')
})

test('several are a list, of which each is saved', () => {
  const text = shown('edit cm/c deploy/web')
  expect(text).toContain('\nitems:\n- apiVersion: v1\n')
  expect(text.endsWith('kind: List\nmetadata: {}\n')).toBe(true)
  expect(said('edit cm/c deploy/web', text.replace('\n    a: b\n', '\n    a: x\n'))).toEqual({ stdout: 'configmap/c edited\ndeployment.apps/web skipped\n', stderr: '', exitCode: 0 })
  expect(said('edit cm/c deploy/web', shown('edit cm/c deploy/web').replace('replicas: 1\n', 'replicas: -1\n').replace('\n    a: x\n', '\n    a: last\n'))).toMatchObject({
    stdout: 'configmap/c edited\n', stderr: `error: deployments.apps "web" is invalid\n${cancelled()}`,
  })
  expect(said('get cm c -o jsonpath={.data.a}').stdout).toBe('last')
})

test('what is refused is left with the reasons in its head', () => {
  const text = shown('edit deploy web').replace('replicas: 1\n', 'replicas: -1\n')
  expect(said('edit deploy web', text)).toEqual({ stdout: '', stderr: `error: deployments.apps "web" is invalid\n${cancelled()}`, exitCode: 1 })
  expect(copy()).toBe(text.replace(head, `${head}# deployments.apps "web" was not valid:\n# * spec.replicas: Invalid value: -1: must be greater than or equal to 0\n#\n`))
})

test.each([
  ['nothing changed', (text: string) => text, 'Edit cancelled, no changes made.\n', 0],
  ['only comments changed', (text: string) => `# one more\n${text}`, 'Edit cancelled, no changes made.\n', 0],
  ['everything is gone', () => '# only this\n', 'Edit cancelled, saved file was empty.\n', 0],
])('%s', (_, change, stderr, exitCode) => {
  expect(said('edit cm c', change(shown('edit cm c')))).toEqual({ stdout: '', stderr, exitCode })
})

test('a mistake in the syntax is told in the head', () => {
  expect(said('edit cm c', shown('edit cm c').replace('data:\n', 'data: [\n'))).toEqual({ stdout: '', stderr: cancelled(), exitCode: 1 })
  expect(copy()).toContain('# The edited file had a syntax error: error parsing "edited-file": error converting YAML to JSON: yaml: line ')
})

test.each([
  ['another name', /name: c\n/, 'name: d\n', () => `A copy of your changes has been stored to "${path()}"\nerror: At least one of apiVersion, kind and name was changed\n`],
  ['a version that is no more', /resourceVersion: "\d+"/, 'resourceVersion: "1"', () => `error: configmaps "c" could not be patched: Operation cannot be fulfilled on configmaps "c": the object has been modified; please apply your changes to the latest version and try again\nYou can run \`kubectl replace -f ${path()}\` to try this update again.\n`],
])('%s', (_, from, to, stderr) => {
  const opened = shown('edit cm c')
  expect(said('edit cm c', `${opened.replace(from, to).replace('a: b', 'a: x')}---\n${opened}`)).toEqual({ stdout: '', stderr: stderr(), exitCode: 1 })
})

test('a part of an object', () => {
  const text = shown('edit deploy web --subresource=scale')
  expect(text).toContain('kind: Scale\n')
  expect(said('edit deploy web --subresource=scale', text.replace('replicas: 1\n', 'replicas: 2\n')).stdout).toBe('scale.autoscaling/web edited\n')
  expect(said('get deploy web -o jsonpath={.spec.replicas}').stdout).toBe('2')
})

test('--output-patch and --save-config', () => {
  const { stdout } = said('edit cm c --output-patch --save-config', shown('edit cm c').replace('  a: b\n', '  a: x\n'))
  expect(stdout).toMatch(/^Patch: \{"data":\{"a":"x"\},"metadata":\{"annotations":\{"kubectl.kubernetes.io\/last-applied-configuration":"\{.*\}\}\}\nconfigmap\/c edited\n$/)
})

test('an object is edited before it is created', () => {
  const other = { 'd.yaml': files['c.yaml'].replace('name: c', 'name: d') }
  const edit = (stdin?: string) => kubectl(cluster, 'create -f d.yaml --edit', { files: other, ...(stdin === undefined ? {} : { stdin }) })
  expect(edit().stderr).toBe('error: unable to launch the editor "vi"\n')
  expect(edit(copy().replace('a: b', 'a: z'))).toEqual({ stdout: 'configmap/d created\n', stderr: '', exitCode: 0 })
  expect(edit(copy().replace('a: b', 'a: z'))).toEqual({
    stdout: '', stderr: `A copy of your changes has been stored to "${path()}"\nError from server (AlreadyExists): configmaps "d" already exists\n`, exitCode: 1,
  })
})

test('what was applied last is edited in its annotation', () => {
  const text = shown('apply edit-last-applied cm c')
  expect(text).toBe("# Please edit the 'last-applied-configuration' annotations below.\n# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.\n#\napiVersion: v1\ndata:\n  a: b\nkind: ConfigMap\nmetadata:\n  annotations: {}\n  name: c\n  namespace: default\n")
  expect(said('apply edit-last-applied cm c', text.replace('a: b', 'a: old')).stdout).toBe('configmap/c edited\n')
  expect(said('apply view-last-applied cm c -o json').stdout).toContain('"a": "old"')
  expect(said('apply edit-last-applied deploy web').stderr).toBe('error: no last-applied-configuration annotation found on resources, to create the annotation, use command `kubectl apply set-last-applied --create-annotation`\n')
})
