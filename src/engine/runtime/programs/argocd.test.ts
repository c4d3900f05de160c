import { expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster } from '../../index.ts'

test("Argo CD's server starts on a read-only root and has a first password", () => {
  const c = createCluster({ seed: 1 })
  const k = (line: string, stdin = ''): string => (({ stdout, stderr }) => stdout + stderr)(kubectl(c, line, { stdin }))
  k('create clusterrolebinding all --clusterrole=cluster-admin --serviceaccount=default:default')
  k('apply -f -', `
apiVersion: v1
kind: Pod
metadata: { name: server }
spec:
  initContainers:
  - { name: secret-init, image: "quay.io/argoproj/argocd:v3.1.8", command: [argocd, admin, redis-initial-password] }
  containers:
  - name: server
    image: quay.io/argoproj/argocd:v3.1.8
    args: [/usr/local/bin/argocd-server]
    securityContext: { readOnlyRootFilesystem: true }
    readinessProbe: { httpGet: { path: /healthz, port: 8080 } }
`)
  c.run({ for: '1m' })
  expect(k('get pod server --no-headers')).toMatch(/1\/1\s+Running/)
  expect(k('get secrets -o name')).toBe('secret/argocd-initial-admin-secret\nsecret/argocd-redis\n')
})
