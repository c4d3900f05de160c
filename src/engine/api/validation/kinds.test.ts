import { describe, expect, it } from 'vitest'
import '../../kinds.ts'
import { formatFieldError } from '../field.ts'
import { prepareForUpdate } from '../prepareUpdate.ts'
import type { KubeObject } from '../types.ts'
import { answer, deployment, job, made, object, pod, refusals, service, workload } from '../testdata/objects.ts'
import { validateStatusUpdate, validateUpdate } from './update.ts'
import { validateCreate } from './validation.ts'

type Fields = Record<string, any>
type Row = [about: string, manifest: Fields, ...errors: string[]]

const mismatch = '`selector` does not match template `labels`'
const always = (policy: string) => `Unsupported value: "${policy}": supported values: "Always"`

const workloads: Row[] = [
  [
    'a selector that matches',
    deployment({ selector: { matchLabels: { app: 'api' } } }),
    `spec.template.metadata.labels: Invalid value: {"app":"web"}: ${mismatch}`,
  ],
  ['a selector', deployment({ selector: undefined }), 'spec.selector: Required value', `spec.template.metadata.labels: Invalid value: {"app":"web"}: ${mismatch}`],
  [
    'a selector that says something',
    deployment({ selector: {} }),
    'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
  ],
  [
    'no negative number of pods',
    deployment({ replicas: -1 }),
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'no rolling update to recreate',
    deployment({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
  ],
  [
    'a strategy there is',
    deployment({ strategy: { type: 'Blue' } }),
    'spec.strategy: Unsupported value: {"Type":"Blue","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
  ],
  [
    'some room to move',
    deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
  ],
  [
    'no more than all',
    deployment({ strategy: { rollingUpdate: { maxUnavailable: '101%' } } }),
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
  ],
  [
    'percentages',
    deployment({ strategy: { rollingUpdate: { maxSurge: '5' } } }),
    "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"5\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
  ],
  [
    'pods that restart',
    deployment({}, { restartPolicy: 'Never' }),
    `spec.template.spec.restartPolicy: ${always('Never')}`,
  ],
  [
    'pods without a deadline',
    deployment({}, { activeDeadlineSeconds: 5 }),
    'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
  ],
  [
    'time to make progress',
    deployment({ progressDeadlineSeconds: 5, minReadySeconds: 5 }),
    'spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds',
  ],
  [
    'good pods',
    deployment({}, { containers: [{ name: 'c' }] }),
    'spec.template.spec.containers[0].image: Required value',
  ],
  [
    'a matching ReplicaSet',
    workload('ReplicaSet', { selector: { matchLabels: { a: 'b' } } }),
    `spec.template.metadata.labels: Invalid value: {"app":"web"}: ${mismatch}`,
  ],
  [
    'a matching DaemonSet',
    workload('DaemonSet', { selector: { matchLabels: { a: 'b' } } }),
    `spec.template.metadata.labels: Invalid value: {"app":"web"}: ${mismatch}`,
  ],
  [
    'one way to update a DaemonSet',
    workload('DaemonSet', { updateStrategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } } }),
    'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero',
  ],
  [
    'some way to update a DaemonSet',
    workload('DaemonSet', { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } }),
    'spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0',
  ],
  [
    'a way to manage pods',
    workload('StatefulSet', { podManagementPolicy: 'Any' }),
    `spec.podManagementPolicy: Invalid value: "Any": must be 'OrderedReady' or 'Parallel'`,
  ],
  [
    'pods of a StatefulSet that restart',
    workload('StatefulSet', {}, { restartPolicy: 'Never' }),
    `spec.template.spec.restartPolicy: ${always('Never')}`,
  ],
  [
    'labels that are shown in order',
    deployment({ selector: { matchLabels: { app: 'api' } }, template: { metadata: { labels: { b: '1', a: '2' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } } }),
    `spec.template.metadata.labels: Invalid value: {"a":"2","b":"1"}: ${mismatch}`,
  ],
  [
    'a way to update a DaemonSet',
    workload('DaemonSet', { updateStrategy: { type: 'Never', rollingUpdate: { maxSurge: 1 } } }),
    'spec.updateStrategy: Unsupported value: {"Type":"Never","RollingUpdate":{"MaxUnavailable":0,"MaxSurge":1}}: supported values: "RollingUpdate", "OnDelete"',
  ],
  [
    'a way to update a StatefulSet',
    workload('StatefulSet', { updateStrategy: { type: 'Never', rollingUpdate: { partition: 2 } } }),
    `spec.updateStrategy: Invalid value: {"Type":"Never","RollingUpdate":{"Partition":2,"MaxUnavailable":null}}: must be 'RollingUpdate' or 'OnDelete'`,
  ],
  [
    'a way with the claims of a StatefulSet',
    workload('StatefulSet', { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Keep' } }),
    'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": supported values: "Retain", "Delete"',
  ],
  [
    'a selector of a StatefulSet that can be read',
    workload('StatefulSet', { selector: { matchExpressions: [{ key: 'a', operator: 'Is' }] } }),
    'spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
    'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"Is"}]}',
  ],
  [
    'good pods and claims in a StatefulSet',
    workload(
      'StatefulSet',
      { serviceName: 'a.b', volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] },
      { containers: [{ name: 'c', image: 'nginx', volumeMounts: [{ name: 'data', mountPath: '/d' }, { name: 'none', mountPath: '/n' }] }] },
    ),
    'spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required',
    'spec.volumeClaimTemplates[0].spec.resources[storage]: Required value',
    'spec.serviceName: Invalid value: "a.b": must not contain dots',
    'spec.template.spec.containers[0].volumeMounts[1].name: Not found: "none"',
  ],
  [
    'an object in a revision',
    object('apps/v1/ControllerRevision', { revision: 1, data: [1] }),
    'data: Required value: data must be a valid JSON object',
  ],
]

const cron = (spec: Fields): Fields =>
  object('batch/v1/CronJob', { spec: { schedule: '* * * * *', jobTemplate: { spec: job()['spec'] }, ...spec } })
const badSchedule = (text: string, why: string): Row => [
  `a schedule, not ${text}`,
  cron({ schedule: text }),
  `spec.schedule: Invalid value: "${text}": ${why}`,
]

const perIndex = (spec: Fields): Fields => job({ completionMode: 'Indexed', backoffLimitPerIndex: 1, ...spec })
const failing = (rule: Fields): Fields => job({ podFailurePolicy: { rules: [{ action: 'Ignore', ...rule }] } })
const succeeding = (rule: Fields): Fields => job({ completionMode: 'Indexed', completions: 5, successPolicy: { rules: [rule] } })

const jobs: Row[] = [
  [
    'pods that end',
    job({}, { restartPolicy: 'Always' }),
    'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  ],
  [
    'pods that end, said',
    job({}, {}),
    'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  ],
  [
    'a number of indexes',
    job({ completionMode: 'Indexed', parallelism: 2 }),
    'spec.completions: Required value: when completion mode is Indexed',
  ],
  [
    'never with a failure policy',
    job(
      { podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] } },
      { restartPolicy: 'OnFailure' },
    ),
    'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
  ],
  [
    'an exit code that is a failure',
    job({ podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [0] } }] } }),
    'spec.podFailurePolicy.rules[0].onExitCodes.values[0]: Invalid value: 0: must not be 0 for the In operator',
  ],
  [
    'indexes for a limit per index',
    job({ backoffLimitPerIndex: 1 }),
    'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode',
  ],
  ['a manager with a domain', job({ managedBy: 'me' }), 'spec.managedBy: Invalid value: "me": must be a domain-prefixed path (such as "acme.io/foo")'],
  ['a manager whose path can stand in an address', job({ managedBy: 'acme.io/a b' }), `spec.managedBy: Invalid value: "a b": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`],
  ['a manager with a short name', job({ managedBy: `acme.io/${'x'.repeat(60)}` }), 'spec.managedBy: Too long: may not be more than 63 bytes'],
  ['no more failed indexes than indexes', perIndex({ completions: 2, maxFailedIndexes: 3 }), 'spec.maxFailedIndexes: Invalid value: 3: must be less than or equal to completions'],
  ['a limit of failures where there are many indexes', perIndex({ completions: 100_001 }), 'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000'],
  [
    'fewer at once where there are many indexes', perIndex({ completions: 100_001, parallelism: 10_001, maxFailedIndexes: 1 }),
    'spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
  ],
  ['exit codes in order', failing({ onExitCodes: { operator: 'NotIn', values: [2, 1] } }), 'spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: [2,1]: must be ordered'],
  ['something that a rule looks at', failing({}), 'spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required'],
  ['a condition that can be', failing({ onPodConditions: [{ type: 'a b' }] }), `spec.podFailurePolicy.rules[0].onPodConditions[0].type: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`],
  ['indexes that there are', succeeding({ succeededIndexes: '0,7' }), 'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "0,7": error parsing succeededIndexes: too large index: "7"'],
  ['indexes in order', succeeding({ succeededIndexes: '3,1-2' }), 'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "3,1-2": error parsing succeededIndexes: non-increasing order, previous: 3, current: 1'],
  ['indexes that are numbers', succeeding({ succeededIndexes: '1-x' }), 'spec.successPolicy.rules[0].succeededIndexes: Invalid value: "1-x": error parsing succeededIndexes: cannot convert string to integer for index: "x"'],
  ['no more successes than indexes', succeeding({ succeededCount: 6 }), 'spec.successPolicy.rules[0].succeededCount: Invalid value: 6: must be less than or equal to 5 (the number of specified completions)'],
  [
    'no more successes than indexes that are named', succeeding({ succeededCount: 4, succeededIndexes: '0-1,4' }),
    'spec.successPolicy.rules[0].succeededCount: Invalid value: 4: must be less than or equal to 3 (the number of indexes in the specified succeededIndexes field)',
  ],
  ['a selector of its own', cron({ jobTemplate: { spec: { ...job()['spec'], selector: { matchLabels: { a: 'b' } } } } }), 'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated'],
  [
    'no deadline before the start',
    job({ activeDeadlineSeconds: -1 }),
    'spec.activeDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'a selector that is given by hand, when it says so',
    { ...job(), spec: { ...job()['spec'], selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: job()['spec'].template.spec } } },
    'spec.selector: Invalid value: {"matchLabels":{"a":"b","batch.kubernetes.io/controller-uid":"u1"}}: `selector` not auto-generated',
  ],
  ['a schedule', cron({ schedule: '' }), 'spec.schedule: Required value'],
  badSchedule('* * * *', 'expected exactly 5 fields, found 4: [* * * *]'),
  badSchedule('60 * * * *', 'end of range (60) above maximum (59): 60'),
  badSchedule('x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'),
  badSchedule('5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'),
  badSchedule('*/0 * * * *', 'step of range should be a positive number: */0'),
  badSchedule('@often', 'unrecognized descriptor: @often'),
  badSchedule('TZ=UTC * * * * *', 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'),
  badSchedule('@daily please', 'unrecognized descriptor: @daily please'),
  [
    'one time zone, in its own field',
    cron({ schedule: 'CRON_TZ=UTC * * * *', timeZone: 'UTC' }),
    'spec.schedule: Invalid value: "CRON_TZ=UTC * * * *": expected exactly 5 fields, found 4: [* * * *]',
    'spec.schedule: Invalid value: "CRON_TZ=UTC * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
  ],
  [
    'a time zone that is said',
    cron({ timeZone: 'LOCAL' }),
    'spec.timeZone: Invalid value: "LOCAL": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
    'spec.timeZone: Invalid value: "LOCAL": unknown time zone LOCAL',
  ],
  ['a time zone with short names', cron({ timeZone: 'America/Somewhere_Far_Away' }), 'spec.timeZone: Invalid value: "America/Somewhere_Far_Away": unknown time zone America/Somewhere_Far_Away'],
  [
    'indexes for a policy of success',
    job({ successPolicy: { rules: [{ succeededCount: 1 }] } }),
    'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed completion mode',
  ],
  ['a time zone that there is', cron({ schedule: '* * * * *', timeZone: 'Mars/Phobos' }), 'spec.timeZone: Invalid value: "Mars/Phobos": unknown time zone Mars/Phobos'],
  [
    'a concurrency policy',
    cron({ concurrencyPolicy: 'Maybe' }),
    'spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"',
  ],
  [
    'room for the suffix of its jobs',
    { ...cron({}), metadata: { name: 'a'.repeat(53) } },
    `metadata.name: Invalid value: "${'a'.repeat(53)}": must be no more than 52 characters`,
  ],
]

