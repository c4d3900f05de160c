import { byteLength, type Data } from './filesystem/data.ts'
import { attempt, Errno } from './filesystem/errno.ts'
import {
  copyFor,
  type Credentials,
  directory,
  type DirectoryNode,
  file,
  type FileNode,
  isDirectory,
  type Node,
  permits,
  ROOT,
  symlink,
} from './filesystem/node.ts'
import { components, join, normalize } from './filesystem/path.ts'
import { type FileStat, sizeOfTree, statOf } from './filesystem/stat.ts'
import { type Located, type MountPoint, walk } from './filesystem/walk.ts'
import type { Machine } from './process/machine.ts'

/** Where a volume (or a file of it) appears in a container. */
export interface Mount {
  /** Absolute path in the container. */
  path: string
  source: FileSystem
  /** A file or directory below the source's root that is mounted instead of the root; pinned when it is mounted. */
  subPath?: string
  readOnly: boolean
  /** Where it lies on the node, as errors tell it. */
  origin?: string
}

/** From where and as whom a path is looked up. */
export interface Access {
  cwd: string
  who: Credentials
}

const AS_ROOT: Access = { cwd: '/', who: ROOT }

type Ownership = { mode?: number; uid?: number; gid?: number }

/**
 * A file system: the root of a container with what is mounted in it, or one volume.
 *
 * The files of an image are shared by all its containers: a directory or file is copied when it is
 * first changed (as overlayfs does), so that a container costs what it writes.
 * Methods that change something throw an Errno when Linux would refuse.
 */
export class FileSystem {
  /** What was written here, not counting the image below. */
  usedBytes = 0
  usedInodes = 0
  readonly capacityBytes: number
  readonly inMemory: boolean
  /** Its directories are as large as what they list, and take nothing. */
  readonly isTmpfs: boolean
  readonly now: () => number
  /** Told of every path (as seen here) that was created, written or removed. */
  changed: (path: string) => void = () => {}
  /** Told that something here was created, written or removed by somebody who has mounted it. */
  changedFromOutside: () => void = () => {}
  /** Why a container with this root cannot start: a volume that has no place in it. */
  problem: string | undefined
  /** Everything but the mounts. */
  readOnly = false
  /** Mounts too: whoever sees them here may not write. */
  deniesWrites = false

  /** Made when it is first needed: a container has many small mounts that nobody looks into. */
  private root: Node | undefined
  private readonly mounts = new Map<string, MountPoint>()
  private readonly host: Machine | undefined

  constructor(options: {
    now: () => number
    capacityBytes?: number
    /** A tmpfs: what lies here counts as memory of the containers that mount it. */
    inMemory?: boolean
    /** A tmpfs that is small enough not to be counted: Secrets and the like. */
    isTmpfs?: boolean
    image?: DirectoryNode
    machine?: Machine
  }) {
    this.now = options.now
    this.inMemory = options.inMemory === true
    this.isTmpfs = this.inMemory || options.isTmpfs === true
    this.capacityBytes = options.capacityBytes ?? Infinity
    this.root = options.image
    this.host = options.machine
  }

  // --- mounts -------------------------------------------------------------------------------------

  /** Why a volume cannot appear where it should, in the words of the kernel and with the path where that was noticed; undefined when it does. */
  tryMount(m: Mount): { code: string; path: string; isFile: boolean } | undefined {
    const at = m.subPath === undefined ? m.source.rootNode() : m.source.locate(m.subPath, AS_ROOT, true).node
    const isFile = at !== undefined && at.kind !== 'virtual' && !isDirectory(at)
    const there = attempt(() => this.locate(normalize(m.path)))
    if (!(there instanceof Errno) && there.node !== undefined && isDirectory(there.node) === isFile && there.node.kind !== 'virtual') return { code: 'ENOTDIR', path: there.path, isFile }
    const failed = attempt(() => this.mount(m))
    return failed instanceof Errno ? { code: failed.code, path: normalize(m.path), isFile } : undefined
  }

