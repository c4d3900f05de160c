/**
 * The internal Go types inside a PodSpec, and those of workloads that error texts show: their fields in order, as error texts print them. A row is
 * `Type: GoName=jsonName:Type ...`; without "=" the JSON name is the Go name with a small first letter;
 * without ":" the field is a plain value. "[]" marks a list; "!" a value that is never null (the
 * zero stands after it).
 */
import type { Fields } from './report.ts'

const table = `
PodSpec: Volumes:[]Volume InitContainers:[]Container Containers:[]Container EphemeralContainers:[]EphemeralContainer RestartPolicy!s TerminationGracePeriodSeconds ActiveDeadlineSeconds DNSPolicy=dnsPolicy!s NodeSelector ServiceAccountName!s AutomountServiceAccountToken NodeName!s SecurityContext:PodSecurityContext ImagePullSecrets:[]LocalObjectReference Hostname!s Subdomain!s SetHostnameAsFQDN Affinity:Affinity SchedulerName!s Tolerations:[]Toleration HostAliases:[]HostAlias PriorityClassName!s Priority PreemptionPolicy DNSConfig=dnsConfig:PodDNSConfig ReadinessGates:[]ReadinessGate RuntimeClassName Overhead EnableServiceLinks TopologySpreadConstraints:[]TopologySpreadConstraint OS=os:OS SchedulingGates:[]Named ResourceClaims:[]PodResourceClaim Resources:ResourceRequirements HostnameOverride
PodSecurityContext: HostNetwork!b HostPID!b HostIPC!b ShareProcessNamespace HostUsers SELinuxOptions=seLinuxOptions:SELinuxOptions WindowsOptions:WindowsOptions RunAsUser RunAsGroup RunAsNonRoot SupplementalGroups SupplementalGroupsPolicy FSGroup=fsGroup FSGroupChangePolicy=fsGroupChangePolicy Sysctls:[]NameValue SeccompProfile:Profile AppArmorProfile:Profile SELinuxChangePolicy=seLinuxChangePolicy
Container: Name!s Image!s Command Args WorkingDir!s Ports:[]ContainerPort EnvFrom:[]EnvFromSource Env:[]EnvVar Resources:!ResourceRequirements ResizePolicy:[]ResizePolicy RestartPolicy RestartPolicyRules VolumeMounts:[]VolumeMount VolumeDevices:[]VolumeDevice LivenessProbe:Probe ReadinessProbe:Probe StartupProbe:Probe Lifecycle:Lifecycle TerminationMessagePath!s TerminationMessagePolicy!s ImagePullPolicy!s SecurityContext:SecurityContext Stdin!b StdinOnce!b TTY=tty!b
EphemeralContainer: +Container TargetContainerName!s
ContainerPort: Name!s HostPort!n ContainerPort!n Protocol!s HostIP!s
EnvFromSource: Prefix!s ConfigMapRef:RefOptional SecretRef:RefOptional
RefOptional: Name!s Optional
EnvVar: Name!s Value!s ValueFrom:EnvVarSource
EnvVarSource: FieldRef:ObjectFieldSelector ResourceFieldRef:ResourceFieldSelector ConfigMapKeyRef:KeySelector SecretKeyRef:KeySelector FileKeyRef:FileKeySelector
ObjectFieldSelector: APIVersion=apiVersion!s FieldPath!s
ResourceFieldSelector: ContainerName!s Resource!s Divisor!q
KeySelector: Name!s Key!s Optional
FileKeySelector: VolumeName!s Path!s Key!s Optional
ResourceRequirements: Limits Requests Claims:[]ResourceClaim
ResourceClaim: Name!s Request!s
ResizePolicy: ResourceName!s RestartPolicy!s
VolumeMount: Name!s ReadOnly!b RecursiveReadOnly MountPath!s SubPath!s MountPropagation SubPathExpr!s
VolumeDevice: Name!s DevicePath!s
Probe: Exec:ExecAction HTTPGet=httpGet:HTTPGetAction TCPSocket=tcpSocket:TCPSocketAction GRPC=grpc:GRPCAction InitialDelaySeconds!n TimeoutSeconds!n PeriodSeconds!n SuccessThreshold!n FailureThreshold!n TerminationGracePeriodSeconds
ExecAction: Command
HTTPGetAction: Path!s Port Host!s Scheme!s HTTPHeaders=httpHeaders:[]NameValue
TCPSocketAction: Port Host!s
GRPCAction: Port!n Service
NameValue: Name!s Value!s
Lifecycle: PostStart:Handler PreStop:Handler StopSignal
Handler: Exec:ExecAction HTTPGet=httpGet:HTTPGetAction TCPSocket=tcpSocket:TCPSocketAction Sleep:SleepAction
SleepAction: Seconds!n
SecurityContext: Capabilities:Capabilities Privileged SELinuxOptions=seLinuxOptions:SELinuxOptions WindowsOptions:WindowsOptions RunAsUser RunAsGroup RunAsNonRoot ReadOnlyRootFilesystem AllowPrivilegeEscalation ProcMount SeccompProfile:Profile AppArmorProfile:Profile
Capabilities: Add Drop
SELinuxOptions: User!s Role!s Type!s Level!s
WindowsOptions: GMSACredentialSpecName=gmsaCredentialSpecName GMSACredentialSpec=gmsaCredentialSpec RunAsUserName HostProcess
Profile: Type!s LocalhostProfile
Volume: Name!s HostPath:HostPath EmptyDir:EmptyDir GCEPersistentDisk=gcePersistentDisk AWSElasticBlockStore=awsElasticBlockStore GitRepo:GitRepo Secret:SecretSource NFS=nfs:NFS ISCSI=iscsi Glusterfs PersistentVolumeClaim:ClaimSource RBD=rbd Quobyte FlexVolume Cinder CephFS=cephfs Flocker DownwardAPI:DownwardAPI FC=fc AzureFile ConfigMap:ConfigMapSource VsphereVolume AzureDisk PhotonPersistentDisk Projected:Projected PortworxVolume ScaleIO=scaleIO StorageOS=storageos CSI=csi:CSISource Ephemeral Image:ImageSource
HostPath: Path!s Type
EmptyDir: Medium!s SizeLimit
GitRepo: Repository!s Revision!s Directory!s
SecretSource: SecretName!s Items:[]KeyToPath DefaultMode Optional
ConfigMapSource: Name!s Items:[]KeyToPath DefaultMode Optional
KeyToPath: Key!s Path!s Mode
NFS: Server!s Path!s ReadOnly!b
ClaimSource: ClaimName!s ReadOnly!b
DownwardAPI: Items:[]DownwardFile DefaultMode
DownwardFile: Path!s FieldRef:ObjectFieldSelector ResourceFieldRef:ResourceFieldSelector Mode
Projected: Sources:[]Projection DefaultMode
Projection: Secret:ProjectedKeys DownwardAPI:ProjectedFiles ConfigMap:ProjectedKeys ServiceAccountToken:TokenProjection ClusterTrustBundle PodCertificate
ProjectedKeys: Name!s Items:[]KeyToPath Optional
ProjectedFiles: Items:[]DownwardFile
TokenProjection: Audience!s ExpirationSeconds!n Path!s
CSISource: Driver!s ReadOnly FSType=fsType VolumeAttributes NodePublishSecretRef:LocalObjectReference
ImageSource: Reference!s PullPolicy!s
LocalObjectReference: Name!s
Named: Name!s
Affinity: NodeAffinity:NodeAffinity PodAffinity:PodAffinity PodAntiAffinity:PodAffinity
NodeAffinity: RequiredDuringSchedulingIgnoredDuringExecution:NodeSelector PreferredDuringSchedulingIgnoredDuringExecution:[]PreferredTerm
NodeSelector: NodeSelectorTerms:[]NodeSelectorTerm
NodeSelectorTerm: MatchExpressions:[]NodeRequirement MatchFields:[]NodeRequirement
NodeRequirement: Key!s Operator!s Values
PreferredTerm: Weight!n Preference:!NodeSelectorTerm
PodAffinity: RequiredDuringSchedulingIgnoredDuringExecution:[]PodAffinityTerm PreferredDuringSchedulingIgnoredDuringExecution:[]WeightedTerm
WeightedTerm: Weight!n PodAffinityTerm:!PodAffinityTerm
PodAffinityTerm: LabelSelector Namespaces TopologyKey!s NamespaceSelector MatchLabelKeys MismatchLabelKeys
Toleration: Key!s Operator!s Value!s Effect!s TolerationSeconds
HostAlias: IP=ip!s Hostnames
PodDNSConfig: Nameservers Searches Options:[]DNSOption
DNSOption: Name!s Value
ReadinessGate: ConditionType!s
TopologySpreadConstraint: MaxSkew!n TopologyKey!s WhenUnsatisfiable!s LabelSelector MinDomains NodeAffinityPolicy NodeTaintsPolicy MatchLabelKeys
OS: Name!s
PodResourceClaim: Name!s ResourceClaimName ResourceClaimTemplateName
Strategy: Type!s RollingUpdate:RollingUpdate
RollingUpdate: MaxUnavailable!n MaxSurge!n
StatefulSetStrategy: Type!s RollingUpdate:StatefulSetRollingUpdate
StatefulSetRollingUpdate: Partition!n MaxUnavailable
VolumeNodeAffinity: Required:NodeSelector
ScopeSelector: MatchExpressions:[]ScopeRequirement
ScopeRequirement: ScopeName!s Operator!s Values
PersistentVolumeSource: GCEPersistentDisk=gcePersistentDisk AWSElasticBlockStore=awsElasticBlockStore HostPath:HostPath Glusterfs NFS=nfs:NFS RBD=rbd Quobyte ISCSI=iscsi FlexVolume Cinder CephFS=cephfs FC=fc Flocker AzureFile VsphereVolume AzureDisk PhotonPersistentDisk PortworxVolume ScaleIO=scaleIO Local:Local StorageOS=storageos CSI=csi:CSIPersistent
Local: Path!s FSType=fsType
CSIPersistent: Driver!s VolumeHandle!s ReadOnly!b FSType=fsType!s VolumeAttributes ControllerPublishSecretRef:SecretReference NodeStageSecretRef:SecretReference NodePublishSecretRef:SecretReference ControllerExpandSecretRef:SecretReference NodeExpandSecretRef:SecretReference
SecretReference: Name!s Namespace!s
PodFailurePolicy: Rules:[]PodFailureRule
PodFailureRule: Action!s OnExitCodes:ExitCodes OnPodConditions:[]PodCondition
ExitCodes: ContainerName Operator!s Values
PodCondition: Type!s Status!s
SuccessPolicy: Rules:[]SuccessRule
SuccessRule: SucceededIndexes SucceededCount
`

