import { kernelRelease } from '../../api/node-system.ts'
import { device, directory, executable, file, type Node, symlink, virtual } from '../filesystem/node.ts'
import type { Machine } from './machine.ts'
import type { Process } from './process.ts'
import { type Signal, signalNumber, signals } from './signals.ts'

const fixed: Record<string, (machine: Machine) => string> = {
  uptime: (m) => `${((m.now() - m.startedAt) / 1000 + 86400).toFixed(2)} 172800.00\n`,
  version: () => `Linux version ${kernelRelease} (podreel@simulated) #1 SMP PREEMPT_DYNAMIC\n`,
  loadavg: () => '0.10 0.08 0.05 1/120 42\n',
  cpuinfo: () =>
    [0, 1, 2, 3].map((n) => `processor\t: ${n}\nmodel name\t: Simulated CPU\ncpu MHz\t\t: 2400.000\n`).join('\n'),
  meminfo: memoryInformation,
  filesystems: () => 'nodev\tproc\nnodev\ttmpfs\nnodev\toverlay\n\text4\n',
  mounts: mountTable,
  cmdline: () => 'BOOT_IMAGE=/vmlinuz root=/dev/sda1 ro\n',
}

/** /proc, made when somebody looks; the same for all containers. */
export const procFiles: Node = virtual(
  (viewer) => [...viewer().visibleProcesses().map((p) => String(p.pid)), ...Object.keys(fixed), 'self', 'net', 'sys'],
  (name, viewer) => {
    const machine = viewer()
    if (Object.hasOwn(fixed, name)) return file(fixed[name]!(machine), { mode: 0o444 })
    if (name === 'self') return symlink(String(machine.current?.pid ?? 1))
    if (name === 'net') return directory({ tcp: file(tcpTable(machine)) })
    if (name === 'sys') return sysctl(machine)
    const p = /^\d+$/.test(name) ? machine.find(Number(name)) : undefined
    return p === undefined ? undefined : processFiles(p, machine)
  },
)

export function mountTable(machine: Machine): string {
  const lines = [
    'overlay / overlay rw,relatime 0 0',
    'proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0',
    'tmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0',
  ]
  for (const { path, readOnly, source } of machine.config.mounts) {
    const access = `${readOnly ? 'ro' : 'rw'},relatime`
    // One without a limit may fill the node's memory.
    const kib = Math.floor(Math.min(source.capacityBytes, machine.nodeMemoryBytes) / 1024)
    lines.push(source.isTmpfs ? `tmpfs ${path} tmpfs ${access},size=${kib}k 0 0` : `/dev/sda1 ${path} ext4 ${access} 0 0`)
  }
  return `${lines.join('\n')}\n`
}

function memoryInformation(machine: Machine): string {
  const total = Math.floor(machine.nodeMemoryBytes / 1024)
  const free = Math.floor(total * 0.6)
  const line = (name: string, kb: number) => `${`${name}:`.padEnd(16)}${String(kb).padStart(8)} kB\n`
  return (
    line('MemTotal', total) +
    line('MemFree', free) +
    line('MemAvailable', free) +
    line('Buffers', 0) +
    line('Cached', Math.floor(total * 0.2)) +
    line('SwapTotal', 0) +
    line('SwapFree', 0)
  )
}

function tcpTable(machine: Machine): string {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')
  return (
    head +
    machine
      .listeners()
      .map(
        ({ listener }, i) =>
          `   ${i}: 00000000:${hex(listener.port)} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 ${4000 + i}\n`,
      )
      .join('')
  )
}

/** What the kernel begins with in a pod's namespaces, as far as a pod may change it. */
const namespacedSysctls: Readonly<Record<string, string>> = {
  'kernel.shm_rmid_forced': '0',
  'net.ipv4.ip_local_port_range': '32768\t60999',
  'net.ipv4.ip_local_reserved_ports': '',
  'net.ipv4.ip_unprivileged_port_start': '0',
  'net.ipv4.ping_group_range': '0\t2147483647',
  'net.ipv4.tcp_fin_timeout': '60',
  'net.ipv4.tcp_keepalive_intvl': '75',
  'net.ipv4.tcp_keepalive_probes': '9',
  'net.ipv4.tcp_keepalive_time': '7200',
  'net.ipv4.tcp_rmem': '4096\t131072\t6291456',
  'net.ipv4.tcp_syncookies': '1',
  'net.ipv4.tcp_wmem': '4096\t16384\t4194304',
}

