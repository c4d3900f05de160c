import { describe, expect, test } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import type { KubeObject } from '../api/types.ts'
import { createCluster, traceHash, type Cluster } from '../index.ts'
import { Invariants } from '../testing/invariants.ts'
import { importDump } from './dump.ts'
import type { ImportedDump } from './report.ts'

const workloads = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - name: web
        image: nginx:1.27
        ports: [{ containerPort: 80 }]
        readinessProbe: { httpGet: { path: /, port: 80 }, periodSeconds: 5 }
        volumeMounts: [{ name: page, mountPath: /usr/share/nginx/html }]
      volumes: [{ name: page, configMap: { name: page } }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: page }
data: { index.html: 'hello from the map' }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  serviceName: db
  replicas: 2
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: db, image: redis:7 }] } }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent, namespace: kube-system }
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec: { containers: [{ name: agent, image: 'corp.example/agent:1', command: [/agent], livenessProbe: { exec: { command: [/check] } } }] }
---
apiVersion: batch/v1
kind: Job
metadata: { name: pi }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: pi, image: busybox, command: [sh, -c, 'sleep 2; echo 3.14'] }] } } }
---
apiVersion: v1
kind: Pod
metadata: { name: kubia }
spec: { containers: [{ name: main, image: busybox, command: [sleep, '9999'], readinessProbe: { exec: { command: [ls, /var/ready] }, periodSeconds: 2 } }] }
`

const troubled = `
apiVersion: v1
kind: Pod
metadata: { name: crash }
spec: { containers: [{ name: main, image: busybox, command: [sh, -c, 'sleep 1; exit 3'] }] }
---
apiVersion: v1
kind: Pod
metadata: { name: pull }
spec: { containers: [{ name: main, image: corp.example/no-such-app:v9 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: big }
spec: { containers: [{ name: main, image: nginx, resources: { requests: { cpu: '40' } } }] }
`

const everything = 'get pods,deployments,replicasets,statefulsets,daemonsets,controllerrevisions,jobs,services,endpoints,endpointslices,configmaps,secrets,serviceaccounts,events,leases,nodes,namespaces -A'

function grown(manifest: string): Cluster {
  const cluster = createCluster({ seed: 3 })
  kubectl(cluster, 'apply -f all.yaml', { files: { 'all.yaml': manifest } })
  cluster.run({ for: '40s' })
  return cluster
}

function take(text: string, keepSecrets = true): ImportedDump {
  return importDump([{ name: 'dump.yaml', text }], { keepSecrets })
}

const begun = ({ cluster }: ImportedDump): Cluster => createCluster({ ...cluster, seed: 8 })

const statuses = (cluster: Cluster): string => kubectl(cluster, 'get pods -A --no-headers -o custom-columns=:metadata.name,:metadata.uid,:status,:spec.nodeName').stdout
const names = (cluster: Cluster): string[] => kubectl(cluster, 'get pods -A --no-headers').stdout.trim().split('\n').map((line) => line.split(/\s+/).slice(0, 4).join(' '))

/** All writes to anything but heartbeats since the film began. */
function writes(cluster: Cluster, from: number): string[] {
  return cluster.etcd.since(from).map(({ key }) => key).filter((key) => !/^(leases|nodes)\//.test(key))
}

describe('a dump of a whole cluster', () => {
  test.each(['yaml', 'json'])('as %s: the same cluster goes on, and nothing changes', (format) => {
    const original = grown(workloads)
    kubectl(original, 'exec kubia -- touch /var/ready')
    original.run({ for: '10s' })
    const dump = kubectl(original, `${everything} -o ${format}`).stdout
    const before = statuses(original)
    expect(names(original)).toContain('default kubia 1/1 Running')

    const imported = take(dump)
    expect(imported).toMatchObject({ refused: [], unread: [], completions: [], faults: [] })
    const cluster = begun(imported)
    expect(cluster.trace).toEqual([])
    expect(statuses(cluster)).toBe(before)
    const from = cluster.revision
    const invariants = new Invariants(cluster)
    cluster.run({ for: '3m' })
    invariants.check()
    expect(writes(cluster, from)).toEqual([])
    expect(statuses(cluster)).toBe(before)
  })

  test('is a film as any other: deterministic', () => {
    const imported = take(kubectl(grown(workloads), `${everything} -o yaml`).stdout)
    const film = (): string => {
      const cluster = begun(imported)
      cluster.run({ for: '30s' })
      return traceHash(cluster)
    }
    expect(film()).toBe(film())
  })

  test('what runs can be used: volumes have their content, Services lead there, owners act', () => {
    const cluster = begun(take(kubectl(grown(workloads), `${everything} -o yaml`).stdout))
    expect(kubectl(cluster, 'run curl --image=curlimages/curl -i --restart=Never -- curl -s http://web/').stdout).toContain('hello from the map')
    kubectl(cluster, 'delete pod db-1')
    kubectl(cluster, 'scale deployment web --replicas=4')
    cluster.run({ for: '30s' })
    expect(names(cluster).filter((line) => line.startsWith('default web-')).length).toBe(4)
    expect(names(cluster)).toContain('default db-1 1/1 Running')
    const web = names(cluster).filter((line) => line.startsWith('default web-')).map((line) => line.split(' ')[1]!)
    const own = cluster.world().list('Pod').filter(({ metadata }) => web.includes(metadata.name)).map(({ status }) => status.podIP)
    expect(new Set(own).size).toBe(4)
  })

  test('what was in trouble stays in trouble', () => {
    const original = grown(troubled)
    for (let seconds = 0; seconds < 40 && names(original).filter((line) => line.endsWith('BackOff')).length < 2; seconds++) original.run({ for: '1s' })
    // An image that anybody could pull, for all that its name says.
    const dump = kubectl(original, `${everything} -o yaml`).stdout.replaceAll('no-such-app', 'shop')
    const cluster = begun(take(dump))
    expect(cluster.trace).toEqual([])
    expect(names(cluster)).toEqual(names(original))
    expect(names(cluster)).toEqual(['default big 0/1 Pending', 'default crash 0/1 CrashLoopBackOff', 'default pull 0/1 ImagePullBackOff'])
    const restarts = (): number => Number(kubectl(cluster, 'get pod crash -o jsonpath={.status.containerStatuses[0].restartCount}').stdout)
    const before = restarts()
    cluster.run({ for: '6m' })
    expect(restarts()).toBeGreaterThan(before)
    expect(names(cluster)).toContain('default pull 0/1 ImagePullBackOff')
  })

  test('a static pod is there by its file: its mirror comes back', () => {
    const original = createCluster({ nodes: 1 })
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'etcd', namespace: 'kube-system' }, spec: { hostNetwork: true, containers: [{ name: 'etcd', image: 'registry.k8s.io/etcd:3.6.4-0' }] } }
    original.fault({ type: 'static-pod', node: 'node1', file: 'etcd.yaml', pod })
    original.run({ for: '20s' })
    const cluster = begun(take(kubectl(original, `${everything} -o yaml`).stdout))
    const from = cluster.revision
    cluster.run({ for: '30s' })
    expect(writes(cluster, from)).toEqual([])
    kubectl(cluster, 'delete pod -n kube-system etcd-node1')
    cluster.run({ for: '90s' })
    expect(names(cluster)).toEqual(['kube-system etcd-node1 1/1 Running'])
    cluster.fault({ type: 'static-pod', node: 'node1', file: 'etcd.yaml', restore: true })
    cluster.run({ for: '60s' })
    expect(cluster.world().list('Pod')).toEqual([])
  })

  test('nodes are those of the dump; one that was lost is lost, and comes back when its kubelet does', () => {
    const original = createCluster({ nodes: 2 })
    kubectl(original, 'taint node node2 gpu=yes:NoSchedule')
    original.fault({ type: 'kubelet-stop', node: 'node1' })
    original.run({ for: '70s' })
    const imported = take(kubectl(original, `${everything} -o yaml`).stdout)
    expect(imported.faults).toEqual([{ type: 'kubelet-stop', node: 'node1' }])
    const cluster = begun(imported)
    for (const fault of imported.faults) cluster.fault(fault)
    cluster.run({ for: '60s' })
    expect(kubectl(cluster, 'get nodes --no-headers').stdout).toMatch(/node1 +NotReady[^]*node2 +Ready/)
    expect(kubectl(cluster, 'get node node2 -o jsonpath={.spec.taints}').stdout).toContain('gpu')
    cluster.fault({ type: 'kubelet-stop', node: 'node1', restore: true })
    cluster.run({ for: '30s' })
    expect(kubectl(cluster, 'get nodes --no-headers').stdout).toMatch(/node1 +Ready/)
  })
})

test('what only another cluster says of a pod stays as it is: the other family of addresses, as whom it runs', () => {
  const original = createCluster({ nodes: 1 })
  kubectl(original, 'run web --image=nginx')
  original.run({ for: '20s' })
  const dump = JSON.parse(kubectl(original, 'get pods,nodes -o json').stdout) as { items: KubeObject[] }
  const pod = dump.items.find(({ kind }) => kind === 'Pod')!
  pod['status'].podIPs.push({ ip: 'fd00::7' })
  pod['status'].containerStatuses[0].user = { linux: { uid: 101, gid: 101, supplementalGroups: [101] } }
  const cluster = begun(take(JSON.stringify(dump)))
  const from = cluster.revision
  cluster.run({ for: '2m' })
  expect(writes(cluster, from)).toEqual([])
})

test('a control plane that kubeadm has made goes on, although nobody tells of the files of its machine', () => {
  const original = createCluster({ nodes: 1, kubeadm: true })
  const taken = take(kubectl(original, `${everything} -o yaml`).stdout)
  const cluster = begun(taken)
  cluster.run({ for: '2m' })
  const standing = (c: Cluster): string[] => names(c).filter((line) => line.startsWith('kube-system'))
  expect(standing(cluster)).toEqual(standing(original))
  expect(standing(cluster)).toContain('kube-system kube-apiserver-control-plane 1/1 Running')
  expect(kubectl(cluster, 'get pods -A -o jsonpath={.items[*].status.containerStatuses[*].restartCount}').stdout).toMatch(/^[0 ]+$/)
})

test('a pod that somebody has debugged goes on with the containers of that', () => {
  const original = createCluster({ nodes: 1 })
  kubectl(original, 'run web --image=nginx')
  original.run({ for: '20s' })
  kubectl(original, 'debug web --image=busybox --container=lasting -- sleep 1000')
  kubectl(original, 'debug web --image=busybox --container=ended -- sleep 1')
  original.run({ for: '20s' })
  const taken = take(kubectl(original, 'get pods,nodes -o yaml').stdout)
  expect(taken.refused).toEqual([])
  const cluster = begun(taken)
  const from = cluster.revision
  cluster.run({ for: '2m' })
  expect(writes(cluster, from)).toEqual([])
  expect(kubectl(cluster, 'exec web -c lasting -- ps').stdout).toContain('sleep 1000')
  expect(kubectl(cluster, 'get pod web -o jsonpath={.status.ephemeralContainerStatuses[*].state}').stdout).toMatch(/"terminated".*"running"/)
})

test('pods that are just being made, or being ended, go on', () => {
  const original = createCluster()
  kubectl(original, 'create deployment web --image=nginx --replicas=2')
  kubectl(original, 'run old --image=nginx')
  original.run({ for: '20s' })
  kubectl(original, 'delete pod old --wait=false')
  kubectl(original, 'run new --image=redis:7')
  original.run({ for: '400ms' })
  const cluster = begun(take(kubectl(original, `${everything} -o yaml`).stdout))
  expect(cluster.trace).toEqual([])
  expect(names(cluster)).toEqual(names(original))
  expect(names(cluster)[0]).toBe('default new 0/1 ContainerCreating')
  expect(kubectl(cluster, 'get pod old -o jsonpath={.metadata.deletionTimestamp}').stdout).not.toBe('')
  cluster.run({ for: '40s' })
  expect(names(cluster).map((line) => line.replace(/-\w+-\w+/, ''))).toEqual(['default new 1/1 Running', 'default web 1/1 Running', 'default web 1/1 Running'])
})

describe('a dump that is not whole', () => {
  test('`kubectl get all`: the sets keep their pods, and what is missing is said', () => {
    const original = grown(workloads)
    const imported = take(kubectl(original, 'get all -A -o yaml').stdout)
    expect(imported.completions).toEqual([
      ...['node1', 'node2', 'node3'].map((name) => ({ type: 'NodeMade', name, pods: expect.any(Number) as number })),
      { type: 'RevisionMade', object: { kind: 'DaemonSet', namespace: 'kube-system', name: 'agent' } },
      { type: 'RevisionMade', object: { kind: 'StatefulSet', namespace: 'default', name: 'db' } },
      { type: 'ReferenceMissing', object: { kind: 'ConfigMap', namespace: 'default', name: 'page' }, pod: { kind: 'Pod', namespace: 'default', name: expect.stringMatching(/^web-/) as string } },
    ])
    const before = names(original)
    const cluster = begun(imported)
    cluster.run({ for: '2m' })
    expect(names(cluster)).toEqual(before)
    expect(cluster.world().list('Pod').map(({ metadata }) => metadata.uid).toSorted()).toEqual(original.world().list('Pod').map(({ metadata }) => metadata.uid).toSorted())
  })

  test('pods alone: they go on without their owners, in a namespace that is made for them', () => {
    const original = createCluster()
    kubectl(original, 'create namespace shop')
    kubectl(original, 'create deployment web --image=nginx -n shop')
    original.run({ for: '20s' })
    const imported = take(kubectl(original, 'get pods -n shop -o yaml').stdout)
    const [pod] = original.world().list('Pod')
    const object = { kind: 'Pod', namespace: 'shop', name: pod!.metadata.name }
    expect(imported.completions).toEqual([
      { type: 'NamespaceMade', name: 'shop' },
      { type: 'NodeMade', name: pod!['spec'].nodeName as string, pods: 1 },
      { type: 'OwnerMissing', object, owner: { kind: 'ReplicaSet', namespace: 'shop', name: pod!.metadata.ownerReferences![0]!.name } },
    ])
    const cluster = begun(imported)
    cluster.run({ for: '2m' })
    expect(names(cluster)).toEqual([`shop ${object.name} 1/1 Running`])
  })

  test('what cannot be taken is named with the reason, and the rest is taken', () => {
    const imported = importDump([
      { name: 'a.yaml', text: 'apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: ConfigMap, metadata: { name: one } }\n- { apiVersion: apps/v2, kind: Deployment, metadata: { name: two } }\n---\nhello\n---\n- { x: [ }\n' },
      { name: 'b.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'PodList', items: [{ metadata: { name: 'three', uid: 'u' }, spec: { containers: [{ name: 'A', image: 'nginx' }] } }] }) },
      { name: 'c.yaml', text: 'apiVersion: example.org/v1\nkind: Robot\nmetadata: { name: r2 }\n' },
    ], { keepSecrets: false })
    expect(imported.cluster.objects?.map(({ metadata }) => metadata.name)).toEqual(['one'])
    expect(imported.unread).toEqual([
      { file: 'a.yaml', line: 6, reason: 'not-a-map' },
      { file: 'a.yaml', line: 9, reason: 'syntax', detail: expect.any(String) as string },
    ])
    expect(imported.refused).toEqual([
      { object: { kind: 'Deployment', name: 'two' }, message: 'no matches for kind "Deployment" in version "apps/v2"' },
      { object: { kind: 'Pod', name: 'three' }, message: expect.stringContaining('spec.containers[0].name: Invalid value: "A"') as string },
      { object: { kind: 'Robot', name: 'r2' }, message: 'no matches for kind "Robot" in version "example.org/v1"' },
    ])
  })

  test.each([
    ['', 'empty'],
    ['NAME   READY\nweb    1/1\n', 'not-a-map'],
    ['Name: web\nNamespace: default\n', 'no-kind'],
    ['apiVersion: v1\nkind: Pod\n', 'no-name'],
    ['{ "apiVersion": "v1", "kind": "Pod" }', 'no-name'],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'too-deep'],
    [`a: ${'x'.repeat(9_000_000)}`, 'too-large'],
    [`"${'{ a: '.repeat(300)}`.slice(1), 'too-deep'],
  ])('of what is no object the reason is told: %.20s', (text, reason) => {
    expect(importDump([{ name: 'a', text }], { keepSecrets: false }).unread).toMatchObject([{ file: 'a', line: 1, reason }])
  })

  test('JSON may be larger than YAML', () => {
    const items = Array.from({ length: 900 }, (_, i) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `c${i}` }, data: { a: 'x'.repeat(10_000) } }))
    const { cluster, unread } = importDump([{ name: 'a.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) }], { keepSecrets: false })
    expect([cluster.objects?.length, unread]).toEqual([900, []])
  })

  test('objects of a kind that the dump defines are taken', () => {
    const original = createCluster()
    const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: robots.example.org }
spec:
  group: example.org
  scope: Namespaced
  names: { plural: robots, kind: Robot }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { legs: { type: integer } } } } } } }]
