import type { Kernel } from '../../kernel/kernel.ts'
import type { ContainerConfig } from '../container-config.ts'
import { ContainerOS, type NetworkPort } from '../container-os.ts'
import { attempt } from '../filesystem/errno.ts'
import type { FileSystem } from '../filesystem.ts'
import { lookupImage } from '../images.ts'
import { sleep } from '../process/io.ts'
import type { Process, Program, Run } from '../process/process.ts'
import type { ProcessTable } from '../process/process-table.ts'
import type { Socket } from '../process/sockets.ts'
import { rootedMachine } from '../process/rooted-machine.ts'
import { credentialsOf, users } from '../programs/users.ts'
import { runInstead } from '../tools/processes.ts'
import type { Login, LoginEvents, LoginSession } from './remote.ts'

export interface HostOptions {
  kernel: Kernel
  node: string
  ip: string
  files: () => FileSystem
  processTable: ProcessTable
  network: NetworkPort
  /** What listens on the machine's own addresses. */
  listening: () => readonly Socket[]
  /** Programs that work beside the machine (kubectl), by name. */
  installed: Readonly<Record<string, Program>>
  memoryBytes: number
  /** Since when it has been up (virtual ms). */
  upSince: number
}

/** Where the node's own files are for the door itself; who comes in has them for his root, as after chroot(2). */
const inside = '/host'
const dayMs = 86_400_000
/** As it stands in the list of processes. */
const door = 'sshd: root@notty'
/** What a login begins with: no name that could be typed. */
const login = '-login'

/** A machine of the cluster as those see it who log in there: a shell among its own processes, with its own files. */
export class HostOS {
  private readonly os: ContainerOS
  private readonly target: string
  private readonly kernel: Kernel
  private readonly files: () => FileSystem
  private readonly table: ProcessTable
  private readonly open = new Set<(how: 'lost') => void>()

  constructor({ kernel, node, ip, files, processTable, network, listening, installed, memoryBytes, upSince }: HostOptions) {
    this.kernel = kernel
    this.files = files
    this.table = processTable
    this.target = `logins/${node}/${kernel.now}`
    const config: ContainerConfig = {
      id: this.target,
      name: node,
      image: { ...lookupImage('debian:12')!, userland: 'none' },
      command: [door],
      env: {},
      hostname: node,
      ports: [],
      annotations: {},
      mounts: [{ path: inside, source: files(), readOnly: false }],
      ip: () => ip,
      installed: { ...installed, [door]: listens, [login]: (p) => begin(p, listening) },
      nodeFiles: files,
      nodeMemoryBytes: memoryBytes,
      processTable,
      // All of them.
      capabilities: (1n << 41n) - 1n,
    }
    const nobody = (): void => {}
    this.os = new ContainerOS(kernel, this.target, config, network, { output: nobody, exited: nobody, processesChanged: nobody, filesChanged: nobody })
    kernel.register(this.target, (task) => this.os.handle(task))
    for (const name of ['dev', 'proc']) {
      const point = this.os.files.mountPoints().find(({ path }) => path === `/${name}`)
      if (point !== undefined) this.os.files.mountNode({ ...point, path: `${inside}/${name}` })
    }
    this.os.start()
    // Containers are taken to be on a machine that was up for a day when they began.
    this.os.startedAt = upSince + dayMs
  }

  login(asked: Login, events: LoginEvents): LoginSession | 'denied' {
    if (asked.user !== undefined && !users(this.files()).some(({ name }) => name === asked.user)) return 'denied'
    const lost = (how: 'lost'): void => events.ended(how)
    this.open.add(lost)
    const argv = [login, asked.user ?? 'root', ...(asked.command === undefined ? [] : [asked.command])]
    const options = { tty: asked.tty, interactive: asked.stdin === undefined, ...(asked.stdin === undefined ? {} : { stdin: asked.stdin }), onOutput: events.output }
    const id = this.os.exec(argv, options, ({ exitCode }) => {
      if (this.open.delete(lost)) events.ended(exitCode)
    })
    return {
      type: (text) => this.os.execInput(id, text),
      end: () => {
        this.open.delete(lost)
        this.os.killExec(id, true)
      },
    }
  }

  /** The machine goes off: whoever is on it is thrown out. */
  lost(): void {
    this.kernel.hold(this.target)
    for (const p of this.table.all()) if (p.machine.base === this.os) this.table.remove(p)
    for (const lost of [...this.open]) lost('lost')
    this.open.clear()
  }
}

/** The door stands open for as long as the machine runs. */
function* listens(p: Process): Run<number> {
  for (;;) yield* sleep(p, Infinity)
}

function* begin(p: Process, listening: () => readonly Socket[]): Run<number> {
  const [, name = 'root', command] = p.argv
  p.machine = Object.assign(rootedMachine(p.machine, inside, p.access), { listeners: listening })
  const { files } = p.machine
  const user = users(files).find((one) => one.name === name)!
  attempt(() => files.mkdir(user.home))
  p.who = credentialsOf(files, { imageUser: user.name, user: undefined, group: undefined, supplementalGroups: [] }).who
  p.cwd = files.stat(user.home)?.type === 'directory' ? user.home : '/'
  const env = new Map([
    ['USER', user.name], ['LOGNAME', user.name], ['HOME', user.home], ['SHELL', '/bin/bash'],
    ['PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], ['TERM', p.env.get('TERM') ?? 'dumb'],
  ])
  return yield* runInstead(p, command === undefined ? ['bash', '-l'] : ['bash', '-c', command], env)
}
