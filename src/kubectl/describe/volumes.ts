import { quantity, sign } from '../../engine/api/quantity.ts'
import type { KubeObject, Volume } from '../../engine/api/types.ts'
import { writeClaim } from './claims.ts'
import { goList, shorten, type Description } from './writer.ts'

type Source = Record<string, any>

/** The volumes of a pod or a template. */
export function writeVolumes(w: Description, volumes: readonly Volume[] | undefined, indent = ''): void {
  if (!volumes?.length) return w.line(0, `${indent}Volumes:\t<none>`)
  w.line(0, `${indent}Volumes:`)
  for (const volume of volumes) {
    w.line(1, `${indent === '' ? '' : ' '}${volume.name}:`)
    writeVolumeSource(w, volume as unknown as Source)
  }
}

/** What kind of volume it is, and where its data is; `spec` is a volume or the spec of a PersistentVolume. */
export function writeVolumeSource(w: Description, spec: Source, persistent = false): void {
  const name = Object.keys(spec).find((key) => spec[key] && (key in special || key in simple))
  if (name === undefined) return w.line(1, '<unknown>')
  const source: Source = spec[name]
  if (name in special) return special[name]!(w, source, persistent)
  const [type, ...fields] = simple[name]!
  w.line(2, `Type:\t${type}`)
  for (const field of fields) writeField(w, source, field, persistent)
}

/**
 * "Title=path" is a text. Marks at the end: "?" a boolean, "#" a number, "*" a list, "%" a map, "&" a reference to a
 * secret, "-" a text that may be missing, "!" only of persistent volumes.
 */
function writeField(w: Description, source: Source, field: string, persistent: boolean): void {
  const [, title, path, mark] = /^(.*)=([\w.]*)(.*)$/.exec(field)!
  if (mark!.includes('!') && !persistent) return
  const value = path!.split('.').reduce<any>((at, key) => at?.[key], source)
  const colon = title === 'ISCSIInterface' || title!.endsWith(': ') ? '' : ':'
  w.line(2, `${title}${colon}\t${mark!.includes('&') ? secretText(value, persistent) : fieldText(value, mark!)}`)
}

/** A pod's secret is one of its namespace; a persistent volume says whose it is. */
function secretText(secret: { name?: string; namespace?: string } | undefined, persistent: boolean): string {
  if (!secret) return 'nil'
  return persistent ? `&SecretReference{Name:${secret.name ?? ''},Namespace:${secret.namespace ?? ''},}` : `&LocalObjectReference{Name:${secret.name ?? ''},}`
}

function fieldText(value: any, mark: string): string {
  if (mark.includes('?')) return String(value ?? false)
  if (mark.includes('*')) return goList(value)
  if (mark.includes('%')) return `map${goList(Object.keys(value ?? {}).toSorted().map((key) => `${key}:${value[key]}`))}`
  if (mark.includes('#')) return String(value ?? 0)
  if (mark.includes('-')) return value === undefined ? '<none>' : Array.isArray(value) ? value.join(', ') : String(value)
  return value === undefined ? '' : String(value)
}

