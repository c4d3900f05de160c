import type { FileSystem } from '../../runtime/filesystem.ts'

/** The part of a volume that a mount names: where it is missing, it is made as open as the volume itself (makeMounts, doSafeMakeDir), and belongs to the group that all there belongs to. */
export function makeSubPath(files: FileSystem, base: string, subPath: string): void {
  const volume = files.stat(base === '' ? '/' : base)
  const mode = (volume?.mode ?? 0o755) & 0o777
  const group = volume !== undefined && (volume.mode & 0o2000) !== 0 ? { gid: volume.gid } : {}
  let at = base
  for (const name of subPath.split('/').filter((one) => one !== '' && one !== '.')) {
    at = `${at}/${name}`
    if (!files.exists(at)) files.mkdir(at, { mode, ...group })
  }
}
