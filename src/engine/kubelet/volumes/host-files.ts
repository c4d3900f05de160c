import { machineIds } from '../../kernel/machine-ids.ts'
import { osRelease } from '../../api/node-system.ts'
import { debianRelease } from '../../runtime/images/versions.ts'
import { IMAGE_TIME, directory, executable, file, type Node, symlink } from '../../runtime/filesystem/node.ts'
import { remoteSocket } from '../../runtime/node/remote.ts'
import { type NetfilterPeer, netfilterSocket, runtimeSocket, type RuntimePeer, unitsSocket, type UnitsPeer } from '../../runtime/node/services.ts'
import { serviceSocket } from '../../runtime/process/service-socket.ts'
import { FileSystem } from '../../runtime/filesystem.ts'
import { userlandFiles, withFiles } from '../../runtime/images/userland.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { logDirectories } from './log-directories.ts'
import { nodeConfiguration, nodeLinks } from './node-configuration.ts'

const ownDirectories = [
  '/etc/kubernetes/manifests', '/etc/kubernetes/pki', '/var/lib/kubelet/pods', '/var/lib/containerd', '/run/containerd', '/data',
  '/lib/modules', '/sys/fs/bpf', '/sys/fs/cgroup', '/etc/apparmor.d',
]

/** What a node has beyond Debian. */
const tools = [
  'containerd', 'crictl', 'etcdctl', 'ctr', 'curl', 'free', 'ip', 'iptables', 'iptables-save', 'journalctl', 'kubeadm', 'kubectl', 'kubelet', 'killall', 'less', 'nc', 'netstat', 'openssl',
  'pgrep', 'ping', 'pkill', 'ps', 'scp', 'ss', 'ssh', 'sudo', 'systemctl', 'top', 'uptime', 'vi', 'vim', 'nano', 'watch', 'wget', 'dig', 'host', 'nslookup', 'jq', 'tcpdump',
]

const networkPlugins = ['bridge', 'host-local', 'loopback', 'portmap']

/** Other names of the same. */
const renamed = [['etcdutl', 'etcdctl'], ...['swapoff', 'swapon', 'modprobe', 'lsmod', 'hostnamectl', 'timedatectl', 'apparmor_parser', 'aa-status', 'aa-enabled', 'lsblk'].map((name) => [name, 'node-tool']), ...['apt', 'apt-cache', 'apt-get', 'apt-mark'].map((name) => [name, 'node-apt']), ...['poweroff', 'reboot', 'shutdown', 'halt'].map((name) => [name, 'reboot'])]

type HostContext = Pick<KubeletContext, 'kernel' | 'nodeName' | 'nodeIP' | 'runtime' | 'configuration' | 'machine'>

/** The services of a node that answer on it. */
export interface HostServices {
  netfilter: NetfilterPeer
  runtime: RuntimePeer
  units: UnitsPeer
}

/** The files of a node itself, as a hostPath volume or a debugger on the node sees them. */
export function hostFiles({ kernel, nodeName, nodeIP, runtime, configuration, machine }: HostContext, { netfilter, runtime: peer, units }: HostServices): FileSystem {
  const services: [string, Node][] = [
    [runtimeSocket, serviceSocket('containerd.sock', peer)],
    [unitsSocket, serviceSocket('private', units)],
    [netfilterSocket, serviceSocket('xtables.lock', netfilter, 'file')],
    [remoteSocket, serviceSocket('sshd.pid', machine.remote, 'file')],
  ]
  const programs = [...tools.map((name) => [`/usr/bin/${name}`, name]), ...renamed.map(([name, program]) => [`/usr/bin/${name}`, program]), ...networkPlugins.map((name) => [`/opt/cni/bin/${name}`, 'node-tool'])].map(([path, program]): [string, Node] => [path!, executable(program!)])
  const configured = [...nodeConfiguration(nodeName, nodeIP, configuration), ...Object.entries(machine.furnished())].map(([path, text]): [string, Node] => [path, file(text)])
  const links = Object.entries(nodeLinks).map(([path, target]): [string, Node] => [path, symlink(target)])
  const made = ownDirectories.map((path) => [path, directory({}, { modifiedAt: IMAGE_TIME })] as const)
  const release = Object.entries(debianRelease(osRelease.version)).map(([path, text]) => [path, file(text)] as const)
  const tree = withFiles(userlandFiles('debian'), [...made, ...services, ...programs, ...configured, ...links, ...logDirectories(runtime.records), ...release, ['/etc/hostname', file(`${nodeName}\n`)], ['/etc/machine-id', file(`${machineIds(nodeName).machineID}\n`)]])
  return new FileSystem({ now: () => kernel.now, image: tree })
}

/** Why a path of the node cannot be mounted as this type; undefined when it can, and then it is there (pkg/volume/hostpath). */
export function prepareHostPath(files: FileSystem, path: string, type: string): string | undefined {
  // What answers for the packet filter stands in the place of its lock, which is a file.
  const found = path === netfilterSocket ? 'file' : files.stat(path)?.type
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
      return found === 'socket' ? undefined : failed('socket file')
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
