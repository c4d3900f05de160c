import { directory, file, symlink, type DirectoryNode, type Node } from '../../runtime/filesystem/node.ts'
import { components } from '../../runtime/filesystem/path.ts'
import type { FileSystem } from '../../runtime/filesystem.ts'
import { formatTime } from '../../api/time.ts'

export interface VolumeFile {
  text: string
  mode: number
  /** Whom it belongs to, if not root. */
  uid?: number
  /** It comes from a Secret. */
  secret?: boolean
}

/** Files of a volume that the kubelet writes: path -> file. */
export type Payload = Readonly<Record<string, VolumeFile>>

/** What has been written need not be written again. */
export function isSame(a: Payload, b: Payload): boolean {
  const paths = Object.keys(a)
  return paths.length === Object.keys(b).length && paths.every((path) => a[path]!.text === b[path]?.text)
}

/**
 * Writes the files of a volume so that whoever reads them sees all of the old ones or all of the new ones
 * (pkg/volume/util/atomic_writer.go):
 *
 *     ..2026_01_05_09_00_00.123456789/token      the files
 *     ..data -> ..2026_01_05_09_00_00.123456789  swapped by one rename
 *     token -> ..data/token                      what people see
 *
 * `digits` end the name of the directory; `gid`: the pod's fsGroup, which may read them.
 */
export function writeAtomically(files: FileSystem, payload: Payload, o: { digits: string; gid: number | undefined }): void {
  if (files.isEmpty) {
    files.plant(firstWritten(files, directoryName(files.now(), o.digits), payload, o.gid))
    return
  }
  const old = files.stat('/..data', { link: true })?.target
  const name = directoryName(files.now(), o.digits)
  const ofGroup = o.gid === undefined ? {} : { gid: o.gid }
  files.mkdir(`/${name}`, { mode: o.gid === undefined ? 0o755 : 0o2775, ...ofGroup })
  files.writeFiles(`/${name}`, Object.entries(payload).map(([path, { text, mode, uid }]) => ({ path, text, mode: o.gid === undefined ? mode : mode | 0o440, ...ofGroup, ...ownedBy(uid) })))
  files.symlink('/..data_tmp', name)
  files.rename('/..data_tmp', '/..data')
  const seen = new Set(Object.keys(payload).map((path) => components(path)[0]!))
  for (const top of seen) if (files.stat(`/${top}`, { link: true }) === undefined) files.symlink(`/${top}`, `..data/${top}`)
  if (old === undefined) return
  for (const top of files.list('/') ?? []) if (!top.startsWith('..') && !seen.has(top)) files.remove(`/${top}`)
  files.remove(`/${old}`)
}

function directoryName(nowMs: number, digits: string): string {
  return `..${formatTime(nowMs).slice(0, 19).replace(/[-:T]/g, '_')}.${digits}`
}

/** What a volume holds that was empty: most are written once. */
function firstWritten(owner: FileSystem, name: string, payload: Payload, gid: number | undefined): ReadonlyMap<string, Node> {
  const made = { owner, modifiedAt: owner.now(), ...(gid === undefined ? {} : { gid }) }
  const data = directory({}, { mode: gid === undefined ? 0o755 : 0o2775, ...made })
  const entries = new Map<string, Node>([[name, data], ['..data', symlink(name, made)]])
  for (const [path, { text, mode, uid }] of Object.entries(payload)) {
    const [top, ...below] = components(path)
    const names = [top!, ...below]
    const last = names.pop()!
    directoryAt(data, names, made).entries.set(last, file(text, { mode: gid === undefined ? mode : mode | 0o440, ...made, ...ownedBy(uid) }))
    if (!entries.has(top!)) entries.set(top!, symlink(`..data/${top}`, made))
  }
  return entries
}

const ownedBy = (uid: number | undefined): { uid?: number } => (uid === undefined ? {} : { uid })

function directoryAt(root: DirectoryNode, names: readonly string[], made: { owner: FileSystem; modifiedAt: number }): DirectoryNode {
  let at = root
  for (const name of names) {
    let below = at.entries.get(name)
    if (below?.kind !== 'directory') at.entries.set(name, (below = directory({}, made)))
    at = below
  }
  return at
}
