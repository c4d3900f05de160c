import { expect, test } from 'vitest'
import '../../../kubectl/index.ts'
import { installed } from '../../testing/installed.ts'

/** MetalLB as its manifests have it (config/manifests/metallb-native.yaml), in short. */
const definition = (kind: string, plural: string): string => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.metallb.io }
spec:
  group: metallb.io
  scope: Namespaced
  names: { plural: ${plural}, kind: ${kind} }
  versions: [{ name: v1beta1, served: true, storage: true, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }]
---`

const manifest = `${definition('IPAddressPool', 'ipaddresspools')}${definition('L2Advertisement', 'l2advertisements')}
apiVersion: v1
kind: Namespace
metadata: { name: metallb-system }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: metallb }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: default, namespace: metallb-system }]
---
apiVersion: v1
kind: Pod
metadata: { name: controller, namespace: metallb-system }
spec: { containers: [{ name: controller, image: "quay.io/metallb/controller:v0.15.2", args: [--port=7472], env: [{ name: METALLB_ML_SECRET_NAME, value: memberlist }] }] }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: speaker, namespace: metallb-system }
spec:
  selector: { matchLabels: { app: speaker } }
  template:
    metadata: { labels: { app: speaker } }
    spec:
      hostNetwork: true
      volumes: [{ name: key, secret: { secretName: memberlist } }]
      containers:
      - { name: speaker, image: "quay.io/metallb/speaker:v0.15.2", args: [--port=7472], env: [{ name: METALLB_NODE_NAME, valueFrom: { fieldRef: { fieldPath: spec.nodeName } } }], volumeMounts: [{ name: key, mountPath: /etc/key }] }
`

const pool = `
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: { name: few, namespace: metallb-system }
spec: { addresses: [192.168.9.8/31] }
---
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata: { name: few, namespace: metallb-system }
`

test('Services get addresses of a pool, until there are none left', () => {
  const { c, k } = installed(manifest)
  k('create service loadbalancer early --tcp=80')
  c.run({ for: '10s' })
  const address = (name: string): string => k(`get svc ${name} -o jsonpath={.status.loadBalancer.ingress[0].ip}`)
  expect(address('early')).toBe('')
  k('apply -f -', pool)
  c.run({ for: '10s' })
  k('create service loadbalancer middle --tcp=80')
  c.run({ for: '10s' })
  k('create service loadbalancer late --tcp=80')
  c.run({ for: '10s' })
  expect(['early', 'middle', 'late'].map(address)).toEqual(['192.168.9.8', '192.168.9.9', ''])
  expect(k('events --for service/late')).toContain('Failed to allocate IP for "default/late": no available IPs')
  expect(k('events --for service/early')).toMatch(/IPAllocated .*Assigned IP \["192\.168\.9\.8"\]\n.*nodeAssigned .*announcing from node "node\d" with protocol "layer2"/)
  expect(k('get svc early -o jsonpath={.metadata.annotations}')).toBe('{"metallb.io/ip-allocated-from-pool":"few"}')
})

test('an address is had by who asks for it', () => {
  const { c, k } = installed(manifest)
  k('apply -f -', pool)
  k('create service loadbalancer own --tcp=80:80')
  k('annotate svc own metallb.io/loadBalancerIPs=192.168.9.9')
  k('run own --image=hashicorp/http-echo --labels=app=own -- -listen=:80 -text=own')
  c.run({ for: '20s' })
  expect(c.exec({ program: 'shell', line: 'curl -s http://192.168.9.9/' }).stdout).toBe('own\n')
})
