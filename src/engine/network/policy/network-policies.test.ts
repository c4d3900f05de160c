import { describe, expect, it } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster, type Cluster } from '../../index.ts'

const pods = `
apiVersion: v1
kind: Namespace
metadata: { name: guest }
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { nodeName: node2, containers: [{ name: main, image: nginx:1.27, ports: [{ name: http, containerPort: 80 }], readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 } }] }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { type: NodePort, selector: { app: web }, ports: [{ port: 80, nodePort: 30080 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: client, labels: { app: client } }
spec: { nodeName: node1, containers: [{ name: main, image: busybox:1.36, command: [sleep, "3600"] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: client, namespace: guest }
spec: { containers: [{ name: main, image: busybox:1.36, command: [sleep, "3600"] }] }
`
const policy = (spec: string, name = 'p'): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name} }
spec: ${spec}
`
const denyAll = policy('{ podSelector: {}, policyTypes: [Ingress] }', 'deny-all')

function clusterWith(...policies: string[]): Cluster {
  const cluster = createCluster({ seed: 1 })
  kubectl(cluster, 'apply -f all.yaml', { files: { 'all.yaml': pods } })
  cluster.run({ for: '15s' })
  apply(cluster, ...policies)
  return cluster
}
function apply(cluster: Cluster, ...policies: string[]): void {
  if (policies.length > 0) kubectl(cluster, 'apply -f p.yaml', { files: { 'p.yaml': policies.join('---') } })
  cluster.run({ for: '1s' })
}
const asks = (cluster: Cluster, from: string, url = 'http://web.default/'): string => {
  const { exitCode, stderr } = kubectl(cluster, `exec ${from} -- wget -qO /dev/null -T 2 ${url}`)
  return exitCode === 0 ? 'answered' : stderr.split('\n')[0]!
}

describe('NetworkPolicies', () => {
  it('are no matter where there is none', () => {
    const cluster = clusterWith()
    expect([asks(cluster, 'client'), asks(cluster, 'client -n guest')]).toEqual(['answered', 'answered'])
  })

  describe('egress that is denied', () => {
    const egress = (to: string): string => policy(`{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [${to}] }`)
    const dns = '{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ port: 53, protocol: UDP }] }'
    const world = '{ to: [{ ipBlock: { cidr: 1.1.1.1/32 } }] }'
    const says = (command: string, ...rules: string[]): string => {
      const { stdout, stderr } = kubectl(clusterWith(egress(rules.join(', '))), `exec client -- ${command}`)
      return `${stdout}${stderr}`.split('\n').find((line) => line !== '')!
    }

    it.each<[string, string, string[], string | RegExp]>([
      ['a name of the world', 'wget -T 1 -qO- example.com', [], "wget: bad address 'example.com'"],
      ['a name that nobody may ask for', 'nslookup web', [], ';; connection timed out; no servers could be reached'],
      ['the world, by a name that may be asked for', 'wget -T 1 -qO- example.com', [dns], 'wget: download timed out'],
      ['an address of the world', 'wget -T 1 -qO- 8.8.8.8', [dns, world], 'wget: download timed out'],
      ['... but not the one that is allowed', 'wget -T 1 -qO- 1.1.1.1', [dns, world], '<!doctype html>'],
      ['ping', 'ping -c 1 -W 1 8.8.8.8', [world], 'PING 8.8.8.8 (8.8.8.8): 56 data bytes'],
    ])('keeps from %s', (_, command, rules, words) => expect(says(command, ...rules)).toEqual(words))
  })

  it('deny all: nobody gets in, but the kubelet, and the step says which policy', () => {
    const cluster = clusterWith(denyAll)
    expect(asks(cluster, 'client')).toBe('wget: download timed out')
    const dropped = cluster.trace.find(({ detail }) => detail?.type === 'RequestDropped')
    expect(dropped).toMatchObject({ from: 'pod/default/client', to: 'pod/default/web', detail: { direction: 'Ingress', policies: ['default/deny-all'] } })
    expect(cluster.trace.findLast(({ detail }) => detail?.type === 'RequestFailed')?.detail).toMatchObject({ error: 'timeout', policies: ['default/deny-all'] })
    cluster.run({ for: '20s' })
    expect((cluster.world().get('Pod', 'web') as any).status.conditions.find((c: any) => c.type === 'Ready').status).toBe('True')
  })

  it('hold as soon as they are applied, and no longer than they are there', () => {
    const cluster = clusterWith(denyAll)
    kubectl(cluster, 'delete netpol deny-all')
    cluster.run({ for: '1s' })
    expect(asks(cluster, 'client')).toBe('answered')
  })

  it('allow from a namespace by its labels', () => {
    const cluster = clusterWith(denyAll, policy('{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: guest } } }], ports: [{ port: http }] }] }'))
    expect([asks(cluster, 'client'), asks(cluster, 'client -n guest')]).toEqual(['wget: download timed out', 'answered'])
  })

  it('deny egress: not even names are found; with DNS allowed they are', () => {
    const cluster = clusterWith(policy('{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress] }'))
    expect(asks(cluster, 'client')).toBe("wget: bad address 'web.default'")
    apply(cluster, policy('{ podSelector: { matchLabels: { app: client } }, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ port: 53, protocol: UDP }] }] }'))
    expect(asks(cluster, 'client')).toBe('wget: download timed out')
    apply(cluster, policy('{ podSelector: { matchLabels: { app: client } }, egress: [{ to: [{ podSelector: { matchLabels: { app: web } } }] }], policyTypes: [Egress] }', 'q'))
    expect(asks(cluster, 'client')).toBe('answered')
  })

  it('from outside count the address that arrives: with externalTrafficPolicy Cluster a node\'s', () => {
    const outcomes = (cluster: Cluster): object => {
      cluster.perform({ load: { name: 'users', url: 'http://10.99.0.2:30080/', perSecond: 10, forMs: 1000, timeoutMs: 1000 } })
      cluster.run({ for: '4s' })
      return cluster.world().load('users')!.outcomes
    }
    const cluster = clusterWith(policy('{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 198.51.100.0/24 } }] }] }'))
    expect(outcomes(cluster)).toEqual({ timeout: 10 })
    kubectl(cluster, `patch svc web -p '{"spec":{"externalTrafficPolicy":"Local"}}'`)
    cluster.run({ for: '2s' })
    expect(outcomes(cluster)).toEqual({ 200: 10 })
  })
})
