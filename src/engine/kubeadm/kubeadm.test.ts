import { describe, expect, test } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import { formatFieldError } from '../api/field.ts'
import type { Pod } from '../api/types.ts'
import { validateCreate } from '../api/validation/validation.ts'
import { defaultNodes } from '../bootstrap.ts'
import { createCluster, traceHash, type Cluster } from '../index.ts'
import { Invariants } from '../testing/invariants.ts'
import { kubeadmObjects } from './kubeadm.ts'
import { staticPodManifests } from './static-pods.ts'

const pods = (cluster: Cluster): Pod[] =>
  (cluster.world().list('Pod') as Pod[]).filter(({ metadata }) => metadata.namespace === 'kube-system')
const statuses = (cluster: Cluster): string[] =>
  kubectl(cluster, 'get pods -n kube-system --no-headers')
    .stdout.trim()
    .split('\n')
    .map((line) => line.split(/\s+/).slice(1, 5).join(' '))
const shell = (cluster: Cluster, line: string): string => {
  const input = cluster.perform({ shell: line, terminal: true })
  cluster.run({ for: '30s' })
  return cluster.output
    .filter(({ command }) => command === input)
    .map(({ text }) => text)
    .join('')
}

test('without the option nothing of it is there', () => {
  const cluster = createCluster()
  expect(kubectl(cluster, 'get pods,services,deployments,configmaps -n kube-system --no-headers').stdout).toMatch(
    /^configmap\/kube-root-ca.crt .*\n$/,
  )
  expect(cluster.world().list('Node')).toHaveLength(3)
})

test('every object of it is one that the API server would have taken', () => {
  const wrong = [...kubeadmObjects(defaultNodes(2), 1_767_603_600_000)].flatMap(([key, object]) =>
    validateCreate(object).map((error) => `${key}: ${formatFieldError(error)}`),
  )
  expect(wrong).toEqual([])
})

test('has run for a day: nobody finds anything to do', () => {
  const cluster = createCluster({ kubeadm: true })
  const invariants = new Invariants(cluster)
  for (let step = cluster.step(); step !== undefined && cluster.now < cluster.startMs + 90_000; step = cluster.step())
    invariants.check()
  expect(cluster.trace.filter(({ background }) => background !== true)).toEqual([])
  const writes = cluster.trace
    .filter(({ kind, resource }) => kind === 'write' && resource !== 'leases')
    .map(({ from, verb, resource, name }) => `${from} ${verb} ${resource}/${name}`)
  expect(writes).toEqual([])
  expect(new Set(statuses(cluster))).toEqual(new Set(['1/1 Running 0 24h']))
  expect(pods(cluster)).toHaveLength(2 + 4 + 4)
  expect(cluster.trace.length).toBeLessThan(500)
})

test('the same film each time', () => {
  const film = (): string => {
    const cluster = createCluster({ kubeadm: true, nodes: 1 })
    cluster.run({ for: '1m' })
    return traceHash(cluster)
  }
  expect(film()).toBe(film())
})

describe('what kubectl shows', () => {
  const cluster = createCluster({ kubeadm: true, nodes: 2, metricsServer: true })
  test.each<[line: string, ...parts: (string | RegExp)[]]>([
    ['get nodes', /control-plane +Ready +control-plane +24h +v1\.34/, /node2 +Ready +<none>/],
    [
      'cluster-info',
      'CoreDNS is running at https://127.0.0.1:6443/api/v1/namespaces/kube-system/services/kube-dns:dns/proxy',
    ],
    ['get svc -n kube-system', /kube-dns +ClusterIP +10\.96\.0\.10 +<none> +53\/UDP,53\/TCP,9153\/TCP +24h/],
    [
      'get deploy,ds -n kube-system',
      /deployment.apps\/coredns +2\/2 +2 +2/,
      /daemonset.apps\/kube-proxy +3 +3 +3 +3 +3 +kubernetes.io\/os=linux/,
    ],
    ['get endpointslices -n kube-system', /kube-dns-\w{5} +IPv4 +\d+,\d+,\d+ +10\.244\.0\.2,10\.244\.0\.3/],
    [
      'get configmaps -n kube-system',
      'coredns',
      'extension-apiserver-authentication',
      /kube-apiserver-legacy-service-account-token-tracking +1 +24h/,
      'kube-proxy',
      'kubeadm-config',
      'kubelet-config',
    ],
    ['get configmap cluster-info -n kube-public -o jsonpath={.data.kubeconfig}', 'server: https://10.99.255.1:6443'],
    ['get configmap kubeadm-config -n kube-system -o yaml', 'podSubnet: 10.244.0.0/16', 'kind: ClusterConfiguration'],
    [
      'logs -n kube-system -l k8s-app=kube-dns',
      '.:53',
      'plugin/reload: Running configuration SHA512',
      'CoreDNS-1.12.1',
    ],
    ['logs -n kube-system kube-apiserver-control-plane', 'Serving securely on [::]:6443'],
    [
      'logs -n kube-system kube-controller-manager-control-plane',
      'successfully acquired lease kube-system/kube-controller-manager',
    ],
    ['logs -n kube-system kube-scheduler-control-plane --timestamps', '2026-01-04T09:00:03.5'],
    ['logs -n kube-system etcd-control-plane', 'ready to serve client requests'],
    ['logs -n kube-system ds/kube-proxy', 'Using iptables Proxier'],
    [
      'describe pod -n kube-system kube-scheduler-control-plane',
      'Controlled By:  Node/control-plane',
      '--leader-elect=true',
      'https://127.0.0.1:probe-port/livez',
    ],
    [
      'describe node control-plane',
      'node-role.kubernetes.io/control-plane:NoSchedule',
      'etcd-control-plane',
      'coredns-66bc5c9577',
    ],
    ['get endpoints kubernetes', '10.99.255.1:6443'],
    ['auth can-i list endpointslices --as=system:serviceaccount:kube-system:coredns', 'yes'],
  ])('%s', (line, ...parts) => {
    const { stdout } = kubectl(cluster, line)
    for (const part of parts)
      expect(stdout).toMatch(
        typeof part === 'string' ? new RegExp(part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)) : part,
      )
  })

  test('kubectl top', () => {
    cluster.run({ for: '40s' })
    expect(kubectl(cluster, 'top pods -n kube-system').stdout).toMatch(/kube-apiserver-control-plane +\d+m +2\d\dMi/)
  })
})

