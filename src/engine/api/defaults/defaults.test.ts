import { describe, expect, it } from 'vitest'
import '../../kinds.ts'
import { deployment, job, made, object, pod, podWith, service, workload } from '../testdata/objects.ts'
import { oomScoreAdjust } from '../qos.ts'
import type { KubeObject, Pod } from '../types.ts'
import { applyDefaults } from './defaults.ts'
import { defaultPullPolicy } from './image.ts'

type Fields = Record<string, any>

const spec = (manifest: Fields): Fields => made(manifest)['spec']
const container = (fields: Fields, podSpec: Fields = {}): Fields => spec(podWith(fields, podSpec))['containers'][0]

describe('pods', () => {
  it('with next to nothing get everything a GET shows', () => {
    expect(made(pod())).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'p',
        namespace: 'default',
        uid: 'u1',
        resourceVersion: '',
        creationTimestamp: '2026-01-01T00:00:00Z',
        generation: 1,
      },
      spec: {
        containers: [
          {
            name: 'c',
            image: 'nginx',
            imagePullPolicy: 'Always',
            resources: {},
            terminationMessagePath: '/dev/termination-log',
            terminationMessagePolicy: 'File',
          },
        ],
        dnsPolicy: 'ClusterFirst',
        enableServiceLinks: true,
        restartPolicy: 'Always',
        schedulerName: 'default-scheduler',
        securityContext: {},
        serviceAccount: 'default',
        serviceAccountName: 'default',
        terminationGracePeriodSeconds: 30,
      },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    })
  })

  it('keep what they say', () => {
    const own = {
      restartPolicy: 'Never',
      dnsPolicy: 'Default',
      terminationGracePeriodSeconds: 0,
      schedulerName: 'mine',
    }
    expect(spec(pod({ ...own, enableServiceLinks: false, serviceAccount: 'robot' }))).toMatchObject({
      ...own,
      enableServiceLinks: false,
      serviceAccount: 'robot',
      serviceAccountName: 'robot',
    })
  })

  it.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['registry.example.com:5000/team/nginx', 'Always'],
    ['nginx:1.25', 'IfNotPresent'],
    ['registry.example.com:5000/team/nginx:1', 'IfNotPresent'],
    ['nginx@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'IfNotPresent'],
    ['nginx:1.27@sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', 'IfNotPresent'],
    ['NGINX:1', 'IfNotPresent'],
    ['busybox:LATEST', 'IfNotPresent'],
  ])('pull %s %s', (image, policy) => {
    expect(defaultPullPolicy(image)).toBe(policy)
    expect(container({ image })['imagePullPolicy']).toBe(policy)
  })

  it('pull as they say, whatever the tag', () => {
    expect(container({ image: 'nginx:1.27', imagePullPolicy: 'Always' })['imagePullPolicy']).toBe('Always')
  })

  it('request what they limit, where they say nothing else', () => {
    const resources = { limits: { cpu: '1', memory: '64Mi' }, requests: { cpu: '250m' } }
    const { status, spec } = made(podWith({ resources }))
    expect(spec.containers[0].resources.requests).toEqual({ cpu: '250m', memory: '64Mi' })
    expect(status).toMatchObject({ qosClass: 'Burstable' })
    const guaranteed = made(podWith({ resources: { limits: { cpu: '1', memory: '1Gi' } } }))
    expect(guaranteed.status).toMatchObject({ qosClass: 'Guaranteed' })
    expect(oomScoreAdjust(guaranteed as unknown as Pod, 'c', 2 ** 33)).toBe(-997)
    expect(made(podWith({ resources: { limits: resources.limits } }))['status'].qosClass).toBe('Guaranteed')
    expect(spec.containers[0].resources.limits).toEqual(resources.limits)
  })

  it('in templates do not', () => {
    const containers = [{ name: 'c', image: 'nginx', resources: { limits: { cpu: '1' } } }]
    expect(spec(deployment({}, { containers }))['template'].spec.containers[0].resources).toEqual({
      limits: { cpu: '1' },
    })
    expect(spec(deployment())['template'].spec).not.toHaveProperty('enableServiceLinks')
  })

  it('request at the level of the pod what their containers request together, or what the pod limits', () => {
    const containers = [
      { name: 'a', image: 'nginx', resources: { requests: { cpu: '100m' } } },
      { name: 'b', image: 'nginx', resources: { requests: { cpu: '200m' } } },
    ]
    const resources = { limits: { cpu: '1', memory: '1Gi' } }
    expect(spec(pod({ containers, resources }))['resources'].requests).toEqual({ cpu: '300m', memory: '1Gi' })
  })

  it('count resources in thousandths at the finest', () => {
    expect(container({ resources: { requests: { cpu: '100n', memory: '1.5m' } } })['resources'].requests).toEqual({
      cpu: '1m',
      memory: '2m',
    })
  })

  it('with the network of their node take their ports there', () => {
    expect(container({ ports: [{ containerPort: 80 }] }, { hostNetwork: true })['ports']).toEqual([
      { containerPort: 80, hostPort: 80, protocol: 'TCP' },
    ])
    expect(container({ ports: [{ containerPort: 80 }] })['ports']).toEqual([{ containerPort: 80, protocol: 'TCP' }])
  })
})

