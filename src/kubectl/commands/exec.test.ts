import { beforeAll, expect, test } from 'vitest'
import './root.ts'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../kubectl.ts'

const cluster = createCluster({ nodes: 1 })

function pod(name: string, spec: object): void {
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } as never
  cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body })
}

const missing = (command: string): string =>
  'error: Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "ID": ' +
  `OCI runtime exec failed: exec failed: unable to start container process: exec: "${command}": executable file not found in $PATH: unknown\n`

beforeAll(() => {
  pod('shop', { containers: [{ name: 'app', image: 'nginx:1.27' }] })
  pod('two', { containers: [{ name: 'a', image: 'nginx:1.27' }, { name: 'b', image: 'busybox:1.36', command: ['sleep', '3600'] }] })
  pod('over', { restartPolicy: 'Never', containers: [{ name: 'app', image: 'busybox:1.36', command: ['true'] }] })
  pod('big', { containers: [{ name: 'app', image: 'nginx:1.27', resources: { requests: { cpu: '99' } } }] })
  pod('typo', { containers: [{ name: 'app', image: 'nginx:typo' }] })
  cluster.run({ for: '40s' })
})

test.each<[string, string, string, number]>([
  ['exec shop -- echo hi', 'hi\n', '', 0],
  ['exec pod/shop -- hostname', 'shop\n', '', 0],
  ['exec shop -i -- cat', 'typed\n', '', 0],
  ['exec shop -it -- cat', 'typed\n', 'Unable to use a TTY - input is not a terminal or the right kind of file\n', 0],
  ['exec shop -- cat', '', '', 0],
  ['exec shop -- sh -c "echo a; echo b >&2; exit 3"', 'a\n', 'b\ncommand terminated with exit code 3\n', 3],
  ['exec shop -- nope', '', missing('nope'), 1],
  ['exec two -c b -- hostname', 'two\n', '', 0],
  ['exec two -- echo a', 'a\n', 'Defaulted container "a" out of: a, b\n', 0],
  ['exec shop -c nope -- ls', '', 'Error from server (BadRequest): container nope is not valid for pod shop\n', 1],
  ['exec absent -- ls', '', 'Error from server (NotFound): pods "absent" not found\n', 1],
  ['exec over -- ls', '', 'error: cannot exec into a container in a completed pod; current phase is Succeeded\n', 1],
  ['exec big -- ls', '', 'Error from server (BadRequest): pod big does not have a host assigned\n', 1],
  ['exec typo -- ls', '', 'error: Internal error occurred: unable to upgrade connection: container not found ("app")\n', 1],
  ['exec', '', 'error: pod, type/name or --filename must be specified\n', 1],
  ['exec shop', '', 'error: you must specify at least one command for the container\n', 1],
])('%s', (line, stdout, stderr, exitCode) => {
  const ran = kubectl(cluster, line, { stdin: 'typed\n' })
  expect({ ...ran, stderr: ran.stderr.replace(/"[0-9a-f]{64}"/, '"ID"') }).toEqual({ stdout, stderr, exitCode })
})

test('what a command changes stays changed', () => {
  kubectl(cluster, 'exec shop -- sh -c "echo hello > /tmp/note"')
  expect(kubectl(cluster, 'exec shop -- cat /tmp/note').stdout).toBe('hello\n')
})

// kubectl asks by GET first and by POST when that is refused: in v1.34 either right is enough (KEP-4006).
test.each<[verb: string, code: number]>([['get', 0], ['create', 0], ['list', 1]])('who may %s pods/exec', (verb, code) => {
  const rights = createCluster({ nodes: 1 })
  const k = (line: string) => kubectl(rights, line)
  k('run web --image=nginx')
  rights.run({ for: '15s' })
  k('create role walker --verb=get --resource=pods')
  k(`create role runner --verb=${verb} --resource=pods/exec,pods/portforward,pods/attach`)
  for (const role of ['walker', 'runner']) k(`create rolebinding ${role} --role=${role} --user=bob`)
  const ran = k('exec web --as=bob -- echo hi')
  expect(ran.exitCode).toBe(code)
  if (code !== 0) expect(ran.stderr).toContain('cannot create resource "pods/exec"')
})
