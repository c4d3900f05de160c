import { expect, test } from 'vitest'
import { createCluster } from '../../../engine/index.ts'
import { kubectl } from '../../index.ts'

const role = (rules: string, metadata = ''): string => `apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: shop${metadata}}\nrules: [${rules}]\n`
const binding = (subjects: string, to = 'r'): string =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b, namespace: shop}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ${to}}\nsubjects: [${subjects}]\n`
const read = '{apiGroups: [""], resources: [pods, services], verbs: [get]}'
const watch = '{apiGroups: [""], resources: [pods], verbs: [get, watch]}'
const bob = '{apiGroup: rbac.authorization.k8s.io, kind: User, name: bob}'
const bot = '{kind: ServiceAccount, name: bot, namespace: shop}'

const cluster = createCluster({ nodes: 1, latency: 'zero' })
const reconcile = (text: string, flags = '') => kubectl(cluster, `auth reconcile -f f.yaml ${flags}`, { files: { 'f.yaml': text } })
const goRule = (verb: string, resource: string): string => `\t\t{Verbs:[${verb}] APIGroups:[] Resources:[${resource}] ResourceNames:[] NonResourceURLs:[]}\n`
const roleName = 'role.rbac.authorization.k8s.io/r reconciled'
const bindingName = 'rolebinding.rbac.authorization.k8s.io/b reconciled'

test.each([
  ['a role that is not there, though it would be made', role(read), '--dry-run=client', `${roleName} (dry run)\n`, `\treconciliation required create\n\tmissing rules added:\n${goRule('get', 'pods services')}`],
  ['a role that is not there, nor its namespace', role(read), '', `${roleName}\n`, `\treconciliation required create\n\tmissing rules added:\n${goRule('get', 'pods services')}`],
  ['the same again', role(read), '', `${roleName}\n`, ''],
  ['one that gives more', role(watch), '', `${roleName}\n`, `\treconciliation required update\n\tmissing rules added:\n${goRule('watch', 'pods')}`],
  ['one that gives less', role(watch), '', `${roleName}\n`, ''],
  ['one that shall give no more than that', role(watch), '--remove-extra-permissions', `${roleName}\n`, `\treconciliation required update\n\textra rules removed:\n${goRule('get', 'services')}`],
  ['a new label', role(watch, ', labels: {a: b}'), '', `${roleName}\n`, '\treconciliation required update\n'],
  ['an annotation by which it opts out', role(watch, ', annotations: {rbac.authorization.kubernetes.io/autoupdate: "false"}'), '', `${roleName}\n`, '\treconciliation required update\n'],
  ['one that has opted out', role(read), '', `${roleName}\n`, `\treconciliation required update, but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)\n\tmissing rules added:\n${goRule('get', 'services')}`],
  ['a binding', binding(bob), '', `${bindingName}\n`, '\treconciliation required create\n\tmissing subjects added:\n\t\t{Kind:User APIGroup:rbac.authorization.k8s.io Name:bob Namespace:}\n'],
  ['another subject', binding(bot), '', `${bindingName}\n`, '\treconciliation required update\n\tmissing subjects added:\n\t\t{Kind:ServiceAccount APIGroup: Name:bot Namespace:shop}\n'],
  ['only that one', binding(bot), '--remove-extra-subjects', `${bindingName}\n`, '\treconciliation required update\n\textra subjects removed:\n\t\t{Kind:User APIGroup:rbac.authorization.k8s.io Name:bob Namespace:}\n'],
  ['another role', binding(bot, 'other'), '', `${bindingName}\n`, '\treconciliation required recreate\n'],
  ['what is none of RBAC', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n', '', '', ''],
])('%s', (_, text, flags, stdout, stderr) => {
  expect(reconcile(text, flags)).toEqual({ stdout, stderr, exitCode: 0 })
})

test('at the end all is as the lines have said', () => {
  expect(kubectl(cluster, 'get role r -n shop -o jsonpath={.rules}').stdout).toBe('[{"apiGroups":[""],"resources":["pods"],"verbs":["get","watch"]}]')
  expect(kubectl(cluster, 'get rolebinding b -n shop -o jsonpath="{.roleRef.name} {.subjects[*].name}"').stdout).toBe('other bot')
})

test.each([
  ['auth reconcile', 'error: must specify one of -f and -k\n'],
  ['auth reconcile x -f f.yaml', 'error: no arguments are allowed\n'],
  ['auth reconcile -f f.yaml --dry-run=server', 'error: --dry-run=server for command reconcile is not supported yet\n'],
])('%s is refused', (line, stderr) => {
  expect(kubectl(cluster, line, { files: { 'f.yaml': role(read) } })).toEqual({ stdout: '', stderr, exitCode: 1 })
})
