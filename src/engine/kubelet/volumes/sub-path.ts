import type { FileSystem } from '../../runtime/filesystem.ts'

/** The part of a volume that a mount names: where it is missing, it is made as open as the volume itself (makeMounts, doSafeMakeDir), and belongs to the group that all there belongs to. */
export function makeSubPath(files: FileSystem, base: string, subPath: string): void {
  const volume = files.stat(base === '' ? '/' : base)
  const mode = (volume?.mode ?? 0o755) & 0o777
  const group = volume !== undefined && (volume.mode & 0o2000) !== 0 ? { gid: volume.gid } : {}
  let at = base
  for (const name of partsOf(subPath)) {
    at = `${at}/${name}`
    if (!files.exists(at)) files.mkdir(at, { mode, ...group })
  }
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.')

/**
 * What cannot be done with the part of a volume that a mount names (mount-utils/subpath): a link on the way leads out of the volume or to
 * nothing, or something on it is no directory. `base`: where the volume is in `files`; '' when it is all of them.
 */
export function subPathFailure(files: FileSystem, base: string, subPath: string): 'prepare' | 'create' | undefined {
  const stays = (at: string, target: string): boolean => (base === '' ? !leavesRoot(at, target) : `${files.realPath(at)}/`.startsWith(`${files.realPath(base).replace(/\/$/, '')}/`))
  let at = base
  for (const name of partsOf(subPath)) {
    if (files.stat(at === '' ? '/' : at)?.type !== 'directory') return 'prepare'
    at = `${at}/${name}`
    const own = files.stat(at, { link: true })
    if (own === undefined) return undefined
    if (own.type === 'symlink' && !stays(at, own.target!)) return 'prepare'
    if (!files.exists(at)) return 'create'
  }
  return undefined
}

/** Whether a link goes above the directory that has it and all others. */
function leavesRoot(at: string, target: string): boolean {
  if (target.startsWith('/')) return true
  let depth = partsOf(at).length - 1
  return partsOf(target).some((part) => (depth += part === '..' ? -1 : 1) < 0)
}
