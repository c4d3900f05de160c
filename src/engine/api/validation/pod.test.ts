import { describe, expect, it } from 'vitest'
import '../../kinds.ts'
import { formatFieldError } from '../field.ts'
import { isDNS1123Subdomain, isLabelValue } from '../names.ts'
import { prepareForStatusUpdate, prepareForUpdate } from '../prepareUpdate.ts'
import type { KubeObject } from '../types.ts'
import { answer, made, pod, podWith, refusals } from '../testdata/objects.ts'
import { validateStatusUpdate, validateUpdate } from './update.ts'
import { validateCreate } from './validation.ts'

type Fields = Record<string, any>
type Row = [about: string, manifest: Fields, ...errors: string[]]

const dnsLabel =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const c0 = 'spec.containers[0]'
const tcp = { tcpSocket: { port: 80 } }
const emptyDirs = (...names: string[]) => ({ volumes: names.map((name) => ({ name, emptyDir: {} })) })
const mounts = (...paths: [string, string][]) => ({
  volumeMounts: paths.map(([name, mountPath]) => ({ name, mountPath })),
})
const resources = (requests: Fields, limits?: Fields) => ({ resources: { requests, ...(limits ? { limits } : {}) } })

const containers: Row[] = [
  ['a name', pod({ containers: [{ image: 'nginx' }] }), `${c0}.name: Required value`],
  ['a container', pod({ containers: [] }), 'spec.containers: Required value'],
  ['an image', pod({ containers: [{ name: 'a' }] }), `${c0}.image: Required value`],
  [
    'no capitals in a name',
    pod({ containers: [{ name: 'Web', image: 'x' }] }),
    `${c0}.name: Invalid value: "Web": ${dnsLabel}`,
  ],
  [
    'no dots in a name',
    pod({ containers: [{ name: 'web.1', image: 'x' }] }),
    `${c0}.name: Invalid value: "web.1": must not contain dots`,
  ],
  [
    'names once',
    pod({
      containers: [
        { name: 'a', image: 'x' },
        { name: 'a', image: 'x' },
      ],
    }),
    'spec.containers[1].name: Duplicate value: "a"',
  ],
  [
    'names once, init containers too',
    pod({ initContainers: [{ name: 'c', image: 'x' }] }),
    'spec.initContainers[0].name: Duplicate value: "c"',
  ],
  [
    'no blanks around an image',
    podWith({ image: ' nginx' }),
    `${c0}.image: Invalid value: " nginx": must not have leading or trailing whitespace`,
  ],
  [
    'a known pull policy',
    podWith({ imagePullPolicy: 'Often' }),
    `${c0}.imagePullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never"`,
  ],
  [
    'no restart policy of its own',
    podWith({ restartPolicy: 'Always' }),
    `${c0}.restartPolicy: Forbidden: may not be set for non-init containers`,
  ],
  [
    'init containers restart always or not at all',
    pod({ initContainers: [{ name: 'i', image: 'x', restartPolicy: 'Never' }] }),
    'spec.initContainers[0].restartPolicy: Unsupported value: "Never": supported values: "Always"',
  ],
  [
    'hooks in sidecars only',
    pod({ initContainers: [{ name: 'i', image: 'x', lifecycle: { preStop: { exec: { command: ['x'] } } } }] }),
    'spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always',
  ],
  [
    'ephemeral containers come later',
    pod({ ephemeralContainers: [{ name: 'e', image: 'x' }] }),
    'spec.ephemeralContainers: Forbidden: cannot be set on create',
  ],
]

