import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../../index.ts'
import { kubectl } from '../../../../kubectl/index.ts'
import '../../../../kubectl/commands/root.ts'

const agnhost = 'registry.k8s.io/e2e-test-images/agnhost:2.55'

function serve(cluster: Cluster, name: string, port: number, ...args: string[]): void {
  kubectl(cluster, `run ${name} --image=${agnhost} --port=${port} -- ${args.join(' ')}`)
  kubectl(cluster, `expose pod ${name} --port=${port}`)
}

test('what is written through the frontend of the guestbook reaches the primary and, from it, the replica', () => {
  const cluster = createCluster({ nodes: 1 })
  serve(cluster, 'agnhost-primary', 6379, 'guestbook', '--http-port', '6379')
  cluster.run({ for: '20s' })
  serve(cluster, 'agnhost-replica', 6379, 'guestbook', '--replicaof', 'agnhost-primary', '--http-port', '6379')
  serve(cluster, 'frontend', 80, 'guestbook', '--backend-port', '6379')
  cluster.run({ for: '20s' })
  const ask = (query: string): string => kubectl(cluster, `get --raw "/api/v1/namespaces/default/services/frontend/proxy/guestbook?${query}"`).stdout
  expect(ask('cmd=get&key=messages')).toBe('{"data":""}')
  expect(ask('cmd=set&key=messages&value=TestEntry')).toBe('{"message":"Updated"}')
  expect(ask('cmd=get&key=messages')).toBe('{"data":"TestEntry"}')
  expect(kubectl(cluster, 'logs agnhost-replica').stdout).toContain('GET /set?key=messages&value=TestEntry')
})

test('a replica without a primary gives up after a quarter of a minute', () => {
  const cluster = createCluster({ nodes: 1 })
  kubectl(cluster, `run lonely --image=${agnhost} --restart=Never -- guestbook --replicaof nobody --http-port 6379`)
  cluster.run({ for: '60s' })
  expect(cluster.world().get('Pod', 'lonely')!['status'].phase).toBe('Failed')
  expect(kubectl(cluster, 'logs lonely').stdout).toContain('Timed out while registering to primary.')
})

test.each([['checker', 'Succeeded', 'OK: Got valid claims from token!'], ['somebody-else', 'Failed', 'oidc: expected audience "somebody-else" got ["checker"]']])('a token for %s: %s', (audience, phase, says) => {
  const cluster = createCluster({ nodes: 1 })
  kubectl(cluster, 'create clusterrolebinding discovery --clusterrole=system:service-account-issuer-discovery --serviceaccount=default:default')
  const pod = {
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'validator' },
    spec: {
      restartPolicy: 'Never',
      volumes: [{ name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'checker' } }] } }],
      containers: [{ name: 'a', image: agnhost, args: ['test-service-account-issuer-discovery', '--token-path', '/tokens/token', '--audience', audience], volumeMounts: [{ name: 'token', mountPath: '/tokens' }] }],
    },
  }
  cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: pod })
  cluster.run({ for: '20s' })
  expect(cluster.world().get('Pod', 'validator')!['status'].phase).toBe(phase)
  expect(kubectl(cluster, 'logs validator').stdout).toContain(says)
})

test('the update demo serves its picture by name', () => {
  const cluster = createCluster({ nodes: 1 })
  kubectl(cluster, 'run demo --image=registry.k8s.io/e2e-test-images/kitten:1.7 --port=80')
  cluster.run({ for: '20s' })
  expect(JSON.parse(kubectl(cluster, 'get --raw /api/v1/namespaces/default/pods/demo/proxy/data.json').stdout)).toEqual({ image: 'kitten.jpg' })
})
