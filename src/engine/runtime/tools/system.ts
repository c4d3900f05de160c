import { kernelRelease } from '../../api/node-system.ts'
import { hostsLines } from '../process/hosts-file.ts'
import { complain, print } from '../process/io.ts'
import { mountTable } from '../process/proc-files.ts'
import type { Process, Run } from '../process/process.ts'
import { groupName, userName, users } from '../programs/users.ts'
import { parseOptions } from '../../text/options.ts'
import { usesBusybox } from './words.ts'

export function* hostname(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'isfdI', long: ['fqdn', 'long', 'domain'] })
  const { config } = p.machine
  const whole = fullName(p, config.hostname)
  const said = (): string => {
    if (o.has('I')) return `${config.ip()} `
    if (o.has('i')) return config.ip()
    if (o.has('d', 'domain')) return whole.slice(config.hostname.length + 1)
    return o.has('f', 'fqdn', 'long') ? whole : config.hostname
  }
  yield* print(p, `${said()}\n`)
  return 0
}

/** What /etc/hosts has for the host's own name: of a pod with a subdomain its name in the cluster's DNS. */
function fullName(p: Process, hostname: string): string {
  const lines = hostsLines(p.machine.files.readText('/etc/hosts') ?? '')
  return lines.find(({ names }) => names.includes(hostname))?.names[0] ?? hostname
}

export function* id(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'ugGnr' })
  const { files } = p.machine
  const other =
    o.operands[0] === undefined
      ? undefined
      : users(files).find((u) => u.name === o.operands[0] || String(u.uid) === o.operands[0])
  if (o.operands[0] !== undefined && other === undefined) {
    yield* complain(p, usesBusybox(p) ? `unknown user ${o.operands[0]}` : `'${o.operands[0]}': no such user`)
    return 1
  }
  const who = other === undefined ? p.who : { uid: other.uid, gid: other.gid, groups: [other.gid] }
  const user = userName(files, who.uid)
  // GNU's tells the effective group first.
  const groups = usesBusybox(p) ? who.groups : [who.gid, ...who.groups.filter((g) => g !== who.gid)]
  const named = (n: number, name: string | undefined) => (name === undefined ? String(n) : `${n}(${name})`)
  if (o.has('u')) yield* print(p, `${o.has('n') ? (user ?? who.uid) : who.uid}\n`)
  else if (o.has('g')) yield* print(p, `${o.has('n') ? (groupName(files, who.gid) ?? who.gid) : who.gid}\n`)
  else if (o.has('G'))
    yield* print(p, `${groups.map((g) => (o.has('n') ? (groupName(files, g) ?? g) : g)).join(' ')}\n`)
  else
    yield* print(
      p,
      `uid=${named(who.uid, user)} gid=${named(who.gid, groupName(files, who.gid))}${groups.length > 0 ? ` groups=${groups.map((g) => named(g, groupName(files, g))).join(',')}` : ''}\n`,
    )
  return 0
}

export function* uname(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'asnrvmpio' })
  const facts: [string, string][] = [
    ['s', 'Linux'],
    ['n', p.machine.config.hostname],
    ['r', kernelRelease],
    ['v', '#1 SMP PREEMPT_DYNAMIC'],
    ['m', 'x86_64'],
    ['o', usesBusybox(p) ? 'Linux' : 'GNU/Linux'],
  ]
  const wanted = facts.filter(([letter]) => o.has('a', letter))
  yield* print(p, `${(wanted.length === 0 ? facts.slice(0, 1) : wanted).map(([, text]) => text).join(' ')}\n`)
  return 0
}

export function* free(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'bkmgh' })
  const unit = o.has('b') ? 1 : o.has('m', 'h') ? 1024 ** 2 : o.has('g') ? 1024 ** 3 : 1024
  // free shows the machine, not the container's limit: a well-known trap.
  const total = p.machine.nodeMemoryBytes
  const used = Math.floor(total * 0.2) + p.machine.memoryUsed()
  const cell = (bytes: number) => `${Math.floor(bytes / unit)}${o.has('h') ? 'M' : ''}`.padStart(12)
  yield* print(
    p,
    `              total        used        free      shared  buff/cache   available\nMem:   ${cell(total)}${cell(used)}${cell(total * 0.6)}${cell(0)}${cell(total * 0.2)}${cell(total - used)}\nSwap:  ${cell(0)}${cell(0)}${cell(0)}\n`,
  )
  return 0
}

/** A tool that prints one thing. */
function says(text: (p: Process) => string): (p: Process) => Run<number> {
  return function* (p) {
    yield* print(p, `${text(p)}\n`)
    return 0
  }
}

export const arch = says(() => 'x86_64')
export const pwd = says((p) => p.cwd)
export const nproc = says(() => '4')
export const getconf = says((p) =>
  p.argv[1] === 'PAGESIZE' || p.argv[1] === 'PAGE_SIZE'
    ? '4096'
    : p.argv[1]?.startsWith('_NPROCESSORS') === true
      ? '4'
      : '',
)

export function* tty(p: Process): Run<number> {
  const isTerminal = p.fd(0).isTerminal
  yield* print(p, isTerminal ? '/dev/pts/0\n' : 'not a tty\n')
  return isTerminal ? 0 : 1
}

export function* stty(p: Process): Run<number> {
  if (p.argv[1] === 'size') yield* print(p, '24 80\n')
  return 0
}

export function* clear(p: Process): Run<number> {
  yield* print(p, '\x1b[H\x1b[J')
  return 0
}

