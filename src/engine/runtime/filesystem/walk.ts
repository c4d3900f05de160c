import type { FileSystem } from '../filesystem.ts'
import { Errno } from './errno.ts'
import {
  type Credentials,
  copyFor,
  type DirectoryNode,
  isDirectory,
  type Node,
  permits,
  type VirtualNode,
} from './node.ts'
import { components, join, prefixes } from './path.ts'

/** What appears at a path of a file system instead of what lies there. */
export interface MountPoint {
  path: string
  node: Node
  /** Where the node's bytes are counted. */
  volume: FileSystem
  readOnly: boolean
}

/** A place: the node there, if any, and the directory that holds or would hold it. */
export interface Located {
  node: Node | undefined
  parent: DirectoryNode | VirtualNode
  name: string
  volume: FileSystem
  readOnly: boolean
  /** Absolute, with symlinks resolved (but the last, when it was not followed). */
  path: string
  isMountPoint: boolean
}

export interface WalkOptions {
  cwd: string
  who: Credentials
  /** Resolve a symlink in the last place too. */
  follow: boolean
  /** Copy shared directories on the way, because something in the last one will change. */
  forChange: boolean
}

interface Frame {
  node: Node
  path: string
  volume: FileSystem
  readOnly: boolean
  isMountPoint: boolean
}

const MAX_SYMLINKS = 40

/** Finds the place that a path names, through mounts and symlinks. Throws Errno when a directory on the way is missing. */
export function walk(view: FileSystem, path: string, o: WalkOptions): Located {
  if (path === '') throw new Errno('ENOENT')
  const isAbsolute = path.startsWith('/')
  const asDirectory = path.endsWith('/')
  const found = (isAbsolute ? straight(view, path, o, o.follow || asDirectory) : undefined) ?? new Walker(view, o).run(path)
  if (asDirectory && found.node !== undefined && !isDirectory(found.node)) throw new Errno('ENOTDIR')
  return found
}

/**
 * Most paths lead from the root through directories alone: those are walked without a stack of frames. Undefined when there is a symlink
 * or a '..' on the way.
 */
function straight(view: FileSystem, path: string, o: WalkOptions, followLast: boolean): Located | undefined {
  const names = components(path)
  const paths = prefixes(path)
  const last = names.length - 1
  const root = view.rootFrame(o.forChange)
  let parent = root.node
  let { volume, readOnly } = root
  for (let i = 0; i <= last; i++) {
    const name = names[i]!
    if (name === '..') return undefined
    if (!isDirectory(parent)) throw new Errno('ENOTDIR')
    if (!permits(parent, o.who, 'execute')) throw new Errno('EACCES')
    const mounted = view.mountAt(paths[i]!, o.forChange)
    let node: Node | undefined
    if (mounted !== undefined) ({ node, volume, readOnly } = mounted)
    else if (parent.kind === 'virtual') node = parent.lookup(name, () => view.machine())
    else node = entry(parent, name, volume, readOnly, o.forChange)
    if (node?.kind === 'symlink' && (i < last || followLast)) return undefined
    if (i === last) return { node, parent, name, volume, readOnly, path: paths[i]!, isMountPoint: mounted !== undefined }
    if (node === undefined) throw new Errno('ENOENT')
    parent = node
  }
  return undefined
}

function entry(parent: DirectoryNode, name: string, volume: FileSystem, readOnly: boolean, forChange: boolean): Node | undefined {
  const node = parent.entries.get(name)
  if (node === undefined || !forChange || readOnly || node.owner === volume || node.kind === 'virtual') return node
  const copy = copyFor(node, volume)
  parent.entries.set(name, copy)
  return copy
}

class Walker {
  private readonly view: FileSystem
  private readonly options: WalkOptions
  private readonly frames: Frame[]
  private symlinks = 0

  constructor(view: FileSystem, options: WalkOptions) {
    this.view = view
    this.options = options
    this.frames = [view.rootFrame(options.forChange)]
  }

  run(path: string): Located {
    if (!path.startsWith('/')) {
      const last = this.follow(components(this.options.cwd), true)
      if (last.node === undefined) throw new Errno('ENOENT')
      this.enter(last)
    }
    return this.follow(components(path), this.options.follow || path.endsWith('/'))
  }

  /** Walks all names; the place of the last is returned, those before must be directories. */
  private follow(names: readonly string[], followLast: boolean): Located {
    let place = this.here()
    for (let i = 0; i < names.length; i++) {
      const isLast = i === names.length - 1
      if (i > 0) this.enter(place)
      if (names[i] === '..') {
        if (this.frames.length > 1) this.frames.pop()
        place = this.here()
        continue
      }
      place = this.child(names[i]!)
      if (place.node?.kind === 'symlink' && (!isLast || followLast)) place = this.target(place, isLast)
    }
    return place
  }

  private target(link: Located, isLast: boolean): Located {
    if (link.node?.kind !== 'symlink') return link
    if (++this.symlinks > MAX_SYMLINKS) throw new Errno('ELOOP')
    if (link.node.target.startsWith('/')) this.frames.length = 1
    const place = this.follow(components(link.node.target), true)
    if (place.node === undefined && !isLast) throw new Errno('ENOENT')
    return place
  }

  private enter(place: Located): void {
    const { node, path, volume, readOnly, isMountPoint } = place
    if (node === undefined) throw new Errno('ENOENT')
    if (!isDirectory(node)) throw new Errno('ENOTDIR')
    // '..' has moved the frames already; to push the same place again would bury its parent.
    if (node !== this.top().node) this.frames.push({ node, path, volume, readOnly, isMountPoint })
  }

  private child(name: string): Located {
    const { node, path, volume, readOnly } = this.top()
    if (!isDirectory(node)) throw new Errno('ENOTDIR')
    if (!permits(node, this.options.who, 'execute')) throw new Errno('EACCES')
    const childPath = join(path, name)
    const mounted = this.view.mountAt(childPath, this.options.forChange)
    if (mounted !== undefined) {
      const { node: root, volume: source, readOnly: ro } = mounted
      return { node: root, parent: node, name, volume: source, readOnly: ro, path: childPath, isMountPoint: true }
    }
    const found =
      node.kind === 'virtual'
        ? node.lookup(name, () => this.view.machine())
        : entry(node, name, volume, readOnly, this.options.forChange)
    return { node: found, parent: node, name, volume, readOnly, path: childPath, isMountPoint: false }
  }

  private top(): Frame {
    return this.frames[this.frames.length - 1]!
  }

  private here(): Located {
    const { node, path, volume, readOnly, isMountPoint } = this.top()
    const above = this.frames[this.frames.length - 2]?.node ?? node
    const name = path.slice(path.lastIndexOf('/') + 1)
    return { node, parent: above as DirectoryNode, name, volume, readOnly, path, isMountPoint }
  }
}
