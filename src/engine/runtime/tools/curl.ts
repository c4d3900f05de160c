import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { basename } from '../filesystem/path.ts'
import { byteLength } from '../filesystem/data.ts'
import { isWorldAddress } from '../../api/world.ts'
import { handshakeMethod, type HttpResponse, type NetworkError, reasonPhrase } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { openPath } from '../process/regular-file.ts'
import { connect, hostOf, isAddress, parseUrl, request, resolve, type Url } from './http-client.ts'
import { publicAddress } from './internet.ts'
import { type Options, parseOptions } from '../../text/options.ts'
import { type CurlRequest, curlRequest, keepCookies, placeOf } from './curl-request.ts'
import { watchOn } from './curl-watch.ts'

const valued = [
  'request',
  'data',
  'data-raw',
  'data-binary',
  'header',
  'output',
  'write-out',
  'max-time',
  'connect-timeout',
  'user',
  'user-agent',
  'retry',
  'retry-delay',
  'retry-max-time',
  'cacert',
  'capath',
  'cert',
  'key',
  'resolve',
  'url',
  'form',
  'interface',
  'max-redirs',
  'referer',
  'cookie',
  'proxy',
  'noproxy',
  'unix-socket',
  'data-ascii',
  'data-urlencode',
  'json',
  'cookie-jar',
  'connect-to',
  'oauth2-bearer',
  'dump-header',
]

export function* curl(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'X:d:H:o:w:m:u:A:sSfiIvLkOgGN46#e:b:c:x:F:T:D:', long: valued })
  const urls = [...(o.repeated.get('url') ?? []), ...o.operands]
  if (p.argv[1] === '--version' || p.argv[1] === '-V') {
    yield* print(p, 'curl 8.14.1 (x86_64-pc-linux-gnu) libcurl/8.14.1 OpenSSL/3.5.1 zlib/1.3.1\nRelease-Date: 2025-06-04\nProtocols: file ftp http https\n')
    return 0
  }
  if (urls.length === 0) {
    yield* print(p, "curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n", 2)
    return 2
  }
  let code = 0
  for (const text of urls) {
    const url = parseUrl(text)
    if (url === undefined) {
      yield* print(p, 'curl: (3) URL rejected: Malformed input to a URL function\n', 2)
      code = 3
    } else code = yield* new Curl(p, o).withRetries(url)
  }
  return code
}

class Curl {
  private readonly p: Process
  private readonly o: Options
  private readonly silent: boolean
  private redirects = 0
  private startedAt = 0

  constructor(p: Process, o: Options) {
    this.p = p
    this.o = o
    this.silent = o.has('s', 'silent')
  }

  *withRetries(url: Url): Run<number> {
    let left = this.o.number(0, 'retry')
    for (let delay = 1; ; delay = Math.min(600, delay * 2)) {
      this.startedAt = this.p.machine.now()
      const asked = yield* curlRequest(this.p, this.o, url)
      const method = this.o.value('X', 'request') ?? (this.o.has('I', 'head') ? 'HEAD' : asked.body === undefined ? 'GET' : 'POST')
      const to = asked.query === undefined ? url : { ...url, path: `${url.path}${url.path.includes('?') ? '&' : '?'}${asked.query}` }
      const code = yield* this.fetch(to, method, asked)
      const mayRetry =
        code === 28 ||
        (code === 7 && this.o.has('retry-connrefused', 'retry-all-errors')) ||
        (code !== 0 && this.o.has('retry-all-errors'))
      if (!mayRetry || left-- <= 0) return code
      yield* sleep(this.p, this.o.number(delay, 'retry-delay') * 1000)
    }
  }

  private *fetch(url: Url, method: string, { headers, body = '' }: Pick<CurlRequest, 'headers' | 'body'>): Run<number> {
    const { o, p } = this
    const timeoutMs = Math.min(o.number(Infinity, 'm', 'max-time'), o.number(Infinity, 'connect-timeout'), 130) * 1000
    if (url.scheme === 'telnet') return yield* this.telnet(url, timeoutMs)
    const place = placeOf(o, url)
    const doubt = url.scheme === 'https' ? yield* this.doubtOf(place, timeoutMs) : undefined
    if (doubt !== undefined) return yield* this.distrusts(doubt, url)
    const asked = { method, headers: place === url ? headers : { host: hostOf(url), ...headers }, body, timeoutMs, certificate: this.certificate(), boundsLookup: Number.isFinite(o.number(Infinity, 'm', 'max-time')) || o.has('connect-timeout') }
    const answer = yield* request(p, place, asked)
    if ('error' in answer) return yield* this.failed(answer, url)
    keepCookies(p, o, url, answer.headers['set-cookie'])
    if (o.has('v', 'verbose')) yield* this.verbose(url, method, headers, answer)
    const location = answer.headers['location']
    if (
      o.has('L', 'location') &&
      answer.status >= 300 &&
      answer.status < 400 &&
      location !== undefined &&
      this.redirects++ < 50
    ) {
      const next = parseUrl(/^https?:/.test(location) ? location : `${url.scheme}://${url.host}:${url.port}${location.startsWith('/') ? '' : url.path.replace(/[^/]*$/, '')}${location}`)
      // Only these two say that it is to be asked again as before.
      if (next !== undefined) return yield* answer.status === 307 || answer.status === 308 ? this.fetch(next, method, { headers, body }) : this.fetch(next, method === 'HEAD' ? 'HEAD' : 'GET', { headers, body: '' })
    }
    const code = yield* this.received(answer, url)
    return answer.goesOn === true && code === 0 ? yield* watchOn(p, place, { ...asked, timeoutMs: o.number(Infinity, 'm', 'max-time') * 1000 }, answer.body) : code
  }

