import { kubernetesVersion } from '../../api/version.ts'
import type { FileSystem } from '../filesystem.ts'
import { basename } from '../filesystem/path.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { parseOptions } from '../../text/options.ts'
import { packageManager } from '../tools/system.ts'

/** Where dpkg keeps what is installed. */
export const dpkgStatus = '/var/lib/dpkg/status'
/** Packages of pkgs.k8s.io that are on a node. */
const names = ['kubeadm', 'kubectl', 'kubelet'] as const
type Name = (typeof names)[number]

const [, minor = '', patch = ''] = /^v(\d+\.\d+)\.(\d+)$/.exec(kubernetesVersion) ?? []
/** One more than the cluster has: something to upgrade to. */
const newestPatch = Number(patch) + 1
const revision = '1.1'
const available = Array.from({ length: newestPatch + 1 }, (_, i) => `${minor}.${newestPatch - i}-${revision}`)
export const newestVersion = `v${minor}.${newestPatch}`

interface Installed {
  version: string
  held: boolean
}

function read(files: FileSystem): Map<Name, Installed> {
  const found = new Map<Name, Installed>(names.map((name) => [name, { version: `${kubernetesVersion.slice(1)}-${revision}`, held: true }]))
  for (const part of (files.readText(dpkgStatus) ?? '').split(/\n\n+/)) {
    const [, name] = /^Package: (.+)$/m.exec(part) ?? []
    const [, version] = /^Version: (.+)$/m.exec(part) ?? []
    if (version !== undefined && isName(name)) found.set(name, { version, held: /^Status: hold /m.test(part) })
  }
  return found
}

function write(files: FileSystem, installed: ReadonlyMap<Name, Installed>): void {
  files.mkdir('/var/lib/dpkg')
  files.writeText(dpkgStatus, Array.from(installed, ([name, { version, held }]) => `Package: ${name}\nStatus: ${held ? 'hold' : 'install'} ok installed\nArchitecture: amd64\nVersion: ${version}\n`).join('\n'))
}

const isName = (name: string | undefined): name is Name => (names as readonly (string | undefined)[]).includes(name)

/** 'v1.34.9', of what is installed on the machine. */
export function packageVersion(files: FileSystem, name: Name): string {
  return `v${read(files).get(name)!.version.replace(/-.*$/, '')}`
}

/** apt, apt-get, apt-mark, apt-cache of a node: they know the packages of Kubernetes, and of others only the names. */
export function* apt(p: Process): Run<number> {
  const program = basename(p.argv[0] ?? '')
  const o = parseOptions(p.argv.slice(1), { short: 'yqfo:t:V', long: ['option'] })
  const [verb = '', ...words] = o.operands
  if (program === 'apt-mark') return yield* mark(p, verb, words)
  if (verb === 'madison' || verb === 'policy') return yield* list(p, verb, words)
  if (verb === 'update') return yield* update(p)
  const own = words.filter((word) => isName(word.replace(/=.*$/, '')))
  if ((verb === 'install' || verb === 'upgrade') && (own.length > 0 || verb === 'upgrade')) return yield* install(p, own, { yes: o.has('y', 'yes', 'assume-yes'), mayChangeHeld: o.has('allow-change-held-packages') })
  return yield* packageManager(p)
}

function* update(p: Process): Run<number> {
  yield* sleep(p, 2000)
  yield* print(p, `Hit:1 http://deb.debian.org/debian bookworm InRelease\nHit:2 https://prod-cdn.packages.k8s.io/repositories/isv:/kubernetes:/core:/stable:/v${minor}/deb  InRelease\nReading package lists... Done\n`)
  return 0
}

function* mark(p: Process, verb: string, words: readonly string[]): Run<number> {
  const { files } = p.machine
  const installed = read(files)
  if (verb === 'showhold') {
    yield* print(p, Array.from(installed, ([name, { held }]) => (held ? `${name}\n` : '')).join(''))
    return 0
  }
  for (const word of words) {
    if (!isName(word)) {
      yield* print(p, `E: Unable to locate package ${word}\n`, 2)
      return 100
    }
    const found = installed.get(word)!
    const hold = verb === 'hold'
    yield* print(p, found.held === hold ? `${word} was already ${hold ? 'set on' : 'not on'} hold.\n` : hold ? `${word} set on hold.\n` : `Canceled hold on ${word}.\n`)
    installed.set(word, { ...found, held: hold })
  }
  write(files, installed)
  return 0
}

function* list(p: Process, verb: string, words: readonly string[]): Run<number> {
  const installed = read(p.machine.files)
  for (const word of words) {
    if (!isName(word)) continue
    if (verb === 'madison') yield* print(p, available.map((version) => `${word.padStart(10)} | ${version} | https://pkgs.k8s.io/core:/stable:/v${minor}/deb  Packages\n`).join(''))
    else yield* print(p, `${word}:\n  Installed: ${installed.get(word)!.version}\n  Candidate: ${available[0]}\n  Version table:\n${available.map((version) => ` ${version === installed.get(word)!.version ? '***' : '   '} ${version} 500\n        500 https://pkgs.k8s.io/core:/stable:/v${minor}/deb  Packages\n`).join('')}`)
  }
  return 0
}

function* install(p: Process, words: readonly string[], { yes, mayChangeHeld }: { yes: boolean; mayChangeHeld: boolean }): Run<number> {
  const { files } = p.machine
  const installed = read(files)
  yield* print(p, 'Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n')
  const wanted = new Map<Name, string>()
  const upgrade = words.length === 0 ? [...installed].filter(([, { held }]) => !held).map(([name]) => name as string) : words
  for (const word of upgrade) {
    const [name = '', given] = word.split('=')
    const version = given === undefined ? available[0] : available.find((one) => matches(one, given))
    if (version === undefined) {
      yield* print(p, `E: Version '${given}' for '${name}' was not found\n`, 2)
      return 100
    }
    if (given !== undefined) yield* print(p, `Selected version '${version}' (isv:kubernetes:core:stable:v${minor}:prod-cdn.packages.k8s.io [amd64]) for '${name}'\n`)
    if (installed.get(name as Name)!.version === version) yield* print(p, `${name} is already the newest version (${version}).\n`)
    else wanted.set(name as Name, version)
  }
  const held = [...wanted.keys()].filter((name) => installed.get(name)!.held)
  if (wanted.size > 0) yield* print(p, `${held.length > 0 ? `The following held packages will be changed:\n  ${held.join(' ')}\n` : ''}The following packages will be upgraded:\n  ${[...wanted.keys()].join(' ')}\n`)
  yield* print(p, `${wanted.size} upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n`)
  if (held.length > 0 && yes && !mayChangeHeld) {
    yield* print(p, 'E: Held packages were changed and -y was used without --allow-change-held-packages.\n', 2)
    return 100
  }
  if (wanted.size > 0) yield* sleep(p, 4000)
  for (const [name, version] of wanted) {
    const before = installed.get(name)!
    yield* print(p, `Unpacking ${name} (${version}) over (${before.version}) ...\nSetting up ${name} (${version}) ...\n`)
    installed.set(name, { ...before, version })
  }
  if (wanted.size > 0) write(files, installed)
  return 0
}

/** '1.34.10-*' */
const matches = (version: string, pattern: string): boolean => new RegExp(`^${pattern.replaceAll('.', String.raw`\.`).replaceAll('*', '.*')}$`).test(version)
