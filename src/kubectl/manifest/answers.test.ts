import { describe, expect, test } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../index.ts'

/** A manifest as a person applies it, against a server that has nothing but what it makes itself. */
function apply(manifest: string, before?: string) {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  if (before !== undefined) expect(kubectl(cluster, 'apply -f before.yaml', { files: { 'before.yaml': before } }).exitCode).toBe(0)
  cluster.run({ for: '1s' })
  const { stdout, stderr, exitCode } = kubectl(cluster, 'apply --dry-run=server -f m.yaml', { files: { 'm.yaml': manifest } })
  return { exitCode, text: (exitCode === 0 ? stdout + stderr : stderr).trimEnd() }
}

const object = (apiVersion: string, kind: string, fields: string, name = 'x'): string => `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}}\n${fields}`
const podSpec = 'containers: [{name: app, image: nginx:1.27}]'
const template = `template: {metadata: {labels: {app: x}}, spec: {${podSpec}}}`
const selector = 'selector: {matchLabels: {app: x}}'
const jobTemplate = 'template: {spec: {restartPolicy: Never, containers: [{name: app, image: busybox}]}}'

describe('a server of this version takes', () => {
  test.each<[answer: string, manifest: string]>([
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
  ])('%s', (answer, manifest) => {
    expect(apply(manifest)).toEqual({ exitCode: 0, text: expect.stringMatching(new RegExp(`^${answer} created \\(server dry run\\)`)) })
  })
})

describe('a server of this version no longer knows', () => {
  test.each([
    ['extensions/v1beta1', 'Deployment'], ['extensions/v1beta1', 'DaemonSet'], ['extensions/v1beta1', 'Ingress'], ['extensions/v1beta1', 'NetworkPolicy'],
    ['extensions/v1beta1', 'PodSecurityPolicy'], ['apps/v1beta1', 'Deployment'], ['apps/v1beta1', 'StatefulSet'], ['apps/v1beta2', 'ReplicaSet'],
    ['networking.k8s.io/v1beta1', 'Ingress'], ['batch/v1beta1', 'CronJob'], ['batch/v2alpha1', 'CronJob'], ['policy/v1beta1', 'PodSecurityPolicy'],
    ['policy/v1beta1', 'PodDisruptionBudget'], ['autoscaling/v2beta1', 'HorizontalPodAutoscaler'], ['autoscaling/v2beta2', 'HorizontalPodAutoscaler'],
    ['rbac.authorization.k8s.io/v1beta1', 'ClusterRole'], ['scheduling.k8s.io/v1beta1', 'PriorityClass'], ['storage.k8s.io/v1beta1', 'StorageClass'],
    ['apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition'], ['discovery.k8s.io/v1beta1', 'EndpointSlice'], ['v1', 'Deployment'], ['apps/v1', 'Pod'],
  ])('%s %s', (apiVersion, kind) => {
    expect(apply(object(apiVersion, kind, 'spec: {}'))).toEqual({
      exitCode: 1,
      text: `error: resource mapping not found for name: "x" namespace: "" from "m.yaml": no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`,
    })
  })
})

describe('a server of this version refuses', () => {
  const serverSays = (reason: string, what: string): string => `Error from server (${reason}): error when creating "m.yaml": ${what}`
  test.each<[why: string, manifest: string, text: string]>([
    ['a namespace that is not there', `apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: nowhere}\nspec: {${podSpec}}`, serverSays('NotFound', 'namespaces "nowhere" not found')],
    ['an account that is not there', object('v1', 'Pod', `spec: {serviceAccountName: robot, ${podSpec}}`), serverSays('Forbidden', 'pods "x" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found')],
    ['a priority class that is not there', object('v1', 'Pod', `spec: {priorityClassName: nope, ${podSpec}}`), serverSays('Forbidden', 'pods "x" is forbidden: no PriorityClass with name nope was found')],
    ['a runtime class that is not there', object('v1', 'Pod', `spec: {runtimeClassName: nope, ${podSpec}}`), serverSays('Forbidden', 'pods "x" is forbidden: pod rejected: RuntimeClass "nope" not found')],
    ['a selector that is not the template\'s', object('apps/v1', 'Deployment', `spec: {selector: {matchLabels: {app: other}}, ${template}}`), 'The Deployment "x" is invalid: spec.template.metadata.labels: Invalid value: {"app":"x"}: `selector` does not match template `labels`'],
    ['a Job that always restarts', object('batch/v1', 'Job', `spec: {template: {spec: {${podSpec}}}}`), 'The Job "x" is invalid: spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ['an unknown field', object('v1', 'Pod', 'spec: {containers: [{name: app, image: nginx, comand: [ls]}]}'), serverSays('BadRequest', 'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.containers[0].comand"')],
    ['text where a number belongs', object('apps/v1', 'Deployment', `spec: {replicas: two, ${selector}, ${template}}`), serverSays('BadRequest', 'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32')],
  ])('%s', (_, manifest, text) => {
    expect(apply(manifest)).toEqual({ exitCode: 1, text })
  })

  test('what the limits and quotas of the namespace do not allow', () => {
    const limits = object('v1', 'LimitRange', 'spec: {limits: [{type: Container, max: {cpu: "1"}, default: {cpu: 500m}}]}', 'l')
    expect(apply(object('v1', 'Pod', 'spec: {containers: [{name: app, image: nginx, resources: {limits: {cpu: "2"}}}]}'), limits).text).toBe(
      serverSays('Forbidden', 'pods "x" is forbidden: maximum cpu usage per Container is 1, but limit is 2'),
    )
    const quota = object('v1', 'ResourceQuota', 'spec: {hard: {pods: "0"}}', 'q')
    expect(apply(object('v1', 'Pod', `spec: {${podSpec}}`), quota).text).toBe(
      serverSays('Forbidden', 'pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0'),
    )
  })
})