describe('probes and hooks', () => {
  const timing = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }

  it('have a timing', () => {
    expect(container({ livenessProbe: { httpGet: { port: 80 } } })['livenessProbe']).toEqual({
      httpGet: { path: '/', port: 80, scheme: 'HTTP' },
      ...timing,
    })
    const zeros = { tcpSocket: { port: 80 }, periodSeconds: 0, failureThreshold: 0 }
    expect(container({ readinessProbe: zeros })['readinessProbe']).toEqual({ tcpSocket: { port: 80 }, ...timing })
    expect(container({ startupProbe: { grpc: { port: 80 }, periodSeconds: 1 } })['startupProbe']).toEqual({
      grpc: { port: 80, service: '' },
      ...timing,
      periodSeconds: 1,
    })
  })

  it('ask over HTTP for /', () => {
    const lifecycle = { preStop: { httpGet: { port: 'web' } }, postStart: { exec: { command: ['true'] } } }
    expect(container({ lifecycle })['lifecycle']).toEqual({
      preStop: { httpGet: { path: '/', port: 'web', scheme: 'HTTP' } },
      postStart: { exec: { command: ['true'] } },
    })
  })
})

describe('volumes', () => {
  it('have modes and types', () => {
    const volumes = [
      { name: 'a', configMap: { name: 'x' } },
      { name: 'b', secret: { secretName: 'y', defaultMode: 0o400 } },
      { name: 'c', hostPath: { path: '/x' } },
      { name: 'd' },
      { name: 'e', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } },
      { name: 'f', downwardAPI: { items: [{ path: 'n', fieldRef: { fieldPath: 'metadata.name' } }] } },
      { name: 'g', ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: '1.5m' } } } } } },
    ]
    const resources = { requests: { storage: '2m' } }
    expect(spec(pod({ volumes }))['volumes']).toEqual([
      { name: 'a', configMap: { name: 'x', defaultMode: 420 } },
      { name: 'b', secret: { secretName: 'y', defaultMode: 256 } },
      { name: 'c', hostPath: { path: '/x', type: '' } },
      { name: 'd', emptyDir: {} },
      {
        name: 'e',
        projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }] },
      },
      {
        name: 'f',
        downwardAPI: {
          defaultMode: 420,
          items: [{ path: 'n', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } }],
        },
      },
      {
        name: 'g',
        ephemeral: { volumeClaimTemplate: { metadata: {}, spec: { resources, volumeMode: 'Filesystem' } } },
      },
    ])
  })

  it('and variables refer to fields of v1', () => {
    const env = [{ name: 'N', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }]
    expect(container({ env })['env'][0].valueFrom.fieldRef).toEqual({ apiVersion: 'v1', fieldPath: 'metadata.name' })
  })
})

