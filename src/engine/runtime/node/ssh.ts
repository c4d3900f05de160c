import { Errno } from '../filesystem/errno.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { connectTo } from '../process/service-socket.ts'
import { parseOptions } from '../../text/options.ts'
import { Conversation, passOn } from './conversation.ts'
import { type Login, type RemotePeer, remoteSocket } from './remote.ts'

const usage = 'usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface] [-b bind_address]\n           [-c cipher_spec] [-D [bind_address:]port] [-E log_file]\n           [-e escape_char] [-F configfile] [-I pkcs11] [-i identity_file]\n           [-J destination] [-L address] [-l login_name] [-m mac_spec]\n           [-O ctl_cmd] [-o option] [-P tag] [-p port] [-R address]\n           [-S ctl_path] [-W host:port] [-w local_tun[:remote_tun]]\n           destination [command [argument ...]]\n'

/** ssh's own failures. */
const failed = 255
const sshPort = '22'
/** Virtual ms in which the kernel sends the first packet seven times (net.ipv4.tcp_syn_retries = 6). */
const connectMs = 127_000

/** ssh (OpenSSH): keys have been exchanged long ago, so that nobody asks for a password or a fingerprint. */
export function* ssh(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'B:b:c:D:E:e:F:I:i:J:L:l:m:O:o:P:p:R:S:W:w:46AaCfGgKkMNnqsTtVvXxYy', stopAtOperand: true })
  if (o.has('V')) {
    yield* print(p, 'OpenSSH_9.2p1 Debian-2+deb12u7, OpenSSL 3.0.17 1 Jul 2025\n', 2)
    return 0
  }
  const [destination, ...words] = o.operands
  if (destination === undefined) {
    yield* print(p, usage, 2)
    return failed
  }
  const { host, user, port } = destinationOf(destination, o.value('l'), o.value('p'))
  const command = words.length === 0 ? undefined : words.join(' ')
  const isTerminal = p.fd(0).isTerminal
  const tty = !o.has('T') && (command === undefined ? isTerminal : o.has('t') && isTerminal)
  const opened = yield* open(p, { host, port, timeoutMs: timeoutOf(o.repeated.get('o')) }, { command, tty, ...(user === 'root' ? {} : { user }), ...(o.has('n') ? { stdin: '' } : {}) })
  if (typeof opened === 'number') return opened
  const code = yield* passOn(p, opened, { tty })
  if (code === 'lost') {
    yield* print(p, `Connection to ${host} closed by remote host.\n`, 2)
    if (tty) yield* print(p, `Connection to ${host} closed.\n`, 2)
    return failed
  }
  if (tty && !o.has('q')) yield* print(p, `Connection to ${host} closed.\n`, 2)
  return code
}

function destinationOf(given: string, login: string | undefined, port = sshPort): { host: string; user: string; port: string } {
  const [, from, name = given] = /^(?:ssh:\/\/)?(?:([^@]*)@)?(.*)$/.exec(given) ?? []
  return { host: name, user: login ?? from ?? 'root', port }
}

/** -o ConnectTimeout=5 */
function timeoutOf(options: readonly string[] = []): number {
  const seconds = options.map((one) => /^ConnectTimeout[= ](\d+)$/i.exec(one)?.[1]).find((found) => found !== undefined)
  return seconds === undefined ? connectMs : Number(seconds) * 1000
}

function* open(p: Process, { host, port, timeoutMs }: { host: string; port: string; timeoutMs: number }, login: Login): Run<Conversation | number> {
  const peer = connectTo<RemotePeer>(p.machine, remoteSocket)
  const heard = new Conversation()
  const session = peer instanceof Errno ? 'unknown' : port === sshPort ? peer.connect(host, login, heard) : refusing(peer, host)
  if (session === 'unknown') yield* print(p, `ssh: Could not resolve hostname ${host}: Name or service not known\n`, 2)
  else if (session === 'refused') yield* print(p, `ssh: connect to host ${host} port ${port}: Connection refused\n`, 2)
  else if (session === 'denied') yield* print(p, `${login.user}@${host}: Permission denied (publickey,password).\n`, 2)
  else if (session === 'silent') {
    yield* sleep(p, timeoutMs)
    yield* print(p, `ssh: connect to host ${host} port ${port}: Connection timed out\n`, 2)
  } else {
    heard.session = session
    return heard
  }
  return failed
}

/** Nothing listens at another port. */
function refusing(peer: RemotePeer, host: string): 'unknown' | 'silent' | 'refused' {
  const found = peer.files(host)
  return typeof found === 'string' ? found : 'refused'
}

/** scp [-r] [[user@]host:]file ... [[user@]host:]file: texts; directories with -r. */
export function* scp(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'c:D:F:i:J:l:o:P:S:X:346ABCOpqRrsTv' })
  const places = o.operands.map(placeOf)
  const target = places.pop()
  if (target === undefined || places.length === 0) {
    yield* print(p, 'usage: scp [-346ABCOpqRrsTv] [-c cipher] [-D sftp_server_path] [-F ssh_config]\n           [-i identity_file] [-J destination] [-l limit] [-o ssh_option]\n           [-P port] [-S program] [-X sftp_option] source ... target\n', 2)
    return 1
  }
  const peer = connectTo<RemotePeer>(p.machine, remoteSocket)
  const at = (host: string | undefined) => (host === undefined ? p.machine.files : peer instanceof Errno ? ('unknown' as const) : peer.files(host))
  for (const { host } of [...places, target]) {
    const files = at(host)
    if (files === 'silent') yield* sleep(p, timeoutOf(o.repeated.get('o')))
    if (typeof files !== 'string') continue
    yield* print(p, files === 'unknown' ? `ssh: Could not resolve hostname ${host}: Name or service not known\n` : `ssh: connect to host ${host} port 22: Connection timed out\n`, 2)
    yield* print(p, 'scp: Connection closed\n', 2)
    return failed
  }
  const full = ({ host, path }: Place): string => (path.startsWith('/') ? path : host === undefined ? `${p.cwd === '/' ? '' : p.cwd}/${path}`.replace(/\/\.?$/, '') || '/' : `/root/${path}`.replace(/\/\.?$/, ''))
  let code = 0
  const to = at(target.host)
  if (typeof to === 'string') return failed
  for (const source of places) {
    const from = at(source.host)
    if (typeof from === 'string') continue
    const path = full(source)
    const kind = from.stat(path)?.type
    const name = path.slice(path.lastIndexOf('/') + 1)
    const goal = to.stat(full(target))?.type === 'directory' ? `${full(target)}/${name}` : full(target)
    if (kind === undefined) yield* print(p, `scp: ${source.path}: No such file or directory\n`, 2)
    else if (kind === 'directory' && !o.has('r')) yield* print(p, `scp: ${source.path}: not a regular file\n`, 2)
    else {
      copy(from, path, to, goal)
      continue
    }
    code = 1
  }
  return code
}

interface Place {
  host: string | undefined
  path: string
}

function placeOf(given: string): Place {
  const [, host, path] = /^(?:[^@/:]*@)?([^/:]+):(.*)$/.exec(given) ?? []
  return host === undefined ? { host: undefined, path: given } : { host, path: path ?? '' }
}

type Files = Process['machine']['files']

function copy(from: Files, path: string, to: Files, goal: string): void {
  if (from.stat(path)?.type !== 'directory') return to.writeText(goal, from.readText(path) ?? '')
  if (!to.exists(goal)) to.mkdir(goal)
  for (const name of from.list(path) ?? []) copy(from, `${path}/${name}`, to, `${goal}/${name}`)
}