const ports: Row[] = [
  [
    'a port below 65536',
    podWith({ ports: [{ containerPort: 70000 }] }),
    `${c0}.ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive`,
  ],
  ['a port at all', podWith({ ports: [{ containerPort: 0 }] }), `${c0}.ports[0].containerPort: Required value`],
  [
    'a known protocol',
    podWith({ ports: [{ containerPort: 80, protocol: 'HTTP' }] }),
    `${c0}.ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"`,
  ],
  [
    'names once',
    podWith({
      ports: [
        { name: 'http', containerPort: 80 },
        { name: 'http', containerPort: 81 },
      ],
    }),
    `${c0}.ports[1].name: Duplicate value: "http"`,
  ],
  [
    'short names',
    podWith({ ports: [{ name: 'metrics-exporter-1', containerPort: 80 }] }),
    `${c0}.ports[0].name: Invalid value: "metrics-exporter-1": must be no more than 15 characters`,
  ],
  [
    'host ports once',
    podWith({
      ports: [
        { containerPort: 80, hostPort: 80 },
        { containerPort: 81, hostPort: 80 },
      ],
    }),
    `${c0}.ports[1].hostPort: Duplicate value: "TCP//80"`,
  ],
  [
    'the same port on the host network',
    podWith({ ports: [{ containerPort: 80, hostPort: 81 }] }, { hostNetwork: true }),
    `${c0}.ports[0].hostPort: Invalid value: 81: must match \`containerPort\` when \`hostNetwork\` is true`,
  ],
]

const probes: Row[] = [
  [
    'a handler',
    podWith({ livenessProbe: { periodSeconds: 5 } }),
    `${c0}.livenessProbe: Required value: must specify a handler type`,
  ],
  [
    'one handler',
    podWith({ readinessProbe: { exec: { command: ['true'] }, ...tcp } }),
    `${c0}.readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type`,
  ],
  [
    'no time before now',
    podWith({ livenessProbe: { ...tcp, initialDelaySeconds: -1 } }),
    `${c0}.livenessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0`,
  ],
  [
    'a port',
    podWith({ livenessProbe: { httpGet: { path: '/', port: 0 } } }),
    `${c0}.livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive`,
  ],
  [
    'a command',
    podWith({ livenessProbe: { exec: { command: [] } } }),
    `${c0}.livenessProbe.exec.command: Required value`,
  ],
  [
    'everything at once, in order',
    podWith({ livenessProbe: { ...tcp, periodSeconds: -1, successThreshold: 2 } }),
    `${c0}.livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0`,
    `${c0}.livenessProbe.successThreshold: Invalid value: 2: must be 1`,
  ],
  [
    'no grace for readiness',
    podWith({ readinessProbe: { ...tcp, terminationGracePeriodSeconds: 5 } }),
    `${c0}.readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes`,
  ],
  [
    'a sleep within the grace period',
    podWith({ lifecycle: { preStop: { sleep: { seconds: 31 } } } }),
    `${c0}.lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)`,
  ],
]

const amounts: Row[] = [
  [
    'requests within limits',
    podWith(resources({ cpu: '2' }, { cpu: '1' })),
    `${c0}.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1`,
  ],
  [
    'in the words given',
    podWith(resources({ cpu: '200m' }, { cpu: '100m' })),
    `${c0}.resources.requests: Invalid value: "200m": must be less than or equal to cpu limit of 100m`,
  ],
  [
    'nothing negative',
    podWith(resources({ cpu: '-1' })),
    `${c0}.resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0`,
  ],
  [
    'resources of containers',
    podWith(resources({ pods: '1' })),
    `${c0}.resources.requests[pods]: Invalid value: "pods": must be a standard resource for containers`,
  ],
  [
    'whole devices',
    podWith(resources({ 'example.org/gpu': '1500m' }, { 'example.org/gpu': '1500m' })),
    `${c0}.resources.limits[example.org/gpu]: Invalid value: "1500m": must be an integer`,
    `${c0}.resources.requests[example.org/gpu]: Invalid value: "1500m": must be an integer`,
  ],
  [
    'devices limited',
    podWith(resources({ 'example.org/gpu': '1' })),
    `${c0}.resources.limits: Required value: Limit must be set for non overcommitable resources`,
  ],
]

