import type { Fields } from '../../api/validation/report.ts'

/** Why a volume is not mounted, in the step that has failed. */
export type Failure =
  /** Told, and tried again by and by; `afterMs`: so long until it has failed. */
  | { step: 'MountVolume.SetUp failed' | 'MountVolume.WaitForAttach failed' | 'MountVolume.NewMounter initialization failed'; volume: string; why: string; afterMs?: number }
  /** Waited for, and nobody is told. */
  | { waits: true }
  /** The kubelet does not know what to mount: the pod's sync fails with it. */
  | { unprocessed: string }

/** Sources whose plugins have left the tree with nothing in their place, and flexVolume, whose programs no node here has. */
const withoutPlugin = ['cephfs', 'flexVolume', 'flocker', 'glusterfs', 'photonPersistentDisk', 'quobyte', 'rbd', 'scaleIO', 'storageos']

/**
 * What keeps any node of ours from mounting such a volume, told by the fields of a pod's volume or of a persistent volume's spec;
 * undefined: nothing that can be told from them. `volume`: its name in events.
 */
export function obstacle(volume: string, sources: Fields): Failure | undefined {
  if (withoutPlugin.some((source) => sources[source] !== undefined)) {
    return { unprocessed: `failed to get Plugin from volumeSpec for volume "${volume}" err=no volume plugin matched` }
  }
  if (sources['gitRepo'] !== undefined) {
    return { step: 'MountVolume.SetUp failed', volume, why: 'git-repo volume plugin has been disabled; if necessary, it may be re-enabled by enabling the feature-gate `GitRepoVolumeDriver`' }
  }
  if (sources['iscsi'] !== undefined) {
    const why = `failed to get any path for iscsi disk, last err seen:\niscsi: failed to sendtargets to portal ${portal(sources['iscsi'].targetPortal)} output: , err exec: "iscsiadm": executable file not found in $PATH`
    return { step: 'MountVolume.WaitForAttach failed', volume, why }
  }
  if (sources['fc'] !== undefined) return { step: 'MountVolume.WaitForAttach failed', volume, why: 'no fc disk found' }
  const { csi } = sources
  if (csi !== undefined && csi.volumeHandle === undefined) {
    return { step: 'MountVolume.NewMounter initialization failed', volume, why: `volume mode "Ephemeral" not supported by driver ${csi.driver} (no CSIDriver object)` }
  }
  return undefined
}

const portal = (address: string): string => (address.includes(':') ? address : `${address}:3260`)

/** What `mount` says of a server of files that does not answer; `error` is that of the connection. It tries for two minutes when nothing comes back. */
export function mountNfsFailed(volume: string, podUID: string, { server, path }: { server: string; path: string }, error: string): Failure {
  const target = `/var/lib/kubelet/pods/${podUID}/volumes/kubernetes.io~nfs/${volume}`
  const said = error === 'unresolved' ? `Failed to resolve server ${server}: Name or service not known` : error === 'refused' ? 'Connection refused' : error === 'unreachable' ? 'No route to host' : 'Connection timed out'
  const why = `mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs ${server}:${path} ${target}\nOutput: mount.nfs: ${said}`
  return { step: 'MountVolume.SetUp failed', volume, why, ...(error === 'timeout' ? { afterMs: 120_000 } : {}) }
}