test('its pods are pods: those of controllers come back elsewhere, those of files as they were', () => {
  const cluster = createCluster({ kubeadm: true, nodes: 2 })
  cluster.run({ for: '10s' })
  const before = new Set(pods(cluster).map(({ metadata }) => metadata.uid))
  kubectl(cluster, 'delete pods --all -n kube-system')
  cluster.run({ for: '60s' })
  expect(pods(cluster).filter(({ metadata }) => before.has(metadata.uid))).toEqual([])
  expect(new Set(statuses(cluster).map((line) => line.split(' ').slice(0, 3).join(' ')))).toEqual(
    new Set(['1/1 Running 0']),
  )
  expect(kubectl(cluster, 'exec -n kube-system ds/kube-proxy -- iptables-save').stdout).toContain('10.96.0.10/32')
})

test("a user's pods stay off the control plane", () => {
  const cluster = createCluster({ kubeadm: true, nodes: 2 })
  kubectl(cluster, 'create deployment web --image=nginx --replicas=6')
  cluster.run({ for: '20s' })
  const nodes = (cluster.world().list('Pod') as Pod[])
    .filter(({ metadata }) => metadata.namespace === 'default')
    .map(({ spec }) => spec.nodeName)
  expect(new Set(nodes)).toEqual(new Set(['node1', 'node2']))
})

describe('files of the control plane', () => {
  const onNode = (script: string): string =>
    `kubectl debug node/control-plane -it --image=busybox:1.36 -- sh -c "${script}"`

  test('lie where kubeadm puts them', () => {
    const cluster = createCluster({ kubeadm: true, nodes: 1 })
    shell(
      cluster,
      onNode(
        'ls /host/etc/kubernetes /host/etc/kubernetes/manifests; cat /host/etc/kubernetes/manifests/kube-scheduler.yaml',
      ),
    )
    const [debugger_] = (cluster.world().list('Pod') as Pod[]).filter(({ metadata }) =>
      metadata.name.startsWith('node-debugger'),
    )
    const said = kubectl(cluster, `logs ${debugger_!.metadata.name}`).stdout
    for (const name of ['admin.conf', 'pki', 'etcd.yaml', 'kube-apiserver.yaml']) expect(said).toContain(name)
    expect(said).toContain(staticPodManifests.find(({ file }) => file === 'kube-scheduler.yaml')!.text)
  })

  test.each<[name: string, script: string, seen: RegExp]>([
    [
      'moved away and back',
      'cd /host/etc/kubernetes; mv manifests/kube-scheduler.yaml . ; sleep 10; mv kube-scheduler.yaml manifests/',
      /1\/1 +Running +0/,
    ],
    [
      'a flag that nobody knows',
      "sed -i 's/--leader-elect=true/--leader-elekt=true/' /host/etc/kubernetes/manifests/kube-scheduler.yaml",
      /0\/1 +(CrashLoopBackOff|Error)/,
    ],
    [
      'an image that is not there',
      "sed -i 's/kube-scheduler:v1/kube-scheduler:v9/' /host/etc/kubernetes/manifests/kube-scheduler.yaml",
      /0\/1 +(ErrImagePull|ImagePullBackOff)/,
    ],
    [
      'a kubeconfig that is not there',
      "sed -i 's/--kubeconfig=.*/--kubeconfig=\\/etc\\/kubernetes\\/wrong.conf/' /host/etc/kubernetes/manifests/kube-scheduler.yaml",
      /0\/1 +(CrashLoopBackOff|Error)/,
    ],
  ])('%s', (_, script, seen) => {
    const cluster = createCluster({ kubeadm: true, nodes: 1 })
    shell(cluster, onNode(script))
    cluster.run({ for: '10s' })
    expect(kubectl(cluster, 'get pod -n kube-system kube-scheduler-control-plane').stdout).toMatch(seen)
  })
})