const volumes: Row[] = [
  ['sources that upstream calls otherwise', pod({ volumes: [{ name: 'v', gcePersistentDisk: { pdName: '', partition: 300 } }, { name: 'w', rbd: { monitors: ['m'], image: 'i' }, cephfs: { monitors: ['m'] } }] }),
    'spec.volumes[0].persistentDisk.pdName: Required value',
    'spec.volumes[0].persistentDisk.partition: Invalid value: 300: must be between 1 and 255, inclusive',
    'spec.volumes[1].cephFS: Forbidden: may not specify more than 1 volume type',
  ],
  ['names of iSCSI', pod({ volumes: [{ name: 'v', iscsi: { targetPortal: 'p'.repeat(70), iqn: 'iqn.2001-04.com.Example:disk', lun: 256, initiatorName: 'eui.12' } }, { name: 'w', iscsi: { targetPortal: '10.0.0.1', iqn: 'naa.1', lun: 0, initiatorName: 'host', chapAuthSession: true } }] }),
    'spec.volumes[0].iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
    'spec.volumes[0].iscsi.initiatorname: Invalid value: "eui.12": must be valid format',
    'spec.volumes[0].name: Invalid value: "v": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
    'spec.volumes[1].iscsi.iqn: Invalid value: "naa.1": must be valid format',
    'spec.volumes[1].iscsi.secretRef: Required value',
    'spec.volumes[1].iscsi.initiatorname: Invalid value: "host": must be valid format starting with iqn, eui, or naa',
  ],
  ['fibre channel', pod({ volumes: [{ name: 'v', fc: { targetWWNs: ['500a0982991b8dc5'], lun: 300 } }, { name: 'w', fc: { wwids: ['x'], lun: 300 } }] }),
    'spec.volumes[0].fc.lun: Invalid value: 300: must be between 0 and 255, inclusive',
  ],
  ['Quobyte', pod({ volumes: [{ name: 'v', quobyte: { registry: 'a:1,b', volume: 'x' } }, { name: 'w', quobyte: { registry: '', volume: '' } }, { name: 'x', quobyte: { registry: 'a:1', volume: 'x', tenant: 't'.repeat(65) } }] }),
    'spec.volumes[0].quobyte.registry: Invalid value: "a:1,b": must be a host:port pair or multiple pairs separated by commas',
    'spec.volumes[1].quobyte.registry: Required value: must be a host:port pair or multiple pairs separated by commas',
    'spec.volumes[1].quobyte.volume: Required value',
    'spec.volumes[2].quobyte.tenant: Required value: must be a UUID and may not exceed a length of 64 characters',
  ],
  ['secrets and names of drivers', pod({ volumes: [{ name: 'v', cinder: { volumeID: 'x', secretRef: {} } }, { name: 'w', storageos: { volumeName: 'A', volumeNamespace: 'b.c' } }, { name: 'x', flexVolume: { driver: 'a/b', options: { 'x.k8s.io/fs': '1', 'ok/k8s.io': '1' } } }, { name: 'y', csi: { driver: '', nodePublishSecretRef: { name: 'A' } } }] }),
    'spec.volumes[0].cinder.secretRef.name: Required value',
    `spec.volumes[1].storageos.volumeName: Invalid value: "A": ${dnsLabel}`,
    'spec.volumes[1].storageos.volumeNamespace: Invalid value: "b.c": must not contain dots',
    'spec.volumes[2].flexVolume.options[x.k8s.io/fs]: Invalid value: "x.k8s.io/fs": kubernetes.io and k8s.io namespaces are reserved',
    'spec.volumes[3].csi.driver: Required value',
    `spec.volumes[3].csi.driver: Invalid value: "": ${isDNS1123Subdomain('A')[0]}`,
    `spec.volumes[3].csi.name: Invalid value: "A": ${isDNS1123Subdomain('A')[0]}`,
  ],
  ['disks of Azure', pod({ volumes: [{ name: 'v', azureDisk: { diskName: 'd', diskURI: 'x', kind: 'Managed', cachingMode: 'Some' } }, { name: 'w', azureDisk: { diskName: 'd', diskURI: 'x', kind: 'Own' } }] }),
    'spec.volumes[0].azureDisk.cachingMode: Unsupported value: "Some": supported values: "None", "ReadOnly", "ReadWrite"',
    'spec.volumes[0].azureDisk.diskURI: Unsupported value: "x": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"',
    'spec.volumes[1].azureDisk.kind: Unsupported value: "Own": supported values: "Dedicated", "Managed", "Shared"',
    'spec.volumes[1].azureDisk.diskURI: Unsupported value: "x": supported values: "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"',
  ],
  ['what the template of a claim may say', pod({ volumes: [{ name: 'v', ephemeral: { volumeClaimTemplate: { metadata: { name: 'x', uid: 'u', labels: { a: '-' } }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } } } }] }),
    `spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.labels: Invalid value: "-": ${isLabelValue('-')[0]}`,
    'spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set',
    'spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.uID: Forbidden: cannot be set',
  ],
  [
    'an image in a volume',
    pod({ volumes: [{ name: 'v', image: { pullPolicy: 'Sometimes' } }] }),
    'spec.volumes[0].image.reference: Required value',
    'spec.volumes[0].image.pullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
  ],
  [
    'mounts once',
    podWith(mounts(['a', '/d'], ['b', '/d']), emptyDirs('a', 'b')),
    `${c0}.volumeMounts[1].mountPath: Invalid value: "/d": must be unique`,
  ],
  ['mounts of what is there', podWith(mounts(['missing', '/x'])), `${c0}.volumeMounts[0].name: Not found: "missing"`],
  ['names once', pod(emptyDirs('a', 'a')), 'spec.volumes[1].name: Duplicate value: "a"'],
  [
    'one source',
    pod({ volumes: [{ name: 'a', emptyDir: {}, hostPath: { path: '/x' } }] }),
    'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
  ],
  [
    'modes in octal',
    pod({ volumes: [{ name: 'a', configMap: { name: 'x', defaultMode: 1000 } }] }),
    'spec.volumes[0].configMap.defaultMode: Invalid value: 1000: must be a number between 0 and 0777 (octal), both inclusive',
  ],
  [
    'paths that stay inside',
    pod({ volumes: [{ name: 'a', secret: { secretName: 'x', items: [{ key: 'k', path: '../k' }] } }] }),
    `spec.volumes[0].secret.items[0].path: Invalid value: "../k": must not contain '..'`,
  ],
  [
    'a claim',
    pod({ volumes: [{ name: 'a', persistentVolumeClaim: { claimName: '' } }] }),
    'spec.volumes[0].persistentVolumeClaim.claimName: Required value',
  ],
  [
    'fields that volumes have',
    pod({ volumes: [{ name: 'a', downwardAPI: { items: [{ path: 'x', fieldRef: { fieldPath: 'status.podIP' } }] } }] }),
    'spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: "status.podIP": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"',
  ],
]

