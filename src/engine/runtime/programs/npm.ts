import { jsonOf } from '../../api/json.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { runInstead } from '../tools/processes.ts'
import { appServer } from './languages.ts'

interface Manifest {
  name?: string
  version?: string
  main?: string
  scripts?: Record<string, string>
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

/** How long one package takes to come. */
const PACKAGE_MS = 400

/** npm init -y, install, ci, run NAME, start, test; yarn in the same words. Packages have a name and no content. */
export function* npm(p: Process): Run<number> {
  const tool = p.argv[0]!.replace(/^.*\//, '')
  const [command = tool === 'yarn' ? 'install' : '', ...rest] = p.argv.slice(1).filter((arg) => !arg.startsWith('--prefix'))
  const names = rest.filter((arg) => !arg.startsWith('-'))
  const isQuiet = p.argv.some((arg) => /^(-s|--silent|--quiet|-q)$/.test(arg))
  if (/^(--version|-v)$/.test(command)) {
    yield* print(p, tool === 'yarn' ? '1.22.22\n' : '10.8.2\n')
    return 0
  }
  // What an image that nobody knows has in it is its own affair.
  if (tool === 'npx' || (p.machine.config.image.unknown && manifestOf(p) === undefined && !/^(i|install|add|ci|init)$/.test(command))) return yield* appServer(p)
  switch (command) {
    case 'init':
      return yield* initialize(p, isQuiet)
    case 'i':
    case 'install':
    case 'add':
    case 'ci':
    case 'clean-install':
      return yield* install(p, names, isQuiet)
    case 'start':
    case 'test':
      return yield* script(p, command, rest)
    case 'run':
    case 'run-script':
      return yield* script(p, names[0] ?? '', rest.slice(1))
    default:
      if (tool === 'yarn') return yield* script(p, command, rest)
      yield* print(p, `Unknown command: "${command}"\n\nTo see a list of supported npm commands, run:\n  npm help\n`, 2)
      return 1
  }
}

const at = (p: Process, name: string): string => `${p.cwd === '/' ? '' : p.cwd}/${name}`

function manifestOf(p: Process): Manifest | undefined {
  const text = p.machine.files.readText(at(p, 'package.json'), p.access)
  return text === undefined ? undefined : ((jsonOf(text) as Manifest | undefined) ?? {})
}

function* initialize(p: Process, isQuiet: boolean): Run<number> {
  const name = p.cwd.slice(p.cwd.lastIndexOf('/') + 1).toLowerCase() || 'app'
  const manifest = { name, version: '1.0.0', main: 'index.js', scripts: { test: 'echo "Error: no test specified" && exit 1' }, keywords: [], author: '', license: 'ISC', description: '' }
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  yield* sleep(p, 300)
  p.machine.files.writeText(at(p, 'package.json'), text, { uid: p.who.uid, gid: p.who.gid })
  if (!isQuiet) yield* print(p, `Wrote to ${at(p, 'package.json')}:\n\n${text}\n\n`)
  return 0
}

function* install(p: Process, names: readonly string[], isQuiet: boolean): Run<number> {
  const manifest = manifestOf(p)
  if (names.length === 0 && manifest === undefined) {
    yield* print(p, `npm error code ENOENT\nnpm error syscall open\nnpm error path ${at(p, 'package.json')}\nnpm error errno -2\nnpm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '${at(p, 'package.json')}'\n`, 2)
    return 254
  }
  const asked = names.length > 0 ? names.map((one) => /^(@?[^@]+)(?:@(.+))?$/.exec(one)!).map(([, name, version]) => [name!, version ?? '1.0.0'] as const) : Object.entries({ ...manifest?.dependencies, ...manifest?.devDependencies })
  for (const [name, version] of asked) {
    yield* sleep(p, PACKAGE_MS)
    p.machine.files.writeText(at(p, `node_modules/${name}/package.json`), `${JSON.stringify({ name, version: version.replace(/^[\^~]/, '') })}\n`, { uid: p.who.uid, gid: p.who.gid })
  }
  if (names.length > 0) p.machine.files.writeText(at(p, 'package.json'), `${JSON.stringify({ ...manifest, dependencies: { ...manifest?.dependencies, ...Object.fromEntries(asked.map(([name, version]) => [name, `^${version}`])) } }, null, 2)}\n`, { uid: p.who.uid, gid: p.who.gid })
  if (!isQuiet) yield* print(p, `\nadded ${asked.length} packages, and audited ${asked.length + 1} packages in ${Math.max(1, Math.round((asked.length * PACKAGE_MS) / 1000))}s\n\nfound 0 vulnerabilities\n`)
  return 0
}

/** `start` without a script of that name is the server.js that is there. */
function* script(p: Process, name: string, rest: readonly string[]): Run<number> {
  const manifest = manifestOf(p)
  const command = manifest?.scripts?.[name] ?? (name === 'start' && p.machine.files.exists(at(p, 'server.js')) ? 'node server.js' : undefined)
  if (manifest === undefined) {
    yield* print(p, `npm error code ENOENT\nnpm error path ${at(p, 'package.json')}\nnpm error enoent Could not read package.json: Error: ENOENT: no such file or directory, open '${at(p, 'package.json')}'\n`, 2)
    return 254
  }
  if (command === undefined) {
    yield* print(p, `npm error Missing script: "${name}"\nnpm error\nnpm error To see a list of scripts, run:\nnpm error   npm run\n`, 2)
    return 1
  }
  yield* print(p, `\n> ${manifest.name ?? ''}@${manifest.version ?? ''} ${name}\n> ${command}\n\n`)
  const env = new Map([...p.env, ['PATH', `${at(p, 'node_modules/.bin')}:${p.env.get('PATH') ?? ''}`]])
  return yield* runInstead(p, ['sh', '-c', [command, ...rest.filter((arg) => arg !== '--')].join(' ')], env)
}
