import type { FileSystem } from '../filesystem.ts'
import { attempt, Errno } from '../filesystem/errno.ts'
import { device, type DeviceNode, ROOT } from '../filesystem/node.ts'
import type { Machine } from './machine.ts'
import { OpenFile } from './open-file.ts'

/** A socket in the file system (or a file that stands for one) at which a service of the machine answers; whoever only reads it learns nothing. */
class ServiceSocket<Peer> extends OpenFile {
  readonly peer: Peer

  constructor(name: string, peer: Peer) {
    super(name)
    this.peer = peer
  }
}

export function serviceSocket<Peer>(name: string, peer: Peer, shows: 'socket' | 'file' = 'socket'): DeviceNode {
  return device(() => new ServiceSocket(name, peer), { mode: shows === 'file' ? 0o600 : 0o660, shows })
}

/** Who answers there; an Errno when nobody does. */
export function connectTo<Peer>(machine: Machine & { files: FileSystem }, path: string): Peer | Errno {
  const node = attempt(() => machine.files.find(path, { cwd: '/', who: ROOT }))
  if (node instanceof Errno) return node
  const opened = node.kind === 'device' ? node.open(machine) : undefined
  return opened instanceof ServiceSocket ? (opened.peer as Peer) : new Errno('EINVAL')
}