const variables: Row[] = [
  ['a name', podWith({ env: [{ value: 'x' }] }), `${c0}.env[0].name: Required value`],
  [
    'a name without =',
    podWith({ env: [{ name: 'A=B' }] }),
    `${c0}.env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than '='`,
  ],
  [
    'a value or a source',
    podWith({ env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
    `${c0}.env[0].valueFrom: Invalid value: "": may not be specified when \`value\` is not empty`,
  ],
  [
    'some source',
    podWith({ env: [{ name: 'A', valueFrom: {} }] }),
    `${c0}.env[0].valueFrom: Invalid value: "": must specify one of: \`fieldRef\`, \`resourceFieldRef\`, \`configMapKeyRef\` or \`secretKeyRef\``,
  ],
  [
    'a field there is',
    podWith({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.foo' } } }] }),
    `${c0}.env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field label not supported: spec.foo`,
  ],
  [
    'a unit that fits',
    podWith({ env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1Mi' } } }] }),
    `${c0}.env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor's values 1m and 1 are supported with the cpu resource`,
  ],
  [
    'a key',
    podWith({ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: '' } } }] }),
    `${c0}.env[0].valueFrom.secretKeyRef.key: Required value`,
  ],
]

const placing: Row[] = [
  [
    'a key or Exists',
    pod({ tolerations: [{ effect: 'NoSchedule' }] }),
    'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
  ],
  [
    'seconds with NoExecute',
    pod({ tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 }] }),
    `spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be 'NoExecute' when \`tolerationSeconds\` is set`,
  ],
  [
    'a term',
    pod({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } }),
    'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
  ],
  [
    'a weight',
    pod({
      affinity: {
        podAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, podAffinityTerm: { topologyKey: 'zone' } }],
        },
      },
    }),
    'spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100',
  ],
  [
    'a topology key',
    pod({ affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: '' }] } } }),
    'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty',
    'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must be non-empty',
    "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
  [
    'a skew',
    pod({ topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }] }),
    'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
  ],
  [
    'no node behind a gate',
    pod({ nodeName: 'n1', schedulingGates: [{ name: 'example.org/hold' }] }),
    'spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared',
  ],
]

