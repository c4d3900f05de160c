/** Two files of one volume at the same path, or one below the other (pkg/api/pod/warnings.go warningsForOverlappingVirtualPaths). */
import type { Fields } from '../validation/report.ts'

interface Placed {
  path: string
  /** '' in a volume of one source. */
  source: string
}

export function warningsForOverlaps(volumes: readonly Fields[]): string[] {
  return volumes.flatMap(({ name, configMap, secret, downwardAPI, projected }) => {
    if (configMap?.items !== undefined) return overlaps(`volume "${name}" (ConfigMap "${configMap.name}")`, placed(configMap.items, ''))
    if (secret?.items !== undefined) return overlaps(`volume "${name}" (Secret "${secret.secretName}")`, placed(secret.items, ''))
    if (downwardAPI?.items !== undefined) return overlaps(`volume "${name}" (DownwardAPI)`, placed(downwardAPI.items, ''))
    const sources: Fields[] = projected?.sources ?? []
    const empty = sources.filter((source) => Object.keys(source).length === 0).map(() => `volume "${name}" (Projected) has no sources provided`)
    return [...empty, ...overlaps(`volume "${name}" (Projected)`, sources.flatMap(pathsOf))]
  })
}

const placed = (items: readonly Fields[], source: string): Placed[] => items.map(({ path }) => ({ path, source }))

function pathsOf({ configMap, secret, downwardAPI, serviceAccountToken, clusterTrustBundle }: Fields): Placed[] {
  if (configMap !== undefined) return placed(configMap.items ?? [], `ConfigMap "${configMap.name}"`)
  if (secret !== undefined) return placed(secret.items ?? [], `Secret "${secret.name}"`)
  if (downwardAPI !== undefined) return placed(downwardAPI.items ?? [], 'DownwardAPI')
  if (serviceAccountToken !== undefined) return placed([serviceAccountToken], 'ServiceAccountToken')
  return clusterTrustBundle === undefined ? [] : placed([clusterTrustBundle], `ClusterTrustBundle "${clusterTrustBundle.name ?? clusterTrustBundle.signerName}"`)
}

function overlaps(volume: string, files: readonly Placed[]): string[] {
  const trimmed = files.map(({ path, source }) => ({ path: path.replace(/\/+$/, ''), source }))
  return trimmed.flatMap((file, i) => trimmed.slice(0, i).flatMap((other) => (collide(file.path, other.path) ? [`${volume}: overlapping paths: ${shown(file)} with ${shown(other)}`] : [])))
}

function collide(a: string, b: string): boolean {
  return a !== '' && b !== '' && (`${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`))
}

const shown = ({ path, source }: Placed): string => (source === '' ? `"${path}"` : `"${path}" (${source})`)
