import { expect, it } from 'vitest'
import '../../kubectl/index.ts'
import { createCluster } from '../index.ts'

/** A connection that its client has closed takes nothing more (pkg/kubelet/server, apimachinery util/proxy). */
it.each([
  ['logs', 'logs -f talker'],
  ['attach', 'attach talker'],
  ['exec', 'exec talker -- sh -c "while true; do echo tock; sleep 1; done"'],
])('%s: when nobody listens any more, nothing is sent', (_, line) => {
  const cluster = createCluster({ nodes: 1, seed: 1 })
  const containers = [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', 'while true; do echo tick; sleep 1; done'] }]
  cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'talker' }, spec: { containers } } })
  cluster.run({ for: '5s' })
  const sent = (): number => cluster.trace.filter(({ detail }) => detail?.type === 'Output').length
  const command = cluster.perform({ kubectl: line })
  cluster.run({ for: '5s' })
  expect(sent()).toBeGreaterThan(3)
  cluster.perform({ interrupt: command })
  const before = sent()
  cluster.run({ for: '10s' })
  expect(sent()).toBe(before)
})