`
    kubectl(original, 'apply -f crd.yaml', { files: { 'crd.yaml': definition } })
    original.run({ for: '5s' })
    kubectl(original, 'apply -f r.yaml', { files: { 'r.yaml': 'apiVersion: example.org/v1\nkind: Robot\nmetadata: { name: r2 }\nspec: { legs: 3 }' } })
    const cluster = begun(take(kubectl(original, 'get robots,crd -o yaml').stdout))
    expect(kubectl(cluster, 'get robot r2 -o jsonpath={.spec.legs}').stdout).toBe('3')
  })

  test('a manifest that no server has seen is completed as for a create', () => {
    const cluster = begun(take('{ apiVersion: v1, kind: Pod, metadata: { name: web }, spec: { containers: [{ name: web, image: nginx }] } }'))
    cluster.run({ for: '20s' })
    expect(names(cluster)).toEqual(['default web 1/1 Running'])
  })
})

test('a Service of a server that knew one address only gets the list of them', () => {
  const imported = take('apiVersion: v1\nkind: Service\nmetadata: { name: web, uid: s }\nspec: { clusterIP: 172.20.3.4, ports: [{ port: 80 }] }\n')
  expect(imported.cluster.objects![0]!['spec']).toMatchObject({ clusterIP: '172.20.3.4', clusterIPs: ['172.20.3.4'] })
})

test('the contents of Secrets stay at home unless they are wanted', () => {
  const secret = '{ apiVersion: v1, kind: Secret, type: kubernetes.io/dockerconfigjson, metadata: { name: s, uid: u, annotations: { a: b, kubectl.kubernetes.io/last-applied-configuration: x } }, data: { .dockerconfigjson: e30= } }\n---\n{ apiVersion: v1, kind: Secret, metadata: { name: t, uid: v }, data: { password: cGFzcw== } }'
  const dataOf = ({ cluster }: ImportedDump): unknown[] => cluster.objects!.map((object: KubeObject) => object['data'] as unknown)
  expect(dataOf(take(secret, true))).toEqual([{ '.dockerconfigjson': 'e30=' }, { password: 'cGFzcw==' }])
  const left = take(secret, false)
  expect(dataOf(left)).toEqual([{ '.dockerconfigjson': 'e30=' }, { password: '' }])
  expect(left.secrets).toBe(2)
  expect(left.cluster.objects![0]!.metadata.annotations).toEqual({ a: 'b' })
  expect(() => begun(left)).not.toThrow()
})

test('a film does not begin with less than its scenario says', () => {
  const objects = [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers: [] } }] as unknown as KubeObject[]
  expect(() => createCluster({ objects })).toThrow('cluster.objects: Pod web: Pod "web" is invalid: spec.containers: Required value')
})