describe('workloads', () => {
  it('Deployment', () => {
    expect(spec(deployment())).toMatchObject({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      template: { spec: { restartPolicy: 'Always', containers: [{ imagePullPolicy: 'Always' }] } },
    })
    expect(spec(deployment({ strategy: { rollingUpdate: { maxSurge: 1 } } }))['strategy']).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' },
    })
    expect(spec(deployment({ replicas: 0, strategy: { type: 'Recreate' } }))).toMatchObject({
      replicas: 0,
      strategy: { type: 'Recreate' },
    })
  })

  it('ReplicaSet, DaemonSet, StatefulSet', () => {
    expect(spec(workload('ReplicaSet'))['replicas']).toBe(1)
    expect(spec(workload('DaemonSet'))).toMatchObject({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      revisionHistoryLimit: 10,
    })
    const volumeClaimTemplates = [{ metadata: { name: 'd' }, spec: { accessModes: ['ReadWriteOnce'] } }]
    expect(spec(workload('StatefulSet', { serviceName: 'db', volumeClaimTemplates }))).toMatchObject({
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      volumeClaimTemplates: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'd' },
          spec: { accessModes: ['ReadWriteOnce'], volumeMode: 'Filesystem' },
          status: { phase: 'Pending' },
        },
      ],
    })
  })

  it('Job', () => {
    expect(spec(job())).toMatchObject({
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: 'TerminatingOrFailed',
    })
    const queue = spec(job({ parallelism: 3 }))
    expect([queue['parallelism'], queue['completions']]).toEqual([3, undefined])
    expect(spec(job({ completions: 5 }))).toMatchObject({ parallelism: 1, completions: 5 })
    expect(spec(job({ completions: 5, completionMode: 'Indexed', backoffLimitPerIndex: 1 }))['backoffLimit']).toBe(
      2147483647,
    )
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }]
    expect(spec(job({ podFailurePolicy: { rules } }))).toMatchObject({
      podReplacementPolicy: 'Failed',
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
    })
  })

  it('CronJob', () => {
    const cron = spec(
      object('batch/v1/CronJob', { spec: { schedule: '* * * * *', jobTemplate: { spec: job()['spec'] } } }),
    )
    expect(cron).toMatchObject({
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
      jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', dnsPolicy: 'ClusterFirst' } } } },
    })
    expect(cron).not.toHaveProperty('startingDeadlineSeconds')
    expect(cron['jobTemplate'].spec).not.toHaveProperty('backoffLimit')
  })

  it('ReplicationController selects what its template is labelled', () => {
    const template = { metadata: { labels: { app: 'old' } }, spec: pod()['spec'] }
    expect(made(object('v1/ReplicationController', { spec: { template } }))).toMatchObject({
      metadata: { labels: { app: 'old' } },
      spec: { replicas: 1, selector: { app: 'old' } },
    })
  })
})

describe('services', () => {
  it('ClusterIP', () => {
    const given = spec(service())
    expect(given).toEqual({
      type: 'ClusterIP',
      selector: { app: 'web' },
      sessionAffinity: 'None',
      ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      internalTrafficPolicy: 'Cluster',
      ipFamilyPolicy: 'SingleStack',
      ipFamilies: ['IPv4'],
    })
    expect(spec(service({ clusterIP: 'None' }))).toMatchObject({ clusterIP: 'None', clusterIPs: ['None'] })
    expect(spec(service({ sessionAffinity: 'ClientIP' }))['sessionAffinityConfig']).toEqual({
      clientIP: { timeoutSeconds: 10_800 },
    })
  })

  it('of other types', () => {
    expect(spec(service({ type: 'NodePort' }))).toMatchObject({ externalTrafficPolicy: 'Cluster' })
    expect(spec(service({ type: 'LoadBalancer' }))).toMatchObject({ allocateLoadBalancerNodePorts: true })
    const balanced = { ...service({ type: 'LoadBalancer' }), status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'lb.example.com' }] } } }
    expect((applyDefaults(balanced as never) as KubeObject)['status'].loadBalancer.ingress).toEqual([{ ip: '192.0.2.1', ipMode: 'VIP' }, { hostname: 'lb.example.com' }])
    const external = spec(service({ type: 'ExternalName', externalName: 'example.com', ports: undefined }))
    expect(external).toEqual({
      type: 'ExternalName',
      externalName: 'example.com',
      selector: { app: 'web' },
      sessionAffinity: 'None',
    })
  })
})

