import { migratedPlugins } from './migratedPlugins.ts'
import type { Fields } from './validation/report.ts'

/** A volume that a CSI driver gives to a node. */
export interface Driven {
  driver: string
  /** What the driver knows the volume by. */
  handle: string
}

/** Sources whose plugins have left the tree, and the drivers that work for them today (k8s.io/csi-translation-lib). */
const translated: Readonly<Record<string, (source: Fields) => Driven>> = {
  awsElasticBlockStore: ({ volumeID }) => ({ driver: 'ebs.csi.aws.com', handle: volumeID }),
  gcePersistentDisk: ({ pdName }) => ({ driver: 'pd.csi.storage.gke.io', handle: `projects/UNSPECIFIED/zones/UNSPECIFIED/disks/${pdName}` }),
  azureDisk: ({ diskURI }) => ({ driver: 'disk.csi.azure.com', handle: diskURI }),
  azureFile: ({ secretName, shareName }) => ({ driver: 'file.csi.azure.com', handle: `#${secretName}#${shareName}#` }),
  cinder: ({ volumeID }) => ({ driver: 'cinder.csi.openstack.org', handle: volumeID }),
  vsphereVolume: ({ volumePath }) => ({ driver: 'csi.vsphere.vmware.com', handle: volumePath }),
  portworxVolume: ({ volumeID }) => ({ driver: 'pxd.portworx.com', handle: volumeID }),
}

/** How the plugin of a source was called before a driver took its place; undefined: it never was in the tree. */
export function pluginBefore(sources: Fields): string | undefined {
  const driven = sources['csi'] === undefined ? drivenBy(sources) : undefined
  return Object.keys(migratedPlugins).find((plugin) => migratedPlugins[plugin] === driven?.driver)
}

/** The driver behind a provisioner; undefined for provisioners of directories (rancher.io/local-path): only a driver's name has no slash. */
export function driverOf(provisioner: string): string | undefined {
  return migratedPlugins[provisioner] ?? (provisioner.includes('/') ? undefined : provisioner)
}

/** The driver of a pod's volume or of a persistent volume's spec; undefined: no driver is needed, or a driver that only the node is asked for (csi inline). */
export function drivenBy(sources: Fields): Driven | undefined {
  if (sources['csi']?.volumeHandle !== undefined) return { driver: sources['csi'].driver, handle: sources['csi'].volumeHandle }
  const kind = Object.keys(translated).find((name) => sources[name] !== undefined)
  return kind === undefined ? undefined : translated[kind]!(sources[kind])
}

/** How a volume is called that a pod names itself, in events about its attachment. */
export const inlineName = ({ driver, handle }: Driven): string => `${driver}-${handle.slice(handle.lastIndexOf('/') + 1)}`
