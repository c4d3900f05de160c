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

/** The same as kubeadm leaves it: what labs and exams begin with. */
export const kubeadmCluster: Scenario = {
  ...emptyCluster,
  metadata: { name: 'kubeadm-cluster' },
  spec: {
    ...emptyCluster.spec,
    title: { en: 'A kubeadm cluster', zh: 'kubeadm 集群' },
    summary: {
      en: 'A control plane and two workers; what runs them are pods in kube-system. For labs and exams.',
      zh: '一台控制平面、两台工作节点，组件都是 kube-system 里的 Pod。适合做实验、备考。',
    },
    cluster: { kubeadm: true, nodes: 2 },
  },
}