  mount(m: Mount): void {
    const at = m.subPath === undefined ? m.source.rootNode() : m.source.locate(m.subPath, AS_ROOT, true).node
    if (at === undefined) throw new Errno('ENOENT')
    this.mountNode({ path: normalize(m.path), node: at, volume: m.source, readOnly: m.readOnly })
  }

  /** Mounts any node, such as a virtual directory; missing directories on the way are made, as runc does. */
  mountNode(point: MountPoint): void {
    // A walk arrives with symlinks resolved: /var/run is /run in most images.
    const path = this.placeFor(point)
    this.mounts.set(path, { path, node: point.node, volume: point.volume, readOnly: point.readOnly })
  }

  mountAt(path: string, forChange: boolean): MountPoint | undefined {
    const point = this.mounts.size === 0 ? undefined : this.mounts.get(path)
    if (point === undefined || !forChange || point.readOnly || point.node.owner === point.volume || point.node.kind === 'virtual') return point
    const own = { ...point, node: copyFor(point.node, point.volume) }
    this.mounts.set(path, own)
    return own
  }

  /** Whose devices and processes show here; only a container's root has them. */
  machine(): Machine {
    if (this.host === undefined) throw new Error('a volume has no devices')
    return this.host
  }

  mountPoints(): MountPoint[] {
    return [...this.mounts.values()]
  }

  rootFrame(forChange: boolean) {
    this.root ??= directory({}, { owner: this, modifiedAt: this.now() })
    if (forChange && this.root.owner !== this && !this.readOnly) this.root = copyFor(this.root, this)
    return { node: this.root, path: '/', volume: this as FileSystem, readOnly: this.readOnly, isMountPoint: true }
  }

  private rootNode(): Node {
    return this.rootFrame(true).node
  }

  /** Where it will be mounted, without symlinks; a place that is missing is made, as runc does. */
  private placeFor(point: MountPoint): string {
    const there = attempt(() => this.locate(point.path))
    if (!(there instanceof Errno) && there.node !== undefined) return there.path
    const { usedBytes, usedInodes } = this
    const made = this.beforeReadOnly(() => (isDirectory(point.node) ? this.mkdir(point.path) : this.writeText(point.path, '')))
    this.usedBytes = usedBytes
    this.usedInodes = usedInodes
    if (made !== undefined) throw made
    return this.realPath(point.path)
  }

  /** What the runtime does to a root before nobody may write to it any more. */
  beforeReadOnly(act: () => void): Errno | undefined {
    const wasReadOnly = this.readOnly
    this.readOnly = false
    const done = attempt(act)
    this.readOnly = wasReadOnly
    return done instanceof Errno ? done : undefined
  }

  // --- looking ------------------------------------------------------------------------------------

  locate(path: string, access: Access = AS_ROOT, forChange = false, follow = true): Located {
    return walk(this, path, { cwd: access.cwd, who: access.who, follow, forChange })
  }

  /** The node at a path. Throws ENOENT and the like. */
  find(path: string, access: Access = AS_ROOT, follow = true): Node {
    const { node } = this.locate(path, access, false, follow)
    if (node === undefined) throw new Errno('ENOENT')
    return node
  }

  /** undefined when there is nothing (or one may not look); symlinks are followed unless `link` is set. */
  stat(path: string, options: { link?: boolean; access?: Access } = {}): FileStat | undefined {
    const place = attempt(() => this.locate(path, options.access, false, options.link !== true))
    return place instanceof Errno || place.node === undefined ? undefined : statOf(place.node, place.volume.isTmpfs)
  }

  /** The node at a path while nobody has changed it nor anything below it, and nothing is mounted there: what an image has. */
  shipped(path: string): Node | undefined {
    const place = attempt(() => this.locate(path))
    if (place instanceof Errno || place.node === undefined || place.node.owner !== undefined) return undefined
    for (const mounted of this.mounts.keys()) if (`${mounted}/`.startsWith(`${place.path}/`)) return undefined
    return place.node
  }

  exists(path: string): boolean {
    return this.stat(path) !== undefined
  }

  /** Absolute, without symlinks; the last component need not exist. */
  realPath(path: string, access: Access = AS_ROOT): string {
    return this.locate(path, access).path
  }

