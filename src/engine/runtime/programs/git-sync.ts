import { sha1 } from '../../api/digest.ts'
import { textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { cloneMs, repositoryFiles } from './git.ts'
import { klog } from './kubernetes/begin.ts'
import { listenOn, stopsLikeGo, serve } from './serve.ts'

/** git-sync: brings a repository into a volume, and shows what it brought by a link that is changed at once (kubernetes/git-sync). Nothing new is ever in it here. */
export function* gitSync(p: Process): Run<number> {
  const [, major = '4', minor = '9'] = /:v?(\d+)(?:\.(\d+))?/.exec(p.machine.config.image.reference) ?? []
  const version = Number(major)
  const said = (flag: string): string | undefined => option(p, flag)
  const stopped = stopsLikeGo(p)
  if (p.argv.includes('--version')) {
    yield* print(p, `v${/:v?([\d.]+)/.exec(p.machine.config.image.reference)?.[1] ?? '4.4.3'}\n`)
    return 0
  }
  const repo = said('repo') ?? ''
  const root = said('root') ?? (version === 3 || (version === 4 && Number(minor) < 2) ? '/tmp/git' : '/git')
  const log = (msg: string, more: Record<string, unknown> = {}): Run<void> => print(p, lineOf(p, version, msg, more), 2)
  if (repo === '') {
    yield* print(p, version >= 4 ? `${JSON.stringify({ logger: '', ts: stamp(p), caller: { file: 'main.go', line: 321 }, msg: 'required flag: --repo must be specified' })}\nFATAL: required flag: --repo must be specified\n` : 'ERROR: --repo must be specified\n', 2)
    return 1
  }
  const ref = said('ref') ?? said('branch') ?? said('rev') ?? 'HEAD'
  const link = said('link') ?? said('dest') ?? repo.replace(/\/+$/, '').split('/').at(-1)!
  const hash = sha1(`${repo} ${ref}`)
  yield* log('starting up', { pid: p.pid, uid: p.who.uid, gid: p.who.gid, home: '/tmp' })
  yield* sleep(p, cloneMs, true)
  if (stopped() !== undefined) return stopped()!
  yield* log('update required', { ref, local: '', remote: hash, syncCount: 0 })
  put(p, { root, link, hash, name: link.replace(/\.git$/, '') })
  yield* log('updated successfully', { ref, remote: hash, syncCount: 1 })
  const bind = /:(\d+)$/.exec(said('http-bind') ?? '')?.[1]
  if (/^(true|1)$/.test(said('one-time') ?? (p.argv.includes('--one-time') ? 'true' : 'false'))) {
    yield* log('exiting after one sync', { status: 0 })
    return 0
  }
  const listeners = bind === undefined ? [] : yield* listenOn(p, [Number(bind)], (port, why) => `listen tcp :${port}: bind: ${why.toLowerCase()}`)
  return listeners === undefined ? 1 : yield* serve(p, { listeners, stopped, handle: () => textResponse(200, '') })
}

/** --flag VALUE, --flag=VALUE, or its variable under the names that versions have had for it. */
function option(p: Process, flag: string): string | undefined {
  const at = p.argv.findIndex((word) => new RegExp(`^--?${flag}(=|$)`).test(word))
  const name = flag.replaceAll('-', '_').toUpperCase()
  const given = at < 0 ? undefined : p.argv[at]!.includes('=') ? p.argv[at]!.slice(p.argv[at]!.indexOf('=') + 1) : p.argv[at + 1]
  return given ?? p.env.get(`GITSYNC_${name}`) ?? p.env.get(`GIT_SYNC_${name}`)
}

const stamp = (p: Process): string => `${formatTime('%FT%T', p.machine.now())}.000000Z`

function lineOf(p: Process, version: number, msg: string, more: Record<string, unknown>): string {
  if (version >= 4) return `${JSON.stringify({ logger: '', ts: stamp(p), caller: { file: 'main.go', line: 529 }, level: 0, msg, ...more })}\n`
  const pairs = Object.entries({ level: 0, msg, ...more }).map(([key, value]) => `"${key}"=${JSON.stringify(value)}`)
  return `${klog('I', p.machine.now(), 'main.go:401', pairs.join(' '))}\n`
}

function put(p: Process, { root, link, hash, name }: { root: string; link: string; hash: string; name: string }): void {
  const { files } = p.machine
  const tree = `.worktrees/${hash}`
  const owner = { uid: p.who.uid, gid: p.who.gid }
  files.mkdir(`${root}/.git`, owner)
  for (const [path, text] of Object.entries(repositoryFiles(name))) files.writeText(`${root}/${tree}/${path}`, text, owner)
  const at = link.startsWith('/') ? link : `${root}/${link}`
  if (files.stat(at, { link: true }) === undefined) files.symlink(at, link.startsWith('/') ? `${root}/${tree}` : tree)
}
