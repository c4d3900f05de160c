import type { Machine } from '../process/machine.ts'
import type { OpenFile } from '../process/open-file.ts'
import { Content } from './data.ts'

/** Who asks: permissions are checked against it. */
export interface Credentials {
  uid: number
  gid: number
  groups: readonly number[]
}

export const ROOT: Credentials = { uid: 0, gid: 0, groups: [0] }

interface Inode {
  mode: number
  uid: number
  gid: number
  /** Virtual ms. */
  modifiedAt: number
  /** The file system that may change this node; a node of an image belongs to none and is copied first. */
  owner: object | undefined
}

export interface DirectoryNode extends Inode {
  kind: 'directory'
  entries: Map<string, Node>
}

export interface FileNode extends Inode {
  kind: 'file'
  content: Content
  /** Name of the tool or program that runs when this file is executed. */
  program: string | undefined
}

export interface SymlinkNode extends Inode {
  kind: 'symlink'
  target: string
}

/** A character device, or anything else that is opened instead of read: /dev/null, /proc/1/fd/1. */
export interface DeviceNode extends Inode {
  kind: 'device'
  open: (machine: Machine) => OpenFile
  /** What it looks like, when that is no character device. */
  shows: 'socket' | 'file' | undefined
}

/** A directory whose entries are made when somebody looks: /proc, for which it asks whose machine it is on, or the logs of a node. */
export interface VirtualNode extends Inode {
  kind: 'virtual'
  names: (machine: () => Machine) => string[]
  lookup: (name: string, machine: () => Machine) => Node | undefined
}

export type Node = DirectoryNode | FileNode | SymlinkNode | DeviceNode | VirtualNode

/** When the files of an image were made, if nobody says more: 1 Nov 2025, before any film begins. */
export const IMAGE_TIME = 1_761_955_200_000

type Attributes = Partial<Pick<Inode, 'mode' | 'uid' | 'gid' | 'modifiedAt' | 'owner'>>

function inode(mode: number, a: Attributes): Inode {
  return {
    mode: a.mode ?? mode,
    uid: a.uid ?? 0,
    gid: a.gid ?? 0,
    modifiedAt: a.modifiedAt ?? IMAGE_TIME,
    owner: a.owner,
  }
}

export function directory(entries: Record<string, Node> = {}, a: Attributes = {}): DirectoryNode {
  return { kind: 'directory', entries: new Map(Object.entries(entries)), ...inode(0o755, a) }
}

export function file(text: string, a: Attributes = {}): FileNode {
  return { kind: 'file', content: Content.of(text), program: undefined, ...inode(0o644, a) }
}

/** An executable that is one of ours; its size is plausible, its content is not there. */
export function executable(program: string, mode = 0o755): FileNode {
  const node = file('', { mode })
  node.program = program
  return node
}

export function symlink(target: string, a: Attributes = {}): SymlinkNode {
  return { kind: 'symlink', target, ...inode(0o777, a) }
}

export function device(open: DeviceNode['open'], { shows, ...a }: Attributes & { shows?: DeviceNode['shows'] } = {}): DeviceNode {
  return { kind: 'device', open, shows, ...inode(0o666, a) }
}

export function virtual(names: VirtualNode['names'], lookup: VirtualNode['lookup']): VirtualNode {
  return { kind: 'virtual', names, lookup, ...inode(0o555, {}) }
}

export function isDirectory(node: Node): node is DirectoryNode | VirtualNode {
  return node.kind === 'directory' || node.kind === 'virtual'
}

/** A copy that `owner` may change. Of a directory only the map is copied: its entries are still shared. */
export function copyFor(node: Node, owner: object): Node {
  if (node.kind === 'directory') return { ...node, entries: new Map(node.entries), owner }
  if (node.kind === 'file') return { ...node, content: node.content.copy(), owner }
  return { ...node, owner }
}

const bits = { read: 4, write: 2, execute: 1 } as const

/** The classic check: owner, group or others; root may do all but execute what nobody may. */
export function permits(node: Node, who: Credentials, access: keyof typeof bits): boolean {
  if (who.uid === 0) return access !== 'execute' || isDirectory(node) || (node.mode & 0o111) !== 0
  const inGroup = who.gid === node.gid || who.groups.includes(node.gid)
  const shift = who.uid === node.uid ? 6 : inGroup ? 3 : 0
  return ((node.mode >> shift) & bits[access]) !== 0
}