const dns1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"

const services: Row[] = [
  ['ports', service({ ports: undefined }), 'spec.ports: Required value'],
  [
    'names for two ports',
    service({ ports: [{ port: 80 }, { port: 81 }] }),
    'spec.ports[0].name: Required value',
    'spec.ports[1].name: Required value',
  ],
  ['a DNS name', service({}, '1web'), `metadata.name: Invalid value: "1web": ${dns1035}`],
  [
    'a known type',
    service({ type: 'Public' }),
    'spec.type: Unsupported value: "Public": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  ],
  ['an external name', service({ type: 'ExternalName', ports: undefined }), 'spec.externalName: Required value'],
  [
    'no node port inside',
    service({ ports: [{ port: 80, nodePort: 30000 }] }),
    "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
  ],
  [
    'each port once',
    service({
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
    }),
    'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
  ],
  [
    'a distribution of traffic',
    service({ trafficDistribution: 'Near' }),
    'spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
  ],
  [
    'a port of the target',
    service({ ports: [{ port: 80, targetPort: 'BAD' }] }),
    'spec.ports[0].targetPort: Invalid value: "BAD": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
    'spec.ports[0].targetPort: Invalid value: "BAD": must contain at least one letter (a-z)',
  ],
  [
    'addresses in a slice',
    object('discovery.k8s.io/v1/EndpointSlice', {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['127.0.0.1'] }, { addresses: [] }],
    }),
    'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    'endpoints[1].addresses: Required value: must contain at least 1 address',
  ],
  [
    'names in a slice of names',
    object('discovery.k8s.io/v1/EndpointSlice', { addressType: 'FQDN', endpoints: [{ addresses: ['a', 'b.example.com.'] }], ports: null }),
    'endpoints[0].addresses[0]: Invalid value: "a": should be a domain with at least two segments separated by dots',
  ],
  [
    'addresses of its family in a slice',
    object('discovery.k8s.io/v1/EndpointSlice', { addressType: 'IPv6', endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['fd00::1'], hints: { forZones: [{ name: 'a' }, { name: 'a' }] } }] }),
    'endpoints[0].addresses[0]: Invalid value: "10.0.0.1": must be a valid IPv6 address',
    'endpoints[1].hints.forZones[1].name: Duplicate value: "a"',
  ],
  [
    'addresses in endpoints',
    object('v1/Endpoints', { subsets: [{}] }),
    'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
  ],
]

