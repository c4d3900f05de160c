import { goQuote } from '../../../engine/api/field.ts'
import { fieldValue, resourceValue } from '../../../engine/api/downward.ts'
import { fromBase64 } from '../../../engine/api/base64.ts'
import { findResource } from '../../../engine/api/resources.ts'
import type { Container, KubeObject, Pod, PodSpec } from '../../../engine/api/types.ts'
import type { Command } from '../../command.ts'
import { CommandError, KubectlError } from '../../errors.ts'
import { envVarNameError } from '../../envVarNames.ts'
import { selectedContainers, withPodSpec } from '../../podSpecs.ts'
import { err, out, type Session, type Task } from '../../session.ts'
import { getObject } from '../../fileTargets.ts'
import type { Visited } from '../../visiting.ts'
import { changeObjects, readTargets, setFlags } from './changing.ts'

type Variable = NonNullable<Container['env']>[number]
type Source = NonNullable<Variable['valueFrom']>

export const setEnv: Command = {
  name: 'env',
  usage: 'set env RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N [options]',
  summary: 'Update environment variables on a pod template',
  flags: [
    ...setFlags,
    { name: 'containers', short: 'c', type: 'string', default: '*', usage: 'Which containers; may have asterisks.' },
    { name: 'env', short: 'e', type: 'stringArray', usage: 'A variable: key=value.' },
    { name: 'from', type: 'string', usage: 'A config map or secret to take the variables from.' },
    { name: 'keys', type: 'strings', usage: 'Only these keys of --from.' },
    { name: 'list', type: 'bool', usage: 'Print the variables.' },
    { name: 'overwrite', type: 'bool', default: 'true', usage: 'Replace variables that are there already.' },
    { name: 'prefix', type: 'string', usage: 'Before each name that comes from --from.' },
    { name: 'resolve', type: 'bool', usage: 'With --list: look up what variables refer to.' },
  ],
  run,
}

interface Change {
  set: Variable[]
  remove: string[]
}

function* run(session: Session): Task<void> {
  const { flags } = session
  if (flags.bool('all') && flags.string('selector') !== '') throw new CommandError('cannot set --all and --selector at the same time')
  const { resources, variables } = splitArguments(session.args)
  if (resources.length === 0 && flags.list('filename').length === 0) throw new CommandError('one or more resources must be specified as <resource> <name> or <resource>/<name>')
  if (flags.bool('list') && flags.string('output') !== '') throw new CommandError('--list and --output may not be specified together')
  if (flags.list('keys').length > 0 && flags.string('from') === '') throw new CommandError('when specifying --keys, a configmap or secret must be provided with --from')
  const change = parseVariables([...flags.list('env'), ...variables], session.input.stdin)
  change.set.push(...(yield* variablesFrom(session)))
  const prefix = flags.string('prefix')
  if (prefix !== '') change.set = change.set.map((variable) => ({ ...variable, name: prefix + variable.name }))
  const targets = yield* readTargets(session, resources)
  if (flags.bool('list')) return yield* listAll(session, targets, change)
  yield* warnOfNone(session, targets)
  yield* changeObjects(session, {
    targets,
    operation: 'env updated',
    failure: 'failed to patch env update to pod template: ',
    change: (object, target) => withPodSpec(target, object, (spec) => withVariables(session, spec, change)),
  })
}

const isVariable = (word: string): boolean => word.indexOf('=') > 0 || word.endsWith('-') || word === '-'

/** Objects first, variables afterwards. */
function splitArguments(args: readonly string[]): { resources: string[]; variables: string[] } {
  const first = args.findIndex(isVariable)
  const variables = first < 0 ? [] : args.slice(first)
  if (variables.some((word) => !isVariable(word))) throw new CommandError(`all resources must be specified before environment changes: ${args.join(' ')}`)
  return { resources: first < 0 ? [...args] : args.slice(0, first), variables }
}

