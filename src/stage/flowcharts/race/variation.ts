import { isMap, parseDocument } from 'yaml'
import type { KubeObject, Pod } from '../../../engine/api/types.ts'
import type { Film } from '../../../playback/film.ts'
import type { Input, Scenario } from '../../../worker/protocol.ts'
import type { Ending } from './endings.ts'

/** What decides the race, as a person can set it. */
export interface RaceSettings {
  /** Length of a preStop hook that sleeps; 0: there is none. */
  readonly preStopSeconds: number
  /** How long a node takes, more or less, to write changed endpoints into its rules; undefined: as long as it usually does. */
  readonly ruleDelaySeconds: number | undefined
}

/** Whose manifest has to say it: the pod itself, or what it is made from in the end. */
export interface Maker {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly containers: readonly string[]
}

export function settingsOf(film: Film, pod: Pod): RaceSettings {
  const { latency } = film.scenario.spec.cluster ?? {}
  const span = typeof latency === 'object' ? latency.proxySync : undefined
  return {
    preStopSeconds: Math.max(0, ...pod.spec.containers.map((c) => hookSeconds(c.lifecycle?.preStop))),
    ruleDelaySeconds: span === undefined ? undefined : (span[0] + span[1]) / 2000,
  }
}

type Hook = { sleep?: { seconds: number }; exec?: { command?: string[] } } | undefined

/** A hook that runs `sleep` is one that sleeps. */
function hookSeconds(hook: Hook): number {
  const slept = /(?:^|\s)sleep (\d+(?:\.\d+)?)/.exec(hook?.exec?.command?.join(' ') ?? '')?.[1]
  return hook?.sleep?.seconds ?? Number(slept ?? 0)
}

/** Follows the owners of a pod up to the one that nobody owns. */
export function makerOf(film: Film, { key, step }: Ending): Maker | undefined {
  const revision = film.revisionAt(step)
  const pod = film.etcd.get(key, revision) as Pod | undefined
  let object: KubeObject | undefined = pod
  for (let depth = 0; object !== undefined && depth < 5; depth++) {
    const { ownerReferences, namespace = 'default' }: KubeObject['metadata'] = object.metadata
    const owner = ownerReferences?.find(({ controller }) => controller === true)
    const found: KubeObject | undefined =
      owner === undefined ? undefined : (film.etcd.get(`${owner.kind.toLowerCase()}s/${namespace}/${owner.name}`, revision) as KubeObject | undefined)
    if (found === undefined) break
    object = found
  }
  if (pod === undefined || object === undefined) return undefined
  const { namespace = 'default', name } = object.metadata
  return { kind: object.kind, namespace, name, containers: pod.spec.containers.map((c) => c.name) }
}

/**
 * The film's script with other settings. `present` is what makes the film again, `base` the scenario that was put on. What
 * was performed keeps its order and its time, or the condition it waited for; its exact place in the trace belongs to the old film.
 */
export function varied(present: Scenario, base: Scenario, maker: Maker, { preStopSeconds, ruleDelaySeconds }: RaceSettings): Scenario {
  const hook = (text: string): string => withPreStop(text, maker, preStopSeconds)
  const files = (given: Input['files']): Input['files'] => given && Object.fromEntries(Object.entries(given).map(([name, text]) => [name, hook(text)]))
  const script = present.spec.script
    .map((input, i) => replayed(input, base.spec.script[i]))
    .map((input) => ({
      ...input,
      ...(input.files === undefined ? {} : { files: files(input.files)! }),
      ...(input.stdin === undefined ? {} : { stdin: hook(input.stdin) }),
    }))
  const typed = isInManifest(present, maker) ? script : withTypedPreStop(script, maker, preStopSeconds)
  const { latency, ...cluster } = present.spec.cluster ?? {}
  return {
    ...present,
    spec: {
      ...present.spec,
      ...(present.spec.files === undefined ? {} : { files: files(present.spec.files)! }),
      cluster: { ...cluster, ...withRuleDelay(latency, ruleDelaySeconds) },
      script: typed,
    },
  }
}

/** Whether the hook of what makes the pod can be written otherwise: in a manifest, or in the command that made it. */
export function canVary(present: Scenario, maker: Maker): boolean {
  return isInManifest(present, maker) || present.spec.script.some(({ kubectl = '' }) => makes(kubectl, maker))
}

function isInManifest(present: Scenario, maker: Maker): boolean {
  const texts = [present.spec.files, ...present.spec.script.map((i) => i.files)].flatMap((files) => Object.values(files ?? {}))
  const typed = present.spec.script.flatMap(({ stdin }) => (stdin === undefined ? [] : [stdin]))
  return [...texts, ...typed].some((text) => withPreStop(text, maker, 1) !== withPreStop(text, maker, 2))
}