const rest: Row[] = [
  [
    'nothing of Linux under Windows',
    pod({ os: { name: 'windows' }, hostPID: true, shareProcessNamespace: false, securityContext: { runAsUser: 1, seLinuxOptions: {} }, containers: [{ name: 'c', image: 'nginx', securityContext: { privileged: false, windowsOptions: {} } }] }),
    'spec.securityContext.seLinuxOptions: Forbidden: cannot be set for a windows pod',
    'spec.hostPID: Forbidden: cannot be set for a windows pod',
    'spec.shareProcessNamespace: Forbidden: cannot be set for a windows pod',
    'spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod',
    'spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod',
  ],
  [
    'nothing of Windows under Linux',
    pod({ os: { name: 'linux' }, initContainers: [{ name: 'i', image: 'nginx', securityContext: { windowsOptions: {} } }] }),
    'spec.initContainers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod',
  ],
  [
    'a restart policy',
    pod({ restartPolicy: 'Sometimes' }),
    'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
  ],
  [
    'a deadline ahead',
    pod({ activeDeadlineSeconds: 0, terminationGracePeriodSeconds: -3 }),
    'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
  ],
  [
    'users of its own and not the host',
    pod({ hostUsers: false, hostPID: true, hostIPC: true }),
    'spec.HostPID: Forbidden: when `hostUsers` is false',
    'spec.HostIPC: Forbidden: when `hostUsers` is false',
  ],
  ['an overhead', pod({ overhead: { disk: '1' } }), 'spec.overhead.limits[disk]: Invalid value: "disk": must be a standard resource type or fully qualified', 'spec.overhead.limits[disk]: Invalid value: "disk": must be a standard resource for containers'],
  [
    'enough for all containers together',
    pod({ resources: { requests: { cpu: '100m' } }, containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '200m', memory: '1Mi' } } }] }),
    'spec.resources.requests[cpu]: Invalid value: "100m": must be greater than or equal to aggregate container requests of 200m',
  ],
  ['nothing of its own on Windows', pod({ os: { name: 'windows' }, resources: { requests: { cpu: '1' } } }), 'spec.resources: Forbidden: may not be set for a windows pod'],
  [
    'a user of Windows',
    podWith({ securityContext: { windowsOptions: { runAsUserName: 'a\\b\\c', gmsaCredentialSpec: '' } } }),
    `${c0}.securityContext.windowsOptions.gmsaCredentialSpec: Invalid value: "": gmsaCredentialSpec cannot be an empty string`,
    `${c0}.securityContext.windowsOptions.runAsUserName: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash`,
  ],
  ['the network of the host for its processes', pod({ securityContext: { windowsOptions: { hostProcess: true } } }), 'spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers'],
  [
    'annotations and fields that agree',
    { ...podWith({ securityContext: { seccompProfile: { type: 'RuntimeDefault' }, appArmorProfile: { type: 'Localhost', localhostProfile: 'a' } } }), metadata: { name: 'p', namespace: 'default', annotations: { 'container.seccomp.security.alpha.kubernetes.io/c': 'unconfined', 'container.apparmor.security.beta.kubernetes.io/c': 'localhost/b' } } },
    `${c0}.securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match`,
    `${c0}.securityContext.appArmorProfile.localhostProfile: Forbidden: apparmor profile in annotation and field must match`,
  ],
  [
    'a node for a mirror',
    { ...pod({}), metadata: { name: 'p', namespace: 'default', annotations: { 'kubernetes.io/config.mirror': 'abc' } } },
    'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "abc": must set spec.nodeName if mirror pod annotation is set',
  ],
  [
    'a nameserver',
    pod({ dnsPolicy: 'None' }),
    'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None',
  ],
  [
    'few searches',
    pod({ dnsConfig: { searches: ['a_b.example.com', 'bad!'] } }),
    `spec.dnsConfig.searches[1]: Invalid value: "bad!": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')`,
  ],
  [
    'no escalation of the privileged',
    podWith({ securityContext: { privileged: true, allowPrivilegeEscalation: false } }),
    `${c0}.securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set \`allowPrivilegeEscalation\` to false and \`privileged\` to true`,
  ],
  [
    'a user',
    podWith({ securityContext: { runAsUser: -1 } }),
    `${c0}.securityContext.runAsUser: Invalid value: -1: must be between 0 and 4294967295, inclusive`,
  ],
  [
    'good labels',
    pod({}, { labels: { app: 'my app' } }),
    "metadata.labels: Invalid value: \"my app\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
  ['a name', pod({}, { name: '' }), 'metadata.name: Required value: name or generateName is required'],
  [
    'owners that can be found',
    pod({}, { ownerReferences: [{ apiVersion: 'a/b/c', kind: '', name: 'n', uid: 'u' }, { apiVersion: 'v1', kind: 'Event', name: 'n', uid: 'u' }] }),
    'metadata.ownerReferences.apiVersion: Invalid value: "a/b/c": version must not be empty',
    'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
    'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"n","uid":"u"}: /v1, Kind=Event is disallowed from being an owner',
  ],
  [
    'managers of fields',
    pod({}, { managedFields: [{ manager: 'a\u00a0', operation: 'Set', fieldsType: 'V2', subresource: 'é'.repeat(129) }] }),
    'metadata.managedFields[0].operation: Invalid value: "Set": must be `Apply` or `Update`',
    'metadata.managedFields[0].fieldsType: Invalid value: "V2": must be `FieldsV1`',
    String.raw`metadata.managedFields[0].manager: Invalid value: "a\u00a0": invalid character U+00A0 (at position 1)`,
    'metadata.managedFields[0].subresource: Too long: may not be more than 256 bytes',
  ],
  ['annotations counted in bytes', pod({}, { annotations: { a: '漢'.repeat(90_000) } }), 'metadata.annotations: Too long: may not be more than 262144 bytes'],
  ['finalizers that are names', pod({}, { finalizers: ['a b/c', 'mine'] }),
    `metadata.finalizers: Invalid value: "a b/c": prefix part ${isDNS1123Subdomain('A')[0]}`,
    'metadata.finalizers[1]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
  ],
  [
    'finalizers of a domain',
    pod({}, { finalizers: ['mine'] }),
    'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
  ],
]

