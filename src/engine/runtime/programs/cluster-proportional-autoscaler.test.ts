import { expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster } from '../../index.ts'
import { type ClusterStatus, expectedReplicas } from './cluster-proportional-autoscaler.ts'

const cluster = (nodes: number, open = nodes): ClusterStatus => ({ totalNodes: nodes, schedulableNodes: open, totalCores: nodes * 4, schedulableCores: open * 4 })

// kubernetes-sigs/cluster-proportional-autoscaler: pkg/autoscaler/controller
test.each<[mode: string, params: string, size: ClusterStatus, replicas: number | string]>([
  ['linear', '{"nodesPerReplica":2}', cluster(5), 3],
  ['linear', '{"coresPerReplica":2,"nodesPerReplica":2}', cluster(5), 10],
  ['linear', '{"coresPerReplica":256,"nodesPerReplica":16,"preventSinglePointFailure":true}', cluster(3), 2],
  ['linear', '{"nodesPerReplica":16,"preventSinglePointFailure":true}', cluster(1), 1],
  ['linear', '{"nodesPerReplica":1,"min":2,"max":4}', cluster(9), 4],
  ['linear', '{"nodesPerReplica":1}', cluster(5, 3), 3],
  ['linear', '{"nodesPerReplica":1,"includeUnschedulableNodes":true}', cluster(5, 3), 5],
  ['linear', '{"min":3}', cluster(2), 'error parsing linear params: should at least provide either CoresPerReplica or NodesPerReplica (Greater than 0)'],
  ['linear', '{"nodesPerReplica":1,"min":5,"max":4}', cluster(2), 'error parsing linear params: max replicas count 4 should be greater than / equal to min replicas count 5'],
  ['linear', 'nonsense', cluster(2), 'error parsing linear params: could not parse parameters'],
  ['ladder', '{"coresToReplicas":[[1,1],[16,3],[64,5]],"nodesToReplicas":[[1,1],[2,2]]}', cluster(5), 3],
  ['ladder', '{"nodesToReplicas":[[4,7],[2,2]]}', cluster(1), 2],
])('%s %s', (mode, params, size, replicas) => {
  expect(expectedReplicas({ [mode]: params }, size)).toBe(replicas)
})

const manifest = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: sizer }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: sizer }
rules:
- { apiGroups: [""], resources: [nodes], verbs: [list, watch] }
- { apiGroups: [apps], resources: [deployments/scale], verbs: [get, update] }
- { apiGroups: [""], resources: [configmaps], verbs: [get, create] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: sizer }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: sizer }
subjects: [{ kind: ServiceAccount, name: sizer, namespace: default }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: sizer }
spec:
  selector: { matchLabels: { app: sizer } }
  template:
    metadata: { labels: { app: sizer } }
    spec:
      serviceAccountName: sizer
      containers:
      - name: c
        image: registry.k8s.io/cpa/cluster-proportional-autoscaler:1.8.9
        command: [/cluster-proportional-autoscaler, --namespace=default, --configmap=sizes, --target=Deployment/web, '--default-params={"linear":{"nodesPerReplica":1}}', --logtostderr=true, --v=2]
`

test('a Deployment grows with the cluster, and by what its ConfigMap says then', () => {
  const world = createCluster({ seed: 1 })
  kubectl(world, 'create deployment web --image=nginx')
  kubectl(world, 'apply -f -', { stdin: manifest })
  world.run({ for: '40s' })
  const replicas = (): string => kubectl(world, 'get deploy web -o jsonpath={.spec.replicas}').stdout
  expect(replicas()).toBe('3')
  expect(kubectl(world, 'get cm sizes -o jsonpath={.data.linear}').stdout).toBe('{"nodesPerReplica":1}')
  expect(kubectl(world, 'logs deploy/sizer').stdout).toMatch(/ConfigMap not found: configmaps "sizes" not found, will create one with default params[\s\S]*Replicas are not as expected : updating deployment\/web from 1 to 3\n$/)
  kubectl(world, `patch cm sizes -p '{"data":{"linear":"{\\"nodesPerReplica\\":1,\\"min\\":5}"}}'`)
  world.run({ for: '20s' })
  expect(replicas()).toBe('5')
  kubectl(world, 'delete clusterrolebinding sizer')
  kubectl(world, 'scale deploy web --replicas=1')
  world.run({ for: '20s' })
  expect(kubectl(world, 'logs deploy/sizer --tail=1').stdout).toContain('Error syncing configMap with apiserver: configmaps is forbidden: User "system:serviceaccount:default:sizer" cannot create resource "configmaps"')
})