const simple: Record<string, readonly [string, ...string[]]> = {
  hostPath: ['HostPath (bare host directory volume)', 'Path=path', 'HostPathType=type-'],
  gcePersistentDisk: ['GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)', 'PDName=pdName', 'FSType=fsType', 'Partition=partition#', 'ReadOnly=readOnly?'],
  awsElasticBlockStore: ['AWSElasticBlockStore (a Persistent Disk resource in AWS)', 'VolumeID=volumeID', 'FSType=fsType', 'Partition=partition#', 'ReadOnly=readOnly?'],
  gitRepo: ['GitRepo (a volume that is pulled from git when the pod is created)', 'Repository=repository', 'Revision=revision'],
  secret: ['Secret (a volume populated by a Secret)', 'SecretName=secretName', 'Optional=optional?'],
  configMap: ['ConfigMap (a volume populated by a ConfigMap)', 'Name=name', 'Optional=optional?'],
  nfs: ['NFS (an NFS mount that lasts the lifetime of a pod)', 'Server=server', 'Path=path', 'ReadOnly=readOnly?'],
  iscsi: [
    "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)", 'TargetPortal=targetPortal',
    'IQN=iqn', 'Lun=lun#', 'ISCSIInterface=iscsiInterface', 'FSType=fsType', 'ReadOnly=readOnly?', 'Portals=portals*',
    'DiscoveryCHAPAuth=chapAuthDiscovery?', 'SessionCHAPAuth=chapAuthSession?', 'SecretRef=secretRef&', 'InitiatorName=initiatorName-',
  ],
  glusterfs: [
    "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)", 'EndpointsName=endpoints', 'EndpointsNamespace=endpointsNamespace!',
    'Path=path', 'ReadOnly=readOnly?',
  ],
  persistentVolumeClaim: ['PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)', 'ClaimName=claimName', 'ReadOnly=readOnly?'],
  rbd: [
    "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)", 'CephMonitors=monitors*', 'RBDImage=image', 'FSType=fsType',
    'RBDPool=pool', 'RadosUser=user', 'Keyring=keyring', 'SecretRef=secretRef&', 'ReadOnly=readOnly?',
  ],
  quobyte: ["Quobyte (a Quobyte mount on the host that shares a pod's lifetime)", 'Registry=registry', 'Volume=volume', 'ReadOnly=readOnly?'],
  azureDisk: [
    'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)', 'DiskName=diskName', 'DiskURI=diskURI', 'Kind: =kind',
    'FSType=fsType', 'CachingMode=cachingMode', 'ReadOnly=readOnly?',
  ],
  vsphereVolume: ['vSphereVolume (a Persistent Disk resource in vSphere)', 'VolumePath=volumePath', 'FSType=fsType', 'StoragePolicyName=storagePolicyName'],
  cinder: ['Cinder (a Persistent Disk resource in OpenStack)', 'VolumeID=volumeID', 'FSType=fsType', 'ReadOnly=readOnly?', 'SecretRef=secretRef&'],
  photonPersistentDisk: ['PhotonPersistentDisk (a Persistent Disk resource in photon platform)', 'PdID=pdID', 'FSType=fsType'],
  portworxVolume: ['PortworxVolume (a Portworx Volume resource)', 'VolumeID=volumeID'],
  scaleIO: [
    'ScaleIO (a persistent volume backed by a block device in ScaleIO)', 'Gateway=gateway', 'System=system', 'Protection Domain=protectionDomain',
    'Storage Pool=storagePool', 'Storage Mode=storageMode', 'VolumeName=volumeName', 'SecretName=secretRef.name!',
    'SecretNamespace=secretRef.namespace!', 'FSType=fsType', 'ReadOnly=readOnly?',
  ],
  local: ['LocalVolume (a persistent volume backed by local storage on a node)', 'Path=path'],
  cephfs: [
    "CephFS (a CephFS mount on the host that shares a pod's lifetime)", 'Monitors=monitors*', 'Path=path', 'User=user', 'SecretFile=secretFile',
    'SecretRef=secretRef&', 'ReadOnly=readOnly?',
  ],
  storageos: [
    'StorageOS (a StorageOS Persistent Disk resource)', 'VolumeName=volumeName', 'VolumeNamespace=volumeNamespace', 'FSType=fsType', 'ReadOnly=readOnly?',
  ],
  fc: ['FC (a Fibre Channel disk)', 'TargetWWNs=targetWWNs-', 'LUN=lun-', 'FSType=fsType', 'ReadOnly=readOnly?'],
  azureFile: [
    'AzureFile (an Azure File Service mount on the host and bind mount to the pod)', 'SecretName=secretName', 'SecretNamespace=secretNamespace!',
    'ShareName=shareName', 'ReadOnly=readOnly?',
  ],
  flexVolume: [
    'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)', 'Driver=driver', 'FSType=fsType',
    'SecretRef=secretRef&', 'ReadOnly=readOnly?', 'Options=options%',
  ],
  flocker: ['Flocker (a Flocker volume mounted by the Flocker agent)', 'DatasetName=datasetName', 'DatasetUUID=datasetUUID'],
  image: ['Image (a container image or OCI artifact)', 'Reference=reference', 'PullPolicy=pullPolicy'],
}

const special: Record<string, (w: Description, source: Source, persistent: boolean) => void> = {
  emptyDir(w, { medium = '', sizeLimit }) {
    w.line(2, "Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)")
    w.line(2, `Medium:\t${medium}`)
    const limit = quantity(sizeLimit)
    w.line(2, `SizeLimit:\t${sizeLimit !== undefined && sign(limit) > 0 ? limit.text : '<unset>'}`)
  },
  projected: writeProjected,
  downwardAPI(w, { items = [] }) {
    w.line(2, 'Type:\tDownwardAPI (a volume populated by information about the pod)')
    w.line(2, 'Items:')
    for (const { fieldRef, resourceFieldRef, path } of items) {
      if (fieldRef) w.line(3, `${fieldRef.fieldPath} -> ${path}`)
      if (resourceFieldRef) w.line(3, `${resourceFieldRef.resource} -> ${path}`)
    }
  },
  ephemeral(w, { volumeClaimTemplate }) {
    w.line(2, 'Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)')
    if (volumeClaimTemplate) w.nested(2, () => writeClaim(w, { metadata: {}, ...volumeClaimTemplate } as KubeObject, false))
  },
  csi(w, { driver, fsType = '', readOnly = false, volumeHandle, volumeAttributes }, persistent) {
    w.line(2, 'Type:\tCSI (a Container Storage Interface (CSI) volume source)')
    w.line(2, `Driver:\t${driver}`)
    w.line(2, `FSType:\t${fsType}`)
    if (persistent) w.line(2, `VolumeHandle:\t${volumeHandle}`)
    w.line(2, `ReadOnly:\t${readOnly}`)
    writeAttributes(w, volumeAttributes)
  },
}

function writeProjected(w: Description, { sources = [] }: Source): void {
  w.line(2, 'Type:\tProjected (a volume that contains injected data from multiple sources)')
  for (const { secret, downwardAPI, configMap, serviceAccountToken } of sources) {
    if (secret) {
      w.line(2, `SecretName:\t${secret.name}`)
      w.line(2, `Optional:\t${secret.optional ?? false}`)
    } else if (downwardAPI) w.line(2, 'DownwardAPI:\ttrue')
    else if (configMap) {
      w.line(2, `ConfigMapName:\t${configMap.name}`)
      w.line(2, `Optional:\t${configMap.optional ?? false}`)
    } else if (serviceAccountToken) w.line(2, `TokenExpirationSeconds:\t${serviceAccountToken.expirationSeconds ?? 3600}`)
  }
}

function writeAttributes(w: Description, attributes: Record<string, string> | undefined): void {
  const keys = Object.keys(attributes ?? {}).toSorted()
  w.write(2, 'VolumeAttributes:\t')
  if (keys.length === 0) w.line(0, '<none>')
  keys.forEach((key, i) => {
    // kubectl indents what is already indented: twice before all lines but the first.
    if (i > 0) w.write(4, '\t')
    w.line(2, shorten(`${key}=${attributes![key]}`, 140))
  })
}