const claim = (spec: Fields): Fields =>
  object('v1/PersistentVolumeClaim', {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  })
const volume = (spec: Fields): Fields =>
  object('v1/PersistentVolume', {
    spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/d' }, ...spec },
  })

const storage: Row[] = [
  [
    'access modes',
    claim({ accessModes: undefined }),
    'spec.accessModes: Required value: at least 1 access mode is required',
  ],
  ['a size', claim({ resources: {} }), 'spec.resources[storage]: Required value'],
  [
    'a size above nothing',
    claim({ resources: { requests: { storage: '0' } } }),
    'spec.resources[storage]: Invalid value: "0": must be greater than zero',
  ],
  [
    'known modes',
    claim({ accessModes: ['Mine'] }),
    'spec.accessModes: Unsupported value: "Mine": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
  ],
  [
    'more of sources than pods have to say',
    volume({ hostPath: undefined, iscsi: { targetPortal: 'p'.repeat(64), iqn: 'x', lun: 0, initiatorName: 'iqn.2001-04.com.example:a', secretRef: {} }, storageos: { volumeName: 'a', secretRef: { name: 'n' } }, flexVolume: { driver: 'a/b', options: { 'kubernetes.io': '1' } } }),
    `spec.iscsi.targetportal: Invalid value: "${'p'.repeat(64)}": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.`,
    'spec.iscsi.iqn: Invalid value: "x": must be valid format',
    'spec.iscsi.secretRef.name: Required value',
    'spec.flexVolume.options[kubernetes.io]: Invalid value: "kubernetes.io": kubernetes.io and k8s.io namespaces are reserved',
    'spec.storageos: Forbidden: may not specify more than 1 volume type',
  ],
  ['namespaces of secrets', volume({ hostPath: undefined, azureFile: { secretName: 's', shareName: 's', secretNamespace: '' } }), 'spec.azureFile.secretNamespace: Required value'],
  ['a source', volume({ hostPath: undefined }), 'spec: Required value: must specify a volume type'],
  [
    'capacity',
    volume({ capacity: undefined }),
    'spec.capacity: Required value',
    'spec.capacity: Unsupported value: null: supported values: "storage"',
  ],
  [
    'a node for local disks',
    volume({ hostPath: undefined, local: { path: '/d' } }),
    'spec.nodeAffinity: Required value: Local volume requires node affinity',
  ],
  [
    'a size that there can be',
    volume({ capacity: { storage: '-1' } }),
    'spec.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
    'spec.capacity[storage]: Invalid value: "-1": must be greater than zero',
  ],
  [
    'no root to be emptied',
    volume({ hostPath: { path: '/./' }, persistentVolumeReclaimPolicy: 'Recycle' }),
    "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
  ],
  [
    'a driver for a class of attributes',
    volume({ volumeAttributesClassName: '' }),
    'spec.volumeAttributesClassName: Required value: an empty string is disallowed',
    'spec.csi: Required value: has to be specified when using volumeAttributesClassName',
  ],
  [
    'secrets of a driver with a place',
    volume({ hostPath: undefined, csi: { driver: 'a.b', volumeHandle: 'v', nodePublishSecretRef: { name: 's' } } }),
    'spec.csi.nodePublishSecretRef.namespace: Required value',
  ],
  ['a provisioner', object('storage.k8s.io/v1/StorageClass', { provisioner: '' }), 'provisioner: Required value'],
  [
    'topologies that say something, once',
    object('storage.k8s.io/v1/StorageClass', {
      provisioner: 'a',
      allowedTopologies: [{ matchLabelExpressions: [{ key: 'zone', values: [] }, { key: 'zone', values: ['a', 'a'] }] }],
    }),
    'allowedTopologies[0].matchLabelExpressions[0].values: Required value',
    'allowedTopologies[0].matchLabelExpressions[1].values[1]: Duplicate value: "a"',
    'allowedTopologies[0].matchLabelExpressions[1].key: Duplicate value: "zone"',
  ],
]

