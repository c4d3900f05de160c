import { kernelRelease, osRelease } from '../../api/node-system.ts'
import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { basename } from '../filesystem/path.ts'
import { print, readAll } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { appArmorCache, appArmorProfiles as profilesFile } from '../profiles.ts'
import { readProfile } from './app-armor.ts'

/** Modules that the network of pods needs have been loaded with the machine, as /etc/modules-load.d says. */
const modules = [['br_netfilter', '32768', '0'], ['bridge', '409600', '1 br_netfilter'], ['overlay', '212992', '12']]

/** Small tools of a node that an administrator uses once, when it is made: what they would do has been done. */
export function* nodeTool(p: Process): Run<number> {
  const name = basename(p.argv[0] ?? '')
  const words = p.argv.slice(1)
  switch (name) {
    case 'lsmod':
      return yield* said(p, `Module                  Size  Used by\n${modules.map(([module, size, users]) => `${module!.padEnd(20)} ${size!.padStart(8)}  ${users}\n`).join('')}`)
    case 'modprobe': {
      const [module = ''] = words.filter((word) => !word.startsWith('-'))
      if (modules.some(([known]) => known === module) || /^(ip_vs\w*|nf_\w+|xt_\w+|vxlan|dummy|wireguard)$/.test(module)) return 0
      yield* print(p, `modprobe: FATAL: Module ${module} not found in directory /lib/modules/${kernelRelease}\n`, 2)
      return 1
    }
    case 'hostnamectl':
      return yield* said(p, ` Static hostname: ${p.machine.config.hostname}\n       Icon name: computer-vm\n         Chassis: vm\n  Virtualization: kvm\nOperating System: ${osRelease.name} ${osRelease.version} (${osRelease.codename})\n          Kernel: Linux ${kernelRelease}\n    Architecture: x86-64\n`)
    case 'timedatectl':
      return yield* said(p, `               Local time: ${formatTime('%a %F %T UTC', p.machine.now())}\n           Universal time: ${formatTime('%a %F %T UTC', p.machine.now())}\n                Time zone: Etc/UTC (UTC, +0000)\nSystem clock synchronized: yes\n              NTP service: active\n`)
    case 'lsblk':
      return yield* said(p, 'NAME   MAJ:MIN RM  SIZE RO TYPE MOUNTPOINTS\nvda    254:0    0  100G  0 disk \n└─vda1 254:1    0  100G  0 part /\n')
    case 'apparmor_parser':
      return yield* load(p, words)
    case 'aa-status':
      return yield* status(p)
    case 'aa-enabled':
      return yield* said(p, 'Yes\n')
    default:
      // There is no swap to begin with.
      return 0
  }
}

function* said(p: Process, text: string): Run<number> {
  yield* print(p, text)
  return 0
}

/** apparmor_parser [-q] [-r|-a|-R] FILE...: profiles become known to the kernel. */
function* load(p: Process, words: readonly string[]): Run<number> {
  const { files } = p.machine
  const removes = words.some((word) => /^-\w*R|^--remove$/.test(word))
  const known = new Map((files.readText(profilesFile) ?? '').split('\n').filter(Boolean).map((line) => [line.replace(/ \(\w+\)$/, ''), line]))
  const paths = words.filter((word) => !word.startsWith('-'))
  // Without a file it is what comes in.
  for (const path of paths.length === 0 ? ['stdin'] : paths) {
    const at = path.startsWith('/') ? path : `${p.cwd}/${path}`
    const text = paths.length === 0 ? yield* readAll(p, p.fd(0)) : attempt(() => files.readText(at, p.access))
    if (text === undefined || text instanceof Errno) {
      yield* print(p, `File ${path} not found, skipping...\n`, 2)
      return 1
    }
    const profile = readProfile(text)
    if (profile === undefined) {
      yield* print(p, `AppArmor parser error for ${path} in profile ${path} at line 1: syntax error, unexpected TOK_ID, expecting TOK_OPEN\n`, 2)
      return 1
    }
    if (removes) known.delete(profile.name)
    else if (known.has(profile.name) && !words.some((word) => /^-\w*r|^--replace$/.test(word))) {
      yield* print(p, `AppArmor parser error, in ${path} line 1: Unable to add "${profile.name}".  Profile already exists\n`, 2)
      return 17
    } else known.set(profile.name, `${profile.name} (${profile.complains ? 'complain' : 'enforce'})`)
    if (!removes) write(p, appArmorCache(profile.name), text)
  }
  const written = attempt(() => write(p, profilesFile, [...known.values()].map((line) => `${line}\n`).join('')))
  if (written instanceof Errno) {
    yield* print(p, `apparmor_parser: Unable to open interface: ${strerror(written)}\n`, 2)
    return 1
  }
  return 0
}

function write({ machine: { files } }: Process, path: string, text: string): void {
  files.mkdir(path.slice(0, path.lastIndexOf('/')))
  files.writeText(path, text)
}

function* status(p: Process): Run<number> {
  const lines = (p.machine.files.readText(profilesFile) ?? '').split('\n').filter(Boolean)
  const of = (mode: string): string[] => lines.filter((line) => line.endsWith(`(${mode})`)).map((line) => `   ${line.replace(/ \(\w+\)$/, '')}\n`)
  const [enforced, complaining] = [of('enforce'), of('complain')]
  return yield* said(p, `apparmor module is loaded.\n${lines.length} profiles are loaded.\n${enforced.length} profiles are in enforce mode.\n${enforced.join('')}${complaining.length} profiles are in complain mode.\n${complaining.join('')}0 processes have profiles defined.\n`)
}
