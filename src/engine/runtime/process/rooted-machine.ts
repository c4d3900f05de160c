import { FileSystem, type Access } from '../filesystem.ts'
import type { MountPoint } from '../filesystem/walk.ts'
import { ROOT } from '../filesystem/node.ts'
import { normalize } from '../filesystem/path.ts'
import { installProgram } from '../programs/path-lookup.ts'
import type { Machine } from './machine.ts'

const asRoot: Access = { cwd: '/', who: ROOT }

/** What lies below a directory, as it is seen by a process whose root that is. */
class Below extends FileSystem {
  private readonly whole: FileSystem
  private readonly top: string

  constructor(whole: FileSystem, top: string) {
    super({ now: whole.now, machine: whole.machine() })
    this.whole = whole
    this.top = top
    this.changed = (path) => whole.changed(top + path)
  }

  override rootFrame(forChange: boolean) {
    const { node, volume, readOnly } = this.whole.locate(this.top, asRoot, forChange)
    return { node: node!, path: '/', volume, readOnly, isMountPoint: true }
  }

  override mountAt(path: string, forChange: boolean): MountPoint | undefined {
    return this.whole.mountAt(this.top + path, forChange)
  }
}

/** The machine as a process sees it that has changed its root (chroot(2)), and all whom it starts. Throws an Errno when there is no such directory. */
export function rootedMachine(base: Machine, path: string, access: Access): Machine {
  const top = base.files.realPath(normalize(path), access)
  base.files.readDirectory(top, access)
  return machineOn(base, top === '/' ? base.files : new Below(base.files, top))
}

/** The same machine with other files. */
export function machineOn(base: Machine, files: FileSystem, config = base.config): Machine {
  const machine: Machine = {
    base: base.base,
    config,
    files,
    nodeMemoryBytes: base.nodeMemoryBytes,
    capabilities: base.capabilities,
    startedAt: base.startedAt,
    get current() {
      return base.current
    },
    now: () => base.now(),
    random: (bound) => base.random(bound),
    spawn(o) {
      const child = base.spawn(o)
      child.machine = machine
      return child
    },
    visibleProcesses: () => base.visibleProcesses(),
    find: (pid) => base.find(pid),
    kill: (target, signal) => base.kill(target, signal),
    reap: (child) => base.reap(child),
    makeReady: (p, answer) => base.makeReady(p, answer),
    listen: (p, port, protocol) => base.listen(p, port, protocol),
    listeners: () => base.listeners(),
    setMemory: (p, bytes) => base.setMemory(p, bytes),
    resolve: (argv, o) => base.resolve(argv, { files, ...o }),
    become: (p, found) => base.become(p, found),
    install: (at, program) => installProgram(files, at, program),
    recall: (at, line) => base.recall(at, line),
    memoryUsed: () => base.memoryUsed(),
    cpuUsedMs: () => base.cpuUsedMs(),
  }
  return machine
}