const others: Row[] = [
  [
    'a container of a metric, and time to settle',
    object('autoscaling/v2/HorizontalPodAutoscaler', {
      spec: {
        scaleTargetRef: { kind: 'Deployment', name: 'web' },
        maxReplicas: 3,
        metrics: [{ type: 'ContainerResource', containerResource: { name: 'gpu', container: 'A', target: { type: 'Utilization', averageUtilization: 5 } } }],
        behavior: { scaleDown: { stabilizationWindowSeconds: -1 } },
      },
    }),
    'spec.metrics[0].containerResource.name: Invalid value: "gpu": must be a standard resource type or fully qualified',
    'spec.metrics[0].containerResource.name: Invalid value: "gpu": must be a standard resource for containers',
    expect.stringContaining('spec.metrics[0].containerResource.container: Invalid value: "A": a lowercase RFC 1123 label') as unknown as string,
    'spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: -1: must be greater than or equal to zero',
  ],
  [
    'roles to be gathered by a selector that can be read',
    object('rbac.authorization.k8s.io/v1/ClusterRole', { aggregationRule: { clusterRoleSelectors: [{ matchExpressions: [{ key: 'a', operator: 'Is' }] }] } }),
    'aggregationRule.clusterRoleSelectors[0].matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
    'aggregationRule.clusterRoleSelectors[0]: Invalid value: null: invalid label selector.',
  ],
  [
    'scopes of a quota that fit',
    object('v1/ResourceQuota', { spec: { hard: { services: '1', 'requests.ephemeral-storage': '1' }, scopes: ['Mine', 'Terminating'] } }),
    'spec.scopes: Invalid value: ["Mine","Terminating"]: unsupported scope',
    'spec.scopes: Invalid value: ["Mine","Terminating"]: unsupported scope applied to resource',
    'spec.scopes: Invalid value: ["Mine","Terminating"]: unsupported scope applied to resource',
  ],
  [
    'a selector of scopes that fits',
    object('v1/ResourceQuota', {
      spec: {
        hard: { cpu: '1' },
        scopeSelector: { matchExpressions: [{ scopeName: 'BestEffort', operator: 'In', values: ['a'] }, { scopeName: 'NotBestEffort', operator: 'Exists' }] },
      },
    }),
    'spec.scopeSelector.matchExpressions: Invalid value: {"MatchExpressions":[{"ScopeName":"BestEffort","Operator":"In","Values":["a"]},{"ScopeName":"NotBestEffort","Operator":"Exists","Values":null}]}: unsupported scope applied to resource',
    `spec.scopeSelector.matchExpressions.operator: Invalid value: "In": must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity`,
    'spec.scopeSelector.matchExpressions: Invalid value: null: conflicting scopes',
  ],
  ['no more than fits', object('v1/ConfigMap', { data: { a: 'é'.repeat(600_000) } }), '[]: Too long: may not be more than 1048576 bytes'],
  [
    'a maximum above the minimum',
    object('autoscaling/v2/HorizontalPodAutoscaler', {
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 5, maxReplicas: 3 },
    }),
    'spec.maxReplicas: Invalid value: 3: must be greater than or equal to `minReplicas`',
  ],
  [
    'a metric',
    object('autoscaling/v2/HorizontalPodAutoscaler', {
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 3, metrics: [{ type: 'Resource' }] },
    }),
    'spec.metrics[0].resource: Required value: must populate information for the given metric source',
  ],
  [
    'one bound of disruption',
    object('policy/v1/PodDisruptionBudget', { spec: { minAvailable: 1, maxUnavailable: 1 } }),
    'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
  ],
  [
    'a priority for users',
    object('scheduling.k8s.io/v1/PriorityClass', { value: 1_000_000_001 }),
    'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
  ],
  [
    'verbs',
    object('rbac.authorization.k8s.io/v1/Role', { rules: [{ apiGroups: [''], resources: ['pods'], verbs: [] }] }),
    'rules[0].verbs: Required value: verbs must contain at least one value',
  ],
  [
    'a role',
    object('rbac.authorization.k8s.io/v1/RoleBinding', { roleRef: { kind: 'User', name: 'x' } }),
    'roleRef.kind: Unsupported value: "User": supported values: "Role", "ClusterRole"',
  ],
  [
    'subjects',
    object('rbac.authorization.k8s.io/v1/ClusterRoleBinding', {
      roleRef: { kind: 'ClusterRole', name: 'x' },
      subjects: [{ kind: 'ServiceAccount', name: 'a' }],
    }),
    'subjects[0].namespace: Required value',
  ],
  [
    'a lease that lasts',
    object('coordination.k8s.io/v1/Lease', { spec: { leaseDurationSeconds: 0 } }),
    'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
  ],
  [
    'finalizers of a namespace',
    object('v1/Namespace', { spec: { finalizers: ['kubernetes', 'mine', 'a.b/c'] } }),
    'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
  ],
  [
    'keys',
    object('v1/ConfigMap', { data: { 'a/b': '' } }),
    "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
  ],
  [
    'certificate and key',
    object('v1/Secret', { type: 'kubernetes.io/tls', stringData: { 'tls.crt': 'x' } }),
    'data[tls.key]: Required value',
  ],
  [
    'registry credentials',
    object('v1/Secret', { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': 'eA==' } }),
    'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid character \'x\' looking for beginning of value',
  ],
  [
    'resources of quotas',
    object('v1/ResourceQuota', { spec: { hard: { foo: '1' } } }),
    'spec.hard[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
    'spec.hard[foo]: Invalid value: "foo": must be a standard resource for quota',
  ],
  [
    'limits in order',
    object('v1/LimitRange', { spec: { limits: [{ type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } }] } }),
    'spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1',
  ],
  [
    'a namespace without dots',
    object('v1/Namespace', {}, 'a.b'),
    'metadata.name: Invalid value: "a.b": must not contain dots',
  ],
  [
    'a taint with an effect',
    object('v1/Node', { spec: { taints: [{ key: 'a', effect: 'Never' }] } }),
    'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
  ],
  [
    'a range of a node once',
    object('v1/Node', { spec: { podCIDRs: ['10.1.0.0/24', '10.1.0.0/24'] } }),
    'spec.podCIDRs: Invalid value: ["10.1.0.0/24","10.1.0.0/24"]: may specify no more than one CIDR for each IP family',
    'spec.podCIDRs[1]: Duplicate value: "10.1.0.0/24"',
  ],
  [
    'an event about its namespace',
    object('v1/Event', { involvedObject: { namespace: 'other' } }),
    'involvedObject.namespace: Invalid value: "other": does not match event.namespace',
  ],
  ['a node to bind to', object('v1/Binding', { target: { kind: 'Node' } }), 'target.name: Required value'],
  [
    'a backend',
    object('networking.k8s.io/v1/Ingress', { spec: {} }),
    'spec: Invalid value: null: either `defaultBackend` or `rules` must be specified',
  ],
  [
    'a path type',
    object('networking.k8s.io/v1/Ingress', {
      spec: {
        rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 'web', port: { number: 80 } } } }] } }],
      },
    }),
    'spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified',
  ],
  [
    'exceptions within their block',
    object('networking.k8s.io/v1/NetworkPolicy', { spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/24', except: ['10.0.1.0/28', '10.0.0.0/24', '10.0.0.16/28'] } }] }] } }),
    'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "10.0.1.0/28": must be a strict subset of `cidr`',
    'spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: "10.0.0.0/24": must be a strict subset of `cidr`',
  ],
  [
    'one class of an Ingress',
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web', annotations: { 'kubernetes.io/ingress.class': 'a' } }, spec: { ingressClassName: 'b', defaultBackend: { service: { name: 'web', port: { number: 80 } } } } },
    'annotations.kubernetes.io/ingress.class: Invalid value: "a": must match `ingressClassName` when both are specified',
  ],
  [
    'something behind it',
    object('networking.k8s.io/v1/Ingress', { spec: { defaultBackend: {}, rules: [{ http: { paths: [{ pathType: 'Prefix', path: '/', backend: { resource: { apiGroup: 'A', kind: 'Bucket' } } }] } }] } }),
    'spec.defaultBackend: Invalid value: "": resource or service backend is required',
    "spec.rules[0].http.paths[0].backend.resource.apiGroup: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    'spec.rules[0].http.paths[0].backend.resource.name: Required value: name is required',
  ],
  [
    'parameters of a class where they are',
    object('networking.k8s.io/v1/IngressClass', { spec: { controller: 'example.com/a', parameters: { name: 'x', scope: 'Namespace' } } }),
    'spec.parameters.kind: Required value: kind is required',
    "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
  ],
  [
    'protocols and directions there are',
    object('networking.k8s.io/v1/NetworkPolicy', { spec: { policyTypes: ['Both'], ingress: [{ ports: [{ protocol: 'ICMP' }] }] } }),
    'spec.ingress[0].ports[0].protocol: Unsupported value: "ICMP": supported values: "TCP", "UDP", "SCTP"',
    'spec.policyTypes[0]: Unsupported value: "Both": supported values: "Ingress", "Egress"',
  ],
  [
    'a peer',
    object('networking.k8s.io/v1/NetworkPolicy', { spec: { ingress: [{ from: [{}] }] } }),
    'spec.ingress[0].from[0]: Required value: must specify a peer',
  ],
  [
    'metrics that say what they measure',
    object('autoscaling/v2/HorizontalPodAutoscaler', { spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'web' }, metrics: [
      {},
      { type: 'Pods', pods: { metric: {}, target: { type: 'AverageValue' } } },
      { type: 'Object', object: { metric: { name: 'a' }, describedObject: { kind: 'Ingress' }, target: { type: 'Value' } } },
      { type: 'External', external: { metric: { name: 'a/b' }, target: { type: 'Value', value: '1', averageValue: '2' } } },
      { type: 'Resource', pods: { metric: { name: 'a' }, target: { type: 'AverageValue', averageValue: '1' } } },
    ] } }),
    'spec.metrics[0].type: Required value: must specify a metric source type',
    'spec.metrics[0].type: Unsupported value: "": supported values: "ContainerResource", "External", "Object", "Pods", "Resource"',
    'spec.metrics[1].pods.metric.name: Required value: must specify a metric name',
    'spec.metrics[1].pods.target.averageValue: Required value: must specify a positive target averageValue',
    'spec.metrics[2].object.describedObject.name: Required value',
    'spec.metrics[2].object.target.averageValue: Required value: must set either a target value or averageValue',
    "spec.metrics[3].external.metric.name: Invalid value: \"a/b\": may not contain '/'",
    'spec.metrics[3].external.target.value: Forbidden: may not set both a target value for metric and a per-pod target',
    'spec.metrics[4].resource: Required value: must populate information for the given metric source',
  ],
  [
    'a signer with a domain',
    object('certificates.k8s.io/v1/CertificateSigningRequest', { spec: { request: 'eA==', signerName: 'example/a_b', usages: ['client auth'] } }),
    'spec.request: Invalid value: "eA==": PEM block type must be CERTIFICATE REQUEST',
    'spec.signerName: Invalid value: "example": should be a domain with at least two segments separated by dots',
    "spec.signerName: Invalid value: \"a_b\": validating label \"a_b\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  ],
  [
    'overhead that is none, and places there are',
    object('node.k8s.io/v1/RuntimeClass', { handler: 'a', overhead: { podFixed: { cpu: '-1' } }, scheduling: { tolerations: [{ operator: 'Equal', value: 'x' }, { operator: 'Exists' }, { operator: 'Exists' }] } }),
    'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    'scheduling.tolerations.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
    'scheduling.tolerations[2]: Duplicate value: {"Key":"","Operator":"Exists","Value":"","Effect":"","TolerationSeconds":null}',
  ],
  [
    'one source of a claim',
    object('v1/PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, dataSource: { kind: 'PersistentVolumeClaim', name: 'a' }, dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'b' } } }),
    'spec: Invalid value: {}: must match dataSourceRef',
  ],
  [
    'a provisioner with a name',
    object('storage.k8s.io/v1/StorageClass', { provisioner: 'Example.com/A b' }),
    "provisioner: Invalid value: \"example.com/a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
  [
    'tokens that live long enough, each for somebody else',
    object('storage.k8s.io/v1/CSIDriver', { spec: { tokenRequests: [{ audience: 'a', expirationSeconds: 599 }, { audience: 'a', expirationSeconds: 1 }] } }),
    'spec.tokenRequests[0].expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
    'spec.tokenRequests[1].audience: Duplicate value: "a"',
  ],
  [
    'keys of topology, each once',
    object('storage.k8s.io/v1/CSINode', { spec: { drivers: [{ name: 'd', nodeID: 'n', topologyKeys: ['zone', 'zone', ''] }] } }),
    'spec.drivers[0]: Duplicate value: "zone"',
    'spec.drivers[0]: Required value',
    'spec.drivers[0]: Invalid value: ["zone","zone",""]: name part must be non-empty',
    "spec.drivers[0]: Invalid value: [\"zone\",\"zone\",\"\"]: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
  [
    'a handler',
    object('node.k8s.io/v1/RuntimeClass', { handler: 'a b' }),
    "handler: Invalid value: \"a b\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  ],
]

describe.each([
  ['workloads have', workloads],
  ['jobs have', jobs],
  ['services have', services],
  ['storage has', storage],
  ['other kinds have', others],
])('%s', (_about, rows) => {
  it.each(rows)('%s', (_row, manifest, ...errors) => expect(refusals(manifest)).toEqual(errors))
})

describe('what is good is stored', () => {
  it.each<[string, Fields]>([
    ['Deployment', deployment()],
    ['ReplicaSet', workload('ReplicaSet')],
    ['DaemonSet', workload('DaemonSet')],
    ['StatefulSet', workload('StatefulSet', { serviceName: 'db' })],
    ['Job', job()],
    // With neither completions nor parallelism both are 1 by default, so that completions are not missing.
    ['indexed Job', job({ completionMode: 'Indexed' })],
    ['CronJob', cron({ schedule: '*/5 1-3 * jan,mar mon-fri', timeZone: 'Europe/Berlin' })],
    ['Service', service()],
    ['headless Service', service({ clusterIP: 'None' })],
    [
      'external name',
      service({ type: 'ExternalName', externalName: 'a.example.com', ports: undefined, selector: undefined }),
    ],
    ['claim', claim({})],
    ['volume', volume({})],
    ['Node', object('v1/Node', { status: { capacity: { cpu: '4', memory: '8Gi', pods: '110' } } })],
    ['Event', object('v1/Event', { involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' } })],
    ['Lease', object('coordination.k8s.io/v1/Lease', { spec: { holderIdentity: 'n1', leaseDurationSeconds: 40 } })],
    ['ServiceAccount', object('v1/ServiceAccount', {})],
    ['Role named as a path allows', object('rbac.authorization.k8s.io/v1/Role', {}, 'system:x')],
  ])('%s', (_kind, manifest) => expect(answer(manifest)).toBe('created'))
})

/** The errors of an update. */
function updating(manifest: Fields, change: (object: KubeObject) => Fields): string[] {
  const old = made(manifest)
  const next = { ...old, ...change(old), metadata: { ...old.metadata, resourceVersion: '1' } }
  return validateUpdate(prepareForUpdate(next, old), old).map(formatFieldError)
}
const spec = (fields: Fields) => (old: KubeObject) => ({ spec: { ...old['spec'], ...fields } })

describe('what never changes', () => {
  it.each<[string, Fields, (old: KubeObject) => Fields, string]>([
    [
      'a selector',
      deployment(),
      ({ spec: old }) => ({
        spec: {
          ...old,
          selector: { matchLabels: { app: 'web', b: 'c' } },
          template: { ...old.template, metadata: { labels: { app: 'web', b: 'c' } } },
        },
      }),
      'spec.selector: Invalid value: {"matchLabels":{"app":"web","b":"c"}}: field is immutable',
    ],
    ['completions', job(), spec({ completions: 3 }), 'spec.completions: Invalid value: 3: field is immutable'],
    [
      'most of a StatefulSet',
      workload('StatefulSet', { serviceName: 'db' }),
      spec({ serviceName: 'other' }),
      "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    ],
    [
      'a role reference',
      object('rbac.authorization.k8s.io/v1/RoleBinding', { roleRef: { kind: 'Role', name: 'a' } }),
      ({ roleRef }) => ({ roleRef: { ...roleRef, name: 'b' } }),
      'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"b"}: cannot change roleRef',
    ],
    [
      'a type of Secret',
      object('v1/Secret', {}),
      () => ({ type: 'other' }),
      'type: Invalid value: "other": field is immutable',
    ],
    [
      'a locked ConfigMap',
      object('v1/ConfigMap', { immutable: true, data: { a: 'b' } }),
      () => ({ data: { a: 'c' } }),
      'data: Forbidden: field is immutable when `immutable` is set',
    ],
    [
      'a priority',
      object('scheduling.k8s.io/v1/PriorityClass', { value: 5 }),
      () => ({ value: 6 }),
      'value: Forbidden: may not be changed in an update.',
    ],
    [
      'a provisioner',
      object('storage.k8s.io/v1/StorageClass', { provisioner: 'a' }),
      () => ({ provisioner: 'b' }),
      'provisioner: Forbidden: updates to provisioner are forbidden.',
    ],
    [
      'a policy of failures, shown as the internal type prints',
      job({ podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] } }] } }),
      spec({ podFailurePolicy: { rules: [{ action: 'Count', onExitCodes: { operator: 'In', values: [1] } }] } }),
      'spec.podFailurePolicy: Invalid value: {"Rules":[{"Action":"Count","OnExitCodes":{"ContainerName":null,"Operator":"In","Values":[1]},"OnPodConditions":null}]}: field is immutable',
    ],
    [
      'the data of a revision',
      object('apps/v1/ControllerRevision', { revision: 1, data: { a: 1 } }),
      () => ({ data: { a: 2 } }),
      'data: Invalid value: {"a":2}: field is immutable',
    ],
    [
      'where a volume can be reached',
      volume({ nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'Exists' }] }] } } }),
      spec({ nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'b', operator: 'Exists' }] }] } } }),
      'nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":[{"Key":"b","Operator":"Exists","Values":null}],"MatchFields":null}]}}: field is immutable, except for updating from beta label to GA',
    ],
    [
      'the values of a label that is renamed',
      volume({ nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'beta.kubernetes.io/os', operator: 'In', values: ['a'] }] }] } } }),
      spec({ nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['b'] }] }] } } }),
      'nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":[{"Key":"kubernetes.io/os","Operator":"In","Values":["b"]}],"MatchFields":null}]}}: field is immutable, except for updating from beta label to GA',
    ],
    [
      'a second address that is still asked for',
      service({ clusterIP: '10.96.0.5', clusterIPs: ['10.96.0.5', 'fd00::5'], ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'RequireDualStack' }),
      spec({ clusterIPs: ['10.96.0.5'], ipFamilies: ['IPv4'] }),
      `spec.ipFamilyPolicy: Invalid value: "RequireDualStack": must be set to 'SingleStack' when releasing the secondary clusterIP`,
    ],
    [
      'an address',
      service({ clusterIP: '10.96.0.5' }),
      spec({ clusterIP: '10.96.0.6', clusterIPs: ['10.96.0.6'] }),
      'spec.clusterIPs[0]: Invalid value: ["10.96.0.6"]: may not change once set',
    ],
  ])('%s', (_about, manifest, change, error) => expect(updating(manifest, change)).toContain(error))

  const range = 'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid'
  it.each<[string, Fields, Fields, string[]]>([
    ['each range of a node', { podCIDRs: ['10.1.0.0/24', 'fd00::/64'] }, { podCIDRs: ['10.2.0.0/24', 'fd01::/64'] }, [range, range]],
    ['how many there are', { podCIDRs: ['10.1.0.0/24', 'fd00::/64'] }, {}, [range]],
    ['what it was called elsewhere', { externalID: 'a' }, { externalID: 'b' }, ['spec.externalID: Forbidden: may not be updated']],
    ['but not the first range', {}, { podCIDRs: ['10.1.0.0/24'] }, []],
  ])('%s', (_about, before, after, errors) => expect(updating(object('v1/Node', { spec: before }), () => ({ spec: after }))).toEqual(errors))

  it('the template of a Job, shown as the internal type prints', () => {
    const [error] = updating(job(), ({ spec: old }) => ({
      spec: { ...old, template: { ...old.template, spec: { ...old.template.spec, nodeName: 'n1' } } },
    }))
    expect(error).toMatch(
      /^spec\.template: Invalid value: \{"labels":\{"batch\.kubernetes\.io\/controller-uid":"u1",.*"Spec":\{"Volumes":null,"InitContainers":null,"Containers":\[\{"Name":"c","Image":"nginx"/,
    )
    expect(error).toMatch(/"ResourceClaims":null,"Resources":null,"HostnameOverride":null\}\}: field is immutable$/)
  })

  it('where affinity among pods sends those of a suspended Job', () => {
    const podAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'a' }] }
    const [error] = updating(job({ suspend: true }), ({ spec: old }) => ({
      spec: { ...old, template: { ...old.template, spec: { ...old.template.spec, affinity: { podAffinity } } } },
    }))
    expect(error).toMatch(/^spec\.template: Invalid value: .*: field is immutable$/)
  })

  it('a claim, with what differs', () => {
    const [error] = updating(claim({}), spec({ accessModes: ['ReadWriteMany'] }))
    expect(error)
      .toBe(`spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims
@@ -1,6 +1,6 @@
 {
  "AccessModes": [
-  "ReadWriteOnce"
+  "ReadWriteMany"
  ],
  "Selector": null,
  "Resources": {
`)
  })

  it.each<[string, Fields, (old: KubeObject) => Fields]>([
    ['replicas', deployment(), spec({ replicas: 5 })],
    [
      'the template of a StatefulSet',
      workload('StatefulSet', { serviceName: 'db' }),
      ({ spec: old }) => ({
        spec: { ...old, template: { ...old.template, spec: { ...old.template.spec, nodeName: 'n' } } },
      }),
    ],
    [
      'the nodes for a suspended job',
      job({ suspend: true }),
      ({ spec: old }) => ({ spec: { ...old, template: { ...old.template, spec: { ...old.template.spec, affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }] } } } } } } }),
    ],
    ['a StatefulSet with pods that were never looked at', { ...workload('StatefulSet'), spec: { ...workload('StatefulSet')['spec'], template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c' }] } } } }, spec({ replicas: 2 })],
    ['a claim without a class', claim({}), spec({ storageClassName: 'fast' })],
    ['the volume of a claim, once', claim({}), spec({ volumeName: 'v' })],
    [
      'the newer name of a label by which a volume is found',
      volume({ nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'failure-domain.beta.kubernetes.io/zone', operator: 'In', values: ['a'] }, { key: 'b', operator: 'Exists' }] }] } } }),
      spec({ nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a'] }, { key: 'b', operator: 'Exists' }] }] } } }),
    ],
    ['labels', pod(), (old) => ({ metadata: { ...old.metadata, labels: { a: 'b' } } })],
  ])('but %s may', (_about, manifest, change) => expect(updating(manifest, change)).toEqual([]))
})

