import { isDirectory, type Node } from './node.ts'

/** What `stat` tells of a node. */
export interface FileStat {
  type: 'file' | 'directory' | 'symlink' | 'device' | 'socket'
  sizeBytes: number
  /** KiB that it takes where it lies. */
  diskKb: number
  mode: number
  uid: number
  gid: number
  /** Virtual ms. */
  modifiedAt: number
  /** Of a symlink. */
  target: string | undefined
}

export function statOf(node: Node, isTmpfs = false): FileStat {
  const sizeBytes = sizeOf(node, isTmpfs)
  const takesNothing = node.kind === 'symlink' || node.kind === 'device' || (isTmpfs && node.kind === 'directory')
  return {
    type: isDirectory(node) ? 'directory' : node.kind === 'device' ? (node.shows ?? 'device') : node.kind,
    sizeBytes,
    diskKb: takesNothing ? 0 : Math.ceil(sizeBytes / 4096) * 4,
    mode: node.mode,
    uid: node.uid,
    gid: node.gid,
    modifiedAt: node.modifiedAt,
    target: node.kind === 'symlink' ? node.target : undefined,
  }
}

/** A tmpfs gives each entry of a directory 20 bytes, itself and its parent among them. */
function sizeOf(node: Node, isTmpfs: boolean): number {
  if (node.kind === 'file') return node.program === undefined ? node.content.size : 820_000
  if (node.kind === 'symlink') return node.target.length
  if (node.kind !== 'directory') return 0
  return isTmpfs ? 20 * (node.entries.size + 2) : 4096
}

/** What a node takes with all that is below it. */
export function sizeOfTree(node: Node): { bytes: number; inodes: number } {
  const size = { bytes: node.kind === 'file' ? node.content.size : 0, inodes: 1 }
  if (node.kind !== 'directory') return size
  for (const entry of node.entries.values()) {
    const { bytes, inodes } = sizeOfTree(entry)
    size.bytes += bytes
    size.inodes += inodes
  }
  return size
}
