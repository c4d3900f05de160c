import { resourcesOf } from '../engine/api/custom/kind.ts'
import { apiVersionOf, resources } from '../engine/api/resources.ts'
import type { ResourceInfo } from '../engine/api/resources.ts'
import { structOfKind } from '../engine/api/schema/schema.ts'
import type { KubeObject, Pod } from '../engine/api/types.ts'
import type { View } from '../engine/core.ts'
import type { Command } from '../kubectl/command.ts'
import type { FlagSpec } from '../kubectl/commandLine/flags.ts'
import { globalFlags } from '../kubectl/commandLine/globalFlags.ts'
import { root } from '../kubectl/commands/root.ts'
import { match } from '../kubectl/discovery.ts'
import { CommandError } from '../kubectl/errors.ts'
import { defaultConfig, defaultPath, readConfig, type Kubeconfig } from '../kubectl/kubeconfig.ts'
import { completion } from './host.ts'

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
  config: Kubeconfig
  /** A flag that still waits for its value. */
  open: FlagSpec | undefined
}

/**
 * The word that is being typed at the end of `line` (all that stands after "kubectl "), as kubectl's completion ends it. The text of the
 * kubeconfig says in which namespace.
 */
export function complete(line: string, world: View, kubeconfig?: string): Completion {
  const word = /\S*$/.exec(line)![0]
  const config = configOf(kubeconfig)
  const typed = readWords(
    line
      .slice(0, line.length - word.length)
      .split(/\s+/)
      .filter(Boolean),
    config,
  )
  const inline = /^(--[\w-]+)=(.*)$/.exec(word)
  const flag = inline === null ? typed.open : flagOf(typed.command, inline[1]!)
  const begun = inline === null ? word : inline[2]!
  const all = flag !== undefined ? valuesOf(flag, typed, world, begun) : wordsAfter(typed, word, world)
  return {
    from: line.length - begun.length,
    // A shell lists them by name, whatever order they were found in.
    candidates: all.filter(({ text }) => text.startsWith(begun)).toSorted((a, b) => (a.text < b.text ? -1 : 1)),
  }
}

function configOf(text: string | undefined): Kubeconfig {
  try {
    return readConfig(text, defaultPath)
  } catch (error) {
    if (error instanceof CommandError) return defaultConfig
    throw error
  }
}

function namespaceOf({ contexts }: Kubeconfig, context: string): string {
  return contexts.find(({ name }) => name === context)?.context.namespace ?? 'default'
}