  /** Names in a directory, sorted; undefined when there is no such directory. */
  list(path: string, access: Access = AS_ROOT): string[] | undefined {
    const names = attempt(() => this.readDirectory(path, access))
    return names instanceof Errno ? undefined : names
  }

  readDirectory(path: string, access: Access): string[] {
    const node = this.find(path, access)
    if (!isDirectory(node)) throw new Errno('ENOTDIR')
    if (!permits(node, access.who, 'read')) throw new Errno('EACCES')
    const names = node.kind === 'virtual' ? node.names(() => this.machine()) : [...node.entries.keys()]
    return names.sort((a, b) => (a < b ? -1 : 1))
  }

  /** undefined when there is no such file. */
  readText(path: string, access: Access = AS_ROOT): string | undefined {
    const node = attempt(() => this.find(path, access))
    return node instanceof Errno || node.kind !== 'file' ? undefined : node.content.text
  }

  // --- changing -----------------------------------------------------------------------------------

  /** Creates missing parents. */
  writeText(path: string, text: string, options: Ownership & { append?: boolean } = {}): void {
    const parent = components(path).slice(0, -1)
    if (parent.length > 0) this.mkdir(`/${parent.join('/')}`, withoutMode(options))
    const place = this.locate(path, AS_ROOT, true)
    const node = place.node ?? this.create(place, file('', { owner: place.volume, ...options }), AS_ROOT)
    if (node.kind !== 'file') throw new Errno(isDirectory(node) ? 'EISDIR' : 'EINVAL')
    this.checkWritable(place)
    if (options.append !== true) this.truncate(node, place, 0)
    this.append(node, place, text)
    if (options.mode !== undefined) node.mode = options.mode
  }

  /** Files that are new, below a directory that is there: those right in it cost no walk of their own. */
  writeFiles(directory: string, files: readonly ({ path: string; text: string } & Ownership)[]): void {
    const at = this.locate(directory, AS_ROOT, true)
    if (at.node === undefined) throw new Errno('ENOENT')
    if (!isDirectory(at.node)) throw new Errno('ENOTDIR')
    for (const { path: name, text, ...ownership } of files) {
      if (name.includes('/')) {
        this.writeText(join(directory, name), text, ownership)
        continue
      }
      const place: Located = { node: undefined, parent: at.node, name, volume: at.volume, readOnly: at.readOnly, path: join(at.path, name), isMountPoint: false }
      this.append(this.create(place, file('', { owner: at.volume, ...ownership }), AS_ROOT), place, text)
    }
  }

  /** Whether nothing lies here. */
  get isEmpty(): boolean {
    return this.root === undefined || (this.root.kind === 'directory' && this.root.entries.size === 0)
  }

  /** Nodes that were made for this file system, right below its root, where nothing has their names: no walk, and nobody to be told. */
  plant(entries: ReadonlyMap<string, Node>): void {
    const root = this.rootNode()
    for (const [name, node] of entries) {
      entriesOf(root as DirectoryNode).set(name, node)
      const { bytes, inodes } = sizeOfTree(node)
      this.take(bytes, inodes)
    }
    root.modifiedAt = this.now()
  }

  /** With its missing parents; nothing happens when it is there. */
  mkdir(path: string, options: Ownership = {}): void {
    const names = components(path)
    let at = '/'
    for (let i = 0; i < names.length; i++) {
      at = join(at, names[i]!)
      const { node } = this.locate(at, AS_ROOT)
      if (node === undefined) {
        this.makeBranch(this.locate(at, AS_ROOT, true), names.slice(i + 1), withoutMode(options))
        break
      }
      if (!isDirectory(node)) throw new Errno('ENOTDIR')
    }
    if (options.mode !== undefined) this.change(path, AS_ROOT, (node) => (node.mode = options.mode!))
  }

  /** A directory that is missing, and the whole branch below it: nothing can be there yet that would have to be looked for. */
  private makeBranch(place: Located, below: readonly string[], owner: Ownership): void {
    const made = this.create(place, directory({}, { owner: place.volume, ...owner }), AS_ROOT)
    const [name, ...rest] = below
    if (name === undefined) return
    if (name === '..') return this.mkdir(normalize(join(place.path, below.join('/'))), owner)
    const { volume, readOnly, path } = place
    this.makeBranch({ node: undefined, parent: made, name, volume, readOnly, path: join(path, name), isMountPoint: false }, rest, owner)
  }

