import type { Scenario } from '../../engine/scenario.ts'

const manifest = `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
  - name: web
    image: nginx
    ports:
    - containerPort: 80
`

/** Three machines and nothing on them: for a film of one's own. */
export const emptyCluster: Scenario = {
  apiVersion: 'podreel.dev/v1',
  kind: 'Scenario',
  metadata: { name: 'empty-cluster' },
  spec: {
    title: { en: 'An empty cluster', zh: '空集群' },
    summary: { en: 'Three machines, and a film of your own.', zh: '三台机器，拍一部你自己的影片。' },
    files: { 'pod.yaml': manifest },
    script: [],
  },
}
