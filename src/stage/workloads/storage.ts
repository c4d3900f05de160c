import type { KubeObject, Pod } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'

interface Claim extends KubeObject {
  spec: { volumeName?: string; storageClassName?: string; resources?: { requests?: Record<string, string> } }
  status: { phase?: string }
}

interface Volume extends KubeObject {
  spec: { capacity?: Record<string, string>; persistentVolumeReclaimPolicy?: string; storageClassName?: string; claimRef?: { namespace?: string; name?: string; uid?: string } }
  status: { phase?: string }
}

/** A disk with whom it belongs to: either side may be missing. */
export interface Drum {
  readonly id: string
  readonly volume: { key: string; name: string; phase: string; size: string; reclaim: string } | undefined
  readonly claim: { key: string; name: string; phase: string; size: string } | undefined
  /** Pods that use it, and on which node. */
  readonly users: readonly { key: string; name: string; node: string | undefined }[]
}

/** Every volume and every claim at a moment, those that belong together as one. */
export function drumsAt(film: Film, revision: number): Drum[] {
  const claims = film.etcd.range('persistentvolumeclaims/', revision) as readonly Claim[]
  const volumes = film.etcd.range('persistentvolumes/', revision) as readonly Volume[]
  const users = usersOf(film.etcd.range('pods/', revision) as readonly Pod[])
  const taken = new Set<string>()
  const claimed = claims.map((claim): Drum => {
    const { namespace, name, uid } = claim.metadata
    const volume = volumes.find(({ metadata, spec }) => metadata.name === claim.spec.volumeName || spec.claimRef?.uid === uid)
    if (volume !== undefined) taken.add(volume.metadata.uid)
    return {
      id: uid,
      volume: volume === undefined ? undefined : volumeOf(volume),
      claim: {
        key: `persistentvolumeclaims/${namespace}/${name}`,
        name,
        phase: claim.metadata.deletionTimestamp === undefined ? (claim.status.phase ?? 'Pending') : 'Terminating',
        size: claim.spec.resources?.requests?.['storage'] ?? '',
      },
      users: users.get(`${namespace}/${name}`) ?? [],
    }
  })
  const free = volumes.filter(({ metadata }) => !taken.has(metadata.uid))
  return [...claimed, ...free.map((volume): Drum => ({ id: volume.metadata.uid, volume: volumeOf(volume), claim: undefined, users: [] }))]
}

function volumeOf({ metadata, spec, status }: Volume): NonNullable<Drum['volume']> {
  return {
    key: `persistentvolumes/${metadata.name}`,
    name: metadata.name,
    phase: status.phase ?? 'Pending',
    size: spec.capacity?.['storage'] ?? '',
    reclaim: spec.persistentVolumeReclaimPolicy ?? 'Retain',
  }
}

function usersOf(pods: readonly Pod[]): Map<string, Drum['users'][number][]> {
  const users = new Map<string, Drum['users'][number][]>()
  for (const { metadata, spec, status } of pods) {
    if (status.phase === 'Succeeded' || status.phase === 'Failed') continue
    for (const { name, persistentVolumeClaim } of spec.volumes ?? []) {
      const claim = persistentVolumeClaim?.claimName ?? ((spec.volumes ?? []).find((v) => v.name === name)?.['ephemeral'] === undefined ? undefined : `${metadata.name}-${name}`)
      if (claim === undefined) continue
      const key = `${metadata.namespace}/${claim}`
      users.set(key, [...(users.get(key) ?? []), { key: `pods/${metadata.namespace}/${metadata.name}`, name: metadata.name, node: spec.nodeName }])
    }
  }
  return users
}