  /** One directory, whose parent exists and which does not. */
  makeDirectory(path: string, access: Access, mode = 0o755): void {
    const place = this.locate(stripSlashes(path), access, true)
    if (place.node !== undefined) throw new Errno('EEXIST')
    const { uid, gid } = ownerOfNew(place, access.who)
    const inherited = place.parent.mode & 0o2000
    this.create(place, directory({}, { owner: place.volume, mode: mode | inherited, uid, gid }), access)
  }

  symlink(path: string, target: string, access: Access = AS_ROOT): void {
    const place = this.locate(path, access, true, false)
    if (place.node !== undefined) throw new Errno('EEXIST')
    this.create(place, symlink(target, { owner: place.volume, ...ownerOfNew(place, access.who) }), access)
  }

  /** A hard link. */
  link(from: string, to: string, access: Access): void {
    const source = this.locate(from, access, true)
    const place = this.locate(to, access, true, false)
    if (source.node === undefined) throw new Errno('ENOENT')
    if (place.node !== undefined) throw new Errno('EEXIST')
    if (isDirectory(source.node)) throw new Errno('EPERM')
    if (source.volume !== place.volume) throw new Errno('EXDEV')
    this.create(place, source.node, access)
  }

  rename(from: string, to: string, access: Access = AS_ROOT): void {
    const source = this.locate(from, access, true, false)
    const place = this.locate(stripSlashes(to), access, true, false)
    if (source.node === undefined) throw new Errno('ENOENT')
    if (source.isMountPoint || place.isMountPoint) throw new Errno('EBUSY')
    if (source.volume !== place.volume) throw new Errno('EXDEV')
    if (isDirectory(source.node) && `${place.path}/`.startsWith(`${source.path}/`)) throw new Errno('EINVAL')
    this.checkParent(source, access)
    this.checkParent(place, access)
    if (place.node !== undefined && place.node !== source.node) this.removeAt(place, access)
    entriesOf(source.parent).delete(source.name)
    entriesOf(place.parent).set(place.name, source.node)
    this.touched(source)
    this.touched(place)
  }

  /** A file or a symlink, but no directory. */
  unlink(path: string, access: Access): void {
    const place = this.locate(path, access, true, false)
    if (place.node === undefined) throw new Errno('ENOENT')
    if (isDirectory(place.node)) throw new Errno('EISDIR')
    this.removeAt(place, access)
  }

  /** An empty directory. */
  rmdir(path: string, access: Access): void {
    const place = this.locate(stripSlashes(path), access, true, false)
    if (place.node === undefined) throw new Errno('ENOENT')
    if (!isDirectory(place.node)) throw new Errno('ENOTDIR')
    this.removeAt(place, access)
  }

  /** A directory goes with all that is in it. */
  remove(path: string): void {
    const place = this.locate(path, AS_ROOT, true, false)
    if (place.node === undefined) throw new Errno('ENOENT')
    if (place.node.kind === 'directory')
      for (const name of place.node.entries.keys()) this.remove(join(place.path, name))
    this.removeAt(place, AS_ROOT)
  }

  chmod(path: string, mode: number, access: Access): void {
    this.change(path, access, (node) => (node.mode = mode))
  }

  chown(path: string, uid: number, gid: number, access: Access): void {
    if (access.who.uid !== 0) throw new Errno('EPERM')
    this.change(path, access, (node) => {
      node.uid = uid
      node.gid = gid
    })
  }

  setModified(path: string, at: number, access: Access): void {
    this.change(path, access, (node) => (node.modifiedAt = at))
  }

  // --- what open files use ------------------------------------------------------------------------

