import { expect, test } from 'vitest'
import { printTable } from '../../engine/apiserver/printers/printers.ts'
import { FakeServer } from '../testing/fakeServer.ts'

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec: { initContainers: [{ name: 'setup', image: 'a' }], containers: [{ name: 'app', image: 'a' }] } }

function dump(line: string) {
  const server = new FakeServer({ printTable, objects: [{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'one' } }, pod] })
  server.answers.set('/api/v1/namespaces/shop/pods/web/log', ({ query }) => ({ code: 200, body: query?.['container'] === 'app' ? 'hello\n' : 'ready\n' }) as never)
  return { ...server.exec({ line: `cluster-info dump --namespaces=shop ${line}` }), files: server.written }
}

test('a namespace goes to stdout: lists one after the other, then what its pods have said', () => {
  const { stdout, exitCode } = dump('')
  expect(exitCode).toBe(0)
  expect(stdout.match(/^ {4}"kind": ".*"/gm)).toEqual(
    ['Node', 'Event', 'ReplicationController', 'Service', 'DaemonSet', 'Deployment', 'ReplicaSet', 'Pod'].map((kind) => `    "kind": "${kind}List"`))
  expect(stdout.slice(stdout.indexOf('===='))).toBe(
    '==== START logs for container setup of pod shop/web ====\nready\n==== END logs for container setup of pod shop/web ====\n' +
    '==== START logs for container app of pod shop/web ====\nhello\n==== END logs for container app of pod shop/web ====\n')
})

test('or into files', () => {
  const { stdout, files } = dump('-o yaml --output-directory=state')
  expect(stdout).toBe('Cluster info dumped to state\n')
  const lists = ['events', 'replication-controllers', 'services', 'daemonsets', 'deployments', 'replicasets', 'pods'].map((name) => `state/shop/${name}.yaml`)
  expect(Object.keys(files).filter((name) => name.startsWith('state/'))).toEqual(['state/nodes.yaml', ...lists, 'state/shop/web/logs.txt'])
})
