import '../programs/all.ts'
import '../programs/rare.ts'
import { isWorldAddress, worldAnswer } from '../../api/world.ts'
import { Kernel } from '../../kernel/kernel.ts'
import {
  type ContainerConfig,
  ContainerOS,
  type ExecOptions,
  type ExecResult,
  type Exit,
  type HttpRequest,
  type HttpResponse,
  type NetworkError,
  type NetworkPort,
} from '../container-os.ts'
import { lookupImage } from '../images.ts'
import { msFromCivil } from '../../api/time.ts'

/** 20 November 2026, 18:46:10 UTC. */
export const LAB_START = msFromCivil(2026, 11, 20, 18, 46, 10)

export interface LabOptions extends Partial<Omit<ContainerConfig, 'image'>> {
  image?: string
  seed?: number
}

/** One container alone on a kernel, with a network that leads to itself and to a few named neighbours. */
export class Lab {
  readonly kernel: Kernel
  readonly os: ContainerOS
  readonly lines: { at: number; stream: string; line: string }[] = []
  exit: Exit | undefined
  exitedAt: number | undefined
  changes = 0
  /** Host -> container; 'localhost' is this one. */
  readonly neighbours = new Map<string, ContainerOS>()

  constructor(o: LabOptions = {}) {
    this.kernel = new Kernel({ seed: o.seed ?? 1, startMs: LAB_START })
    const image = lookupImage(o.image ?? 'busybox:1.36')
    if (image === undefined) throw new Error(`no image ${o.image}`)
    const config: ContainerConfig = {
      id: 'c1',
      name: 'app',
      env: {},
      hostname: 'web',
      hostsFile: '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n10.244.1.5\tweb\n',
      resolvConf: 'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
      ports: [],
      annotations: {},
      mounts: [],
      ip: () => '10.244.1.5',
      ...o,
      image,
    }
    this.os = this.add('lab', config, {
      output: (stream, lines) => void this.lines.push(...lines.map((line) => ({ at: this.elapsed, stream, line }))),
      exited: (exit) => {
        this.exit = exit
        this.exitedAt = this.elapsed
      },
      processesChanged: () => this.changes++,
      filesChanged: () => {},
    })
    this.neighbours.set('localhost', this.os).set('127.0.0.1', this.os).set('10.244.1.5', this.os)
  }

  add(target: string, config: ContainerConfig, listener: ConstructorParameters<typeof ContainerOS>[4]): ContainerOS {
    const os: ContainerOS = new ContainerOS(this.kernel, target, config, this.network(), listener)
    this.kernel.register(target, (task) => os.handle(task))
    return os
  }

  /** Another container that can be reached by a name. */
  neighbour(name: string, o: LabOptions): ContainerOS {
    const config: ContainerConfig = {
      ...this.os.config,
      command: undefined,
      args: undefined,
      mounts: [],
      ...o,
      id: name,
      name,
      hostname: name,
      image: lookupImage(o.image ?? 'nginx')!,
    }
    const os = this.add(name, config, {
      output: () => {},
      exited: () => {},
      processesChanged: () => {},
      filesChanged: () => {},
    })
    this.neighbours.set(name, os)
    os.start()
    return os
  }

  /** Virtual ms since the beginning. */
  get elapsed(): number {
    return this.kernel.now - LAB_START
  }

  get output(): string {
    return this.lines.map((l) => `${l.line}\n`).join('')
  }

  get stdout(): string {
    return this.lines
      .filter((l) => l.stream === 'stdout')
      .map((l) => `${l.line}\n`)
      .join('')
  }

  get stderr(): string {
    return this.lines
      .filter((l) => l.stream === 'stderr')
      .map((l) => `${l.line}\n`)
      .join('')
  }

  start(): this {
    const { error } = this.os.start()
    if (error !== undefined) throw new Error(error.message)
    return this
  }

  /** Runs until so many ms after the beginning, or until nothing is left to do. */
  until(ms: number, done: () => boolean = () => false): this {
    while (!done() && this.kernel.nextAt() <= LAB_START + ms) this.kernel.runNext()
    if (!done() && LAB_START + ms > this.kernel.now) this.kernel.advanceTo(LAB_START + ms)
    return this
  }

  run(ms = 3_600_000): this {
    return this.until(ms, () => this.exit !== undefined)
  }

