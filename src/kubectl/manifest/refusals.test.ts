import { describe, expect, test } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../index.ts'

/** What a person reads who does what cannot be done: kubectl, a whole server behind it, and all of stderr. */

const pod = (name: string, container: object = {}, more: object = {}) =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, ...more }, spec: { containers: [{ name: 'app', image: 'nginx', ...container }] } })
const claim = (mode: string) => ({
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { accessModes: [mode], resources: { requests: { storage: '1Gi' } } },
})
const db = (serviceName: string) => ({
  apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' },
  spec: { replicas: 0, serviceName, selector: { matchLabels: { app: 'db' } }, template: { metadata: { labels: { app: 'db' } }, spec: pod('x').spec } },
})
const two = { ...pod('web').spec, containers: [...pod('web').spec.containers, { name: 'other', image: 'busybox' }] }
const limits = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'limits' }, spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } }
const held = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'held', namespace: 'dev', finalizers: ['example.com/hold'] } }
const service = (ports: object[] | undefined) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports } })

interface Case {
  /** Lines before, that succeed. */
  before?: string[]
  run: string
  file?: object | string
  /** All of stderr, or how it begins. */
  says?: string
  begins?: string
  /** 1 unless said: 1 of diff is that there is a difference. */
  exit?: number
}

function stderrOf({ before = [], run, file, exit = 1 }: Case): string {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  cluster.run({ for: '1s' })
  const files = {
    'web.yaml': JSON.stringify(pod('web')), 'env.yaml': JSON.stringify(pod('web', { env: [{ name: 'A', value: '1' }] })), 'claim.yaml': JSON.stringify(claim('ReadWriteOnce')),
    'limits.yaml': JSON.stringify(limits), 'db.yaml': JSON.stringify(db('db')), 'held.yaml': JSON.stringify(held), 'f.yaml': typeof file === 'string' ? file : JSON.stringify(file),
  }
  for (const line of before) expect(kubectl(cluster, line, { files })).toMatchObject({ exitCode: 0 })
  // Nobody else is to change it meanwhile.
  cluster.run({ for: '20s' })
  const { stdout, stderr, exitCode } = kubectl(cluster, run, { files })
  expect([stdout, exitCode]).toEqual(['', exit])
  return stderr
}

const create = (file: object | string) => ({ run: 'create -f f.yaml', file })
const edit = (of: string, file: object) => ({ before: [`create -f ${of}`], run: 'replace -f f.yaml', file })
const creating = (reason: string, what: string): string => `Error from server (${reason}): error when creating "f.yaml": ${what}`
const retrieving = (name: string, namespace: string, why: string): string =>
  `error: error when retrieving current configuration of:\nResource: "/v1, Resource=pods", GroupVersionKind: "/v1, Kind=Pod"\nName: "${name}", Namespace: "${namespace}"\nfrom server for: "f.yaml": ${why}`
const tries = (why: string): string =>
  `warning: error calculating patch from openapi v3 spec: ${why}\nwarning: error calculating patch from openapi spec: ${why}\n` +
  'error: error when applying patch:\n\nto:\nResource: "/v1, Resource=pods", GroupVersionKind: "/v1, Kind=Pod"\nName: "web", Namespace: "default"\n' +
  'for: "f.yaml": error when patching "f.yaml": creating patch with:\noriginal:\n{"apiVersion":"v1"'
const unchecked = 'if you choose to ignore these errors, turn validation off with --validate=false'
const unreadable = 'Pod in version "v1" cannot be handled as a Pod: '