interface Row {
  goName: string
  jsonName: string
  type: string
  list: boolean
  zero: unknown
}

const zeros: Record<string, unknown> = { s: '', b: false, n: 0, q: '0' }

let types: Map<string, Row[]> | undefined

/** Read on first use: only errors need it. */
function rows(type: string): Row[] {
  types ??= new Map(
    table
      .trim()
      .split('\n')
      .map((line) => {
        const colon = line.indexOf(':')
        return [
          line.slice(0, colon),
          line
            .slice(colon + 2)
            .split(' ')
            .flatMap(parseRow),
        ]
      }),
  )
  return types.get(type)!
}

function parseRow(text: string): Row[] {
  if (text === '+Container') return containerRows()
  const [, goName = '', jsonName, zero, type = ''] = /^([A-Za-z]+)(?:=([A-Za-z]+))?(?:!([sbnq]))?(?::(.+))?$/.exec(
    text,
  )!
  const list = type.startsWith('[]')
  return [
    {
      goName,
      jsonName: jsonName ?? goName[0]!.toLowerCase() + goName.slice(1),
      type: type.replace(/^(\[\]|!)/, ''),
      list,
      zero: zero ? zeros[zero] : type.startsWith('!') ? {} : null,
    },
  ]
}

function containerRows(): Row[] {
  const line = table.split('\n').find((l) => l.startsWith('Container: '))!
  return line.slice('Container: '.length).split(' ').flatMap(parseRow)
}

/** In the internal PodSpec these live in the security context. */
const movedToContext = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers']

/** A v1 value as the internal type of this name prints as JSON. */
export function internalStruct(value: Fields, type: string): Fields {
  let source = value
  if (type === 'PodSpec' && value['securityContext']) {
    const moved = Object.fromEntries(movedToContext.map((field) => [field, value[field]]))
    source = { ...value, securityContext: { ...value['securityContext'], ...moved } }
  }
  const out: Fields = {}
  for (const row of rows(type)) out[row.goName] = internalValue(source[row.jsonName], row)
  return out
}

function internalValue(value: unknown, row: Row): unknown {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
    return row.type !== '' && row.zero !== null ? internalStruct({}, row.type) : row.zero
  }
  if (row.type === '') return sorted(value)
  if (row.list) return (value as Fields[]).map((item) => internalStruct(item, row.type))
  return internalStruct(value as Fields, row.type)
}

/** Maps print with sorted keys. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