  /** The file to open for writing, made if need be. */
  openForWriting(
    path: string,
    access: Access,
    options: { mode: number; exclusive: boolean },
  ): Located & { node: Node } {
    const place = this.locate(path, access, true)
    if (place.node === undefined) {
      const made = file('', { owner: place.volume, mode: options.mode, ...ownerOfNew(place, access.who) })
      return { ...place, node: this.create(place, made, access) }
    }
    if (options.exclusive) throw new Errno('EEXIST')
    if (isDirectory(place.node)) throw new Errno('EISDIR')
    if (place.node.kind === 'file') {
      this.checkWritable(place)
      if (!permits(place.node, access.who, 'write')) throw new Errno('EACCES')
    }
    return { ...place, node: place.node }
  }

  append(node: FileNode, place: Located, data: Data): void {
    place.volume.take(byteLength(data), 0)
    node.content.append(data)
    node.modifiedAt = this.now()
    this.tell(place)
  }

  writeAt(node: FileNode, place: Located, offset: number, data: string): void {
    const before = node.content.size
    node.content.writeAt(offset, data)
    place.volume.take(node.content.size - before, 0)
    node.modifiedAt = this.now()
    this.tell(place)
  }

  truncate(node: FileNode, place: Located, bytes: number): void {
    place.volume.take(bytes - node.content.size, 0)
    node.content.truncate(bytes)
    node.modifiedAt = this.now()
    this.tell(place)
  }

  // --- private ------------------------------------------------------------------------------------

  private take(bytes: number, inodes: number): void {
    if (bytes > 0 && this.usedBytes + bytes > this.capacityBytes) throw new Errno('ENOSPC')
    // What came with the image was never counted: to shrink it frees nothing here.
    this.usedBytes = Math.max(0, this.usedBytes + bytes)
    this.usedInodes = Math.max(0, this.usedInodes + inodes)
  }

  private create<N extends Node>(place: Located, node: N, access: Access): N {
    this.checkParent(place, access)
    place.volume.take(0, 1)
    node.modifiedAt = this.now()
    entriesOf(place.parent).set(place.name, node)
    this.touched(place)
    return node
  }

  private removeAt(place: Located, access: Access): void {
    const { node, parent, name, volume } = place
    if (place.isMountPoint) throw new Errno('EBUSY')
    this.checkParent(place, access)
    if (node!.kind === 'directory' && node!.entries.size > 0) throw new Errno('ENOTEMPTY')
    if ((parent.mode & 0o1000) !== 0 && access.who.uid !== 0 && ![node!.uid, parent.uid].includes(access.who.uid))
      throw new Errno('EPERM')
    entriesOf(parent).delete(name)
    volume.take(node!.kind === 'file' ? -node!.content.size : 0, -1)
    this.touched(place)
  }

  private change(path: string, access: Access, f: (node: Node) => void): void {
    const place = this.locate(path, access, true)
    if (place.node === undefined) throw new Errno('ENOENT')
    if (place.node.kind === 'virtual') throw new Errno('EPERM')
    this.checkWritable(place)
    if (access.who.uid !== 0 && access.who.uid !== place.node.uid) throw new Errno('EPERM')
    f(place.node)
    this.tell(place)
  }

  private checkWritable(place: Located): void {
    if (place.readOnly) throw new Errno('EROFS')
    if (this.deniesWrites) throw new Errno('EACCES')
  }

  private checkParent(place: Located, access: Access): void {
    this.checkWritable(place)
    if (place.parent.kind === 'virtual') throw new Errno('EACCES')
    if (!permits(place.parent, access.who, 'write')) throw new Errno('EACCES')
  }

  private touched(place: Located): void {
    place.parent.modifiedAt = this.now()
    this.tell(place)
  }

  private tell({ path, volume }: Located): void {
    this.changed(path)
    if (volume !== this) volume.changedFromOutside()
  }
}

function entriesOf(parent: Located['parent']): Map<string, Node> {
  if (parent.kind !== 'directory') throw new Errno('EACCES')
  return parent.entries
}

/** A directory with the set-group-id bit (fsGroup's volumes have it) hands its group on. */
function ownerOfNew(place: Located, who: Credentials): { uid: number; gid: number } {
  return { uid: who.uid, gid: (place.parent.mode & 0o2000) !== 0 ? place.parent.gid : who.gid }
}

function withoutMode(o: Ownership): Ownership {
  return { uid: o.uid, gid: o.gid }
}

function stripSlashes(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') || '/' : path
}
