import { authorityKey } from './api/pki/authority.ts'
import { rootCertificate } from './api/rootCertificate.ts'
import type { Kernel } from './kernel/kernel.ts'
import { localProgram, regularFiles, type StartLocal } from './local-program.ts'
import type { LocalPorts } from './local-ports.ts'
import { isLoopback, parseUrl } from './network/messages.ts'
import type { Network } from './network/network.ts'
import { ContainerOS, type ContainerConfig, type NetworkPort } from './runtime/container-os.ts'
import { lookupImage } from './runtime/images.ts'
import { type RemotePeer, remoteSocket } from './runtime/node/remote.ts'
import { serviceSocket } from './runtime/process/service-socket.ts'
import { rarePrograms } from './runtime/programs/resolve.ts'
import type { Program } from './runtime/process/process.ts'
import { leftFrom, type Left } from './runtime/shell/left.ts'
import { shellProgram } from './runtime/shell/main.ts'
import type { ShellState } from './runtime/shell/state.ts'

const target = 'workstation'

interface Packet {
  readonly type: 'packet'
  readonly arrive: () => void
}

export interface RunningLine {
  /** Ends it before its time. */
  end: () => void
  /** What it has left in its shell so far. */
  left: () => Left
  /** Keys, for a line that has somebody's terminal. */
  type: (text: string) => void
}

/**
 * The machine that a person sits at, with a shell and its usual tools. What they ask `localhost` for is answered by whoever listens
 * there (`kubectl port-forward`); everything else they reach as anybody outside of the cluster does.
 */
export class Workstation {
  private readonly kernel: Kernel
  private readonly os: ContainerOS
  /** What the desk has laid into the home directory. */
  private laid: readonly string[] = []
  /** Lines whose shells have not begun yet, in their order: who is told of the shell's state. */
  private readonly beginning: ((state: ShellState) => void)[] = []
  /** Paths in which something may have changed since the last look. */
  private readonly touched = new Set<string>()

  constructor({ kernel, network, ports, kubectl, remote }: { kernel: Kernel; network: Network; ports: LocalPorts; kubectl: StartLocal; remote: RemotePeer }) {
    this.kernel = kernel
    const listener = { output: () => {}, exited: () => {}, processesChanged: () => {}, filesChanged: (path: string) => void this.touched.add(path) }
    const program = localProgram(kubectl, [home, '/tmp'])
    // Whoever sits there is root already.
    const login = shellProgram('bash', (state) => this.beginning.shift()?.(state))
    const config = { ...machine, installed: { kubectl: program, k: program, sudo: later('sudo'), ssh: later('ssh'), scp: later('scp'), [loginShell]: login } }
    this.os = new ContainerOS(kernel, target, config, this.networkOf(network, ports), listener)
    kernel.register(target, (task: Packet | { type: string }) => {
      if (task.type === 'packet') (task as Packet).arrive()
      else this.os.handle(task)
    })
    this.os.start()
    this.os.files.mkdir('/etc/bash_completion.d')
    const volume = this.os.files
    volume.mountNode({ path: remoteSocket, node: serviceSocket('sshd.pid', remote, 'file'), volume, readOnly: false })
    // As on a control plane, where requests are also signed by hand.
    this.os.files.writeText('/etc/kubernetes/pki/ca.crt', rootCertificate)
    this.os.files.writeText('/etc/kubernetes/pki/ca.key', authorityKey, { mode: 0o600 })
  }

  /**
   * Runs a line of bash, with these files in its directory; what it prints is told as it comes, what it has written at its end.
   */
  run(
    line: string,
    { stdin, files, terminal }: { stdin: string; files: Readonly<Record<string, string>>; terminal: boolean },
    onOutput: (to: 'stdout' | 'stderr', text: string) => void,
    ended: (exitCode: number, written: Readonly<Record<string, string>>) => void,
  ): RunningLine {
    this.lay(files)
    let left = (): Left => ({ variables: {}, definitions: {} })
    this.beginning.push((state) => (left = leftFrom(state)))
    const input = terminal ? { interactive: true, isTyped: true } : stdin === '' ? {} : { stdin }
    const id = this.os.exec([loginShell, '-c', line, 'bash'], { ...input, isShown: true, onOutput }, ({ exitCode }) =>
      ended(exitCode, this.written()))
    return { end: () => this.os.killExec(id, true), left: () => left(), type: (text) => this.os.execInput(id, text) }
  }

  /** The files of the desk, and no more of them than there are now. */
  private lay(texts: Readonly<Record<string, string>>): void {
    const { files } = this.os
    for (const name of this.laid) if (!Object.hasOwn(texts, name)) files.remove(`${home}/${name}`)
    for (const [name, text] of Object.entries(texts)) {
      if (files.readText(`${home}/${name}`) !== text) files.writeText(`${home}/${name}`, text)
    }
    this.laid = Object.keys(texts)
    this.touched.clear()
  }

  /** Files in the home directory that have changed since they were laid there, by their names in it. */
  private written(): Record<string, string> {
    const { files } = this.os
    if (![...this.touched].some((path) => path.startsWith(`${home}/`))) return {}
    const found = regularFiles(files, home).filter((path) => this.touched.has(path))
    this.touched.clear()
    return Object.fromEntries(found.map((path) => [path.slice(home.length + 1), files.readText(path)!]))
  }

  private networkOf(network: Network, ports: LocalPorts): NetworkPort {
    const outside = network.outside()
    return {
      http: (r, reply) => {
        const { host, port, path } = parseUrl(r.url)
        if (!isLoopback(host)) return outside.http(r, reply)
        const request = { method: r.method, path, headers: r.headers, body: r.body }
        this.soon(() => ports.connect(port, request, (answer) => this.soon(() => reply(answer))))
      },
      tcp: (host, port, timeoutMs, reply) => {
        if (!isLoopback(host)) return outside.tcp(host, port, timeoutMs, reply)
        this.soon(() => reply(ports.isListening(port) ? { connected: true } : { error: 'refused' }))
      },
      datagram: (to, reply) => {
        if (!isLoopback(to.host)) return outside.datagram(to, reply)
        this.soon(() => reply({ error: 'refused' }))
      },
      resolve: (name, reply, timeoutMs) => {
        if (!isLoopback(name)) return outside.resolve(name, reply, timeoutMs)
        this.soon(() => reply({ addresses: ['127.0.0.1'] }))
      },
      query: (question, reply) => outside.query(question, reply),
    }
  }

  /** In a task of its own, without time. */
  private soon(arrive: () => void): void {
    const packet: Packet = { type: 'packet', arrive }
    this.kernel.schedule(target, 0, packet)
  }
}

const home = '/root'

/** What comes with its part. */
const later = (name: string): Program => (p) => rarePrograms.get()[name]!(p)

/** bash, as a terminal starts it. */
const loginShell = '-bash'

const machine: ContainerConfig = {
  id: target,
  name: target,
  image: { ...lookupImage('debian:12')!, userland: 'full' },
  command: ['sleep', 'infinity'],
  env: { HOME: home },
  workingDir: home,
  hostname: target,
  ports: [],
  annotations: {},
  mounts: [],
  ip: () => '127.0.0.1',
}