describe('statuses', () => {
  const changing = (manifest: Fields, status: Fields) => {
    const old = made(manifest)
    const next = { ...old, metadata: { ...old.metadata, resourceVersion: '1' }, status }
    return validateStatusUpdate(next, old).map(formatFieldError)
  }
  it('count no more than there are', () => {
    expect(changing(deployment(), { replicas: 1, readyReplicas: 2 })).toEqual([
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
    ])
    expect(changing(deployment(), { replicas: 2, readyReplicas: 1, availableReplicas: 2 })).toEqual([
      'status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas',
    ])
    expect(changing(workload('StatefulSet'), { replicas: 2, readyReplicas: 1, availableReplicas: 2, collisionCount: -1 })).toEqual([
      'status.collisionCount: Invalid value: -1: must be greater than or equal to 0',
      'status.availableReplicas: Invalid value: 2: cannot be greater than status.readyReplicas',
      'status.collisionCount: Invalid value: -1: cannot be decremented',
    ])
    expect(changing(service({ type: 'LoadBalancer' }), { loadBalancer: { ingress: [{ ip: '1.2.3.4' }, { hostname: '1.2.3.4' }] } })).toEqual([
      'status.loadBalancer.ingress[0].ipMode: Required value: must be specified when `ip` is set',
      'status.loadBalancer.ingress[1].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address',
    ])
    expect(changing(object('v1/Namespace', {}), { phase: 'Terminating' })).toEqual([
      'status.Phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
    ])
  })
})

