import { beforeEach, describe, expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster, type Cluster } from '../../index.ts'

/** A driver on every node, as kubernetes.io/docs/tutorials/cluster-management/install-use-dra installs it, with two devices each. */
const driver = `
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpu.example.com}
spec: {selectors: [{cel: {expression: "device.driver == 'gpu.example.com'"}}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: driver}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: driver}
rules:
- {apiGroups: [resource.k8s.io], resources: [resourceclaims], verbs: [get]}
- {apiGroups: [""], resources: [nodes], verbs: [get]}
- {apiGroups: [resource.k8s.io], resources: [resourceslices], verbs: [get, list, watch, create, update, patch, delete]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: driver}
subjects: [{kind: ServiceAccount, name: driver, namespace: default}]
roleRef: {kind: ClusterRole, name: driver, apiGroup: rbac.authorization.k8s.io}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: driver}
spec:
  selector: {matchLabels: {app: driver}}
  template:
    metadata: {labels: {app: driver}}
    spec:
      serviceAccountName: driver
      terminationGracePeriodSeconds: 1
      containers:
      - name: plugin
        image: registry.k8s.io/dra-example-driver/dra-example-driver:v0.2.0
        command: [dra-example-kubeletplugin]
        env:
        - {name: NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
        - {name: NUM_DEVICES, value: "2"}
        volumeMounts:
        - {name: registry, mountPath: /var/lib/kubelet/plugins_registry}
        - {name: cdi, mountPath: /var/run/cdi}
      volumes:
      - {name: registry, hostPath: {path: /var/lib/kubelet/plugins_registry}}
      - {name: cdi, hostPath: {path: /var/run/cdi}}
`

const claim = `
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: shared}
spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu.example.com}}]}}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: own}
spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu.example.com}}]}}}
`

const pod = (name: string, source: string, command = 'env; sleep 3600'): string => `
apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  terminationGracePeriodSeconds: 1
  restartPolicy: Never
  containers: [{name: c, image: busybox, command: [sh, -c, "${command}"], resources: {claims: [{name: g}]}}]
  resourceClaims: [{name: g, ${source}}]
`
const fromTemplate = 'resourceClaimTemplateName: own'
const fromShared = 'resourceClaimName: shared'

let cluster: Cluster
const type = (line: string, text = ''): string => {
  const { stdout, stderr } = kubectl(cluster, line, { files: { 'f.yaml': text } })
  return stdout + stderr
}
const apply = (text: string, forTime = '5s'): void => {
  type('apply -f f.yaml', text)
  cluster.run({ for: forTime })
}
const claims = (): string[] => cluster.world().list('ResourceClaim').map(({ metadata, status }) => `${metadata.name.replace(/-[a-z0-9]{5}$/, '-*')} ${status?.['allocation'] === undefined ? 'pending' : 'allocated'} ${status?.['reservedFor']?.map(({ name }: { name: string }) => name).join() ?? ''}`.trim())
const phase = (name: string) => cluster.world().get('Pod', name)?.status?.['phase']
const events = (name: string): string => type(`get events --field-selector involvedObject.name=${name} -o custom-columns=R:.reason,M:.message --no-headers`)

beforeEach(() => {
  cluster = createCluster({ nodes: 2, seed: 1 })
})

