/** Which programs are those of the machine that one sits at. */
import { filterNames } from './pipe.ts'
import { deskName } from './redirects.ts'

/** Tools of the machine that one sits at: what asks the network, and what the terminal itself has no piece of. */
export const machineTools: readonly string[] = [
  '.', '[', '[[', 'arch', 'basename', 'bash', 'cd', 'chmod', 'cmp', 'comm', 'command', 'complete', 'cp', 'curl', 'date', 'declare', 'df', 'diff',
  'dig', 'dirname', 'du', 'env', 'eval', 'exec', 'expr', 'find', 'fold', 'free', 'getent', 'git', 'host', 'hostname', 'id', 'ifconfig', 'ip', 'jq', 'let', 'ln',
  'local', 'mapfile', 'md5sum', 'mkdir', 'mktemp', 'mv', 'nc', 'netstat', 'nl', 'nproc', 'nslookup', 'od', 'openssl', 'paste', 'ping', 'printf', 'ps',
  'pwd', 'python3', 'read', 'readarray', 'readlink', 'readonly', 'realpath', 'rev', 'rmdir', 'scp', 'seq', 'set', 'sh', 'sha1sum', 'sha256sum', 'shopt',
  'shuf', 'source', 'split', 'ssh', 'stat', 'strings', 'sudo', 'tac', 'telnet', 'test', 'time', 'timeout', 'top', 'touch', 'trap', 'truncate', 'tty', 'type',
  'typeset', 'uname', 'uptime', 'watch', 'wget', 'which', 'whoami', 'xxd', 'yes',
]

/** `ssh node1`: somebody types there from now on; with a command behind it nobody does, unless a terminal is asked for. */
export function logsIn(words: readonly string[]): boolean {
  const [program, ...rest] = words[0] === 'sudo' ? words.slice(1) : words
  if (program !== 'ssh') return false
  let i = 0
  let asks = false
  for (; rest[i]?.startsWith('-') === true; i++) {
    if (/^-\w*t/.test(rest[i]!)) asks = true
    if (/^-[bcDEeFIiJLlmOopRSWw]$/.test(rest[i]!)) i++
  }
  return i === rest.length - 1 || (asks && i < rest.length)
}

const machineToolSet = new Set(machineTools)

export function isMachineTool(word: string | undefined): boolean {
  return machineToolSet.has(word ?? '')
}

/** Programs whose first argument is what they do, not what they read. */
const firstIsNoPath: ReadonlySet<string> = new Set(['awk', 'egrep', 'grep', 'sed', 'tr'])

/**
 * Whether one of the small programs that the terminal has pieces of is asked for more than they can: what lies elsewhere than on the
 * desk, `ls -l`, `sed -i`.
 */
export function needsMachine([program = '', ...words]: readonly string[]): boolean {
  if (!isSmall(program)) return false
  if (program === 'echo') return /^-n?e/.test(words[0] ?? '')
  if (program === 'ls' && words.some((word) => /^-\w*[lahR]/.test(word))) return true
  if (program === 'sed' && words.some((word) => /^-[nEr]*i|^--in-place/.test(word))) return true
  const operands = words.filter((word) => !word.startsWith('-'))
  return operands.slice(firstIsNoPath.has(program) ? 1 : 0).some((word) => isPathElsewhere(word))
}

const isSmall = (program: string): boolean => (filterNames as readonly string[]).includes(program)

const isPathElsewhere = (word: string): boolean => word.includes('/') && /^\.|\//.test(deskName(word))
