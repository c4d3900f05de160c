/**
 * What the word at the end of a command line may become: one function for the terminal's Tab key (src/worker/complete.ts) and for
 * `kubectl __complete`, which shells ask. Which words a command takes is upstream's (kubectl/pkg/util/completion); names of fields are ours.
 */
import type { Command } from '../command.ts'
import { findCommand, takesNext } from '../commandLine/find.ts'
import { parseFlags, type FlagSpec } from '../commandLine/flags.ts'
import { globalFlags } from '../commandLine/globalFlags.ts'
import { KubectlError } from '../errors.ts'
import { loadConfig, resolveContext } from '../kubeconfig.ts'
import type { Session, Task } from '../session.ts'
import { fieldWords } from './fields.ts'
import { scripts } from './scripts.ts'
import { containersOf, kindWords, namesOf, objectWords, podWords, portsOf, unused } from './objects.ts'

export interface Candidate {
  text: string
  hint?: string
}

export interface Completion {
  /** None but those that begin like the word. */
  candidates: readonly Candidate[]
  /** More may follow the word that is put in: no blank behind it. */
  isOpen?: boolean
  /** Names of files are words, too. */
  takesFiles?: boolean
}

/** `words`: what stands before the `word` that is to be completed, without "kubectl". */
export function* complete(session: Session, root: Command, words: readonly string[], word: string): Task<Completion> {
  const { command, words: given } = findCommand(root, words)
  const specs = [...command.flags, ...globalFlags.filter(({ name }) => !command.flags.some((own) => own.name === name))]
  const last = given.at(-1)
  // `-n` waits for its value; `--namespace=ku` has begun it.
  const waits = last !== undefined && !given.slice(0, -1).includes('--') && /^-./.test(last) && takesNext(last, specs)
  const inline = waits ? null : /^(--[\w-]+)=([^]*)$/.exec(word)
  const flag = waits ? flagOf(specs, last) : inline === null ? undefined : flagOf(specs, inline[1]!)
  const begun = inline === null ? word : inline[2]!
  const parsed = parseFlags(specs, waits ? given.slice(0, -1) : given)
  if (typeof parsed === 'string') return { candidates: [] }
  try {
    const typed = { ...session, ...parsed, context: resolveContext(session.input, parsed.flags, session.command) }
    if (flag !== undefined) return beginning(yield* valuesOf(typed, flag, begun), begun)
    if (word.startsWith('-') && typed.dash < 0) return beginning({ candidates: flagWords(typed, specs) }, word)
    return beginning(yield* argumentsOf(typed, command, word), word)
  } catch (error) {
    // Whatever a command would complain of, a shell completes nothing.
    if (error instanceof KubectlError) return { candidates: [] }
    throw error
  }
}

function beginning(completion: Completion, begun: string): Completion {
  return { ...completion, candidates: completion.candidates.filter(({ text }) => text.startsWith(begun)) }
}

function flagOf(specs: readonly FlagSpec[], word: string): FlagSpec | undefined {
  return specs.find((flag) => word === `--${flag.name}` || word === `-${flag.short}`)
}

/** A flag that is there already is offered again only where it may stand several times. */
function flagWords({ flags }: Session, specs: readonly FlagSpec[]): Candidate[] {
  return specs
    .filter((flag) => flag.hidden !== true && flag.deprecated === undefined && (!flags.changed(flag.name) || /^string(s|Array)$/.test(flag.type)))
    .flatMap(({ name, short, usage }) => [{ text: `--${name}`, hint: usage }, ...(short === undefined ? [] : [{ text: `-${short}`, hint: usage }])])
}

function* valuesOf(session: Session, flag: FlagSpec, begun: string): Task<Completion> {
  const isPath = flag.name === 'sort-by' || (flag.name === 'output' && /^(jsonpath|custom-columns)/.test(begun))
  if (isPath && begun.includes('.')) return { candidates: yield* fieldWords(session, session.args[0]?.split('/')[0] ?? '', begun), isOpen: true }
  if (flag.name === 'container') return { candidates: texts(yield* containersOf(session)) }
  if (flag.values !== undefined) return { candidates: texts(flag.values) }
  if (!globalFlags.includes(flag)) return { candidates: [], takesFiles: flag.type !== 'bool' }
  const { contexts, clusters, users } = loadConfig(session.input, session.flags)
  switch (flag.name) {
    case 'namespace':
      return { candidates: texts(yield* namesOf(session, 'namespaces')) }
    case 'context':
      return { candidates: texts(contexts.map(({ name }) => name)) }
    case 'cluster':
      return { candidates: texts(clusters.map(({ name }) => name)) }
    case 'user':
      return { candidates: texts(users.map(({ name }) => name)) }
    default:
      return { candidates: [], takesFiles: flag.type !== 'bool' }
  }
}

