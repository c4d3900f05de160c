import { Errno, strerror } from '../filesystem/errno.ts'
import { basename } from '../filesystem/path.ts'
import { type HttpResponse, type NetworkError, reasonPhrase } from '../http.ts'
import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { openPath } from '../process/regular-file.ts'
import { MAX_TIMEOUT_MS, parseUrl, request, resolve, type Url } from './http-client.ts'
import { type Options, parseOptions } from '../../text/options.ts'
import { usesBusybox } from './words.ts'

/** wget -q -O FILE -S -T SECONDS --spider --header --post-data */
export function* wget(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), {
    short: 'qO:ST:cnvt:U:P:Y:s',
    long: [
      'header',
      'post-data',
      'post-file',
      'timeout',
      'output-document',
      'tries',
      'user-agent',
      'directory-prefix',
      'method',
      'body-data',
    ],
  })
  const text = o.operands[0]
  if (text === undefined) {
    yield* print(
      p,
      usesBusybox(p)
        ? 'BusyBox v1.36.1 multi-call binary.\n\nUsage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n'
        : 'wget: missing URL\nUsage: wget [OPTION]... [URL]...\n',
      2,
    )
    return 1
  }
  const url = parseUrl(text)
  if (url === undefined) {
    yield* complain(p, usesBusybox(p) ? `not an http or ftp url: ${text}` : `Invalid URL: ${text}`)
    return 1
  }
  return yield* new Wget(p, o).fetch(url)
}

class Wget {
  private readonly p: Process
  private readonly o: Options
  private readonly quiet: boolean
  private redirects = 0

  constructor(p: Process, o: Options) {
    this.p = p
    this.o = o
    this.quiet = o.has('q', 'quiet')
  }

  *fetch(url: Url): Run<number> {
    const { o, p } = this
    const body = o.value('post-data', 'body-data')
    const seconds = o.number(MAX_TIMEOUT_MS / 1000, 'T', 'timeout')
    if (!this.quiet && usesBusybox(p)) {
      const address = yield* this.address(url)
      if (address === undefined) return yield* this.failed({ error: 'unresolved' }, url)
      yield* print(p, `Connecting to ${url.host} (${address}:${url.port})\n`, 2)
    }
    const headers: Record<string, string> = { 'user-agent': o.value('U', 'user-agent') ?? 'Wget' }
    for (const line of o.repeated.get('header') ?? [])
      headers[line.slice(0, line.indexOf(':')).toLowerCase()] = line.slice(line.indexOf(':') + 1).trim()
    const method =
      o.value('method') ?? (body !== undefined ? 'POST' : o.has('spider', 's') && !usesBusybox(p) ? 'HEAD' : 'GET')
    const answer = yield* request(p, url, { method, headers, body: body ?? '', timeoutMs: seconds * 1000 })
    if ('error' in answer) return yield* this.failed(answer, url)
    return yield* this.received(answer, url)
  }

  private *address(url: Url): Run<string | undefined> {
    const found = yield* resolve(this.p, url.host)
    return 'error' in found ? undefined : found.addresses[0]
  }

  private *failed({ error }: NetworkError, url: Url): Run<number> {
    const { p } = this
    const busybox = usesBusybox(p)
    // Only busybox's complains even then.
    if (this.quiet && !busybox) return 4
    if (error === 'unresolved')
      yield* complain(
        p,
        busybox
          ? `bad address '${url.host}${url.port === 80 ? '' : `:${url.port}`}'`
          : `unable to resolve host address ‘${url.host}’`,
      )
    else if (error === 'timeout') yield* complain(p, busybox ? 'download timed out' : 'Connection timed out')
    else if (error === 'closed') yield* complain(p, busybox ? 'error getting response' : 'No data received.')
    else if (error === 'plain') yield* complain(p, busybox ? 'got bad TLS record (len:5) while expecting handshake record' : 'OpenSSL: error:0A00010B:SSL routines::wrong version number\nUnable to establish SSL connection.')
    else if (error === 'reset') yield* complain(p, 'error getting response: Connection reset by peer')
    else {
      const why = error === 'refused' ? 'Connection refused' : 'No route to host'
      yield* complain(
        p,
        busybox
          ? `can't connect to remote host (${(yield* this.address(url)) ?? url.host}): ${why}`
          : `Connecting to ${url.host}:${url.port}... failed: ${why}.`,
      )
    }
    return busybox ? 1 : 4
  }

  private *received(r: HttpResponse, url: Url): Run<number> {
    const { o, p } = this
    if (o.has('S', 'server-response'))
      yield* print(
        p,
        `  HTTP/1.1 ${r.status} ${reasonPhrase(r.status)}\n${Object.entries(r.headers)
          .map(([k, v]) => `  ${k}: ${v}\n`)
          .join('')}`,
        2,
      )
    const location = r.headers['location']
    if (r.status >= 300 && r.status < 400 && location !== undefined && this.redirects++ < 10) {
      const next = parseUrl(/^https?:/.test(location) ? location : `${url.scheme}://${url.host}:${url.port}${location}`)
      if (next !== undefined) return yield* this.fetch(next)
    }
    if (r.status >= 400) {
      const line = `HTTP/1.1 ${r.status} ${reasonPhrase(r.status)}`
      if (usesBusybox(p)) yield* complain(p, `server returned error: ${line}`)
      else if (!this.quiet)
        yield* print(
          p,
          `HTTP request sent, awaiting response... ${r.status} ${reasonPhrase(r.status)}\nERROR ${r.status}: ${reasonPhrase(r.status)}.\n`,
          2,
        )
      return usesBusybox(p) ? 1 : 8
    }
    if (o.has('spider', 's')) {
      if (!this.quiet) yield* print(p, 'remote file exists\n', 2)
      return 0
    }
    return yield* this.save(r, url)
  }

  private *save(r: HttpResponse, url: Url): Run<number> {
    const { o, p } = this
    const name =
      o.value('O', 'output-document') ?? (basename(url.path.split('?')[0]!).replace(/^\/$/, '') || 'index.html')
    if (name === '-') {
      yield* print(p, r.body)
      return 0
    }
    const path = o.value('P', 'directory-prefix') === undefined ? name : `${o.value('P', 'directory-prefix')}/${name}`
    try {
      const file = openPath(p.machine.files, path, { write: true, truncate: true }, p.access, 0o666 & ~p.umask)
      file.write(r.body)
      file.release()
    } catch (e) {
      if (!(e instanceof Errno)) throw e
      yield* complain(p, usesBusybox(p) ? `can't open '${path}': ${strerror(e)}` : `${path}: ${strerror(e)}`)
      return usesBusybox(p) ? 1 : 3
    }
    if (!this.quiet)
      yield* print(
        p,
        `saving to '${path}'\n${path.padEnd(20)} 100% |********************************| ${String(r.body.length).padStart(5)}  0:00:00 ETA\n'${path}' saved\n`,
        2,
      )
    return 0
  }
}
