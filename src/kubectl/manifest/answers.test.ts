import { describe, expect, test } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../index.ts'
import { object, ofEveryKind, podSpec, selector, template } from '../testing/manifests.ts'

/** A manifest as a person applies it, against a server that has nothing but what it makes itself. */
function apply(manifest: string, before?: string) {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  if (before !== undefined) expect(kubectl(cluster, 'apply -f before.yaml', { files: { 'before.yaml': before } }).exitCode).toBe(0)
  cluster.run({ for: '1s' })
  const { stdout, stderr, exitCode } = kubectl(cluster, 'apply --dry-run=server -f m.yaml', { files: { 'm.yaml': manifest } })
  return { exitCode, text: (exitCode === 0 ? stdout + stderr : stderr).trimEnd() }
}

describe('a server of this version takes', () => {
  test.each(ofEveryKind)('%s', (answer, manifest) => {
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
