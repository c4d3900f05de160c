import { osRelease } from '../../api/node-system.ts'
import { debianRelease } from '../../runtime/images/versions.ts'
import { IMAGE_TIME, directory, file } from '../../runtime/filesystem/node.ts'
import { FileSystem } from '../../runtime/filesystem.ts'
import { userlandFiles, withFiles } from '../../runtime/images/userland.ts'
import { logDirectories, type Logs } from './log-directories.ts'

const ownDirectories = [
  '/etc/kubernetes/manifests', '/etc/kubernetes/pki', '/var/lib/kubelet/pods', '/var/lib/containerd', '/run/containerd', '/data',
]

/** The files of a node itself, as a hostPath volume or a debugger on the node sees them. */
export function hostFiles(nodeName: string, now: () => number, logs: Logs): FileSystem {
  const made = ownDirectories.map((path) => [path, directory({}, { modifiedAt: IMAGE_TIME })] as const)
  const release = Object.entries(debianRelease(osRelease.version)).map(([path, text]) => [path, file(text)] as const)
  const tree = withFiles(userlandFiles('debian'), [...made, ...logDirectories(logs), ...release, ['/etc/hostname', file(`${nodeName}\n`)], ['/etc/machine-id', file(`${nodeName}\n`)]])
  return new FileSystem({ now, image: tree })
}

/** Why a path of the node cannot be mounted as this type; undefined when it can, and then it is there (pkg/volume/hostpath). */
export function prepareHostPath(files: FileSystem, path: string, type: string): string | undefined {
  const found = files.stat(path)?.type
  const failed = (wanted: string): string => `hostPath type check failed: ${path} is not a ${wanted}`
  switch (type) {
    case 'DirectoryOrCreate':
      if (found === undefined) files.mkdir(path)
      return found === undefined || found === 'directory' ? undefined : failed('directory')
    case 'FileOrCreate':
      if (found === undefined && files.stat(parentOf(path))?.type !== 'directory') return `open ${path}: no such file or directory`
      if (found === undefined) files.writeText(path, '')
      return found === undefined || found === 'file' ? undefined : failed('file')
    case 'Directory':
      return found === 'directory' ? undefined : failed('directory')
    case 'File':
      return found === 'file' ? undefined : failed('file')
    case 'Socket':
      return failed('socket file')
    case 'CharDevice':
      return found === 'device' ? undefined : failed('character device')
    case 'BlockDevice':
      return failed('block device')
    default:
      // Not checked by the kubelet; the runtime makes a directory where nothing is.
      if (found === undefined) files.mkdir(path)
      return undefined
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}
