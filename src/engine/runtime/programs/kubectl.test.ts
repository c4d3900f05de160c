import { expect, test } from 'vitest'
import type { KubeObject } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'
import { kubectl } from '../../../kubectl/index.ts'

const job = (script: string): KubeObject =>
  ({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'worker' }, spec: { template: { spec: { serviceAccountName: 'robot', restartPolicy: 'Never', containers: [{ name: 'k', image: 'bitnami/kubectl', command: ['/bin/sh', '-c', script] }] } } } }) as unknown as KubeObject

/** What a script in a pod prints whose account may do `role`. */
function said(script: string, role?: string): { cluster: Cluster; text: string } {
  const cluster = createCluster({ nodes: 2 })
  kubectl(cluster, 'create serviceaccount robot')
  if (role !== undefined) kubectl(cluster, `create rolebinding robot --clusterrole=${role} --serviceaccount=default:robot`)
  kubectl(cluster, 'create deployment web --image=nginx')
  kubectl(cluster, 'apply -f job.json', { files: { 'job.json': JSON.stringify(job(script)) } })
  cluster.run({ for: '60s' })
  return { cluster, text: kubectl(cluster, 'logs job/worker').stdout }
}

test('asks in the name of the account of its pod, in its namespace', () => {
  expect(said('kubectl get deployments').text).toBe('Error from server (Forbidden): deployments.apps is forbidden: User "system:serviceaccount:default:robot" cannot list resource "deployments" in API group "apps" in the namespace "default"\n')
  expect(said('kubectl get deploy -o name', 'view').text).toBe('deployment.apps/web\n')
})

test('changes things, and waits for them', () => {
  const { cluster, text } = said('kubectl scale deployment web --replicas=3 && kubectl rollout status deployment web && kubectl delete pod -l app=web --wait=false && echo done', 'edit')
  expect(text).toContain('deployment "web" successfully rolled out\n')
  expect(text).toMatch(/done\n$/)
  expect(kubectl(cluster, 'get deploy web -o jsonpath={.status.readyReplicas}').stdout).toBe('3')
})

test('reads a manifest from its input', () => {
  expect(said("printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: made}\\n' | kubectl apply -f -", 'edit').text).toBe('configmap/made created\n')
})

test('kubectl proxy answers the others of its pod', () => {
  const cluster = createCluster({ nodes: 1 })
  const containers = [{ name: 'main', image: 'curlimages/curl', command: ['sleep', '9999'] }, { name: 'ambassador', image: 'luksa/kubectl-proxy' }]
  kubectl(cluster, 'apply -f pod.json', { files: { 'pod.json': JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pair' }, spec: { containers } }) } })
  cluster.run({ for: '30s' })
  expect(JSON.parse(kubectl(cluster, 'exec pair -c main -- curl -s localhost:8001/version').stdout)).toMatchObject({ major: '1', minor: '34' })
  expect(kubectl(cluster, 'exec pair -c main -- curl -s localhost:8001/api/v1/namespaces/default/pods').stdout).toContain('User \\"system:serviceaccount:default:default\\" cannot list resource \\"pods\\"')
})

test('what lies in a list of the API does not repeat its kind', () => {
  const cluster = createCluster({ nodes: 1 })
  kubectl(cluster, 'create clusterrolebinding all --clusterrole=view --serviceaccount=default:default')
  kubectl(cluster, 'run curl --image=curlimages/curl --command -- sleep 9999')
  cluster.run({ for: '30s' })
  const script = 'curl -sk -H "Authorization: Bearer $(cat /var/run/secrets/kubernetes.io/serviceaccount/token)" https://kubernetes/api/v1/namespaces/default/services'
  const list = JSON.parse(kubectl(cluster, `exec curl -- sh -c '${script}'`).stdout)
  expect(list).toMatchObject({ kind: 'ServiceList', items: [{ metadata: { name: 'kubernetes' } }] })
  expect(list.items[0]).not.toHaveProperty('kind')
})
