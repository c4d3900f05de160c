import { accounts } from './accounts.ts'
import { directory, type DirectoryNode, executable, file, isDirectory, type Node, symlink } from '../filesystem/node.ts'
import { components } from '../filesystem/path.ts'
import { alpineRelease, debianRelease } from './versions.ts'

/**
 * The programs and the layout that an image is built on.
 * - busybox: its applets; alpine: the same, in alpine's places
 * - debian, fedora: bash (or dash) and the GNU tools, no network tools
 * - nginx: debian with what nginx' image adds
 * - bash: alpine with bash; full: debian with languages and network tools
 * - languages: alpine with languages
 * - none: nothing but the image's own program
 */
export type Userland = 'busybox' | 'alpine' | 'bash' | 'debian' | 'fedora' | 'nginx' | 'full' | 'languages' | 'none'

/** Whose words the tools use. */
export function isBusybox(userland: Userland): boolean {
  return userland === 'busybox' || isAlpine(userland)
}

function isAlpine(userland: Userland): boolean {
  return userland === 'alpine' || userland === 'bash' || userland === 'languages'
}

/** What `sh` is. */
export function shellOf(userland: Userland): 'ash' | 'dash' | 'bash' {
  if (isBusybox(userland)) return 'ash'
  return userland === 'fedora' ? 'bash' : 'dash'
}