const cases: Record<string, Record<string, Case>> = {
  'a flag that there is not': {
    'of diff': { exit: 2, run: 'diff --bogus', says: "error: unknown flag: --bogus\nSee 'kubectl diff -h' for help and examples" },
    'of others': { run: 'apply --bogus', says: "error: unknown flag: --bogus\nSee 'kubectl apply --help' for usage." },
  },
  'what is there already': {
    'from a file': { before: ['create -f web.yaml'], ...create(pod('web')), says: creating('AlreadyExists', 'pods "web" already exists') },
    'by run': { before: ['create -f web.yaml'], run: 'run web --image=nginx', says: 'Error from server (AlreadyExists): pods "web" already exists' },
    'a namespace': { before: ['create namespace dev'], run: 'create namespace dev', says: 'Error from server (AlreadyExists): namespaces "dev" already exists' },
  },
  'what is not there': {
    'to get': { run: 'get deployment web', says: 'Error from server (NotFound): deployments.apps "web" not found' },
    'to delete': { run: 'delete service web', says: 'Error from server (NotFound): services "web" not found' },
  },
  'at the wrong time': {
    'into a namespace that ends': {
      before: ['create namespace dev', 'create -f held.yaml', 'delete namespace dev --wait=false'], ...create(pod('x', {}, { namespace: 'dev' })),
      says: creating('Forbidden', 'pods "x" is forbidden: unable to create new content in namespace dev because it is being terminated'),
    },
    'over what somebody has changed since': {
      before: ['create -f web.yaml'], run: 'replace -f f.yaml', file: pod('web', {}, { resourceVersion: '1' }),
      says: 'Error from server (Conflict): error when replacing "f.yaml": Operation cannot be fulfilled on pods "web": the object has been modified; please apply your changes to the latest version and try again',
    },
  },
  'what cannot be read': {
    'an unknown field': { ...create(pod('x', { imagee: 'y' })), says: creating('BadRequest', `${unreadable}strict decoding error: unknown field "spec.containers[0].imagee"`) },
    'text where a number belongs': {
      ...create({ ...db('db'), spec: { ...db('db').spec, replicas: 'three' } }),
      says: creating('BadRequest', 'StatefulSet in version "v1" cannot be handled as a StatefulSet: json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32'),
    },
    'an amount that is none': {
      ...create(pod('x', { resources: { requests: { memory: 'lots' } } })),
      says: creating('BadRequest', `${unreadable}quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`),
    },
    'a kind that nobody knows': {
      ...create({ apiVersion: 'v1', kind: 'Pood', metadata: { name: 'x' } }),
      says: 'error: resource mapping not found for name: "x" namespace: "" from "f.yaml": no matches for kind "Pood" in version "v1"\nensure CRDs are installed first',
    },
    'YAML that is none': {
      ...create('apiVersion: v1\nkind: Pod\n  metadata: {name: x}\n'),
      says: 'error: error parsing f.yaml: error converting YAML to JSON: yaml: line 3: mapping values are not allowed in this context',
    },
    'no version': { ...create('kind: Pod\nmetadata: {name: x}\n'), says: `error: error validating "f.yaml": error validating data: apiVersion not set; ${unchecked}` },
    'neither version nor kind': { ...create('metadata: {name: x}\n'), says: `error: error validating "f.yaml": error validating data: [apiVersion not set, kind not set]; ${unchecked}` },
  },
  'what is not allowed': {
    'one thing': { ...create(service(undefined)), says: 'The Service "web" is invalid: spec.ports: Required value' },
    'two things': {
      ...create(service([{ port: 80 }, { port: 81 }])),
      says: 'The Service "web" is invalid: \n* spec.ports[0].name: Required value\n* spec.ports[1].name: Required value',
    },
  },
  'a name that no path can hold': {
    'to get': { run: 'get pod a%b', says: 'error: invalid resource name "a%b": [may not contain \'%\']' },
    'to delete': { run: 'delete pod ..', says: 'error: invalid resource name "..": [may not be \'..\']' },
    'to apply': { run: 'apply -f f.yaml', file: pod('a/b%'), says: retrieving('a/b%', 'default', 'invalid resource name "a/b%": [may not contain \'/\' may not contain \'%\']') },
  },
  'what is not there though it must be': {
    'a name, without metadata': { run: 'apply -f f.yaml', file: { apiVersion: 'v1', kind: 'Pod' }, says: retrieving('', 'default', 'resource name may not be empty') },
    'a name, in metadata that are null': { run: 'apply -f f.yaml', file: { apiVersion: 'v1', kind: 'Pod', metadata: null }, says: retrieving('', 'default', 'resource name may not be empty') },
    'containers, where a LimitRange fills them in': {
      before: ['create -f limits.yaml'], ...create({ ...pod('web'), spec: {} }), says: 'The Pod "web" is invalid: spec.containers: Required value',
    },
    'a name to create': { ...create({ apiVersion: 'v1', kind: 'Namespace' }), says: 'The Namespace "" is invalid: metadata.name: Required value: name or generateName is required' },
  },
  'a list of which no patch can be made': {
    'an item without its name': {
      before: ['apply -f web.yaml'], run: 'apply -f f.yaml', file: { ...pod('web'), spec: { containers: [{ image: 'nginx' }] } },
      begins: tries('map: map[image:nginx] does not contain declared merge key: name'),
    },
    'an item that is a number': {
      before: ['apply -f web.yaml'], run: 'apply -f f.yaml', file: { ...pod('web'), spec: { containers: [1] } }, begins: tries('expected a map[string]interface {}, but received a float64'),
    },
    'shown by diff': {
      exit: 2, before: ['apply -f web.yaml'], run: 'diff -f f.yaml', file: { ...pod('web'), spec: { containers: [{ image: 'nginx' }] } },
      begins: `${tries('map: map[image:nginx] does not contain declared merge key: name').split('\n').slice(0, 2).join('\n')}\nerror: error when patching "f.yaml": creating patch with:\noriginal:\n`,
    },
  },
  'what never changes': {
    'most of a pod': {
      ...edit('env.yaml', pod('web', { env: [{ name: 'A', value: '2' }] })),
      begins: 'The Pod "web" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
        '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n',
    },
    'the number of containers': {
      ...edit('web.yaml', { ...pod('web'), spec: two }), says: 'The Pod "web" is invalid: spec.containers: Forbidden: pod updates may not add or remove containers',
    },
    'a claim': {
      ...edit('claim.yaml', claim('ReadWriteMany')),
      begins: 'The PersistentVolumeClaim "data" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n',
    },
    'most of a StatefulSet': {
      ...edit('db.yaml', db('other')),
      begins: 'The StatefulSet "db" is invalid: spec: Forbidden: updates to statefulset spec for fields other than \'replicas\', \'ordinals\', \'template\', \'updateStrategy\'',
    },
  },
}

describe.each(Object.entries(cases))('%s', (_, of) => {
  test.each(Object.entries(of))('%s', (_name, given) => {
    const stderr = stderrOf(given)
    if (given.says !== undefined) expect(stderr.trimEnd()).toBe(given.says)
    else expect(stderr.slice(0, given.begins!.length)).toBe(given.begins)
  })
})
