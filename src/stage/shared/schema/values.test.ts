import { describe, expect, test } from 'vitest'
import '../../../engine/index.ts'
import '../../../kubectl/index.ts'
import { checkManifest } from '../../../worker/check.ts'
import { kubernetesTypes } from './schema.generated.ts'
import { fieldValues } from './values.ts'

const wrong = 'wRoNg'

const pod = (spec: string) =>
  `{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: a, image: b}], ${spec}}}`
const container = (lines: string) =>
  `{apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: a, image: b, ${lines}}], volumes: [{name: v, emptyDir: {}}]}}`
const claim = (spec: string) =>
  `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: x}, spec: {resources: {requests: {storage: 1Gi}}, ${spec}}}`

const workload = (kind: string, spec: string) =>
  `{apiVersion: apps/v1, kind: ${kind}, metadata: {name: x}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: b}]}}, ${spec}}}`
const service = (spec: string) =>
  `{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {selector: {a: b}, ports: [{port: 80}], ${spec}}}`

/** A manifest in which nothing but this field is wrong. */
const manifests: Record<string, string> = {
  'PodSpec.restartPolicy': pod(`restartPolicy: ${wrong}`),
  'PodSpec.dnsPolicy': pod(`dnsPolicy: ${wrong}`),
  'PodOS.name': pod(`os: {name: ${wrong}}`),
  'Container.imagePullPolicy': container(`imagePullPolicy: ${wrong}`),
  'Container.terminationMessagePolicy': container(`terminationMessagePolicy: ${wrong}`),
  'ContainerPort.protocol': container(`ports: [{containerPort: 80, protocol: ${wrong}}]`),
  'HTTPGetAction.scheme': container(`livenessProbe: {httpGet: {port: 80, path: /, scheme: ${wrong}}}`),
  'ObjectFieldSelector.fieldPath': container(
    `env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.schedulerName}}}]`,
  ),
  'VolumeMount.mountPropagation': container(`volumeMounts: [{name: v, mountPath: /v, mountPropagation: ${wrong}}]`),
  'VolumeMount.recursiveReadOnly': container(
    `volumeMounts: [{name: v, mountPath: /v, readOnly: true, recursiveReadOnly: ${wrong}}]`,
  ),
  'SecurityContext.procMount': container(`securityContext: {procMount: ${wrong}}`),
  'SeccompProfile.type': container(`securityContext: {seccompProfile: {type: ${wrong}}}`),
  'AppArmorProfile.type': container(`securityContext: {appArmorProfile: {type: ${wrong}}}`),
  'PodSecurityContext.fsGroupChangePolicy': pod(`securityContext: {fsGroupChangePolicy: ${wrong}}`),
  'PodSecurityContext.supplementalGroupsPolicy': pod(`securityContext: {supplementalGroupsPolicy: ${wrong}}`),
  'Toleration.operator': pod(`tolerations: [{key: a, operator: ${wrong}}]`),
  'Toleration.effect': pod(`tolerations: [{key: a, operator: Exists, effect: ${wrong}}]`),
  'TopologySpreadConstraint.whenUnsatisfiable': pod(
    `topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: ${wrong}}]`,
  ),
  'TopologySpreadConstraint.nodeAffinityPolicy': pod(
    `topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, nodeAffinityPolicy: ${wrong}}]`,
  ),
  'TopologySpreadConstraint.nodeTaintsPolicy': pod(
    `topologySpreadConstraints: [{maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: ${wrong}}]`,
  ),
  'HostPathVolumeSource.type': pod(`volumes: [{name: v, hostPath: {path: /x, type: ${wrong}}}]`),
  'DeploymentStrategy.type': workload('Deployment', `strategy: {type: ${wrong}}`),
  'DaemonSetUpdateStrategy.type': workload('DaemonSet', `updateStrategy: {type: ${wrong}}`),
  'JobSpec.completionMode': `{apiVersion: batch/v1, kind: Job, metadata: {name: x}, spec: {completionMode: ${wrong}, template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}`,
  'CronJobSpec.concurrencyPolicy': `{apiVersion: batch/v1, kind: CronJob, metadata: {name: x}, spec: {schedule: '* * * * *', concurrencyPolicy: ${wrong}, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: b}]}}}}}}`,
  'ServiceSpec.type': service(`type: ${wrong}`),
  'ServiceSpec.sessionAffinity': service(`sessionAffinity: ${wrong}`),
  'ServiceSpec.internalTrafficPolicy': service(`internalTrafficPolicy: ${wrong}`),
  'PersistentVolumeClaimSpec.accessModes': claim(`accessModes: [${wrong}]`),
  'PersistentVolumeClaimSpec.volumeMode': claim(`accessModes: [ReadWriteOnce], volumeMode: ${wrong}`),
}

const types = kubernetesTypes as { definitions: Record<string, { properties?: Record<string, unknown> }> }

describe('values offered for a field', () => {
  test.each([...fieldValues])('%s is a field', (id) => {
    const dot = id.lastIndexOf('.')
    expect(types.definitions[id.slice(0, dot)]?.properties).toHaveProperty([id.slice(dot + 1)])
  })

  test.each(Object.entries(manifests))('%s: the API server accepts the same', (id, manifest) => {
    const messages = checkManifest(`# not JSON\n${manifest}`, ['default']).map((diagnostic) => diagnostic.message)
    const told = messages.find((message) => message.includes('supported values: '))
    expect(told, messages.join('\n')).toBeDefined()
    const supported = [...told!.slice(told!.indexOf('supported values')).matchAll(/"([^"]*)"/g)].map(
      (match) => match[1]!,
    )
    expect(fieldValues.get(id)).toEqual(supported.filter((value) => value !== '').toSorted())
  })
})