describe('the rest', () => {
  it.each<[type: string, fields: Fields, expected: Fields]>([
    ['v1/Secret', { data: { a: 'YQ==' } }, { type: 'Opaque' }],
    ['v1/Secret', { data: { a: 'YQ==' }, stringData: { a: 'ü' } }, { type: 'Opaque', data: { a: 'w7w=' } }],
    [
      'v1/Namespace',
      {},
      {
        metadata: { labels: { 'kubernetes.io/metadata.name': 'x' } },
        spec: { finalizers: ['kubernetes'] },
        status: { phase: 'Active' },
      },
    ],
    ['v1/Node', { status: { capacity: { cpu: '2' } } }, { status: { allocatable: { cpu: '2' } } }],
    [
      'v1/PersistentVolumeClaim',
      { spec: { accessModes: ['ReadWriteOnce'] } },
      { spec: { volumeMode: 'Filesystem' }, status: { phase: 'Pending' } },
    ],
    [
      'v1/PersistentVolume',
      { spec: { hostPath: { path: '/x' } } },
      {
        spec: { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem', hostPath: { type: '' } },
        status: { phase: 'Pending' },
      },
    ],
    ['scheduling.k8s.io/v1/PriorityClass', { value: 1 }, { preemptionPolicy: 'PreemptLowerPriority' }],
    [
      'storage.k8s.io/v1/StorageClass',
      { provisioner: 'x.io/y' },
      { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' },
    ],
    [
      'networking.k8s.io/v1/NetworkPolicy',
      { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } },
      { spec: { policyTypes: ['Ingress'], ingress: [{ ports: [{ port: 80, protocol: 'TCP' }] }] } },
    ],
    [
      'networking.k8s.io/v1/NetworkPolicy',
      { spec: { podSelector: {}, egress: [{}] } },
      { spec: { policyTypes: ['Ingress', 'Egress'] } },
    ],
    [
      'rbac.authorization.k8s.io/v1/RoleBinding',
      {
        roleRef: { kind: 'Role', name: 'r' },
        subjects: [
          { kind: 'User', name: 'u' },
          { kind: 'ServiceAccount', name: 's' },
        ],
      },
      {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io' }, { kind: 'ServiceAccount', name: 's' }],
      },
    ],
    [
      'v1/LimitRange',
      { spec: { limits: [{ type: 'Container', max: { cpu: '1' }, min: { cpu: '50m', memory: '1Mi' } }] } },
      { spec: { limits: [{ default: { cpu: '1' }, defaultRequest: { cpu: '1', memory: '1Mi' } }] } },
    ],
    [
      'discovery.k8s.io/v1/EndpointSlice',
      { addressType: 'IPv4', endpoints: [], ports: [{ port: 80 }] },
      { ports: [{ name: '', port: 80, protocol: 'TCP' }] },
    ],
    [
      'apiextensions.k8s.io/v1/CustomResourceDefinition',
      { spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'reels', kind: 'Reel' }, versions: [] } },
      { spec: { names: { singular: 'reel', listKind: 'ReelList' }, conversion: { strategy: 'None' } } },
    ],
  ])('%s %j', (type, fields, expected) => {
    expect(made(object(type, fields))).toMatchObject(expected)
  })

  it('HorizontalPodAutoscaler', () => {
    const hpa = { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 5 }
    const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }
    expect(spec(object('autoscaling/v2/HorizontalPodAutoscaler', { spec: hpa }))).toEqual({
      ...hpa,
      minReplicas: 1,
      metrics: [cpu],
    })
    const { behavior } = spec(object('autoscaling/v2/HorizontalPodAutoscaler', { spec: { ...hpa, behavior: {} } }))
    const percent = { type: 'Percent', value: 100, periodSeconds: 15 }
    expect(behavior).toEqual({
      scaleUp: {
        stabilizationWindowSeconds: 0,
        selectPolicy: 'Max',
        policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }, percent],
      },
      scaleDown: { selectPolicy: 'Max', policies: [percent] },
    })
  })
})

describe('defaulting', () => {
  const all = [
    pod(),
    podWith({ resources: { limits: { cpu: '1' } }, ports: [{ containerPort: 1 }], livenessProbe: { exec: {} } }),
    deployment(),
    workload('StatefulSet', { volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: {} }] }),
    job(),
    service({ type: 'LoadBalancer' }),
    object('v1/Secret', { stringData: { a: 'b' } }),
    object('v1/LimitRange', { spec: { limits: [{ type: 'Container', max: { cpu: '1' } }] } }),
  ]

  it.each(all.map((manifest) => [manifest['kind'], manifest]))('of a %s twice is defaulting once', (_, manifest) => {
    const once = made(manifest as Fields)
    expect(applyDefaults(once)).toBe(once)
  })
})
