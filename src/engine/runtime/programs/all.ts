import { complain } from '../process/io.ts'
import type { Process, Program, Run } from '../process/process.ts'
import { shellProgram } from '../shell/main.ts'
import { tools } from '../tools/all.ts'
import { runInstead } from '../tools/processes.ts'
import { rareToolNames } from '../tools/rare-names.ts'
import { dockerEntrypoint } from './entrypoint.ts'
import { helped } from './helped.ts'
import { nginx } from './nginx.ts'
import { nginxEntrypoint, nginxEntrypointPart } from './nginx-entrypoint.ts'
import { rareMiB } from './rare-names.ts'
import { type ProgramEntry, programs, rarePrograms } from './resolve.ts'
import { unsupported } from './unsupported.ts'

const MIB = 1024 ** 2

/** Larger programs that most films begin with, with what they occupy when they have started. */
const large: Record<string, [run: Program, memoryMiB: number]> = {
  ash: [shellProgram('ash'), 0.8],
  dash: [shellProgram('dash'), 0.8],
  bash: [shellProgram('bash'), 2],
  'docker-entrypoint': [dockerEntrypoint, 0.8],
  'nginx-entrypoint': [nginxEntrypoint, 0.8],
  'nginx-entrypoint-part': [nginxEntrypointPart, 0.8],
  nginx: [nginx, 3],
}

/** Other names of the same. */
const aliases: Record<string, string> = {
  python3: 'python',
  'stress-ng': 'stress',
  httpd: 'apache',
  vim: 'vi',
  nano: 'vi',
  // A pager that nobody turns the pages of prints them all.
  less: 'cat',
  more: 'cat',
}

const notSimulated = [
  'busybox',
  'chroot',
  'crond',
  'factor',
  'getopt',
  'mknod',
  'tcpdump',
  'traceroute',
  'unzip',
  'adduser',
  'useradd',
  'groupadd',
  'dpkg',
  'numfmt',
  'tset',
]

/** One that is found before it is there: whoever runs it waits for its part. */
const later = (name: string): Program => (p) => rarePrograms.get()[name]!(p)

const byName = new Map<string, ProgramEntry>()
for (const name of notSimulated) byName.set(name, { run: unsupported })
for (const name of rareToolNames) byName.set(name, { run: helped(later(name)) })
for (const [name, run] of Object.entries(tools)) byName.set(name, { run: helped(run) })
for (const [name, memoryMiB] of Object.entries(rareMiB)) byName.set(name, { run: later(name), memoryBytes: memoryMiB * MIB })
for (const [name, [run, memoryMiB]] of Object.entries(large)) byName.set(name, { run, memoryBytes: memoryMiB * MIB })
for (const [name, other] of Object.entries(aliases)) if (byName.has(other)) byName.set(name, byName.get(other)!)
byName.set('busybox', { run: busybox })

/** `busybox wget ...`: the applet by its first argument. */
function* busybox(p: Process): Run<number> {
  if (p.argv.length > 1 && byName.has(p.argv[1]!)) return yield* runInstead(p, p.argv.slice(1))
  yield* complain(p, p.argv.length > 1 ? `${p.argv[1]}: applet not found` : 'BusyBox v1.36.1 multi-call binary.')
  return p.argv.length > 1 ? 127 : 0
}

programs.bring((name) => byName.get(name))