function replayed(input: Input, scripted: Input | undefined): Input {
  const { step: _step, task: _task, ...rest } = input
  const same = scripted !== undefined && scripted.kubectl === input.kubectl && JSON.stringify(scripted.fault) === JSON.stringify(input.fault)
  if (!same || (scripted.when === undefined && scripted.after === undefined)) return rest
  const { at: _at, ...action } = rest
  return { ...action, ...(scripted.when === undefined ? {} : { when: scripted.when }), ...(scripted.after === undefined ? {} : { after: scripted.after }) }
}

type Latency = NonNullable<Scenario['spec']['cluster']>['latency']

function withRuleDelay(latency: Latency, seconds: number | undefined): { latency?: Latency } {
  // Without any delays there is no race.
  if (latency === 'zero') return { latency }
  const { proxySync: _own, ...others } = typeof latency === 'object' ? latency : {}
  const all = seconds === undefined ? others : { ...others, proxySync: [Math.round(seconds * 500), Math.round(seconds * 1500)] as [number, number] }
  return Object.keys(all).length === 0 ? {} : { latency: all }
}

function makes(line: string, { kind, name }: Maker): boolean {
  const [verb, ...rest] = line.split(/\s+/)
  if (kind === 'Pod') return verb === 'run' && rest.includes(name)
  return kind === 'Deployment' && verb === 'create' && (rest[0] === 'deployment' || rest[0] === 'deploy') && rest.includes(name)
}

/** `kubectl run` takes it along; a Deployment that was made by a command is patched right behind it. */
function withTypedPreStop(script: readonly Input[], maker: Maker, seconds: number): Input[] {
  const containers = maker.containers.map((name) => ({ name, lifecycle: { preStop: seconds > 0 ? { sleep: { seconds } } : null } }))
  const at = script.findIndex(({ kubectl = '' }) => makes(kubectl, maker))
  const made = script[at]?.kubectl
  if (made === undefined) return [...script]
  if (maker.kind === 'Pod') {
    const [command = '', ...behind] = made.replace(/ --override-type=strategic --overrides='[^']*'/, '').split(' -- ')
    const overrides = seconds > 0 ? ` --override-type=strategic --overrides='${JSON.stringify({ spec: { containers } })}'` : ''
    return script.with(at, { ...script[at]!, kubectl: [command + overrides, ...behind].join(' -- ') })
  }
  const patch = `patch deployment ${maker.name} -n ${maker.namespace} -p '`
  const others = script.filter(({ kubectl }) => kubectl?.startsWith(patch) !== true)
  if (seconds <= 0) return renumbered(script, others)
  const body = JSON.stringify({ spec: { template: { spec: { containers } } } })
  const input: Input = { kubectl: `${patch}${body}'`, when: `deployment/${maker.name} -n ${maker.namespace} exists` }
  return renumbered(script, others.toSpliced(at + 1, 0, input))
}

/** Keys and interrupts name the input that began their command by its place. */
function renumbered(before: readonly Input[], after: readonly Input[]): Input[] {
  const placeOf = (index: number): number => after.indexOf(before[index]!)
  return after.map((input) => {
    if (input.interrupt !== undefined) return { ...input, interrupt: placeOf(input.interrupt) }
    return input.typed === undefined ? input : { ...input, typed: { ...input.typed, into: placeOf(input.typed.into) } }
  })
}

/** Documents are parted as people part them, so that those not concerned stay as they were written. */
function withPreStop(text: string, maker: Maker, seconds: number): string {
  return text
    .split(/^(---.*\n)/m)
    .map((piece) => (piece.startsWith('---') || !piece.includes(maker.name) ? piece : changed(piece, maker, seconds)))
    .join('')
}

function changed(piece: string, maker: Maker, seconds: number): string {
  const document = parseDocument(piece)
  if (document.errors.length > 0 || !isMap(document.contents)) return piece
  const read = document.toJS() as Partial<KubeObject> | null
  const { name, namespace = 'default' } = read?.metadata ?? {}
  if (read?.kind !== maker.kind || name !== maker.name || namespace !== maker.namespace) return piece
  const path = maker.kind === 'Pod' ? ['spec', 'containers'] : ['spec', 'template', 'spec', 'containers']
  for (let i = 0; document.hasIn([...path, i]); i++) {
    if (seconds > 0) document.setIn([...path, i, 'lifecycle', 'preStop'], { sleep: { seconds } })
    else if (document.hasIn([...path, i, 'lifecycle', 'preStop'])) {
      document.deleteIn([...path, i, 'lifecycle', 'preStop'])
      if (Object.keys((document.getIn([...path, i, 'lifecycle']) as { toJSON(): object }).toJSON()).length === 0) document.deleteIn([...path, i, 'lifecycle'])
    }
  }
  return document.toString({ lineWidth: 0 })
}
