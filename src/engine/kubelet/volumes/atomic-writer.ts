import type { FileSystem } from '../../runtime/filesystem.ts'
import { formatTime } from '../../api/time.ts'

export interface VolumeFile {
  text: string
  mode: number
  /** It comes from a Secret. */
  secret?: boolean
}

/** Files of a volume that the kubelet writes: path -> file. */
export type Payload = Readonly<Record<string, VolumeFile>>

/**
 * Writes the files of a volume so that whoever reads them sees all of the old ones or all of the new ones
 * (pkg/volume/util/atomic_writer.go):
 *
 *     ..2026_01_05_09_00_00.123456789/token      the files
 *     ..data -> ..2026_01_05_09_00_00.123456789  swapped by one rename
 *     token -> ..data/token                      what people see
 *
 * `digits` end the name of the directory; `gid`: the pod's fsGroup, which may read them. Returns whether anything was written.
 */
export function writeAtomically(files: FileSystem, payload: Payload, o: { digits: string; gid: number | undefined }): boolean {
  const old = files.stat('/..data', { link: true })?.target
  if (old !== undefined && isWritten(files, payload, old)) return false
  const name = `..${formatTime(files.now()).slice(0, 19).replace(/[-:T]/g, '_')}.${o.digits}`
  const ofGroup = o.gid === undefined ? {} : { gid: o.gid }
  files.mkdir(`/${name}`, { mode: o.gid === undefined ? 0o755 : 0o2775, ...ofGroup })
  for (const [path, { text, mode }] of Object.entries(payload)) {
    files.writeText(`/${name}/${path}`, text, { mode: o.gid === undefined ? mode : mode | 0o440, ...ofGroup })
  }
  files.symlink('/..data_tmp', name)
  files.rename('/..data_tmp', '/..data')
  const seen = new Set(Object.keys(payload).map((path) => path.split('/')[0]!))
  for (const top of seen) if (files.stat(`/${top}`, { link: true }) === undefined) files.symlink(`/${top}`, `..data/${top}`)
  for (const top of files.list('/') ?? []) if (!top.startsWith('..') && !seen.has(top)) files.remove(`/${top}`)
  if (old !== undefined) files.remove(`/${old}`)
  return true
}

function isWritten(files: FileSystem, payload: Payload, directory: string): boolean {
  const paths = Object.keys(payload)
  return paths.length === countFiles(files, `/${directory}`) && paths.every((path) => files.readText(`/${directory}/${path}`) === payload[path]!.text)
}

function countFiles(files: FileSystem, directory: string): number {
  let count = 0
  for (const name of files.list(directory) ?? []) {
    const path = `${directory}/${name}`
    count += files.stat(path)?.type === 'directory' ? countFiles(files, path) : 1
  }
  return count
}