describe.each([
  ['containers have', containers],
  ['ports have', ports],
  ['probes and hooks have', probes],
  ['resources are', amounts],
  ['volumes have', volumes],
  ['variables have', variables],
  ['places have', placing],
  ['pods have', rest],
])('%s', (_about, rows) => {
  it.each(rows)('%s', (_row, manifest, ...errors) => expect(refusals(manifest)).toEqual(errors))
})

describe('a good pod', () => {
  it.each<[string, Fields]>([
    ['plain', pod()],
    [
      'with a sidecar',
      pod({ initContainers: [{ name: 's', image: 'x', restartPolicy: 'Always', readinessProbe: tcp }] }),
    ],
    ['on the host network', podWith({ ports: [{ containerPort: 80 }] }, { hostNetwork: true })],
    ['with a negative grace period', pod({ terminationGracePeriodSeconds: -3 })],
    ['with a gate', pod({ schedulingGates: [{ name: 'example.org/hold' }] })],
  ])('%s is stored', (_about, manifest) => expect(answer(manifest)).toBe('created'))
})

/** The volume that every pod is given for its service account. */
const token = {
  name: 'kube-api-access-abcde',
  projected: {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ],
  },
}
const evictedAfter = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })
const stored: KubeObject = made(
  podWith(
    { volumeMounts: [{ name: token.name, mountPath: '/var/run/secrets', readOnly: true }] },
    {
      nodeName: 'node1',
      volumes: [token],
      tolerations: [evictedAfter('a.io/not-ready'), evictedAfter('a.io/unreachable')],
    },
  ),
)
const withVersion = (object: KubeObject): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: '1' },
})

