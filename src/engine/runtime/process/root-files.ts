import { device, directory, type DirectoryNode, file, symlink, virtual } from '../filesystem/node.ts'
import { FileSystem, type Mount } from '../filesystem.ts'
import { type OpenFile, FullFile, NullFile, RandomFile, ZeroFile } from './open-file.ts'
import type { Machine } from './machine.ts'
import { procFiles } from './proc-files.ts'

/** Size of the tmpfs at /dev. */
const DEV_BYTES = 64 * 1024 ** 2

/** The root of a container: the image's files, the kernel's, those that the kubelet makes, and the volumes. */
export function rootFiles(machine: Machine, image: DirectoryNode): FileSystem {
  const { config } = machine
  const now = () => machine.now()
  const root = new FileSystem({ now, image, machine })
  // What the node puts there is not counted as the container's own.
  const node = new FileSystem({ now, capacityBytes: DEV_BYTES })
  root.mountNode({ path: '/dev', node: devices, volume: node, readOnly: false })
  root.mountNode({ path: '/proc', node: procFiles, volume: node, readOnly: false })
  root.mountNode({ path: '/sys', node: systemFiles, volume: node, readOnly: true })
  for (const [path, text] of kubeletFiles(machine)) {
    if (!config.mounts.some((m) => m.path === path))
      root.mountNode({ path, node: file(text, { owner: node }), volume: node, readOnly: false })
  }
  // Those above come first, as containerd puts them.
  for (const m of config.mounts.toSorted((a, b) => depth(a.path) - depth(b.path))) {
    const failed = root.tryMount(m)
    if (failed !== undefined) root.problem ??= mountProblem(config.id, m, failed)
  }
  // Where /dev has it already nothing has to be laid over.
  const message = config.terminationMessagePath
  if (message !== undefined && message !== '/dev/termination-log') root.mountNode({ path: message, node: file('', { mode: 0o666, owner: node }), volume: node, readOnly: false })
  root.readOnly = config.readOnlyRootFilesystem === true
  root.deniesWrites = config.deniesWrites === true
  return root
}

const depth = (path: string): number => path.split('/').filter((part) => part !== '').length

/** In the words of runc (libcontainer/rootfs_linux.go createMountpoint, mountToRootfs). */
function mountProblem(id: string, { path, origin = '' }: Mount, { code, path: at, isFile }: { code: string; path: string; isFile: boolean }): string {
  const rootfs = `/run/containerd/io.containerd.runtime.v2.task/k8s.io/${id}/rootfs`
  const why =
    code === 'EROFS' ? `create mountpoint for ${path} mount: ${isFile ? `create target of file bind-mount: openat ${rootfs}${at}` : `mkdirat ${rootfs}${at}`}: read-only file system`
    : isFile ? `mount src=${origin}, dst=${path}, dstFd=/proc/thread-self/fd/11, flags=MS_BIND|MS_REC: not a directory`
    : `create mountpoint for ${path} mount: cannot create subdirectories in ${JSON.stringify(`${rootfs}${at}`)}: not a directory`
  return `unable to start container process: error during container init: error mounting ${JSON.stringify(origin)} to rootfs at ${JSON.stringify(path)}: ${why}: unknown`
}

const ownDescriptor =
  (n: number) =>
  (machine: Machine): OpenFile =>
    machine.current!.fd(n).retain()

const devices: DirectoryNode = directory({
  null: device(() => new NullFile()),
  zero: device(() => new ZeroFile()),
  full: device(() => new FullFile()),
  random: device((machine) => new RandomFile(() => machine.random(256))),
  urandom: device((machine) => new RandomFile(() => machine.random(256))),
  stdin: device(ownDescriptor(0)),
  stdout: device(ownDescriptor(1)),
  stderr: device(ownDescriptor(2)),
  tty: device(ownDescriptor(0)),
  fd: symlink('/proc/self/fd'),
  shm: directory({}, { mode: 0o1777 }),
  pts: directory(),
  mqueue: directory({}, { mode: 0o1777 }),
  'termination-log': file('', { mode: 0o666 }),
})

function kubeletFiles({ config }: Machine): [path: string, text: string][] {
  return [
    ['/etc/hosts', config.hostsFile ?? '127.0.0.1\tlocalhost\n'],
    ['/etc/hostname', `${config.hostname}\n`],
    ['/etc/resolv.conf', config.resolvConf ?? ''],
  ]
}

const cgroupFigures: Record<string, (machine: Machine) => string | number> = {
  'memory.max': (m) => m.config.memoryLimitBytes ?? 'max',
  'memory.current': (m) => Math.floor(m.memoryUsed()),
  'cpu.max': (m) => `${m.config.cpuLimitMillis === undefined ? 'max' : m.config.cpuLimitMillis * 100} 100000`,
  'cpu.stat': (m) => `usage_usec ${Math.floor(m.cpuUsedMs() * 1000)}`,
  'pids.current': (m) => m.visibleProcesses().length,
  'pids.max': (m) => m.config.pidsLimit ?? 'max',
}

/** cgroup v2 and network interfaces, as far as programs look at them. */
const systemFiles: DirectoryNode = directory({
  fs: directory({
    cgroup: virtual(
      () => Object.keys(cgroupFigures),
      (name, machine) => (Object.hasOwn(cgroupFigures, name) ? file(`${cgroupFigures[name]!(machine())}\n`) : undefined),
    ),
    bpf: directory(),
  }),
  class: directory({ net: directory({ lo: directory(), eth0: directory({ mtu: file('1450\n') }) }) }),
})
