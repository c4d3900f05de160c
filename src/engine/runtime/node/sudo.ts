import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { credentialsOf, userName, users } from '../programs/users.ts'
import { runInstead } from '../tools/processes.ts'
import { parseOptions } from '../../text/options.ts'

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** sudo: root may be anybody, and nobody else is in the sudoers file. */
export function* sudo(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'AbEeHhiKklnPSsVvu:g:p:C:D:R:T:U:r:t:', long: ['user', 'group', 'login', 'shell', 'preserve-env', 'non-interactive'], stopAtOperand: true })
  const { files } = p.machine
  if (o.has('V')) return yield* said(p, 'Sudo version 1.9.13p3\n')
  const me = userName(files, p.who.uid) ?? String(p.who.uid)
  if (p.who.uid !== 0) {
    yield* print(p, `${me} is not in the sudoers file.\nThis incident has been reported to the administrator.\n`, 2)
    return 1
  }
  const isList = o.has('l', 'list')
  if (isList) return yield* said(p, `User ${me} may run the following commands on ${p.machine.config.hostname}:\n    (ALL : ALL) ALL\n`)
  const name = o.value('u', 'user') ?? 'root'
  const user = users(files).find((one) => one.name === name || `#${one.uid}` === name)
  if (user === undefined) {
    yield* print(p, `sudo: unknown user ${name}\nsudo: error initializing audit plugin sudoers_audit\n`, 2)
    return 1
  }
  const words = [...o.operands]
  const env = new Map<string, string>([...p.env, ['USER', user.name], ['LOGNAME', user.name], ['HOME', user.home], ['SUDO_USER', me], ['PATH', p.env.get('PATH') ?? path]])
  while (/^[A-Za-z_]\w*=/.test(words[0] ?? '')) {
    const [, variable, value] = /^(\w+)=(.*)$/s.exec(words.shift()!)!
    env.set(variable!, value!)
  }
  const login = o.has('i', 'login')
  if (words.length === 0 && !login && !o.has('s', 'shell')) {
    yield* print(p, 'usage: sudo -h | -K | -k | -V\nusage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]\nusage: sudo [-ABbEHnPS] [-C num] [-D directory] [-g group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] [VAR=value] [-i | -s] [command [arg ...]]\n', 2)
    return 1
  }
  p.who = credentialsOf(files, { imageUser: user.name, user: undefined, group: undefined, supplementalGroups: [] }).who
  if (login && files.stat(user.home)?.type === 'directory') p.cwd = user.home
  const shell = files.exists('/bin/bash') ? 'bash' : 'sh'
  if (words.length === 0) return yield* runInstead(p, login ? [shell, '-l'] : [shell], env)
  return yield* runInstead(p, login || o.has('s', 'shell') ? [shell, '-c', words.join(' ')] : words, env)
}

function* said(p: Process, text: string): Run<number> {
  yield* print(p, text)
  return 0
}