export function* which(p: Process): Run<number> {
  let code = 0
  for (const name of p.argv.slice(1).filter((a) => !a.startsWith('-'))) {
    const found = p.machine.resolve([name], { access: p.access, path: p.env.get('PATH') ?? '' })
    if ('failed' in found) code = 1
    else yield* print(p, `${found.path}\n`)
  }
  return code
}

/** Without the capability SYS_ADMIN nobody in a container mounts anything. */
export function* mount(p: Process): Run<number> {
  if (p.argv.length === 1) {
    yield* print(p, mountTable(p.machine).replaceAll(/^(\S+) (\S+) (\S+) (\S+) 0 0$/gm, '$1 on $2 type $3 ($4)'))
    return 0
  }
  yield* print(
    p,
    usesBusybox(p) ? 'mount: permission denied (are you root?)\n' : `mount: ${p.argv.at(-1)}: permission denied.\n`,
    2,
  )
  return 32
}

export function* umount(p: Process): Run<number> {
  yield* complain(p, `can't unmount ${p.argv.at(-1)}: Operation not permitted`)
  return 1
}

export function* sysctl(p: Process): Run<number> {
  const name = p.argv.slice(1).find((a) => !a.startsWith('-'))
  if (name === undefined) return 0
  const [key = '', value] = name.split('=')
  const path = `/proc/sys/${key.replaceAll('.', '/')}`
  const text = p.machine.files.readText(path)
  if (text === undefined) {
    yield* complain(
      p,
      usesBusybox(p) ? `error: '${key}' is an unknown key` : `cannot stat ${path}: No such file or directory`,
    )
    return 1
  }
  // What a privileged container sets is the node's; nothing here reads it.
  if (value !== undefined && p.machine.config.linux?.privileged === true) {
    yield* print(p, `${key} = ${value}\n`)
    return 0
  }
  if (value !== undefined) {
    yield* complain(
      p,
      usesBusybox(p)
        ? `error setting key '${key}': Read-only file system`
        : `setting key "${key}": Read-only file system`,
    )
    return 1
  }
  yield* print(p, p.argv.includes('-n') ? text : `${key} = ${text}`)
  return 0
}

/** Package managers: there is no internet behind the simulated network, but a script should go on. */
export function* packageManager(p: Process): Run<number> {
  const [, command = '', ...rest] = p.argv.filter((a) => !a.startsWith('-'))
  const isQuiet = p.argv.some((word) => word.startsWith('-qq'))
  yield { wait: 'time', ms: 3000, interruptible: false }
  if (p.machine.config.readOnlyRootFilesystem === true || p.who.uid !== 0) {
    yield* complain(p, p.machine.config.readOnlyRootFilesystem === true ? 'Read-only file system' : 'Permission denied')
    return p.argv[0]?.includes('apk') === true ? 99 : 100
  }
  if (/install|add/.test(command)) {
    for (const name of rest) installed(p, name)
    yield* print(
      p,
      p.argv[0]?.includes('apk') === true
        ? `${rest.map((name, i) => `(${i + 1}/${rest.length}) Installing ${name}\n`).join('')}OK: 12 MiB in 20 packages\n`
        : isQuiet ? '' : rest.map((name) => `Setting up ${name} ...\n`).join(''),
    )
  } else if (!isQuiet) yield* print(p, 'Reading package lists...\n')
  return 0
}

/** Programs that a package brings, where we have them. */
function installed(p: Process, name: string): void {
  const programs: Record<string, string[]> = {
    curl: ['curl'],
    wget: ['wget'],
    'iputils-ping': ['ping'],
    procps: ['ps', 'top', 'free', 'pkill', 'pgrep', 'uptime', 'watch'],
    dnsutils: ['nslookup', 'dig', 'host'],
    'bind-tools': ['nslookup', 'dig', 'host'],
    'bind-utils': ['nslookup', 'dig', 'host'],
    'netcat-openbsd': ['nc'],
    netcat: ['nc'],
    'net-tools': ['netstat', 'ifconfig'],
    iproute2: ['ip', 'ss'],
    bash: ['bash'],
    stress: ['stress'],
    'stress-ng': ['stress-ng'],
    jq: ['jq'],
    nginx: ['nginx'],
    python3: ['python3'],
    telnet: ['telnet'],
    vim: ['vim'],
    git: ['git'],
    fortune: ['fortune'],
    iputils: ['ping'],
    'inetutils-ping': ['ping'],
    'inetutils-telnet': ['telnet'],
    'busybox-extras': ['telnet'],
    'nmap-ncat': ['nc'],
    nc: ['nc'],
    'netcat-traditional': ['nc'],
    openssl: ['openssl'],
    socat: ['socat'],
    gettext: ['envsubst'],
    'gettext-base': ['envsubst'],
    nodejs: ['node'],
    npm: ['npm'],
    redis: ['redis-cli', 'redis-server'],
    'redis-tools': ['redis-cli'],
    'postgresql-client': ['psql', 'pg_isready', 'pg_dump'],
    'default-mysql-client': ['mysql', 'mysqladmin', 'mysqldump'],
    'mysql-client': ['mysql', 'mysqladmin', 'mysqldump'],
    'mariadb-client': ['mysql', 'mysqladmin', 'mysqldump'],
  }
  for (const program of programs[name] ?? [])
    if (!p.machine.files.exists(`/usr/bin/${program}`)) p.machine.install(`/usr/bin/${program}`, program)
}
