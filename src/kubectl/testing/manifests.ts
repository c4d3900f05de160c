/** Manifests for tests: the least that each kind is made of. */
export const object = (apiVersion: string, kind: string, fields: string, name = 'x'): string => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\n${fields}`
export const podSpec = 'containers: [{name: app, image: nginx:1.27}]'
export const template = `template: {metadata: {labels: {app: x}}, spec: {${podSpec}}}`
export const selector = 'selector: {matchLabels: {app: x}}'
const jobTemplate = 'template: {spec: {restartPolicy: Never, containers: [{name: app, image: busybox}]}}'

/** What kubectl calls it, and the manifest. */
export const ofEveryKind: readonly [answer: string, manifest: string][] = [
  ['pod/x', object('v1', 'Pod', `spec: {${podSpec}}`)],
  ['replicationcontroller/x', object('v1', 'ReplicationController', `spec: {selector: {app: x}, ${template}}`)],
  ['deployment.apps/x', object('apps/v1', 'Deployment', `spec: {${selector}, ${template}}`)],
  ['replicaset.apps/x', object('apps/v1', 'ReplicaSet', `spec: {${selector}, ${template}}`)],
  ['statefulset.apps/x', object('apps/v1', 'StatefulSet', `spec: {serviceName: x, ${selector}, ${template}}`)],
  ['daemonset.apps/x', object('apps/v1', 'DaemonSet', `spec: {${selector}, ${template}}`)],
  ['controllerrevision.apps/x', object('apps/v1', 'ControllerRevision', 'revision: 1\ndata: {a: 1}')],
  ['job.batch/x', object('batch/v1', 'Job', `spec: {${jobTemplate}}`)],
  ['job.batch/x', object('batch/v1', 'Job', `spec: {completionMode: Indexed, ${jobTemplate}}`)],
  ['cronjob.batch/x', object('batch/v1', 'CronJob', `spec: {schedule: "*/5 * * * *", jobTemplate: {spec: {${jobTemplate}}}}`)],
  ['service/x', object('v1', 'Service', 'spec: {selector: {app: x}, ports: [{port: 80}]}')],
  ['endpoints/x', object('v1', 'Endpoints', 'subsets: [{addresses: [{ip: 192.0.2.1}], ports: [{port: 80}]}]')],
  ['endpointslice.discovery.k8s.io/x', object('discovery.k8s.io/v1', 'EndpointSlice', 'addressType: IPv4\nendpoints: [{addresses: [192.0.2.1]}]\nports: [{port: 80}]')],
  ['ingress.networking.k8s.io/x', object('networking.k8s.io/v1', 'Ingress', 'spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: x, port: {number: 80}}}}]}}]}')],
  ['ingressclass.networking.k8s.io/x', object('networking.k8s.io/v1', 'IngressClass', 'spec: {controller: example.com/edge}')],
  ['networkpolicy.networking.k8s.io/x', object('networking.k8s.io/v1', 'NetworkPolicy', 'spec: {podSelector: {}, policyTypes: [Ingress, Egress]}')],
  ['configmap/x', object('v1', 'ConfigMap', 'data: {a: b}')],
  ['secret/x', object('v1', 'Secret', 'stringData: {a: b}')],
  ['serviceaccount/x', object('v1', 'ServiceAccount', '')],
  ['persistentvolume/x', object('v1', 'PersistentVolume', 'spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /data}}')],
  ['persistentvolumeclaim/x', object('v1', 'PersistentVolumeClaim', 'spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}')],
  ['storageclass.storage.k8s.io/x', object('storage.k8s.io/v1', 'StorageClass', 'provisioner: disk.example.com')],
  ['resourcequota/x', object('v1', 'ResourceQuota', 'spec: {hard: {pods: "2"}}')],
  ['limitrange/x', object('v1', 'LimitRange', 'spec: {limits: [{type: Container, max: {cpu: "1"}}]}')],
  ['horizontalpodautoscaler.autoscaling/x', object('autoscaling/v2', 'HorizontalPodAutoscaler', 'spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: x}}')],
  ['horizontalpodautoscaler.autoscaling/x', object('autoscaling/v1', 'HorizontalPodAutoscaler', 'spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: x}}')],
  ['poddisruptionbudget.policy/x', object('policy/v1', 'PodDisruptionBudget', `spec: {minAvailable: 1, ${selector}}`)],
  ['priorityclass.scheduling.k8s.io/x', object('scheduling.k8s.io/v1', 'PriorityClass', 'value: 1000')],
  ['runtimeclass.node.k8s.io/x', object('node.k8s.io/v1', 'RuntimeClass', 'handler: kata')],
  ['role.rbac.authorization.k8s.io/x', object('rbac.authorization.k8s.io/v1', 'Role', 'rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]')],
  ['clusterrolebinding.rbac.authorization.k8s.io/x', object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\nsubjects: [{kind: Group, name: devs, apiGroup: rbac.authorization.k8s.io}]')],
  ['lease.coordination.k8s.io/x', object('coordination.k8s.io/v1', 'Lease', 'spec: {holderIdentity: me, leaseDurationSeconds: 40}')],
  ['namespace/x', object('v1', 'Namespace', '')],
  ['customresourcedefinition.apiextensions.k8s.io/carts.shop.example', object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'spec: {group: shop.example, scope: Namespaced, names: {plural: carts, kind: Cart}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}', 'carts.shop.example')],
]