describe('with a driver on every node', () => {
  beforeEach(() => apply(driver + '---' + claim, '20s'))

  test('each node offers its devices, in a slice of its own', () => {
    const slices = cluster.world().list('ResourceSlice')
    expect(slices.map(({ spec }) => [spec['nodeName'], spec['devices'].map(({ name }: { name: string }) => name)])).toEqual([['node1', ['gpu-0', 'gpu-1']], ['node2', ['gpu-0', 'gpu-1']]])
  })

  test('a pod gets a claim from the template, a device, and is told which; both go with it', () => {
    apply(pod('p', fromTemplate))
    expect(claims()).toEqual(['p-g-* allocated p', 'shared pending'])
    const [made] = cluster.world().list('ResourceClaim')
    expect(made!.metadata).toMatchObject({ finalizers: ['resource.kubernetes.io/delete-protection'], annotations: { 'resource.kubernetes.io/pod-claim-name': 'g' }, ownerReferences: [{ kind: 'Pod', name: 'p', controller: true }] })
    expect(cluster.world().get('Pod', 'p')!.status!['resourceClaimStatuses']).toEqual([{ name: 'g', resourceClaimName: made!.metadata.name }])
    expect(type('logs p')).toMatch(/^GPU_DEVICE_0=gpu-0$/m)
    expect(type('logs p')).toContain(`GPU_DEVICE_0_RESOURCE_CLAIM=${made!.metadata.uid}`)
    type('delete pod p')
    cluster.run({ for: '5s' })
    expect(claims()).toEqual(['shared pending'])
    expect(type('logs -l app=driver --prefix=false')).toMatch(/NodePrepareResource is called: number of claims: 1[^]*NodeUnPrepareResource is called: number of claims: 1/)
  })

  test('pods that share a claim share its device, on one node; when the last has ended it is free', () => {
    apply(['a', 'b', 'c'].map((name) => pod(name, fromShared)).join('---'))
    expect(claims()).toEqual(['shared allocated a,b,c'])
    expect(new Set(['a', 'b', 'c'].map((name) => cluster.world().get('Pod', name)!['spec'].nodeName)).size).toBe(1)
    type('delete pod a b')
    cluster.run({ for: '5s' })
    expect(claims()).toEqual(['shared allocated c'])
    type('delete pod c')
    cluster.run({ for: '5s' })
    expect(claims()).toEqual(['shared pending'])
    expect(cluster.world().get('ResourceClaim', 'shared')!.metadata.finalizers).toBeUndefined()
  })

  test('a pod waits until a device is free, and begins when one is', () => {
    apply(['a', 'b', 'c', 'd', 'e'].map((name) => pod(name, fromTemplate)).join('---'), '10s')
    const waiting = ['a', 'b', 'c', 'd', 'e'].filter((name) => phase(name) === 'Pending')
    expect(waiting).toHaveLength(1)
    expect(events(waiting[0]!)).toContain('0/2 nodes are available: 2 cannot allocate all claims. still not schedulable, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.')
    type(`delete pod ${['a', 'b'].find((name) => name !== waiting[0])}`)
    cluster.run({ for: '30s' })
    expect(phase(waiting[0]!)).toBe('Running')
  })

  test('a pod that has ended gives its device back, though it is still there', () => {
    apply(pod('p', fromTemplate, 'exit 0'), '10s')
    expect(phase('p')).toBe('Succeeded')
    expect(claims()).toEqual(['shared pending'])
  })

  test('thirty seconds after a driver has gone, so has what it offered', () => {
    type('delete ds driver')
    cluster.run({ for: '20s' })
    expect(cluster.world().list('ResourceSlice')).toHaveLength(2)
    cluster.run({ for: '20s' })
    expect(cluster.world().list('ResourceSlice')).toEqual([])
  })

  test('a pod whose driver has gone cannot begin, and does when it is back', () => {
    type('delete ds driver')
    cluster.run({ for: '5s' })
    apply(pod('p', fromTemplate), '10s')
    expect(events('p')).toContain('Failed to prepare dynamic resources: prepare dynamic resources: DRA driver gpu.example.com is not registered')
    expect(phase('p')).toBe('Pending')
    apply(driver, '2m')
    expect(phase('p')).toBe('Running')
  })
})

describe('without', () => {
  test('a pod waits outside of the queue for a claim that nobody has made', () => {
    apply(pod('p', fromShared), '10s')
    expect(events('p')).toBe('')
    apply(claim)
    expect(events('p')).toContain('0/2 nodes are available: request gpu: device class gpu.example.com does not exist. not found')
  })

  test('a template that is not there is told of', () => {
    apply(pod('p', fromTemplate))
    expect(events('p')).toContain('PodResourceClaim g: resource claim template "own": resourceclaimtemplate.resource.k8s.io "own" not found')
    apply(claim, '20s')
    expect(claims()).toEqual(['p-g-* pending', 'shared pending'])
  })

  test('a selector that does not compile is refused', () => {
    const wrong = claim.replace('deviceClassName: gpu.example.com}', 'deviceClassName: gpu.example.com, selectors: [{cel: {expression: device.name}}]}')
    expect(type('apply -f f.yaml', wrong)).toContain("spec.devices.requests[0].exactly.selectors[0].cel.expression: Invalid value: \"device.name\": compilation failed: ERROR: <input>:1:7: undefined field 'name'")
  })
})