describe("a Job's status", () => {
  const condition = (type: string) => ({ type, status: 'True' })
  const started = '2026-01-05T09:00:00Z'
  it.each<[about: string, old: Fields, next: Fields, errors: string[]]>([
    ['more ready pods than active ones', {}, { ready: 1 }, ['status.ready: Invalid value: 1: cannot set more ready pods than active']],
    ['the same, when it has long been so', { ready: 1 }, { ready: 1, failed: 1 }, []],
    ['fewer failed pods than before', { failed: 2 }, { failed: 1 }, ['status.failed: Invalid value: 1: cannot decrease the failed counter']],
    [
      'failed without a target',
      {},
      { startTime: started, conditions: [condition('Failed')] },
      ['status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition'],
    ],
    [
      'complete with pods that run',
      {},
      { startTime: started, completionTime: started, active: 1, conditions: [condition('SuccessCriteriaMet'), condition('Complete')] },
      ['status.active: Invalid value: 1: active>0 is invalid for finished job'],
    ],
    [
      'complete and failed',
      { startTime: started },
      { startTime: started, completionTime: '2026-01-05T08:00:00Z', conditions: [condition('SuccessCriteriaMet'), condition('Complete'), condition('Failed')] },
      [
        'status.conditions: Invalid value: cannot set Complete=True and Failed=true conditions',
        'status.completionTime: Invalid value: "2026-01-05T08:00:00Z": completionTime cannot be set before startTime',
        'status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition',
        'status.conditions: Invalid value: cannot set SuccessCriteriaMet=True and Failed=true conditions',
      ],
    ],
    [
      'finished with pods that are not counted',
      {},
      { startTime: started, uncountedTerminatedPods: { failed: ['a', 'a'] }, conditions: [condition('FailureTarget'), condition('Failed')] },
      [
        'status.uncountedTerminatedPods.failed[1]: Duplicate value: "a"',
        'status.uncountedTerminatedPods: Invalid value: {"Succeeded":null,"Failed":["a","a"]}: uncountedTerminatedPods needs to be empty for finished job',
      ],
    ],
    [
      'indexes of a Job without',
      {},
      { completedIndexes: '0', failedIndexes: '0' },
      [
        'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
        'status.failedIndexes: Invalid value: "0": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
        'status.failedIndexes: Invalid value: "0": failedIndexes and completedIndexes overlap at index: 0',
      ],
    ],
    ['fewer that succeeded, and another start', { succeeded: 2, startTime: started }, { succeeded: 1 }, ['status.succeeded: Invalid value: 1: cannot decrease the succeeded counter', 'status.startTime: Required value: startTime cannot be removed for unsuspended job']],
    [
      'no longer failed',
      { startTime: started, conditions: [condition('FailureTarget'), condition('Failed')] },
      { startTime: started, conditions: [condition('FailureTarget')] },
      ['status.conditions: Invalid value: cannot disable the terminal Failed=True condition'],
    ],
  ])('is refused or not: %s', (_about, status, next, errors) => {
    const old = { ...made(job()), status }
    expect(validateStatusUpdate({ ...old, metadata: { ...old.metadata, resourceVersion: '1' }, status: next }, old).map(formatFieldError)).toEqual(errors)
  })
})

