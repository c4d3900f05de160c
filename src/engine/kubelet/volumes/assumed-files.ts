import type { Container, Pod } from '../../api/types.ts'
import { attempt } from '../../runtime/filesystem/errno.ts'
import type { FileSystem } from '../../runtime/filesystem.ts'

/**
 * What a pod that runs must have found on its machine, of whose files nobody has told: what it mounts, and what its options name in there
 * (`--tls-cert-file=/etc/kubernetes/pki/apiserver.crt`). It is there from now on, and empty; where nothing can be written, nothing is.
 */
export function assumeFiles(files: () => FileSystem, { spec: { volumes = [], containers } }: Pod): void {
  const mounted = new Map<string, string>()
  for (const { name, hostPath } of volumes) if (hostPath !== undefined) mounted.set(name, hostPath.path)
  if (mounted.size === 0) return
  const machine = files()
  const assume = (path: string, make: () => void): void => {
    if (!machine.exists(path)) attempt(make)
  }
  for (const { hostPath } of volumes) {
    if (hostPath?.type === 'Directory') assume(hostPath.path, () => machine.mkdir(hostPath.path))
    if (hostPath?.type === 'File') assume(hostPath.path, () => machine.writeText(hostPath.path, ''))
  }
  for (const path of containers.flatMap((container) => namedIn(container, mounted))) assume(path, () => machine.writeText(path, ''))
}

/** Files that a command names, as the machine has them. Only a name with an ending is sure to be a file's. */
function namedIn({ command = [], args = [], volumeMounts = [] }: Container, mounted: ReadonlyMap<string, string>): string[] {
  return [...command, ...args].flatMap((word) => {
    const path = /^--[^=]+=(\/\S+\.\w+)$/.exec(word)?.[1]
    const mount = volumeMounts.find(({ name, mountPath, subPath }) => mounted.has(name) && !subPath && path?.startsWith(`${mountPath}/`) === true)
    return mount === undefined ? [] : [`${mounted.get(mount.name)}${path!.slice(mount.mountPath.length)}`]
  })
}
