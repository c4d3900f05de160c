/** How a kubelet and the drivers of devices on its node find one another (k8s.io/kubelet/pkg/apis/dra, pkg/kubelet/pluginmanager). */

/** Where a driver puts the socket at which the kubelet learns of it; on the node. */
export const registrationFolder = '/var/lib/kubelet/plugins_registry'

/** Where a driver describes what containers get with its devices (Container Device Interface); on the node. */
export const cdiFolder = '/var/run/cdi'

/**
 * A driver's UNIX socket is a port of its pod that no TCP has, so that nobody else can dial it. In the file of the socket stands where that is:
 * `10.244.1.5:70000`.
 */
export const driverPort = 70_000

/** Calls of the kubelet, as gRPC names them. */
export const prepareCall = '/k8s.io.kubelet.pkg.apis.dra.v1.DRAPlugin/NodePrepareResources'
export const unprepareCall = '/k8s.io.kubelet.pkg.apis.dra.v1.DRAPlugin/NodeUnprepareResources'

export interface ClaimReference {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

export interface PreparedDevice {
  readonly requestNames: readonly string[]
  readonly poolName: string
  readonly deviceName: string
  /** `vendor/class=name`, as devices are called in the files of cdiFolder. */
  readonly cdiDeviceIDs: readonly string[]
}

/** By the claim's uid. */
export interface Prepared {
  readonly claims: Readonly<Record<string, { readonly devices?: readonly PreparedDevice[]; readonly error?: string }>>
}

/** A file of cdiFolder, as far as environment variables go. */
export interface CdiSpec {
  readonly cdiVersion: string
  readonly kind: string
  readonly devices: readonly { readonly name: string; readonly containerEdits: { readonly env?: readonly string[] } }[]
}