/** The errors of an update that changes the stored pod's spec. */
function updating(change: (spec: Fields) => Fields, from = stored): string[] {
  const next = prepareForUpdate(withVersion({ ...from, spec: { ...from['spec'], ...change(from['spec']) } }), from)
  return validateUpdate(next, from).map(formatFieldError)
}

const onlyThese =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n'

describe('an update of a pod', () => {
  it.each<[string, (spec: Fields) => Fields]>([
    ['of an image', ({ containers: [c] }) => ({ containers: [{ ...c, image: 'httpd' }] })],
    ['that sets a deadline', () => ({ activeDeadlineSeconds: 500 })],
    [
      'that adds a toleration',
      ({ tolerations }) => ({ tolerations: [...tolerations, { key: 'x', operator: 'Exists' }] }),
    ],
    ['that tolerates longer', ({ tolerations: [t, u] }) => ({ tolerations: [{ ...t, tolerationSeconds: 5 }, u] })],
  ])('%s is allowed', (_about, change) => expect(updating(change)).toEqual([]))

  it.each<[string, (spec: Fields) => Fields, string]>([
    [
      'adds no container',
      ({ containers: [c] }) => ({ containers: [c, { ...c, name: 'd' }] }),
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ],
    [
      'removes no toleration',
      () => ({ tolerations: [] }),
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ],
    [
      'adds no gate',
      () => ({ schedulingGates: [{ name: 'example.org/a' }] }),
      "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'example.org/a'",
    ],
  ])('%s', (_about, change, error) => expect(updating(change)).toContain(error))

  it('shows what else would change, as the internal type prints', () => {
    expect(updating(() => ({ restartPolicy: 'Never' }))).toEqual([
      `${onlyThese}@@ -133,7 +133,7 @@
   }
  ],
  "EphemeralContainers": null,
- "RestartPolicy": "Always",
+ "RestartPolicy": "Never",
  "TerminationGracePeriodSeconds": 30,
  "ActiveDeadlineSeconds": null,
  "DNSPolicy": "ClusterFirst",
`,
    ])
    const [text] = updating(({ containers: [c] }) => ({ containers: [{ ...c, env: [{ name: 'A', value: 'b' }] }] }))
    expect(text).toContain(`@@ -98,7 +98,13 @@
    "WorkingDir": "",
    "Ports": null,
    "EnvFrom": null,
-   "Env": null,
+   "Env": [
+    {
+     "Name": "A",
+     "Value": "b",
+     "ValueFrom": null
+    }
+   ],
`)
  })

  it('may set a negative grace period to 1', () => {
    const negative = { ...stored, spec: { ...stored['spec'], terminationGracePeriodSeconds: -3 } }
    expect(updating(() => ({ terminationGracePeriodSeconds: 1 }), negative)).toEqual([])
    expect(updating(() => ({ terminationGracePeriodSeconds: 2 }), negative)[0]).toContain(onlyThese)
  })

  it('may narrow a gated pod', () => {
    const gated = made(pod({ schedulingGates: [{ name: 'example.org/a' }], nodeSelector: { a: 'b' } }))
    expect(updating(() => ({ nodeSelector: { a: 'b', c: 'd' } }), gated)).toEqual([])
    expect(updating(() => ({ nodeSelector: { c: 'd' } }), gated)).toEqual([
      'spec.nodeSelector: Invalid value: {"c":"d"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ])
    expect(updating(() => ({ schedulingGates: undefined }), gated)).toEqual([])
  })

  it('may only narrow the nodes of a gated pod', () => {
    const affinity = (...values: string[]) => ({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values }] }] } } })
    const gated = made(pod({ schedulingGates: [{ name: 'example.org/a' }], affinity: affinity('b') }))
    const at = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'
    expect(updating(() => ({ affinity: affinity('c') }), gated)).toEqual([
      `${at}[0]: Invalid value: {"MatchExpressions":[{"Key":"a","Operator":"In","Values":["c"]}],"MatchFields":null}: only additions are allowed (no mutations or deletions)`,
    ])
    expect(updating(() => ({ affinity: undefined }), gated)).toEqual([`${at}: Invalid value: null: no additions/deletions to non-empty NodeSelectorTerms list are allowed`])
  })

  it('keeps what annotations say of the pod', () => {
    const mirror = 'kubernetes.io/config.mirror'
    const appArmor = 'container.apparmor.security.beta.kubernetes.io/c'
    const errors = (was: Fields, is: Fields) => {
      const old = { ...stored, metadata: { ...stored.metadata, annotations: was } }
      const next = withVersion({ ...stored, spec: { ...stored['spec'], nodeName: 'n' }, metadata: { ...stored.metadata, annotations: is } })
      return validateUpdate(next, old).map(formatFieldError).filter((text) => text.startsWith('metadata.annotations'))
    }
    expect(errors({ [mirror]: 'a', [appArmor]: 'unconfined' }, { [mirror]: 'b' })).toEqual([
      `metadata.annotations[${mirror}]: Forbidden: may not remove or update mirror pod annotation`,
      `metadata.annotations[${appArmor}]: Forbidden: may not remove or update AppArmor annotations`,
    ])
    expect(errors({}, { [mirror]: 'b', [appArmor]: 'unconfined' })).toEqual([
      `metadata.annotations[${mirror}]: Forbidden: may not add mirror pod annotation`,
      `metadata.annotations[${appArmor}]: Forbidden: may not add AppArmor annotations`,
    ])
  })

  it('keeps metadata', () => {
    const next = withVersion({ ...stored, metadata: { ...stored.metadata, name: 'q' } })
    expect(validateUpdate(next, stored).map(formatFieldError)).toContain(
      'metadata.name: Invalid value: "q": field is immutable',
    )
    expect(validateUpdate(stored, stored).map(formatFieldError)).toEqual([
      'metadata.resourceVersion: Invalid value: "": must be specified for an update',
    ])
  })
})

