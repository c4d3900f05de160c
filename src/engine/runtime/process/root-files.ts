import { device, directory, type DirectoryNode, file, type Node, symlink, virtual } from '../filesystem/node.ts'
import { FileSystem } from '../filesystem.ts'
import { type OpenFile, FullFile, NullFile, RandomFile, ZeroFile } from './open-file.ts'
import type { Machine } from './machine.ts'
import type { Process } from './process.ts'
import { procFiles } from './proc-files.ts'

/** The root of a container: the image's files, the kernel's, those that the kubelet makes, and the volumes. */
export function rootFiles(machine: Machine, image: DirectoryNode, running: () => Process | undefined): FileSystem {
  const { config } = machine
  const now = () => machine.now()
  const root = new FileSystem({ now, image })
  const mount = (path: string, node: Node, readOnly = false) =>
    root.mountNode({ path, node, volume: new FileSystem({ now }), readOnly })
  mount('/dev', devices(machine, running))
  mount('/proc', procFiles(machine, running))
  mount('/sys', systemFiles(machine), true)
  const mounted = new Set(config.mounts.map((m) => m.path))
  for (const [path, text] of Object.entries(kubeletFiles(machine))) if (!mounted.has(path)) mount(path, file(text))
  for (const m of config.mounts) root.mount(m)
  root.readOnly = config.readOnlyRootFilesystem === true
  return root
}

function devices(machine: Machine, running: () => Process | undefined): DirectoryNode {
  const ownDescriptor = (n: number) => (): OpenFile => running()!.fd(n).retain()
  return directory({
    null: device(() => new NullFile()),
    zero: device(() => new ZeroFile()),
    full: device(() => new FullFile()),
    random: device(() => new RandomFile(() => machine.random(256))),
    urandom: device(() => new RandomFile(() => machine.random(256))),
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
}

function kubeletFiles(machine: Machine): Record<string, string> {
  const { config } = machine
  const loopback = ['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback', 'fe00::0\tip6-localnet', 'fe00::0\tip6-mcastprefix', 'fe00::1\tip6-allnodes', 'fe00::2\tip6-allrouters']
  const ip = config.ip()
  const own = ip === '' ? [] : [`${ip}\t${config.hostname}`]
  return {
    '/etc/hosts': `${['# Kubernetes-managed hosts file.', ...loopback, ...own].join('\n')}\n`,
    '/etc/hostname': `${config.hostname}\n`,
    '/etc/resolv.conf': 'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
  }
}

/** cgroup v2, as far as programs look at it. */
function systemFiles(machine: Machine): DirectoryNode {
  const { config } = machine
  const figures: Record<string, () => string | number> = {
    'memory.max': () => config.memoryLimitBytes ?? 'max',
    'memory.current': () => machine.memoryUsed(),
    'cpu.max': () => `${config.cpuLimitMillis === undefined ? 'max' : config.cpuLimitMillis * 100} 100000`,
    'cpu.stat': () => `usage_usec ${Math.floor(machine.cpuUsedMs() * 1000)}`,
    'pids.current': () => machine.visibleProcesses().length,
    'pids.max': () => 'max',
  }
  const cgroup = virtual(
    () => Object.keys(figures),
    (name) => (Object.hasOwn(figures, name) ? file(`${figures[name]!()}\n`) : undefined),
  )
  return directory({
    fs: directory({ cgroup }),
    class: directory({ net: directory({ lo: directory(), eth0: directory({ mtu: file('1450\n') }) }) }),
  })
}