describe('statuses with amounts below nothing', () => {
  it.each<[Fields, Fields, string[]]>([
    [
      deployment(),
      { replicas: -1 },
      [
        'status.replicas: Invalid value: -1: must be greater than or equal to 0',
        'status.updatedReplicas: Invalid value: 0: cannot be greater than status.replicas',
        'status.readyReplicas: Invalid value: 0: cannot be greater than status.replicas',
        'status.availableReplicas: Invalid value: 0: cannot be greater than status.replicas',
      ],
    ],
    [
      object('v1/PersistentVolumeClaim', { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }),
      { capacity: { storage: '-1' } },
      ['status.capacity[storage]: Invalid value: -1: must be a valid resource quantity'],
    ],
  ])('of %o', (manifest, status, errors) => {
    const old = made(manifest)
    expect(validateStatusUpdate({ ...old, metadata: { ...old.metadata, resourceVersion: '1' }, status }, old).map(formatFieldError)).toEqual(errors)
  })
})

describe('unknown kinds', () => {
  it('have their metadata checked', () => {
    const custom = {
      apiVersion: 'example.org/v1',
      kind: 'Foo',
      metadata: { name: 'Bad', namespace: 'default' },
    } as KubeObject
    expect(validateCreate(custom).map(({ field }) => field)).toEqual(['metadata.name'])
  })
})