function parseVariables(words: readonly string[], stdin: string): Change {
  const change: Change = { set: [], remove: [] }
  const lines = words.flatMap((word) => (word === '-' ? stdin.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')) : [word]))
  for (const word of lines) {
    const equals = word.indexOf('=')
    if (equals >= 0) {
      const name = word.slice(0, equals)
      const wrong = envVarNameError(name)
      if (wrong !== undefined) throw new CommandError(`${goQuote(name)} is not a valid key name: ${wrong}`)
      change.set.push({ name, value: word.slice(equals + 1) })
    } else if (word.endsWith('-')) change.remove.push(word.slice(0, -1))
    else throw new CommandError(`unknown argument ${goQuote(word)}`)
  }
  const both = change.remove.find((name) => change.set.some((variable) => variable.name === name))
  if (both !== undefined) throw new CommandError('can not both modify and remove the same environment variable in the same command')
  return change
}

/** --from: a variable for each key, by reference. */
function* variablesFrom(session: Session): Task<Variable[]> {
  const from = session.flags.string('from')
  if (from === '') return []
  const keys = session.flags.list('keys')
  const variables: Variable[] = []
  for (const { object, resource } of yield* readTargets(session, [from])) {
    if (resource.kind !== 'ConfigMap' && resource.kind !== 'Secret') throw new CommandError('unsupported resource specified in --from')
    for (const key of Object.keys(object['data'] ?? {}).toSorted()) {
      if (keys.length > 0 && !keys.includes(key)) continue
      const ref = { name: object.metadata.name, key }
      const name = key.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_')
      if (name !== key) yield* err(`Warning: key ${key} transferred to ${name}\n`)
      variables.push({ name, valueFrom: resource.kind === 'Secret' ? { secretKeyRef: ref } : { configMapKeyRef: ref } })
    }
  }
  return variables
}

function withVariables(session: Session, spec: PodSpec, change: Change): PodSpec {
  const pattern = session.flags.string('containers')
  const selected = new Set([...selectedContainers(spec.containers, pattern), ...selectedContainers(spec.initContainers, pattern)])
  if (selected.size === 0) return spec
  const set = (list: readonly Container[]): Container[] => list.map((c) => (selected.has(c) ? withEnv(session, c, change) : c))
  return { ...spec, containers: set(spec.containers), ...(spec.initContainers ? { initContainers: set(spec.initContainers) } : {}) }
}

function withEnv(session: Session, container: Container, { set, remove }: Change): Container {
  const old = container.env ?? []
  if (!session.flags.bool('overwrite')) {
    const taken = set.find((variable) => old.some((o) => o.name === variable.name))
    if (taken) throw new CommandError(`'${taken.name}' already has a value (${old.find((o) => o.name === taken.name)!.value ?? ''}), and --overwrite is false`)
  }
  const byName = new Map(set.toReversed().map((variable) => [variable.name, variable]))
  const kept = old.filter((o) => !remove.includes(o.name)).map((o) => byName.get(o.name) ?? o)
  const names = new Set([...old.map((o) => o.name), ...remove])
  const added = [...new Map(set.map((variable) => [variable.name, byName.get(variable.name)!])).values()].filter((variable) => !names.has(variable.name))
  const env = [...kept, ...added]
  const { env: _, ...rest } = container
  return env.length > 0 ? { ...rest, env } : rest
}

const containersOf = (session: Session, spec: PodSpec): Container[] => {
  const pattern = session.flags.string('containers')
  return [...selectedContainers(spec.containers, pattern), ...selectedContainers(spec.initContainers, pattern)]
}

function specOf(target: Visited, change: (spec: PodSpec) => PodSpec): PodSpec {
  let spec: PodSpec | undefined
  withPodSpec(target, target.object, (found) => (spec = change(found)))
  return spec!
}

function* warnOfNone(session: Session, targets: readonly Visited[]): Task<void> {
  for (const target of targets) {
    try {
      if (containersOf(session, specOf(target, (spec) => spec)).length > 0) continue
    } catch (error) {
      if (error instanceof CommandError) continue
      throw error
    }
    yield* err(`Warning: ${target.resource.kind}/${target.name} does not have any containers matching ${goQuote(session.flags.string('containers'))}\n`)
  }
}

/** --list: what the variables would be after the change. */
function* listAll(session: Session, targets: readonly Visited[], change: Change): Task<void> {
  yield* warnOfNone(session, targets)
  for (const target of targets) {
    for (const container of containersOf(session, specOf(target, (spec) => withVariables(session, spec, change)))) {
      yield* out(`# ${target.resource.kind} ${target.name}, container ${container.name}\n`)
      for (const variable of container.env ?? []) yield* out(yield* variableLine(session, target, container, variable))
    }
  }
}

function* variableLine(session: Session, target: Visited, container: Container, { name, value = '', valueFrom }: Variable): Task<string> {
  if (!valueFrom) return `${name}=${value}\n`
  const reference = `# ${name} from ${referenceText(valueFrom)}\n`
  if (!session.flags.bool('resolve')) return reference
  try {
    return `${name}=${yield* resolve(session, target, container, valueFrom)}\n`
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    yield* err(`error retrieving reference for ${name}: ${error.message}\n`)
    return reference
  }
}

function referenceText({ configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef }: Source): string {
  if (configMapKeyRef) return `configmap ${configMapKeyRef.name ?? ''}, key ${configMapKeyRef.key}`
  if (secretKeyRef) return `secret ${secretKeyRef.name ?? ''}, key ${secretKeyRef.key}`
  if (fieldRef) return `field path ${fieldRef.fieldPath}`
  if (resourceFieldRef) return `resource field ${resourceFieldRef.containerName ? `${resourceFieldRef.containerName}/` : ''}${resourceFieldRef.resource}`
  return 'invalid valueFrom'
}

function* resolve(session: Session, { object, namespace }: Visited, container: Container, source: Source): Task<string> {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = source
  if (resourceFieldRef) {
    const found = resourceValue(container, resourceFieldRef.resource, resourceFieldRef.divisor === undefined ? undefined : String(resourceFieldRef.divisor), {})
    if ('value' in found) return found.value
  }
  if (fieldRef) {
    const field = fieldValue(object as Pod, fieldRef.fieldPath)
    if (fieldRef.fieldPath.startsWith('metadata.') && 'value' in field) return field.value
    throw new CommandError(`unsupported fieldPath: ${fieldRef.fieldPath}`)
  }
  const ref = configMapKeyRef ?? secretKeyRef
  if (!ref) throw new CommandError('invalid valueFrom')
  const resource = findResource('', 'v1', configMapKeyRef ? 'configmaps' : 'secrets')!
  const data: KubeObject = yield* getObject(session, { resource, namespace, name: ref.name ?? '', source: '', object: undefined })
  const value = data['data']?.[ref.key]
  if (value === undefined) throw new CommandError(`key ${ref.key} not found in ${resource.kind.toLowerCase()} ${ref.name}`)
  return secretKeyRef ? fromBase64(value) : value
}
