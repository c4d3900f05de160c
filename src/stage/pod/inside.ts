import type { ContainerRecord, FileRecord, MountedFile, MountedRecord, ProcessRecord, SandboxRecord } from '../../engine/api/machine.ts'
import type { Container, Pod, Volume } from '../../engine/api/types.ts'
import { newestRecord } from '../shared/objects/containers.ts'
import type { ContainerView, PodRecords } from '../shared/objects/containers.ts'

/**
 * What is inside a pod at one moment, as its machine and its spec have it: which namespaces its containers share, which
 * each has for itself, and what lies in its volumes. Pure: records in, a picture as data out.
 */
export interface Inside {
  readonly sandbox: SandboxRecord | undefined
  readonly hostname: string
  /** Whose namespace it is: the node's, the pod's (shared), or each container's own. */
  readonly network: 'node' | 'pod'
  readonly ipc: 'node' | 'pod'
  readonly pid: 'node' | 'pod' | 'container'
  /** Init containers that are done: they are no longer in the sandbox. */
  readonly done: readonly ContainerView[]
  readonly containers: readonly InsideContainer[]
  readonly volumes: readonly InsideVolume[]
  readonly listening: readonly { port: number; container: string }[]
}

export interface InsideContainer {
  readonly view: ContainerView
  readonly spec: Container | undefined
  readonly record: ContainerRecord | undefined
  /** Parents before children. */
  readonly processes: readonly TreeProcess[]
  /** Written in its own root file system, outside of any volume. */
  readonly files: readonly FileRecord[]
}

export interface TreeProcess extends ProcessRecord {
  readonly depth: number
}

export interface InsideVolume {
  readonly name: string
  /** The field of the volume that says its kind: 'emptyDir', 'configMap', ... */
  readonly kind: string
  /** The object or path behind it. */
  readonly source: string | undefined
  readonly mounts: readonly { container: string; path: string; readOnly: boolean }[]
  /** By path within the volume. */
  readonly files: readonly FileRecord[]
  /** What the kubelet has written there. */
  readonly mounted: readonly MountedFile[]
}

export function insideOf(
  pod: Pod,
  views: readonly ContainerView[],
  records: PodRecords,
  processesOf: (containerID: string) => readonly ProcessRecord[],
  filesOf: (containerID: string) => readonly FileRecord[],
  mounted: readonly MountedRecord[] = [],
): Inside {
  const { spec } = pod
  const sandbox = records.sandboxes.findLast((s) => s.state === 'ready') ?? records.sandboxes.at(-1)
  const specs = [...(spec.initContainers ?? []), ...spec.containers, ...((spec.ephemeralContainers ?? []) as Container[])]
  const all = views.map((view): InsideContainer & { written: readonly FileRecord[] } => {
    const own = specs.find((c) => c.name === view.name)
    const record = newestRecord(records.containers, view.name)
    const written = record === undefined ? [] : filesOf(record.id)
    const mounts = (own?.volumeMounts ?? []).map((m) => m.mountPath)
    return {
      view,
      spec: own,
      record,
      processes: record === undefined ? [] : asTree(processesOf(record.id)),
      files: written.filter(({ path }) => !mounts.some((mount) => isBelow(path, mount))),
      written,
    }
  })
  const isDone = ({ view }: InsideContainer): boolean => view.role === 'init' && view.glyph === 'finished'
  const present = all.filter((c) => !isDone(c))
  return {
    sandbox,
    hostname: spec.hostNetwork === true ? (spec.nodeName ?? '') : (spec.hostname ?? pod.metadata.name),
    network: spec.hostNetwork === true ? 'node' : 'pod',
    ipc: spec.hostIPC === true ? 'node' : 'pod',
    pid: spec.hostPID === true ? 'node' : spec.shareProcessNamespace === true ? 'pod' : 'container',
    done: all.filter(isDone).map((c) => c.view),
    containers: present,
    volumes: (spec.volumes ?? []).map((volume) => insideVolume(volume, all, mounted.find((m) => m.volume === volume.name)?.files ?? [])),
    listening: present.flatMap(({ view, processes }) =>
      processes.flatMap(({ ports }) => ports.map((port) => ({ port, container: view.name }))),
    ),
  }
}

function insideVolume(
  { name, ...rest }: Volume,
  containers: readonly (InsideContainer & { written: readonly FileRecord[] })[],
  mounted: readonly MountedFile[],
): InsideVolume {
  const [kind = '', detail] = Object.entries(rest).find(([, value]) => value !== undefined) ?? []
  const mounts: InsideVolume['mounts'][number][] = []
  const files = new Map<string, FileRecord>()
  for (const { view, spec, written } of containers) {
    for (const mount of spec?.volumeMounts ?? []) {
      if (mount.name !== name) continue
      mounts.push({ container: view.name, path: mount.mountPath, readOnly: mount.readOnly === true || writtenByKubelet.has(kind) })
      for (const file of written) {
        if (!isBelow(file.path, mount.mountPath)) continue
        const path = (mount.subPath ?? '') + file.path.slice(mount.mountPath.length)
        files.set(path, { ...file, path })
      }
    }
  }
  return { name, kind, source: sourceOf(kind, detail), mounts, files: [...files.values()], mounted }
}

/** Nobody else may write there, whatever the mount says. */
const writtenByKubelet = new Set(['configMap', 'secret', 'downwardAPI', 'projected', 'image'])

/** What stands behind a volume, in one word. */
function sourceOf(kind: string, detail: unknown): string | undefined {
  const facts = (detail ?? {}) as Record<string, unknown>
  const fields = ['name', 'secretName', 'claimName', 'path', 'medium', 'reference', 'driver']
  const found = fields.map((field) => facts[field]).find((value) => typeof value === 'string' && value !== '')
  if (found !== undefined) return found as string
  if (kind !== 'projected') return undefined
  const sources = (facts['sources'] ?? []) as Record<string, unknown>[]
  return sources.flatMap((source) => Object.keys(source)).join(', ')
}

function isBelow(path: string, mount: string): boolean {
  return path === mount || path.startsWith(mount.endsWith('/') ? mount : `${mount}/`)
}

/** Depth first, as ps --forest; who has lost its parent begins a tree of its own. */
export function asTree(processes: readonly ProcessRecord[]): TreeProcess[] {
  const known = new Set(processes.map((p) => p.pid))
  const tree: TreeProcess[] = []
  const add = (parent: number | undefined, depth: number): void => {
    for (const process of processes) {
      if (parent === undefined ? known.has(process.ppid) : process.ppid !== parent) continue
      tree.push({ ...process, depth })
      add(process.pid, depth + 1)
    }
  }
  add(undefined, 0)
  return tree
}