  /** --cert FILE[:PASSWORD] */
  private certificate(): string | undefined {
    const path = this.o.value('E', 'cert')?.replace(/:[^/]*$/, '')
    return path === undefined ? undefined : this.p.machine.files.readText(path.startsWith('/') ? path : `${this.p.cwd}/${path}`, this.p.access)
  }

  /** Why what is shown in the handshake is not trusted: nobody in the cluster has a certificate of a public authority. */
  private *doubtOf(place: Url, timeoutMs: number): Run<NetworkError | { code: number; words: string } | undefined> {
    const { o, p } = this
    if (o.has('k', 'insecure') || isPublic(place.host)) return undefined
    const authority = o.value('cacert', 'capath') ?? p.env.get('CURL_CA_BUNDLE') ?? p.env.get('SSL_CERT_FILE')
    if (authority !== undefined) return p.machine.files.exists(authority.startsWith('/') ? authority : `${p.cwd}/${authority}`) ? undefined : { code: 77, words: `error setting certificate file: ${authority}` }
    const shown = yield* request(p, place, { method: handshakeMethod, headers: {}, body: '', timeoutMs, quiet: true })
    if ('error' in shown) return shown
    const isOwn = shown.certificate === 'self-signed' || (shown.status === 200 && shown.body === '')
    return { code: 60, words: `SSL certificate problem: ${isOwn ? 'self-signed certificate' : 'unable to get local issuer certificate'}\nMore details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the webpage mentioned above.` }
  }

  private *distrusts(doubt: NetworkError | { code: number; words: string }, url: Url): Run<number> {
    if ('error' in doubt) return yield* this.failed(doubt, url)
    const { code, words } = doubt
    if (!this.silent && !this.o.has('v') && !this.p.fd(1).isTerminal) yield* print(this.p, meter(0), 2)
    if (!this.silent || this.o.has('S', 'show-error')) yield* print(this.p, `curl: (${code}) ${words}\n`, 2)
    yield* this.writeOut(undefined, url)
    return code
  }

  /** It is connected, or it is not: what would be said there nobody here says. A terminal keeps it open. */
  private *telnet(url: Url, timeoutMs: number): Run<number> {
    const { p } = this
    const port = url.isPortGiven ? url.port : 23
    const answer = yield* connect(p, url.host, port, timeoutMs, timeoutMs < 130_000)
    if ('error' in answer) return yield* this.failed(answer, { ...url, port })
    if (this.o.has('v', 'verbose')) {
      const found = yield* resolve(p, url.host)
      yield* print(p, `* Connected to ${url.host} (${'error' in found ? url.host : found.addresses[0]}) port ${port}\n`, 2)
    }
    if (!p.fd(0).isTerminal) return 0
    yield* sleep(p, timeoutMs)
    return yield* this.failed({ error: 'timeout' }, url)
  }

  private *failed({ error, isLookup }: NetworkError, url: Url): Run<number> {
    const ms = this.p.machine.now() - this.startedAt
    const failures = {
      unresolved: [6, `Could not resolve host: ${url.host}`],
      refused: [7, `Failed to connect to ${url.host} port ${url.port} after ${ms} ms: Could not connect to server`],
      unreachable: [7, `Failed to connect to ${url.host} port ${url.port} after ${ms} ms: Could not connect to server`],
      timeout: [
        28,
        isLookup === true
          ? `Resolving timed out after ${ms} milliseconds`
          : this.o.has('connect-timeout')
          ? `Connection timed out after ${ms} milliseconds`
          : this.o.has('m', 'max-time')
            ? `Operation timed out after ${ms} milliseconds with 0 bytes received`
            : `Failed to connect to ${url.host} port ${url.port} after ${ms} ms: Could not connect to server`,
      ],
      reset: [56, 'Recv failure: Connection reset by peer'],
      closed: [52, 'Empty reply from server'],
      plain: [35, 'TLS connect error: error:0A00010B:SSL routines::wrong version number'],
    } as const
    const [code, words] = failures[error]
    const showsMeter = !this.silent && !this.o.has('v')
    if (showsMeter && !this.p.fd(1).isTerminal) yield* print(this.p, meter(0), 2)
    if (!this.silent || this.o.has('S', 'show-error')) yield* print(this.p, `curl: (${code}) ${words}\n`, 2)
    yield* this.writeOut(undefined, url)
    return code
  }