  exec(argv: string[], options: ExecOptions = {}): ExecResult & { tookMs: number } {
    const from = this.elapsed
    let result: ExecResult | undefined
    this.os.exec(argv, options, (r) => (result = r))
    this.until(from + 3_600_000, () => result !== undefined)
    return { ...result!, tookMs: this.elapsed - from }
  }

  /** A request from outside, as a probe makes it. */
  get(path: string, o: Partial<HttpRequest> = {}): (HttpResponse & { tookMs: number }) | NetworkError {
    const from = this.elapsed
    let answer: HttpResponse | NetworkError | undefined
    this.os.request(
      {
        method: 'GET',
        port: 80,
        path,
        headers: { 'user-agent': 'kube-probe/1.34' },
        body: '',
        source: '10.244.1.1',
        ...o,
      },
      (r) => (answer = r),
    )
    this.until(from + 600_000, () => answer !== undefined)
    const got = answer ?? { error: 'timeout' as const }
    return 'error' in got ? got : { ...got, tookMs: this.elapsed - from }
  }

  private network(): NetworkPort {
    const later = (action: () => void) => this.kernel.schedule('network', 1, { type: 'packet', action } as never)
    if (!this.hasNetwork) this.kernel.register('network', ({ action }) => action())
    this.hasNetwork = true
    return {
      http: (r, reply) => {
        const url = /^http:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(r.url)!
        const os = this.neighbourAt(url[1]!)
        const port = Number(url[2] ?? 80)
        if (os === undefined) return void later(() => reply({ error: 'unresolved' }))
        let open = true
        const once = (answer: HttpResponse | NetworkError) => {
          if (open) reply(answer)
          open = false
        }
        if (r.timeoutMs < Infinity)
          this.kernel.schedule('network', r.timeoutMs, {
            type: 'packet',
            action: () => once({ error: 'timeout' }),
          } as never)
        later(() =>
          os.request(
            { method: r.method, port, path: url[3] ?? '/', headers: r.headers, body: r.body, source: '10.244.1.9' },
            once,
          ),
        )
      },
      tcp: (host, port, _timeoutMs, reply) => {
        const os = this.neighbourAt(host)
        const world = worldAnswer(host, port)
        later(() =>
          reply(
            isWorldAddress(host)
              ? world === 'connected' ? { connected: true } : { error: world }
              : os === undefined
              ? { error: 'unresolved' }
              : os.listening(port)
                ? { connected: true }
                : { error: 'refused' },
          ),
        )
      },
      datagram: ({ host, port, data, timeoutMs }, reply) => {
        const os = this.neighbourAt(host)
        const request = { method: 'UDP', port, path: '', headers: {}, body: data, source: '10.244.1.9' }
        if (os === undefined) later(() => reply({ error: 'unresolved' }))
        else later(() => os.request(request, (r) => ('error' in r && r.error === 'reset' ? this.kernel.schedule('network', timeoutMs, { type: 'packet', action: () => reply({ error: 'timeout' }) } as never) : reply('error' in r ? r : { data: r.body }))))
      },
      resolve: (name, reply) => {
        later(() => reply(this.neighbours.has(name) ? { addresses: [this.addressOf(name)] } : { error: 'unresolved' }))
      },
      query: ({ name, type }, reply) => {
        const known = name.replace(/\.default\.svc\.cluster\.local$/, '')
        const isKnown = known !== name && this.neighbours.has(known)
        const answers = isKnown && type === 'A' ? [{ name, type, ttl: 30, data: this.addressOf(known) }] : []
        later(() => reply(name.endsWith('.cluster.local') ? { status: isKnown ? 'NOERROR' : 'NXDOMAIN', authoritative: true, answers } : 'world'))
      },
    }
  }

  /** The first neighbour has 10.96.0.40, the next the address after it. */
  private addressOf(name: string): string {
    return `10.96.0.${40 + [...this.neighbours.keys()].indexOf(name)}`
  }

  private neighbourAt(host: string): ContainerOS | undefined {
    const named = [...this.neighbours.keys()].find((name) => name === host || this.addressOf(name) === host)
    return named === undefined ? undefined : this.neighbours.get(named)
  }

  private hasNetwork = false
}

/** Runs `sh -c script` in an image to its end. */
export function sh(script: string, o: LabOptions = {}): Lab {
  return new Lab({ command: ['sh', '-c', script], ...o }).start().run()
}
