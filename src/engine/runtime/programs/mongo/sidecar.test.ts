import { expect, test } from 'vitest'
import '../../../../kubectl/index.ts'
import { installed } from '../../../testing/installed.ts'

/** A set of mongods with a sidecar each, as books have it (cvallance/mongo-k8s-sidecar example/StatefulSet). */
const manifest = `
apiVersion: v1
kind: Service
metadata: { name: store }
spec: { clusterIP: None, selector: { app: store }, ports: [{ port: 27017 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  serviceName: store
  replicas: 2
  selector: { matchLabels: { app: store } }
  template:
    metadata: { labels: { app: store } }
    spec:
      containers:
      - { name: mongo, image: "mongo:4.4", command: [mongod, --replSet, rs0, --bind_ip_all] }
      - { name: sidecar, image: cvallance/mongo-k8s-sidecar, env: [{ name: MONGO_SIDECAR_POD_LABELS, value: app=store }, { name: KUBERNETES_MONGO_SERVICE_NAME, value: store }] }
`

test('the sidecars make a replica set as soon as they may see pods, and take in new ones', () => {
  const { c, k } = installed(manifest)
  expect(k('logs store-0 -c sidecar')).toContain('pods is forbidden: User "system:serviceaccount:default:default" cannot list resource "pods"')
  k('create clusterrolebinding look --clusterrole=view --serviceaccount=default:default')
  c.run({ for: '20s' })
  const members = (): string => k(`exec store-0 -c mongo -- mongo --quiet --eval 'rs.status().members.map(m => m.name + " " + m.stateStr).join()'`).trim()
  const names = (): string[] => members().split(',').map((one) => one.split(' ')[0]!).toSorted()
  expect(names()).toEqual(['store-0.store.default.svc.cluster.local:27017', 'store-1.store.default.svc.cluster.local:27017'])
  expect(members().split('PRIMARY')).toHaveLength(2)
  k('scale sts store --replicas=3')
  c.run({ for: '30s' })
  expect(names()).toHaveLength(3)
})
