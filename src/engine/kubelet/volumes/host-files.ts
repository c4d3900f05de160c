import { machineIds } from '../../kernel/machine-ids.ts'
import { clusterDnsAddress, clusterDomain } from '../../api/cluster-domain.ts'
import type { KubeletConfiguration } from '../../api/kubeletConfiguration.ts'
import { osRelease } from '../../api/node-system.ts'
import { yamlText } from '../../api/yamlText.ts'
import { debianRelease } from '../../runtime/images/versions.ts'
import { IMAGE_TIME, directory, executable, file, type Node } from '../../runtime/filesystem/node.ts'
import { kubeletCommand } from '../../runtime/node/journal.ts'
import { type NetfilterPeer, netfilterSocket, runtimeSocket, type RuntimePeer, unitsSocket, type UnitsPeer } from '../../runtime/node/services.ts'
import { serviceSocket } from '../../runtime/process/service-socket.ts'
import { FileSystem } from '../../runtime/filesystem.ts'
import { userlandFiles, withFiles } from '../../runtime/images/userland.ts'
import { logDirectories, type Logs } from './log-directories.ts'

const ownDirectories = [
  '/etc/kubernetes/manifests', '/etc/kubernetes/pki', '/var/lib/kubelet/pods', '/var/lib/containerd', '/run/containerd', '/data',
  '/lib/modules', '/sys/fs/bpf', '/sys/fs/cgroup', '/opt/cni/bin', '/etc/cni/net.d',
]

/** What a node has beyond Debian. */
const tools = ['containerd', 'crictl', 'ctr', 'curl', 'free', 'ip', 'iptables', 'iptables-save', 'journalctl', 'kubelet', 'less', 'netstat', 'ping', 'ps', 'ss', 'systemctl', 'top', 'uptime', 'watch']

const configuration: Record<string, string> = {
  '/etc/crictl.yaml': `runtime-endpoint: unix://${runtimeSocket}\nimage-endpoint: unix://${runtimeSocket}\n`,
  '/usr/lib/systemd/system/kubelet.service': `[Unit]\nDescription=kubelet: The Kubernetes Node Agent\nDocumentation=https://kubernetes.io/docs/\nWants=network-online.target\nAfter=network-online.target\n\n[Service]\nExecStart=${kubeletCommand}\nRestart=always\nStartLimitInterval=0\nRestartSec=10\n\n[Install]\nWantedBy=multi-user.target\n`,
  '/usr/lib/systemd/system/containerd.service': '[Unit]\nDescription=containerd container runtime\nAfter=network.target\n\n[Service]\nExecStart=/usr/bin/containerd\nRestart=always\n\n[Install]\nWantedBy=multi-user.target\n',
}

/** What the kubelet is started with, as kubeadm writes it down. */
const kubeletConfiguration = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  authentication: { anonymous: { enabled: false }, webhook: { enabled: true } },
  authorization: { mode: 'Webhook' },
  cgroupDriver: 'systemd',
  clusterDNS: [clusterDnsAddress],
  clusterDomain,
  containerRuntimeEndpoint: `unix://${runtimeSocket}`,
  kind: 'KubeletConfiguration',
  rotateCertificates: true,
  staticPodPath: '/etc/kubernetes/manifests',
}

const written = new WeakMap<KubeletConfiguration, string>()

/** All nodes are started with the same. */
function configurationFile(said: KubeletConfiguration): string {
  let text = written.get(said)
  if (text === undefined) written.set(said, (text = yamlText({ ...kubeletConfiguration, ...said })))
  return text
}

/** The services of a node that answer on it. */
export interface HostServices {
  netfilter: NetfilterPeer
  runtime: RuntimePeer
  units: UnitsPeer
}

/** The files of a node itself, as a hostPath volume or a debugger on the node sees them. */
export function hostFiles(nodeName: string, now: () => number, logs: Logs, { netfilter, runtime, units }: HostServices, said: KubeletConfiguration): FileSystem {
  const services: [string, Node][] = [[runtimeSocket, serviceSocket('containerd.sock', runtime)], [unitsSocket, serviceSocket('private', units)], [netfilterSocket, serviceSocket('xtables.lock', netfilter, 'file')]]
  const programs = tools.map((name): [string, Node] => [`/usr/bin/${name}`, executable(name)])
  const configured = Object.entries({ ...configuration, '/var/lib/kubelet/config.yaml': configurationFile(said) }).map(([path, text]): [string, Node] => [path, file(text)])
  const made = ownDirectories.map((path) => [path, directory({}, { modifiedAt: IMAGE_TIME })] as const)
  const release = Object.entries(debianRelease(osRelease.version)).map(([path, text]) => [path, file(text)] as const)
  const tree = withFiles(userlandFiles('debian'), [...made, ...services, ...programs, ...configured, ...logDirectories(logs), ...release, ['/etc/hostname', file(`${nodeName}\n`)], ['/etc/machine-id', file(`${machineIds(nodeName).machineID}\n`)]])
  return new FileSystem({ now, image: tree })
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