function list(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

const common = list(`
  [ [[ arch awk base64 basename cat chgrp chmod chown cmp comm cp cut date dd df diff dirname du echo egrep
  env expr factor fallocate false fgrep find fold getopt grep head hostname id install ln ls md5sum mkdir
  mknod mktemp mount mv nl nohup nproc od paste printenv printf pwd readlink realpath rev rm rmdir sed seq sh
  sha1sum sha256sum shuf sleep sort split stat stty sync tac tail tee test timeout touch tr true truncate tty
  uname uniq wc which whoami xargs yes umount chroot nsenter su sysctl clear tar gzip gunzip zcat
`)
const processTools = list('free kill killall pgrep pidof pkill ps top uptime watch netstat')
const busyboxOnly = list(`
  ash busybox hexdump ifconfig ip nc nslookup ping httpd usleep vi wget telnet time unzip traceroute route xxd
  crond adduser less more strings
`)
const debianOnly = list('bash dash getent kill apt apt-get dpkg more perl getconf nice numfmt tset useradd groupadd')
const networkTools = list(
  'curl wget nc ncat netcat nslookup dig host ping telnet ip ifconfig ss getent openssl traceroute tcpdump socat',
)
const languages = list('irb jshell python python3 pip pip3 node npm perl ruby php java go gunicorn uvicorn flask')
const rich = list(`
  kubectl git jq stress stress-ng nginx httpd redis-server redis-cli hexdump xxd time vi vim nano less strings column envsubst
`)

const tools: Record<Userland, readonly string[]> = {
  busybox: [...common, ...processTools, ...busyboxOnly],
  alpine: [...common, ...processTools, ...busyboxOnly, 'apk', 'getent'],
  bash: [...common, ...processTools, ...busyboxOnly, 'apk', 'getent', 'bash'],
  debian: [...common, ...debianOnly, 'pidof'],
  fedora: [...common, ...processTools, ...debianOnly, 'curl', 'dnf', 'yum', 'microdnf'],
  // wget is not in the official image; in the small servers that stand in for it in labs and courses it is, and their exercises use it.
  nginx: [...common, ...debianOnly, 'pidof', 'curl', 'wget', 'openssl', 'envsubst'],
  full: [...common, ...processTools, ...debianOnly, ...networkTools, ...languages, ...rich],
  languages: [...common, ...processTools, ...busyboxOnly, 'apk', 'getent', ...languages],
  none: [],
}

/** Whom some images add: their lines of /etc/passwd and /etc/group. */
const addedUsers: Readonly<Record<string, readonly [passwd: string, group: string]>> = {
  memcache: ['memcache:x:11211:11211::/home/memcache:/sbin/nologin', 'memcache:x:11211:'],
  curl_user: ['curl_user:x:100:101::/home/curl_user:/bin/sh', 'curl_group:x:101:'],
  nginx: ['nginx:x:101:101:nginx user:/nonexistent:/bin/false', 'nginx:x:101:'],
  postgres: ['postgres:x:999:999::/var/lib/postgresql:/bin/bash', 'postgres:x:999:'],
  redis: ['redis:x:999:1000::/home/redis:/usr/sbin/nologin', 'redis:x:1000:'],
  node: ['node:x:1000:1000::/home/node:/bin/bash', 'node:x:1000:'],
  zookeeper: ['zookeeper:x:1000:1000::/home/zookeeper:/bin/bash', 'zookeeper:x:1000:'],
  'kubernetes-zookeeper': ['zookeeper:x:1000:1000::/home/zookeeper:/bin/bash', 'zookeeper:x:1000:'],
}

export function isAddedUser(name: string): boolean {
  return Object.hasOwn(addedUsers, name)
}

/** /etc/passwd and /etc/group of an image that adds this user. */
export function accountFiles(userland: Userland, name: string): [string, Node][] {
  const [passwd, group] = addedUsers[name]!
  return [['/etc/passwd', file(`${accounts[userland].passwd}${passwd}\n`)], ['/etc/group', file(`${accounts[userland].group}${group}\n`)]]
}

const built = new Map<Userland, DirectoryNode>()

/** The files below every image of this userland; shared, and never changed after it is built. */
export function userlandFiles(userland: Userland): DirectoryNode {
  let root = built.get(userland)
  if (root === undefined) built.set(userland, (root = build(userland)))
  return root
}

function build(userland: Userland): DirectoryNode {
  const root = directory({
    dev: directory(),
    etc: directory({
      hosts: file(''),
      hostname: file(''),
      'resolv.conf': file(''),
      passwd: file(accounts[userland].passwd),
      group: file(accounts[userland].group),
    }),
    proc: directory(),
    sys: directory(),
  })
  const add = (path: string, node: Node) => place(root, path, node)
  if (userland === 'none') {
    // A scratch image has nothing else; /tmp is here for programs that write their state.
    add('/tmp', directory({}, { mode: 0o1777 }))
    return root
  }
  if (!isBusybox(userland)) for (const name of userland === 'nginx' ? ['bin'] : merged) add(`/${name}`, symlink(`usr/${name}`))
  for (const path of layouts[isAlpine(userland) ? 'alpine' : userland] ?? layouts.debian!) add(path, directory())
  add('/tmp', directory({}, { mode: 0o1777 }))
  add('/root', directory({}, { mode: 0o700 }))
  add('/var/tmp', directory({}, { mode: 0o1777 }))
  if (userland !== 'busybox' && userland !== 'nginx') add('/var/run', symlink('/run'))
  for (const tool of tools[userland]) add(`${placeOf(tool, userland)}/${tool}`, executable(programOf(tool, userland)))
  for (const [path, text] of Object.entries(releases[userland] ?? {})) add(path, file(text))
  add('/etc/nsswitch.conf', file('hosts: files dns\n'))
  return root
}

/** Of the distributions with GNU tools these are links into /usr. */
const merged = ['bin', 'lib', 'lib64', 'sbin']

function placeOf(tool: string, userland: Userland): string {
  if (userland === 'languages' && languages.includes(tool)) return '/usr/local/bin'
  return isBusybox(userland) ? '/bin' : '/usr/bin'
}

function programOf(tool: string, userland: Userland): string {
  if (tool === 'sh') return shellOf(userland)
  if (tool === '[[') return '['
  if (tool === 'httpd' && isBusybox(userland)) return 'busybox-httpd'
  if (tool === 'netcat') return 'nc'
  return tool
}

const layouts: Partial<Record<Userland, readonly string[]>> = {
  busybox: list(`
    /bin /home /lib /lib64 /usr/bin /usr/sbin /usr/share /var/log /var/spool /var/www
  `),
  // As small as the server that stands in for it where clusters were recorded; the official one has all that debian has.
  nginx: list('/usr/bin /usr/sbin /usr/local/bin /usr/share /usr/lib /var/log /var/cache /var/lib /var/run'),
  alpine: list(`
    /bin /home /lib /media /mnt /opt /run /sbin /srv /usr/bin /usr/local/bin /usr/sbin /usr/share /var/cache
    /var/lib /var/log /var/mail /var/opt /var/spool /var/www/localhost/htdocs
  `),
  debian: list(`
    /boot /home /media /mnt /opt /run /srv /usr/bin /usr/lib /usr/lib64 /usr/local/bin /usr/sbin
    /usr/share /var/cache /var/lib /var/log /var/mail /var/spool /var/www
  `),
}

const trixie = debianRelease('13')
const newestAlpine = alpineRelease('3.22.2')

/** What the base of an image says of itself; distributions of other versions say so in their own images (versions.ts). */
const releases: Partial<Record<Userland, Record<string, string>>> = {
  alpine: newestAlpine,
  bash: newestAlpine,
  languages: newestAlpine,
  debian: trixie,
  nginx: trixie,
  full: trixie,
  fedora: { '/etc/os-release': 'NAME="Fedora Linux"\nVERSION_ID=43\nID=fedora\nPRETTY_NAME="Fedora Linux 43 (Container Image)"\n', '/etc/redhat-release': 'Fedora release 43 (Forty Three)\n' },
}

/** A tree with more in it; what is shared with `base` stays shared. */
export function withFiles(base: DirectoryNode, add: readonly (readonly [path: string, node: Node])[]): DirectoryNode {
  const root = copyTree(base)
  for (const [path, node] of add) place(root, path, node)
  return root
}

function copyTree(d: DirectoryNode): DirectoryNode {
  const entries = new Map<string, Node>()
  for (const [name, node] of d.entries) entries.set(name, node.kind === 'directory' ? copyTree(node) : node)
  return { ...d, entries }
}

function place(root: DirectoryNode, path: string, node: Node): void {
  const names = [...components(path)]
  const first = root.entries.get(names[0]!)
  if (first?.kind === 'symlink' && names.length > 1) names.splice(0, 1, ...components(first.target))
  const last = names.pop()!
  let at = root
  for (const name of names) {
    let next = at.entries.get(name)
    if (next === undefined || !isDirectory(next)) at.entries.set(name, (next = directory()))
    at = next as DirectoryNode
  }
  // What is there already (a directory with files) is not replaced by an empty one.
  if (node.kind === 'directory' && at.entries.get(last)?.kind === 'directory') return
  at.entries.set(last, node)
}
