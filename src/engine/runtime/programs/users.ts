import type { Credentials } from '../filesystem/node.ts'
import type { FileSystem } from '../filesystem.ts'

export interface User {
  name: string
  uid: number
  gid: number
  home: string
}

export function users(files: FileSystem): User[] {
  return lines(files, '/etc/passwd').map(([name, , uid, gid, , home]) => ({
    name: name!,
    uid: Number(uid),
    gid: Number(gid),
    home: home ?? '/',
  }))
}

export function groupName(files: FileSystem, gid: number): string | undefined {
  return lines(files, '/etc/group').find((f) => Number(f[2]) === gid)?.[0]
}

export function groupId(files: FileSystem, name: string): number | undefined {
  const found = lines(files, '/etc/group').find((f) => f[0] === name)
  return found === undefined ? undefined : Number(found[2])
}

export function userName(files: FileSystem, uid: number): string | undefined {
  return users(files).find((u) => u.uid === uid)?.name
}

/** All containers of an image have the same few files: each text is taken apart once. */
const known = new Map<string, readonly (readonly string[])[]>()
const mostKnown = 100

function lines(files: FileSystem, path: string): readonly (readonly string[])[] {
  const text = files.readText(path) ?? ''
  let fields = known.get(text)
  if (fields !== undefined) return fields
  fields = text
    .split('\n')
    .filter((l) => l !== '')
    .map((l) => l.split(':'))
  if (known.size >= mostKnown) known.clear()
  known.set(text, fields)
  return fields
}

/** Whose members /etc/group says this user is one of; a group of the user's own name is not meant. */
const groupsOf = (files: FileSystem, name: string): number[] =>
  lines(files, '/etc/group').filter(([group, , , members]) => group !== name && members?.split(',').includes(name)).map((f) => Number(f[2]))

/** Of process 1: securityContext before the image's USER ('1000', 'nginx', '65535:65535'). */
export function credentialsOf(
  files: FileSystem,
  o: { imageUser: string; user: number | undefined; group: number | undefined; supplementalGroups: readonly number[]; ignoresImageGroups?: boolean | undefined },
): { who: Credentials; home: string } {
  const [imageUser = '', imageGroup] = o.imageUser.split(':')
  const wanted = o.user === undefined ? imageUser : String(o.user)
  const known = users(files).find((u) => (/^\d+$/.test(wanted) ? u.uid === Number(wanted) : u.name === wanted))
  const uid = /^\d+$/.test(wanted) ? Number(wanted) : (known?.uid ?? 0)
  const fromImage =
    o.user === undefined && imageGroup !== undefined && /^\d+$/.test(imageGroup) ? Number(imageGroup) : undefined
  const gid = o.group ?? fromImage ?? known?.gid ?? 0
  const name = known?.name ?? (uid === 0 ? 'root' : undefined)
  const ofImage = o.ignoresImageGroups === true || name === undefined ? [] : groupsOf(files, name)
  return {
    // The kernel keeps them in order.
    who: { uid, gid, groups: [...new Set([gid, ...ofImage, ...o.supplementalGroups])].sort((a, b) => a - b) },
    home: known?.home ?? (uid === 0 ? '/root' : '/'),
  }
}
