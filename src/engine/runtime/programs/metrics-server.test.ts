import { expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster, type Cluster } from '../../index.ts'

/** As kubernetes-sigs/metrics-server's manifest has it, in short. */
const manifest = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: gauge, namespace: kube-system }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: gauge }
rules:
- { apiGroups: [""], resources: [nodes/metrics], verbs: [get] }
- { apiGroups: [""], resources: [pods, nodes], verbs: [get, list, watch] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: gauge }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: gauge }
subjects: [{ kind: ServiceAccount, name: gauge, namespace: kube-system }]
---
apiVersion: v1
kind: Service
metadata: { name: gauge, namespace: kube-system }
spec: { selector: { app: gauge }, ports: [{ port: 443, targetPort: https }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: gauge, namespace: kube-system }
spec:
  selector: { matchLabels: { app: gauge } }
  template:
    metadata: { labels: { app: gauge } }
    spec:
      serviceAccountName: gauge
      containers:
      - name: gauge
        image: registry.k8s.io/metrics-server/metrics-server:v0.8.0
        args: [--secure-port=10250, --kubelet-preferred-address-types=InternalIP]
        ports: [{ name: https, containerPort: 10250 }]
        readinessProbe: { httpGet: { path: /readyz, port: https, scheme: HTTPS }, initialDelaySeconds: 20 }
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1beta1.metrics.k8s.io }
spec: { group: metrics.k8s.io, version: v1beta1, groupPriorityMinimum: 100, versionPriority: 100, insecureSkipTLSVerify: true, service: { namespace: kube-system, name: gauge } }
`

function installed(more: object = {}, text = manifest): { c: Cluster; k: (line: string) => string } {
  const c = createCluster({ seed: 1, ...more })
  kubectl(c, 'apply -f -', { stdin: text })
  c.run({ for: '60s' })
  return { c, k: (line) => ((out) => out.stdout + out.stderr)(kubectl(c, line)) }
}

test('whoever installs a metrics-server has metrics, as long as it is there', () => {
  const { c, k } = installed()
  expect(k('get apiservice v1beta1.metrics.k8s.io --no-headers')).toMatch(/^v1beta1\.metrics\.k8s\.io {3}kube-system\/gauge {3}True /)
  expect(k('top nodes --no-headers').split('\n')[0]).toMatch(/^node1 +\d+m +\d+% +\d+Mi +\d+%/)
  expect(k('top pods -n kube-system --no-headers')).toMatch(/^gauge-\S+ +\d+m +25Mi/)
  expect(k('get nodes.metrics.k8s.io').split('\n')[0]).toMatch(/^NAME +CPU +MEMORY +WINDOW$/)
  expect(k('top pod absent')).toBe('Error from server (NotFound): podmetrics.metrics.k8s.io "default/absent" not found\n')
  k('scale deploy gauge -n kube-system --replicas=0')
  c.run({ for: '40s' })
  expect(k('get apiservice v1beta1.metrics.k8s.io --no-headers')).toContain('False (MissingEndpoints)')
  expect(k('top nodes')).toBe('error: Metrics API not available\n')
})

test('kubelets as kubeadm leaves them are not trusted until it is told to', () => {
  const { c, k } = installed({ kubeadm: true, nodes: 1 })
  expect(k('get pods -n kube-system -l app=gauge --no-headers')).toMatch(/ 0\/1 +Running /)
  expect(k('logs -n kube-system deploy/gauge --tail=1')).toMatch(/"Failed to scrape node" err="Get \\"https:\/\/[\d.]+:10250\/metrics\/resource\\": tls: failed to verify certificate: x509: cannot validate certificate for [\d.]+ because it doesn't contain any IP SANs" node="node1"/)
  k(`patch deploy gauge -n kube-system --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/args/-","value":"--kubelet-insecure-tls"}]'`)
  c.run({ for: '60s' })
  expect(k('top nodes')).toContain('node1')
})

test('a kubelet tells its numbers to those who may know them', () => {
  const { k } = installed({ nodes: 1 }, manifest.replace('nodes/metrics', 'nodes/stats'))
  expect(k('logs -n kube-system deploy/gauge --tail=1')).toContain('"Failed to scrape node" err="request failed, status: \\"403 Forbidden\\"" node="node1"')
  expect(k('get apiservice v1beta1.metrics.k8s.io --no-headers')).toContain('False (MissingEndpoints)')
})