  private *verbose(url: Url, method: string, headers: Record<string, string>, r: HttpResponse): Run<void> {
    const { host } = placeOf(this.o, url)
    const found = yield* resolve(this.p, host)
    const address = 'error' in found ? host : found.addresses[0]
    const sent = Object.entries({ host: hostOf(url), ...headers }).map(
      ([k, v]) => `> ${title(k)}: ${v}\n`,
    )
    const got = Object.entries(r.headers).map(([k, v]) => `< ${title(k)}: ${v}\n`)
    yield* print(
      this.p,
      `*   Trying ${address}:${url.port}...\n* Connected to ${url.host} (${address}) port ${url.port}\n> ${method} ${url.path} HTTP/1.1\n${sent.join('')}> \n< HTTP/1.1 ${r.status} ${reasonPhrase(r.status)}\n${got.join('')}< \n* Connection #0 to host ${url.host} left intact\n`,
      2,
    )
  }

  private *received(r: HttpResponse, url: Url): Run<number> {
    const { o, p } = this
    if (o.has('f', 'fail') && r.status >= 400) {
      if (!this.silent || o.has('S', 'show-error'))
        yield* print(p, `curl: (22) The requested URL returned error: ${r.status}\n`, 2)
      yield* this.writeOut(r, url)
      return 22
    }
    const head = o.has('i', 'I', 'include', 'head')
      ? `HTTP/1.1 ${r.status} ${reasonPhrase(r.status)}\r\n${Object.entries(r.headers)
          .map(([k, v]) => `${title(k)}: ${v}\r\n`)
          .join('')}\r\n`
      : ''
    const text = head + (o.has('I', 'head') ? '' : r.body)
    const output = o.value('o', 'output') ?? (o.has('O', 'remote-name') ? basename(url.path.split('?')[0]!) : '-')
    const problem = output === '-' ? undefined : this.save(output, text)
    if (!this.silent && !p.fd(1).isTerminal) yield* print(p, meter(byteLength(r.body)), 2)
    if (output === '-') yield* print(p, text)
    if (problem !== undefined) {
      yield* print(
        p,
        `curl: (23) client returned ERROR on write, ${byteLength(r.body)} bytes (${strerror(problem)})\n`,
        2,
      )
      return 23
    }
    yield* this.writeOut(r, url)
    return 0
  }

  private save(path: string, text: string): Errno | undefined {
    const file = attempt(() =>
      openPath(this.p.machine.files, path, { write: true, truncate: true }, this.p.access, 0o666 & ~this.p.umask),
    )
    if (file instanceof Errno) return file
    const written = attempt(() => file.write(text))
    file.release()
    return written instanceof Errno ? written : undefined
  }

  private *writeOut(r: HttpResponse | undefined, url: Url): Run<void> {
    const format = this.o.value('w', 'write-out')
    if (format === undefined) return
    const seconds = ((this.p.machine.now() - this.startedAt) / 1000).toFixed(6)
    const found = r === undefined ? undefined : yield* resolve(this.p, placeOf(this.o, url).host)
    const location = r?.headers['location'] ?? ''
    const facts: Record<string, string> = {
      http_code: r === undefined ? '000' : String(r.status),
      response_code: r === undefined ? '000' : String(r.status),
      time_total: seconds,
      time_connect: '0.001000',
      time_starttransfer: seconds,
      time_namelookup: '0.000500',
      size_download: String(r === undefined ? 0 : byteLength(r.body)),
      url_effective: `${url.scheme}://${url.host}${url.port === 80 ? '' : `:${url.port}`}${url.path}`,
      content_type: r?.headers['content-type'] ?? '',
      remote_ip: found === undefined || 'error' in found ? '' : found.addresses[0]!,
      redirect_url: location.startsWith('/') ? `${url.scheme}://${hostOf(url)}${location}` : location,
      method: this.o.value('X', 'request') ?? (this.o.has('I', 'head') ? 'HEAD' : 'GET'),
      scheme: url.scheme.toUpperCase(),
      http_version: '1.1',
      size_header: '0',
      time_appconnect: '0.000000',
      time_pretransfer: '0.001100',
      time_redirect: '0.000000',
      exitcode: r === undefined ? '7' : '0',
      errormsg: '',
      local_ip: this.p.machine.config.ip(),
      remote_port: String(url.port),
      num_redirects: String(this.redirects),
    }
    yield* print(
      this.p,
      format
        .replaceAll(/%\{(\w+)\}/g, (_, name: string) => facts[name] ?? '')
        .replaceAll('\\n', '\n')
        .replaceAll('\\t', '\t'),
    )
  }
}

const isPublic = (host: string): boolean => (isAddress(host) ? isWorldAddress(host) : publicAddress(host) !== undefined)

function title(name: string): string {
  if (name === 'etag') return 'ETag'
  return name.replaceAll(/(^|-)[a-z]/g, (c) => c.toUpperCase())
}

/** The progress meter, which curl prints when its output is no terminal. */
function meter(bytes: number): string {
  const b = String(bytes).padStart(5)
  return `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n${bytes === 0 ? '  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0' : `100 ${b}  100 ${b}    0     0   300k      0 --:--:-- --:--:-- --:--:--  300k`}\n`
}
