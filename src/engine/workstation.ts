import type { Kernel } from './kernel/kernel.ts'
import type { LocalPorts } from './local-ports.ts'
import { parseUrl, type Network } from './network/network.ts'
import { ContainerOS, type ContainerConfig, type NetworkPort } from './runtime/container-os.ts'
import { lookupImage } from './runtime/images.ts'

const target = 'workstation'

interface Packet {
  readonly type: 'packet'
  readonly arrive: () => void
}

/**
 * The machine that a person sits at, with a shell and its usual tools. What they ask `localhost` for is answered by whoever listens
 * there (`kubectl port-forward`); everything else they reach as anybody outside of the cluster does.
 */
export class Workstation {
  private readonly kernel: Kernel
  private readonly os: ContainerOS

  constructor({ kernel, network, ports }: { kernel: Kernel; network: Network; ports: LocalPorts }) {
    this.kernel = kernel
    const nobody = { output: () => {}, exited: () => {}, processesChanged: () => {}, filesChanged: () => {} }
    this.os = new ContainerOS(kernel, target, machine, this.networkOf(network, ports), nobody)
    kernel.register(target, (task: Packet | { type: string }) => {
      if (task.type === 'packet') (task as Packet).arrive()
      else this.os.handle(task)
    })
    this.os.start()
  }

  /** Runs a line of bash, with these files in its directory; what it prints is told as it comes. Returns how to end it. */
  run(
    line: string,
    { stdin, files }: { stdin: string; files: Readonly<Record<string, string>> },
    onOutput: (to: 'stdout' | 'stderr', text: string) => void,
    ended: (exitCode: number) => void,
  ): () => void {
    for (const [name, text] of Object.entries(files)) this.os.files.writeText(`${home}/${name}`, text)
    const id = this.os.exec(['bash', '-c', line], { ...(stdin === '' ? {} : { stdin }), isShown: true, onOutput }, ({ exitCode }) => ended(exitCode))
    return () => this.os.killExec(id)
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
      resolve: (name, reply) => {
        if (!isLoopback(name)) return outside.resolve(name, reply)
        this.soon(() => reply({ addresses: ['127.0.0.1'] }))
      },
    }
  }

  /** In a task of its own, without time. */
  private soon(arrive: () => void): void {
    const packet: Packet = { type: 'packet', arrive }
    this.kernel.schedule(target, 0, packet)
  }
}

const home = '/root'

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

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}
