import { matchResource, resources } from '../engine/api/resources.ts'
import type { ResourceInfo } from '../engine/api/resources.ts'
import type { Pod } from '../engine/api/types.ts'
import type { View } from '../engine/index.ts'
import type { Command } from '../kubectl/command.ts'
import type { FlagSpec } from '../kubectl/commandLine/flags.ts'
import { globalFlags } from '../kubectl/commandLine/globalFlags.ts'
import { root } from '../kubectl/commands/root.ts'

export interface Candidate {
  text: string
  hint?: string
}

export interface Completion {
  /** Where in the line the word begins that a candidate takes the place of. */
  from: number
  candidates: Candidate[]
}

/** What is known of the line to the left of the word that is being typed. */
interface Typed {
  command: Command
  /** Words that are no flags, after the command's own name. */
  args: string[]
  namespace: string
  /** A flag that still waits for its value. */
  open: FlagSpec | undefined
}

/** The word that is being typed at the end of `line` (all that stands after "kubectl "), as kubectl's completion ends it. */
export function complete(line: string, world: View): Completion {
  const word = /\S*$/.exec(line)![0]
  const typed = readWords(
    line
      .slice(0, line.length - word.length)
      .split(/\s+/)
      .filter(Boolean),
  )
  const inline = /^(--[\w-]+)=(.*)$/.exec(word)
  const flag = inline === null ? typed.open : flagOf(typed.command, inline[1]!)
  const begun = inline === null ? word : inline[2]!
  const all = flag !== undefined ? valuesOf(flag, typed, world) : wordsAfter(typed, word, world)
  return {
    from: line.length - begun.length,
    // A shell lists them by name, whatever order they were found in.
    candidates: all.filter(({ text }) => text.startsWith(begun)).toSorted((a, b) => (a.text < b.text ? -1 : 1)),
  }
}

function readWords(words: readonly string[]): Typed {
  const typed: Typed = { command: root, args: [], namespace: 'default', open: undefined }
  for (const word of words) {
    if (typed.open !== undefined) {
      if (typed.open.name === 'namespace') typed.namespace = word
      typed.open = undefined
    } else if (word.startsWith('-')) readFlag(word, typed)
    else {
      const below = typed.args.length === 0 ? subcommand(typed.command, word) : undefined
      if (below === undefined) typed.args.push(word)
      else typed.command = below
    }
  }
  return typed
}

function readFlag(word: string, typed: Typed): void {
  const [name = '', value] = word.split('=', 2)
  const flag = flagOf(typed.command, name)
  if (flag?.name === 'namespace' && value !== undefined) typed.namespace = value
  const waits = flag !== undefined && flag.type !== 'bool' && flag.alone === undefined
  if (value === undefined && waits) typed.open = flag
}

function subcommand(command: Command, word: string): Command | undefined {
  return command.commands?.find((c) => c.name === word || c.aliases?.includes(word))
}

function flagsOf(command: Command): readonly FlagSpec[] {
  return [...command.flags, ...globalFlags].filter((flag) => flag.hidden !== true)
}

function flagOf(command: Command, word: string): FlagSpec | undefined {
  return flagsOf(command).find((flag) => word === `--${flag.name}` || word === `-${flag.short}`)
}

function wordsAfter(typed: Typed, word: string, world: View): Candidate[] {
  if (word.startsWith('-')) return flagWords(typed.command)
  const below = (typed.command.commands ?? []).filter((c) => c.hidden !== true)
  if (below.length > 0 && typed.args.length === 0) return below.map((c) => ({ text: c.name, hint: c.summary }))
  return objectWords(typed, word, world)
}

function flagWords(command: Command): Candidate[] {
  return flagsOf(command).flatMap((flag) => {
    const long = { text: flag.type === 'bool' ? `--${flag.name}` : `--${flag.name}=`, hint: flag.usage }
    return flag.short === undefined ? [long] : [long, { text: `-${flag.short}`, hint: flag.usage }]
  })
}

/** Kinds, then the names of one kind; `kind/name` in one word; for logs, pods at once. */
function objectWords({ command, args, namespace }: Typed, word: string, world: View): Candidate[] {
  if (command.name === 'logs' || command.name === 'exec' || command.name === 'port-forward') {
    return args.length === 0 ? namesOf(matchResource('pods')!, namespace, world) : []
  }
  if (!takesKinds.has(command.name)) return []
  const [kind, slash] = word.split('/', 2)
  if (args.length === 0 && slash === undefined) return kindWords(command.name)
  const resource = matchResource(args.length === 0 ? kind! : args[0]!)
  if (resource === undefined) return []
  const named = namesOf(resource, namespace, world)
  return args.length === 0
    ? named.map((c) => ({ ...c, text: `${kind}/${c.text}` }))
    : named.filter((c) => !args.includes(c.text))
}

const takesKinds: ReadonlySet<string> = new Set([
  'get',
  'describe',
  'delete',
  'edit',
  'label',
  'annotate',
  'patch',
  'scale',
  'wait',
  'rollout',
  'explain',
])

function kindWords(command: string): Candidate[] {
  const verb = command === 'delete' ? 'delete' : 'get'
  return resources
    .filter((r) => r.verbs.includes(verb))
    .map((r) => ({ text: r.plural, ...(r.shortNames.length === 0 ? {} : { hint: r.shortNames.join(', ') }) }))
}

function namesOf(resource: ResourceInfo, namespace: string, world: View): Candidate[] {
  const objects = world.list(resource.kind, resource.namespaced ? { namespace } : {})
  return objects.map((object) => ({ text: object.metadata.name }))
}

function valuesOf(flag: FlagSpec, { args, namespace }: Typed, world: View): Candidate[] {
  if (flag.name === 'namespace') return namesOf(matchResource('namespaces')!, '', world)
  if (flag.name === 'container') {
    const pod = world.get('Pod', args.at(-1)?.replace(/^pods?\//, '') ?? '', namespace) as Pod | undefined
    return (pod?.spec.containers ?? []).map((c) => ({ text: c.name }))
  }
  return (flag.values ?? []).map((text) => ({ text }))
}