describe('an update of a status', () => {
  const ended = { name: 'c', state: { terminated: { exitCode: 0 } } }
  const old = withVersion({
    ...made(pod({ restartPolicy: 'Never' })),
    status: { phase: 'Running', qosClass: 'BestEffort', containerStatuses: [ended] },
  })
  const changing = (status: Fields) => {
    const next = prepareForStatusUpdate({ ...old, status: { ...old['status'], ...status } }, old)
    return validateStatusUpdate(next, old).map(formatFieldError)
  }

  it.each<[string, Fields, string[]]>([
    [
      'what happened stays',
      { containerStatuses: [{ name: 'c', state: { running: {} } }] },
      ['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'],
    ],
    ['the class stays', { qosClass: 'Burstable' }, ['status.qosClass: Invalid value: "Burstable": field is immutable']],
    [
      'addresses are some',
      { podIPs: [{ ip: 'x' }] },
      ['status.podIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    [
      'host addresses agree',
      { hostIP: '10.0.0.1', hostIPs: [{ ip: '10.0.0.2' }] },
      ['status.hostIPs[0].ip: Invalid value: "10.0.0.2": must be equal to `hostIP`'],
    ],
    ['conditions have names', { conditions: [{ type: 'a b', observedGeneration: -1 }] }, [
      'status.conditions[0].observedGeneration: Invalid value: -1: must be a non-negative integer',
      "status.conditions[0].Type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
    ]],
    ['claims are the spec\'s', { resourceClaimStatuses: [{ name: 'gpu' }] }, ['status.resourceClaimStatuses[0].name: Invalid value: "gpu": must match the name of an entry in `spec.resourceClaims`']],
    ['one address of a family', { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] }, ['status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify no more than one IP for each IP family']],
    ['the rest may change', { phase: 'Succeeded', podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }] }, []],
  ])('%s', (_about, status, errors) => expect(changing(status)).toEqual(errors))
})

describe('cost', () => {
  it('shares what did not change', () => {
    expect(validateCreate(stored)).toEqual([])
    expect(prepareForUpdate(stored, stored)['spec']).toBe(stored['spec'])
  })
})
