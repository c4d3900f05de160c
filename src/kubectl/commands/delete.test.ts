import { expect, test } from 'vitest'
import { printTable } from '../../engine/apiserver/printers/printers.ts'
import { FakeServer } from '../testing/fakeServer.ts'

const deleted = 'pod "web" deleted from default namespace\n'
const immediate =
  'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n'

interface Outcome {
  /** Seconds in the DELETE request; null: the field is absent. Undefined: no request is made at all. */
  grace?: number | null
  policy?: string
  out?: string
  err?: string
  exit?: number
}

/** What `kubectl delete` makes of its flags: the request it sends, and what it says (kubectl/pkg/cmd/delete). */
test.each<[line: string, outcome: Outcome]>([
  ['pod web', { grace: null, out: deleted }],
  ['pod web --grace-period=5', { grace: 5, out: deleted }],
  ['pod web --grace-period=1', { grace: 1, out: deleted }],
  ['pod web --grace-period=0', { grace: 1, out: deleted }],
  ['pod web --grace-period=-1', { grace: null, out: deleted }],
  ['pod web --now', { grace: 1, out: deleted }],
  ['pod web --force --grace-period=0', { grace: 0, out: deleted.replace('deleted', 'force deleted'), err: immediate }],
  ['pod web -o name', { grace: null, out: 'pod/web\n' }],
  ['pod web --cascade=orphan', { grace: null, policy: 'Orphan', out: deleted }],
  ['pod web --dry-run=client', { out: 'pod "web" deleted from default namespace (dry run)\n' }],
  ['pods -l app=none', { out: 'No resources found\n' }],
  ['pod', { err: 'error: resource(s) were provided, but no name was specified\n', exit: 1 }],
  ['pod web -l app=x', { err: 'error: name cannot be provided when a selector is specified\n', exit: 1 }],
])('kubectl delete %s', (line, { grace, policy = 'Background', out = '', err = '', exit = 0 }) => {
  const server = new FakeServer({ printTable, objects: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: {}, status: {} }] })
  expect(server.exec({ line: `delete ${line}` })).toEqual({ stdout: out, stderr: err, exitCode: exit })
  const sent = server.requests.filter(({ verb }) => verb === 'delete').map(({ body }) => body)
  const wanted = { propagationPolicy: policy, ...(grace === null ? {} : { gracePeriodSeconds: grace }) }
  expect(sent).toEqual(grace === undefined ? [] : [expect.objectContaining(wanted)])
  for (const body of sent) expect(Object.hasOwn(body as object, 'gracePeriodSeconds')).toBe(grace !== null)
})