function sysctl(machine: Machine): Node {
  const settings = { ...namespacedSysctls, ...machine.config.linux?.sysctls }
  const below = (prefix: string): Record<string, Node> =>
    Object.fromEntries(Object.keys(settings).filter((name) => name.startsWith(prefix)).map((name) => [name.slice(prefix.length), file(`${settings[name]}\n`)]))
  return directory({
    kernel: directory({
      ...below('kernel.'),
      hostname: file(`${machine.config.hostname}\n`),
      ostype: file('Linux\n'),
      osrelease: file(`${kernelRelease}\n`),
      random: directory({ uuid: file(`${uuid(machine)}\n`), boot_id: file('6d0f9c52-7a1e-4f0b-9a53-2f1f2b0c7d11\n') }),
    }),
    net: directory({ core: directory({ somaxconn: file('4096\n') }), ipv4: directory({ ip_forward: file('1\n'), ...below('net.ipv4.') }) }),
    vm: directory({ overcommit_memory: file('0\n'), max_map_count: file('65530\n'), swappiness: file('60\n') }),
  })
}

/** A random one (version 4). */
export function uuid(machine: Machine): string {
  const hex = (n: number) => Array.from({ length: n }, () => machine.random(16).toString(16)).join('')
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
}

/** Its AppArmor profile: the runtime's own where nothing is said. */
function confinedBy({ config: { linux } }: Machine): string {
  return linux?.privileged === true ? 'unconfined' : `${linux?.appArmor || 'cri-containerd.apparmor.d'} (enforce)`
}

function processFiles(p: Process, viewer: Machine): Node {
  const entries: Record<string, () => Node> = {
    cmdline: () => file(p.argv.map((a) => `${a}\0`).join('')),
    comm: () => file(`${commandName(p)}\n`),
    environ: () => file([...p.env].map(([k, v]) => `${k}=${v}\0`).join(''), { mode: 0o400, uid: p.who.uid }),
    status: () => file(statusText(p)),
    stat: () => file(statText(p)),
    attr: () => directory({ current: file(`${confinedBy(p.machine)}\n`) }),
    cgroup: () => file('0::/\n'),
    limits: () =>
      file(
        'Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1048576              1048576              files     \n',
      ),
    mounts: () => file(mountTable(p.machine)),
    oom_score_adj: () => file(`${p.machine.config.linux?.oomScoreAdj ?? 0}\n`),
    oom_score: () => file(`${Math.max(0, Math.floor((2000 + 2 * (p.machine.config.linux?.oomScoreAdj ?? 0)) / 3))}\n`),
    uid_map: () => file(idMap(p.machine)),
    gid_map: () => file(idMap(p.machine)),
    ns: () => namespaceLinks(p.machine),
    exe: () => executable(commandName(p)),
    cwd: () => symlink(p.cwd),
    // Of another container (when processes are shared) it leads into that container's root.
    root: () => (p.machine === viewer ? symlink('/') : p.machine.files.find('/')),
    fd: () =>
      virtual(
        () => p.openDescriptors().map(String),
        (name) => {
          if (!p.openDescriptors().includes(Number(name))) return undefined
          const open = p.fd(Number(name))
          return device(() => open.retain(), { mode: 0o700 })
        },
      ),
  }
  return virtual(
    () => Object.keys(entries),
    (name) => (Object.hasOwn(entries, name) ? entries[name]!() : undefined),
  )
}