function readWords(words: readonly string[], config: Kubeconfig): Typed {
  const typed: Typed = { command: root, args: [], namespace: namespaceOf(config, config['current-context']), config, open: undefined }
  for (const word of words) {
    if (typed.open !== undefined) {
      readValue(typed.open, word, typed)
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
  if (flag !== undefined && value !== undefined) readValue(flag, value, typed)
  const waits = flag !== undefined && flag.type !== 'bool' && flag.alone === undefined
  if (value === undefined && waits) typed.open = flag
}

function readValue(flag: FlagSpec, value: string, typed: Typed): void {
  if (flag.name === 'namespace') typed.namespace = value
  if (flag.name === 'context') typed.namespace = namespaceOf(typed.config, value)
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

/** Kinds, then the names of one kind; `kind/name` in one word; pods at once where a pod is meant. */
function objectWords({ command, args, namespace, config }: Typed, word: string, world: View): Candidate[] {
  const { name } = command
  if (nodeCommands.has(name)) return unused(namesOf(resourceCalled('nodes', world)!, '', world), args)
  if (podCommands.has(name)) return args.length === 0 ? podWords(word, namespace, world) : []
  if (contextCommands.has(name)) return args.length === 0 ? entriesOf(config.contexts) : []
  if (name === 'explain' && word.includes('.')) return fieldWords(resourceCalled(word.split('.', 1)[0]!, world), word)
  const kinds = kindCommands[name]
  if (kinds === undefined) return []
  const [kind, slash] = word.split('/', 2)
  if (args.length === 0 && slash === undefined)
    return kinds === 'all' ? kindWords(name, world) : kinds.map((text) => ({ text }))
  const resource = resourceCalled(args.length === 0 ? kind! : args[0]!, world)
  if (resource === undefined) return []
  const named = namesOf(resource, namespace, world)
  return args.length === 0 ? named.map((c) => ({ ...c, text: `${kind}/${c.text}` })) : unused(named, args)
}

/** A built-in kind, or one that a CustomResourceDefinition has added. */
function resourceCalled(word: string, world: View): ResourceInfo | undefined {
  return match(resources, word) ?? match(customResources(world), word)
}

/** In the version that the server prefers. */
function customResources(world: View): ResourceInfo[] {
  return world.list('CustomResourceDefinition').flatMap((definition) => resourcesOf(definition).slice(0, 1))
}

const entriesOf = (entries: readonly { name: string }[]): Candidate[] => entries.map(({ name }) => ({ text: name }))

const unused = (candidates: readonly Candidate[], args: readonly string[]): Candidate[] =>
  candidates.filter(({ text }) => !args.includes(text))

const nodeCommands: ReadonlySet<string> = new Set(['cordon', 'uncordon', 'drain'])
const contextCommands: ReadonlySet<string> = new Set(['use-context', 'delete-context', 'rename-context', 'get-contexts', 'set-context'])
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
  explain: 'all',
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

/** What has pods, for `logs deployments/web`. */
const podOwners = ['daemonsets', 'deployments', 'jobs', 'replicasets', 'services', 'statefulsets']

function podWords(word: string, namespace: string, world: View): Candidate[] {
  const [kind, slash] = word.split('/', 2)
  const resource = slash === undefined ? undefined : resourceCalled(kind!, world)
  if (resource !== undefined)
    return namesOf(resource, namespace, world).map((c) => ({ ...c, text: `${kind}/${c.text}` }))
  const owners = podOwners
    .filter((owner) => word !== '' && owner.startsWith(word))
    .map((owner) => ({ text: `${owner}/` }))
  return [...namesOf(resourceCalled('pods', world)!, namespace, world), ...owners]
}

/** As the server lists them: with their group. */
function kindWords(command: string, world: View): Candidate[] {
  const verb = command === 'delete' ? 'delete' : 'get'
  const seen = new Map<string, Candidate>()
  for (const { verbs, plural, group, shortNames } of [...resources, ...customResources(world)]) {
    const text = group === '' ? plural : `${plural}.${group}`
    if (verbs.includes(verb))
      seen.set(text, { text, ...(shortNames.length === 0 ? {} : { hint: shortNames.join(', ') }) })
  }
  return [...seen.values()]
}

function namesOf(resource: ResourceInfo, namespace: string, world: View): Candidate[] {
  const { group, version, plural, kind, namespaced, custom } = resource
  if (custom === undefined) return world.list(kind, namespaced ? { namespace } : {}).map(({ metadata }) => ({ text: metadata.name }))
  const { body } = world.request({ verb: 'list', path: `/apis/${group}/${version}/${namespaced ? `namespaces/${namespace}/` : ''}${plural}` })
  return ((body as { items?: KubeObject[] }).items ?? []).map(({ metadata }) => ({ text: metadata.name }))
}

/** Fields of a kind behind the last dot: for `explain pods.spec.`, `--sort-by=.metadata.` and `-o jsonpath={.spec.`. */
function fieldWords(resource: ResourceInfo | undefined, word: string): Candidate[] {
  const dot = word.lastIndexOf('.')
  if (resource === undefined || dot < 0) return []
  const path = word
    .slice(0, dot)
    .replace(/^.*[{,:=]/, '')
    .split('.')
    .slice(1)
  const names = path.map((part) => part.replace(/\[.*$/, ''))
  if (names[0] === 'items') names.shift()
  let at = resource.custom?.struct ?? structOfKind(apiVersionOf(resource), resource.kind)
  for (const name of names) at = at?.fields.get(name)?.struct
  return [...(at?.fields.keys() ?? [])].map((name) => ({ text: word.slice(0, dot + 1) + name }))
}

function valuesOf(flag: FlagSpec, { args, namespace, config }: Typed, world: View, word: string): Candidate[] {
  const isPath = flag.name === 'sort-by' || (flag.name === 'output' && /^(jsonpath|custom-columns)/.test(word))
  if (isPath && word.includes('.')) return fieldWords(resourceCalled(args[0]?.split('/')[0] ?? '', world), word)
  if (flag.name === 'container') {
    const pod = world.get('Pod', args.at(-1)?.replace(/^pods?\//, '') ?? '', namespace) as Pod | undefined
    const { initContainers = [], containers = [], ephemeralContainers = [] } = pod?.spec ?? {}
    return entriesOf([...initContainers, ...containers, ...ephemeralContainers])
  }
  if (!globalFlags.includes(flag)) return (flag.values ?? []).map((text) => ({ text }))
  switch (flag.name) {
    case 'namespace':
      return namesOf(resourceCalled('namespaces', world)!, '', world)
    case 'context':
      return entriesOf(config.contexts)
    case 'cluster':
      return entriesOf(config.clusters)
    case 'user':
      return entriesOf(config.users)
    default:
      return (flag.values ?? []).map((text) => ({ text }))
  }
}

completion.bring(complete)
