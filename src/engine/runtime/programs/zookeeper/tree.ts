import { formatTime } from '../../tools/calendar.ts'

interface Znode {
  data: string
  created: number
  changed: number
  createdAt: number
  changedAt: number
  /** Of the last child that came or went. */
  childrenChanged: number
  version: number
  childVersion: number
  /** Of its children that are numbered. */
  next: number
}

export interface Asked {
  op: 'create' | 'set' | 'delete' | 'deleteall' | 'get' | 'ls' | 'stat'
  path: string
  data?: string
  sequential?: boolean
  recursive?: boolean
}

export type Answered = { error: 'NoNode' | 'NodeExists' | 'NotEmpty' | 'BadArguments' | 'ConnectionLoss' } | { text: string; data?: string; stat?: string; names?: string[] }

export const changing: ReadonlySet<Asked['op']> = new Set(['create', 'set', 'delete', 'deleteall'])

/** What all servers of an ensemble agree on. */
export interface TreeState {
  zxid: number
  nodes: Record<string, Znode>
}

/** Who leads is in the upper half of a transaction's number. */
const firstZxid = 0x1_0000_0000

export function emptyTree(): TreeState {
  const nodes: Record<string, Znode> = {}
  for (const path of ['/', '/zookeeper', '/zookeeper/config', '/zookeeper/quota']) nodes[path] = { data: '', created: 0, changed: 0, createdAt: 0, changedAt: 0, childrenChanged: 0, version: 0, childVersion: path === '/' ? -1 : 0, next: 0 }
  return { zxid: firstZxid, nodes }
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'

export function childrenOf({ nodes }: TreeState, path: string): string[] {
  return Object.keys(nodes).filter((one) => one !== '/' && parentOf(one) === path).map((one) => one.slice(one.lastIndexOf('/') + 1)).toSorted()
}

/** Does what is asked; `state` is changed by what changes it (server/DataTree.java). */
export function run(state: TreeState, asked: Asked, now: number): Answered {
  const { op } = asked
  let { path } = asked
  if (!path.startsWith('/') || (path === '/' && op.startsWith('delete')) || (path.length > 1 && path.endsWith('/'))) return { error: 'BadArguments' }
  const { nodes } = state
  if (op === 'create') {
    const parent = nodes[parentOf(path)]
    if (parent === undefined) return { error: 'NoNode' }
    if (asked.sequential === true) path += String(parent.next).padStart(10, '0')
    if (Object.hasOwn(nodes, path)) return { error: 'NodeExists' }
    const zxid = ++state.zxid
    nodes[path] = { data: asked.data ?? '', created: zxid, changed: zxid, createdAt: now, changedAt: now, childrenChanged: zxid, version: 0, childVersion: 0, next: 0 }
    touched(parent, zxid)
    parent.next++
    return { text: `Created ${path}` }
  }
  const node = Object.hasOwn(nodes, path) ? nodes[path]! : undefined
  if (node === undefined) return { error: 'NoNode' }
  const names = childrenOf(state, path)
  switch (op) {
    case 'set':
      Object.assign(node, { data: asked.data ?? '', changed: ++state.zxid, changedAt: now, version: node.version + 1 })
      return { text: '' }
    case 'delete':
    case 'deleteall':
      if (op === 'delete' && names.length > 0) return { error: 'NotEmpty' }
      touched(nodes[parentOf(path)]!, ++state.zxid)
      for (const one of Object.keys(nodes)) if (one === path || one.startsWith(`${path}/`)) delete nodes[one]
      return { text: '' }
    case 'ls':
      return { text: '', names: asked.recursive === true ? Object.keys(nodes).filter((one) => one === path || one.startsWith(path === '/' ? '/' : `${path}/`)).toSorted() : names }
    default:
      return { text: '', data: node.data, stat: statOf(node, names.length) }
  }
}

function touched(parent: Znode, zxid: number): void {
  parent.childVersion++
  parent.childrenChanged = zxid
}

const hex = (n: number): string => `0x${n.toString(16)}`
const dateOf = (at: number): string => formatTime('%a %b %d %T UTC %Y', at)

function statOf(n: Znode, children: number): string {
  return `cZxid = ${hex(n.created)}\nctime = ${dateOf(n.createdAt)}\nmZxid = ${hex(n.changed)}\nmtime = ${dateOf(n.changedAt)}\npZxid = ${hex(n.childrenChanged)}\ncversion = ${n.childVersion}\ndataVersion = ${n.version}\naclVersion = 0\nephemeralOwner = 0x0\ndataLength = ${n.data.length}\nnumChildren = ${children}\n`
}
