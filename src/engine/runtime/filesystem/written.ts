import type { FileRecord } from '../../api/machine.ts'
import type { FileSystem } from '../filesystem.ts'
import type { Node } from './node.ts'

/** Of a crowd the first are enough: nobody reads a list of thousands. */
const mostFiles = 64

/**
 * What a container has in its file system beyond its image, by path: files it has written and what lies in the
 * volumes that it may write to. Costs what was written, not what the image holds: a directory that nobody has changed
 * still belongs to the image and is not entered.
 */
export function writtenFiles(root: FileSystem): FileRecord[] {
  const found: FileRecord[] = []
  const enter = (path: string, node: Node, owner: FileSystem): void => {
    if (found.length >= mostFiles || node.owner !== owner) return
    if (node.kind === 'file') found.push({ path, sizeBytes: node.content.size })
    if (node.kind !== 'directory') return
    for (const [name, child] of node.entries) enter(path === '/' ? `/${name}` : `${path}/${name}`, child, owner)
  }
  enter('/', root.rootFrame(false).node, root)
  for (const { path, node, volume, readOnly } of root.mountPoints()) {
    if (!readOnly && !kernels.has(path)) enter(path, node, volume)
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Mounted by the runtime, not by the pod. */
const kernels = new Set(['/dev', '/proc', '/sys', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf'])
