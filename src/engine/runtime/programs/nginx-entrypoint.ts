import { attempt, Errno } from '../filesystem/errno.ts'
import { permits } from '../filesystem/node.ts'
import { substituted } from '../tools/envsubst.ts'
import { startChild, waitFor } from '../process/child.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { runInstead } from '../tools/processes.ts'
import { ENTRYPOINT_FOLDER } from '../images/nginx-files.ts'
import { execFailed, isCommand } from './entrypoint.ts'
import { nginxVersion } from './nginx-version.ts'

const DEFAULT_CONF = '/etc/nginx/conf.d/default.conf'

/**
 * docker-entrypoint.sh of nginx' image (github.com/nginx/docker-nginx): in front of nginx itself, what lies in
 * /docker-entrypoint.d is done: a template becomes a file of the configuration, scripts of the pod's own run.
 * Images before 1.19 have none.
 */
export function* nginxEntrypoint(p: Process): Run<number> {
  const args = p.argv.slice(1)
  const first = args[0] ?? 'nginx'
  if (!isCommand(p, first)) return yield* execFailed(p, first)
  if ((first === 'nginx' || first === 'nginx-debug') && nginxVersion(p) >= 19) {
    const code = yield* new Preparation(p).run()
    if (code !== 0) return code
  }
  return yield* runInstead(p, args.length > 0 ? args : ['nginx', '-g', 'daemon off;'])
}

/** One of the image's own parts, when somebody runs it alone. */
export function* nginxEntrypointPart(p: Process): Run<number> {
  const preparation = new Preparation(p)
  preparation.part((p.argv[0] ?? '').replace(/^.*\//, ''))
  yield* preparation.say()
  return 0
}

class Preparation {
  private readonly p: Process
  private readonly lines: string[] = []

  constructor(p: Process) {
    this.p = p
  }

  *run(): Run<number> {
    const { p, lines } = this
    const names = (p.machine.files.list(ENTRYPOINT_FOLDER) ?? []).filter((name) => p.machine.files.stat(`${ENTRYPOINT_FOLDER}/${name}`)?.type === 'file')
    if (names.length === 0) lines.push(`/docker-entrypoint.sh: No files found in ${ENTRYPOINT_FOLDER}/, skipping configuration`)
    else {
      lines.push(`/docker-entrypoint.sh: ${ENTRYPOINT_FOLDER}/ is not empty, will attempt to perform configuration`, `/docker-entrypoint.sh: Looking for shell scripts in ${ENTRYPOINT_FOLDER}/`)
      for (const name of names) {
        const code = yield* this.file(name)
        if (code !== 0) return code
      }
      lines.push('/docker-entrypoint.sh: Configuration complete; ready for start up')
    }
    yield* this.say()
    return 0
  }

  private *file(name: string): Run<number> {
    const { p, lines } = this
    const path = `${ENTRYPOINT_FOLDER}/${name}`
    const node = attempt(() => p.machine.files.find(path, p.access))
    const kind = /\.(sh|envsh)$/.exec(name)?.[1]
    if (kind === undefined) {
      lines.push(`/docker-entrypoint.sh: Ignoring ${path}`)
      return 0
    }
    if (node instanceof Errno || !permits(node, p.who, 'execute')) {
      lines.push(`/docker-entrypoint.sh: Ignoring ${path}, not executable`)
      return 0
    }
    lines.push(`/docker-entrypoint.sh: ${kind === 'sh' ? 'Launching' : 'Sourcing'} ${path}`)
    if (node.kind === 'file' && node.program !== undefined) {
      this.part(name)
      return 0
    }
    yield* this.say()
    const started = startChild(p, [path])
    return 'failed' in started ? 126 : yield* waitFor(p, started.child)
  }

  part(name: string): void {
    if (name.startsWith('10-')) this.listenOnIPv6(name)
    if (name.startsWith('20-')) this.fillTemplates(name)
  }

  *say(): Run<void> {
    const text = this.lines.splice(0).map((line) => `${line}\n`).join('')
    if (!this.p.env.has('NGINX_ENTRYPOINT_QUIET_LOGS')) yield* print(this.p, text)
  }

  /** What the file says of IPv6 is in the image's own already; here is told what becomes of it. */
  private listenOnIPv6(name: string): void {
    const { p, lines } = this
    const tell = (words: string) => lines.push(`${name}: info: ${words}`)
    const place = attempt(() => p.machine.files.locate(DEFAULT_CONF, p.access))
    if (place instanceof Errno || place.node?.kind !== 'file') return void tell(`${DEFAULT_CONF} is not a file or does not exist`)
    if (place.readOnly || !permits(place.node, p.who, 'write')) return void tell(`can not modify ${DEFAULT_CONF} (read-only file system?)`)
    if (place.node.owner !== undefined && /listen {2}\[::\]:\d+;/.test(place.node.content.text)) return void tell('IPv6 listen already enabled')
    tell(`Getting the checksum of ${DEFAULT_CONF}`)
    tell(place.node.owner === undefined ? `Enabled listen on IPv6 in ${DEFAULT_CONF}` : `${DEFAULT_CONF} differs from the packaged version`)
  }

  /** Only variables that there are: what else begins with a dollar is nginx' own. */
  private fillTemplates(name: string): void {
    const { p, lines } = this
    const { files } = p.machine
    const from = p.env.get('NGINX_ENVSUBST_TEMPLATE_DIR') ?? '/etc/nginx/templates'
    const to = p.env.get('NGINX_ENVSUBST_OUTPUT_DIR') ?? '/etc/nginx/conf.d'
    const suffix = p.env.get('NGINX_ENVSUBST_TEMPLATE_SUFFIX') ?? '.template'
    const wanted = filterOf(p.env.get('NGINX_ENVSUBST_FILTER') ?? '')
    const templates = (files.list(from) ?? []).filter((file) => file.endsWith(suffix))
    if (templates.length === 0) return
    const folder = attempt(() => files.locate(to, p.access))
    if (folder instanceof Errno || folder.node === undefined || folder.readOnly || !permits(folder.node, p.who, 'write')) {
      lines.push(`${name}: ERROR: ${from} exists, but ${to} is not writable`)
      return
    }
    for (const template of templates) {
      const path = `${to}/${template.slice(0, -suffix.length)}`
      lines.push(`${name}: Running envsubst on ${from}/${template} to ${path}`)
      files.writeText(path, substituted(files.readText(`${from}/${template}`) ?? '', (variable) => (wanted.test(variable) ? p.env.get(variable) : undefined)), { uid: p.who.uid, gid: p.who.gid })
    }
  }
}

/** What is no regular expression lets everything through. */
function filterOf(text: string): RegExp {
  try {
    return new RegExp(text)
  } catch {
    return /^/
  }
}
