/** What a kubectl command does to the film. */
export type Nature =
  /** Prints something that needs no cluster. */
  | 'local'
  /** Looks at one moment. */
  | 'look'
  /** Goes on looking: its output comes as time passes. */
  | 'follow'
  /** Changes something, or waits for something. */
  | 'act'

/** `config` with these changes the kubeconfig, which is a file of the film. */
const configChange = /^(set|unset|use|delete|rename)(-|$)/
const localVerbs = new Set(['help', 'options', 'config', 'completion', 'kustomize'])
const lookingVerbs = new Set([
  '__complete',
  '__completeNoDesc',
  'get',
  'describe',
  'logs',
  'explain',
  'api-resources',
  'api-versions',
  'version',
  'cluster-info',
  'top',
  'events',
  'auth',
])
const actingVerbs = new Set([
  'annotate',
  'apply',
  'attach',
  'autoscale',
  'certificate',
  'cordon',
  'cp',
  'create',
  'debug',
  'delete',
  'diff',
  'drain',
  'edit',
  'exec',
  'expose',
  'label',
  'patch',
  'port-forward',
  'proxy',
  'replace',
  'rollout',
  'run',
  'scale',
  'set',
  'taint',
  'uncordon',
  'wait',
])

/** Of the words behind "kubectl". A verb that nobody knows is a mistake, which a look shows as well. */
export function natureOf(words: readonly string[]): Nature {
  if (words.some((word) => word === '--help' || word === '-h')) return 'local'
  const verb = verbOf(words)
  if (verb === 'config' && words.slice(words.indexOf(verb)).some((word) => configChange.test(word))) return 'act'
  if (verb === undefined || localVerbs.has(verb)) return 'local'
  // Only prints what it would send.
  if (words.includes('--dry-run=client')) return 'look'
  if (verb === 'auth' && words.includes('reconcile')) return 'act'
  if (onlyLooks(verb, words)) return 'look'
  if (actingVerbs.has(verb)) return 'act'
  if (!lookingVerbs.has(verb)) return 'local'
  return follows(verb, words) ? 'follow' : 'look'
}

/** Of a verb that mostly changes something. */
function onlyLooks(verb: string, words: readonly string[]): boolean {
  if (verb === 'rollout') return words.includes('history')
  if (verb === 'apply') return words.includes('view-last-applied')
  const lists = words.some((word) => word === '--list' || word === '--list=true')
  // With a change among its words, `label --list` makes it, too.
  if (verb === 'label' || verb === 'annotate') return lists && !words.some((word) => !word.startsWith('-') && (/\w=/.test(word) || word.endsWith('-')))
  return verb === 'set' && lists && words.includes('env') && !words.some((word) => !word.startsWith('-') && word.includes('='))
}

function follows(verb: string, words: readonly string[]): boolean {
  // Alone or among other letters that take no value: `-Aw`, but not `-owide`.
  const short = verb === 'logs' ? /^-p*fp*$/ : /^-[AR]*w[AR]*$/
  const long =
    verb === 'logs' ? ['--follow', '--follow=true'] : ['--watch', '--watch-only', '--watch=true', '--watch-only=true']
  return words.some((word) => long.includes(word) || short.test(word))
}

/** Flags with a value that may stand before the verb. */
const globalValued = new Set([
  '-n',
  '--namespace',
  '--context',
  '--cluster',
  '--user',
  '-s',
  '--server',
  '--kubeconfig',
  '--as',
  '--request-timeout',
  '-v',
])

export function verbOf(words: readonly string[]): string | undefined {
  for (let i = 0; i < words.length; i++) {
    if (globalValued.has(words[i]!)) i++
    else if (!words[i]!.startsWith('-')) return words[i]
  }
  return undefined
}

const fileFlag = /^(-f|-[A-Za-z]*f|-k|--(filename|kustomize|from-file|from-env-file|patch-file|key|cert))(=.*)?$/

/** Whether the command reads files of the desk: then it takes them along as they are written now. */
export function readsFiles(words: readonly string[]): boolean {
  const verb = verbOf(words)
  // There -f is for following.
  if (verb === 'logs') return false
  return verb === 'cp' || words.some((word) => fileFlag.test(word) || /^-f\S/.test(word))
}

/** A command that does something, as the par of a level counts them: to look around costs nothing. */
export function isActingCommand({ kubectl }: { readonly kubectl?: string }): boolean {
  return kubectl !== undefined && natureOf(kubectl.trim().split(/\s+/)) === 'act'
}