/** 65536 ids of its own for a pod in a user namespace, all of the node's for the others. */
function idMap({ config: { id, linux } }: Machine): string {
  const columns = linux?.userNamespace === true ? [0, (1 + (parseInt(id.slice(0, 6), 16) % 30_000)) * 65_536, 65_536] : [0, 0, 4_294_967_295]
  return `${columns.map((n) => String(n).padStart(10)).join(' ')}\n`
}

/** The node's own user namespace; any other has another number. */
const initialUserNamespace = 4_026_531_837

function namespaceLinks({ config: { id, linux } }: Machine): Node {
  const own = (offset: number): number => 4_026_532_000 + (parseInt(id.slice(0, 4), 16) % 4_000) + offset
  const number = (name: string, i: number): number => (name === 'user' && linux?.userNamespace !== true ? initialUserNamespace : own(i))
  const names = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts']
  return directory(Object.fromEntries(names.map((name, i) => [name, symlink(`${name}:[${number(name, i)}]`)])))
}

/** What the kernel calls a process: the file's name, cut at 15 characters, whatever title a server has given itself ("nginx: master process"). */
export function commandName(p: Process): string {
  const name = p.argv[0] ?? ''
  return name
    .slice(name.lastIndexOf('/') + 1)
    .replace(/^-|: .*$/gs, '')
    .slice(0, 15)
}

export function stateLetter(p: Process): 'R' | 'S' | 'T' | 'Z' {
  if (p.exit !== undefined) return 'Z'
  if (p.stopped) return 'T'
  return p.waiting === undefined || p.waiting.wait === 'cpu' ? 'R' : 'S'
}

const stateWords = { R: 'R (running)', S: 'S (sleeping)', T: 'T (stopped)', Z: 'Z (zombie)' }

function statusText(p: Process): string {
  const { uid, gid, groups } = p.who
  const { linux } = p.machine.config
  const caps = (uid === 0 ? p.machine.capabilities : 0n).toString(16).padStart(16, '0')
  const bounding = p.machine.capabilities.toString(16).padStart(16, '0')
  const mask = (wanted: (s: Signal) => boolean) =>
    signals
      .reduce((m, s) => (wanted(s) ? m | (1n << BigInt(signalNumber(s) - 1)) : m), 0n)
      .toString(16)
      .padStart(16, '0')
  const kb = Math.floor(p.memoryBytes / 1024)
  const lines = [
    ['Name', commandName(p)],
    ['Umask', `0${p.umask.toString(8).padStart(3, '0')}`],
    ['State', stateWords[stateLetter(p)]],
    ['Tgid', String(p.pid)],
    ['Pid', String(p.pid)],
    ['PPid', String(p.parent?.pid ?? 0)],
    ['Uid', `${uid}\t${uid}\t${uid}\t${uid}`],
    ['Gid', `${gid}\t${gid}\t${gid}\t${gid}`],
    ['Groups', groups.join(' ')],
    ['VmSize', `${String(kb * 2).padStart(8)} kB`],
    ['VmRSS', `${String(kb).padStart(8)} kB`],
    ['Threads', '1'],
    ['SigIgn', mask((s) => p.disposition(s) === 'ignore')],
    ['SigCgt', mask((s) => typeof p.disposition(s) === 'function')],
    ['CapInh', '0000000000000000'],
    ['CapPrm', caps],
    ['CapEff', caps],
    ['CapBnd', bounding],
    ['CapAmb', '0000000000000000'],
    ['NoNewPrivs', linux?.noNewPrivileges === true ? '1' : '0'],
    ['Seccomp', linux?.seccomp === undefined ? '0' : '2'],
    ['Seccomp_filters', linux?.seccomp === undefined ? '0' : '1'],
  ]
  return lines.map(([name, value]) => `${name}:\t${value}\n`).join('')
}

function statText(p: Process): string {
  const ticks = Math.floor(p.cpu.usedUs / 10_000)
  return `${p.pid} (${commandName(p)}) ${stateLetter(p)} ${p.parent?.pid ?? 0} ${p.group} ${p.group} 0 -1 4194304 0 0 0 0 ${ticks} 0 0 0 20 0 1 0 0 0 0\n`
}
