import { asText, type Data } from '../filesystem/data.ts'
import { Errno } from '../filesystem/errno.ts'
import { type DirectoryNode, type FileNode, isDirectory, permits, type VirtualNode } from '../filesystem/node.ts'
import type { Located } from '../filesystem/walk.ts'
import type { Access, FileSystem } from '../filesystem.ts'
import { OpenFile } from './open-file.ts'

export interface OpenFlags {
  read?: boolean
  write?: boolean
  append?: boolean
  truncate?: boolean
  exclusive?: boolean
}

/** Opens what lies at a path: a regular file, a device, a directory (which can only be listed). */
export function openPath(files: FileSystem, path: string, flags: OpenFlags, access: Access, mode = 0o644): OpenFile {
  if (flags.write === true || flags.append === true) return openForWriting(files, path, flags, access, mode)
  const place = files.locate(path, access)
  const { node } = place
  if (node === undefined) throw new Errno('ENOENT')
  if (!permits(node, access.who, 'read')) throw new Errno('EACCES')
  if (node.kind === 'device') return node.open(files.machine())
  if (node.kind === 'file') return new RegularFile(files, place, node, false)
  if (isDirectory(node)) return new DirectoryFile(place.path, node)
  throw new Errno('ENOENT')
}

function openForWriting(files: FileSystem, path: string, flags: OpenFlags, access: Access, mode: number): OpenFile {
  const place = files.openForWriting(path, access, { mode, exclusive: flags.exclusive === true })
  const { node } = place
  if (node.kind === 'device') return node.open(files.machine())
  if (node.kind !== 'file') throw new Errno('EACCES')
  if (flags.truncate === true && node.content.size > 0) files.truncate(node, place, 0)
  return new RegularFile(files, place, node, flags.append === true)
}

class RegularFile extends OpenFile {
  private readonly files: FileSystem
  private readonly place: Located
  private readonly node: FileNode
  private readonly appends: boolean
  private offset = 0

  constructor(files: FileSystem, place: Located, node: FileNode, appends: boolean) {
    super(place.path)
    this.files = files
    this.place = place
    this.node = node
    this.appends = appends
  }

  override read(max: number): Data | undefined {
    const data = this.node.content.readFrom(this.offset, max)
    if (data !== undefined) this.offset += typeof data === 'number' ? data : data.length
    return data
  }

  override readLine(): string | undefined {
    const rest = this.node.content.readFrom(this.offset, Infinity)
    if (rest === undefined) return undefined
    const text = asText(rest)
    const newline = text.indexOf('\n')
    const line = newline < 0 ? text : text.slice(0, newline + 1)
    this.offset += line.length
    return line
  }

  override write(data: Data): true {
    if (this.appends || typeof data === 'number' || this.offset >= this.node.content.length) {
      this.files.append(this.node, this.place, data)
      this.offset = this.node.content.length
    } else {
      this.files.writeAt(this.node, this.place, this.offset, data)
      this.offset += data.length
    }
    return true
  }
}

export class DirectoryFile extends OpenFile {
  readonly node: DirectoryNode | VirtualNode
  constructor(path: string, node: DirectoryNode | VirtualNode) {
    super(path)
    this.node = node
  }
  override read(): never {
    throw new Errno('EISDIR')
  }
  override readLine(): never {
    throw new Errno('EISDIR')
  }
}