function texts(words: readonly string[]): Candidate[] {
  return words.map((text) => ({ text }))
}

function* argumentsOf(session: Session, command: Command, word: string): Task<Completion> {
  const { args } = session
  const below = (command.commands ?? []).filter(({ hidden }) => hidden !== true)
  if (below.length > 0 && args.length === 0) return { candidates: below.map(({ name, summary }) => ({ text: name, hint: summary.split('\n', 1)[0]! })).toSorted(byText) }
  const { name } = command
  if (name === 'completion') return { candidates: args.length === 0 ? texts([...scripts.keys()].toSorted()) : [] }
  if (configCommands.has(name)) return { candidates: args.length === 0 ? texts(configNames(session, name)) : [] }
  if (nodeCommands.has(name)) return { candidates: texts(unused(yield* namesOf(session, 'nodes'), args)) }
  if (podCommands.has(name)) return yield* aboutPod(session, name, word)
  if (name === 'explain') return yield* typeOrField(session, word)
  const kinds = kindCommands[name]
  return kinds === undefined ? { candidates: [], takesFiles: true } : forShell(yield* objectWords(session, kinds, word))
}

const byText = (a: Candidate, b: Candidate): number => (a.text < b.text ? -1 : 1)

/** Behind a slash something has to follow. */
function forShell(words: readonly string[]): Completion {
  return { candidates: texts(words), isOpen: words.length > 0 && words.every((word) => word.endsWith('/')) }
}

function* aboutPod(session: Session, command: string, word: string): Task<Completion> {
  const { args } = session
  if (args.length === 0) return forShell((yield* podWords(session, word)).filter((text) => text.startsWith(word)))
  if (args.length > 1) return { candidates: [] }
  if (command === 'logs') return { candidates: texts(yield* containersOf(session)) }
  return { candidates: command === 'port-forward' ? texts(yield* portsOf(session, word)) : [] }
}

function* typeOrField(session: Session, word: string): Task<Completion> {
  if (session.args.length > 0) return { candidates: [] }
  if (!word.includes('.')) return { candidates: texts(yield* kindWords(session)) }
  const fields = yield* fieldWords(session, word.split('.', 1)[0]!, word)
  return { candidates: fields, isOpen: true }
}

function configNames(session: Session, command: string): string[] {
  const { contexts, clusters, users } = loadConfig(session.input, session.flags)
  const entries = command.includes('cluster') ? clusters : command.includes('user') || command === 'set-credentials' ? users : contexts
  return entries.map(({ name }) => name)
}

const configCommands: ReadonlySet<string> = new Set([
  'use-context', 'delete-context', 'rename-context', 'get-contexts', 'set-context', 'delete-cluster', 'set-cluster', 'delete-user', 'set-credentials',
])
const nodeCommands: ReadonlySet<string> = new Set(['cordon', 'uncordon', 'drain'])
const podCommands: ReadonlySet<string> = new Set(['logs', 'exec', 'attach', 'port-forward', 'debug'])

const scalable = ['deployment', 'replicaset', 'replicationcontroller', 'statefulset']
const rolledOut = ['deployment', 'daemonset', 'statefulset']

/** Commands and words below them that take objects, and which kinds kubectl offers there. */
const kindCommands: Readonly<Record<string, 'all' | readonly string[]>> = {
  annotate: 'all',
  autoscale: scalable,
  delete: 'all',
  describe: 'all',
  edit: 'all',
  env: scalable,
  expose: ['deployment', 'pod', 'replicaset', 'replicationcontroller', 'service'],
  get: 'all',
  history: rolledOut,
  image: scalable,
  label: 'all',
  patch: 'all',
  pause: ['deployment'],
  resources: scalable,
  restart: rolledOut,
  resume: ['deployment'],
  scale: scalable,
  serviceaccount: scalable,
  status: rolledOut,
  taint: ['node'],
  undo: rolledOut,
  wait: 'all',
}
