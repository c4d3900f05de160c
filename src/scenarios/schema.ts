import { parseCondition } from '../engine/api/condition.ts'
import { evictionSignals, type KubeletConfiguration } from '../engine/api/kubeletConfiguration.ts'
import { parseTime } from '../engine/api/time.ts'
import type { KubeSchedulerConfiguration, KubeSchedulerProfile, PluginRef, PluginSet } from '../engine/api/schedulerConfiguration.ts'
import type { Load, LoadStart } from '../engine/api/load.ts'
import type { KubeObject, Node } from '../engine/api/types.ts'
import type { Request } from '../engine/api/request.ts'
import { realistic, type LatencyTable } from '../engine/latency.ts'
import type { Bounds, Chapter, ClusterOptions, Expectation, Goal, Input, Prologue, Question, Scenario, Text } from '../engine/scenario.ts'
import { duration, longestDurationMs } from './duration.ts'
import { fault } from './fault.ts'
import {
  flag,
  list,
  mapOf,
  number,
  object,
  oneOf,
  optional,
  plain,
  ShapeError,
  text,
  whole,
  type Shape,
} from './shape.ts'

/**
 * What a scenario may look like and how large it may be. The same table reads what people write
 * (durations as '1m30s', faults in short) and what Podreel itself writes (ms, whole faults): its
 * result is always the second form.
 */
export const bounds = {
  nodes: 5_000,
  objects: 10_000,
  inputs: 10_000,
  files: 50,
  /** Characters. */
  fileLength: 256 * 1024,
  filesLength: 1024 * 1024,
  lineLength: 16 * 1024,
  textLength: 4_000,
  /** Virtual ms. */
  duration: longestDurationMs,
} as const

export const condition: Shape<string> = (value, path) => {
  const line = text({ most: 500, least: 1 })(value, path)
  const parsed = parseCondition(line)
  if ('error' in parsed) throw new ShapeError(path, parsed.error)
  return line
}

const words = text({ most: bounds.textLength })
export const bilingual: Shape<Text> = object<Text>({ en: words, zh: words })

const labelName = text({
  most: 63,
  least: 1,
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  wanted: 'a name of lower-case letters, digits and "-"',
})
const labels = mapOf(text({ most: 63 }), { most: 20, key: text({ most: 317, least: 1 }) })

const fileName = text({ most: 200, least: 1, pattern: /^[^\\/\0][^\\\0]*$/, wanted: 'a relative file name' })
const fileText = text({ most: bounds.fileLength })
const files: Shape<Record<string, string>> = (value, path) => {
  const read = mapOf(fileText, { most: bounds.files, key: fileName })(value, path)
  const length = Object.values(read).reduce((sum, file) => sum + file.length, 0)
  if (length > bounds.filesLength)
    throw new ShapeError(path, `are too long together: ${length} characters, at most ${bounds.filesLength}`)
  return read
}

const seed = whole({ least: -2_147_483_648, most: 4_294_967_295 })

const startTime: Shape<string> = (value, path) => {
  const time = text({ most: 40 })(value, path)
  if (parseTime(time) === undefined)
    throw new ShapeError(path, `must be a time such as 2025-01-31T09:00:00Z, not "${time}"`)
  return time
}

const nodeData = plain({ depth: 20, values: 2_000 })
const node: Shape<Node> = (value, path) => {
  const read = nodeData(value, path) as Node | null
  const name: unknown = read?.metadata?.name
  if (typeof name !== 'string' || name === '' || name.length > 253)
    throw new ShapeError(path, 'must be a Node with metadata.name')
  return { ...read!, apiVersion: 'v1', kind: 'Node' }
}
const objectData = plain({ depth: 100, values: 50_000 })
/** Whether it makes sense the API server says when the film begins. */
const heldObject: Shape<KubeObject> = (value, path) => {
  const read = objectData(value, path) as Partial<KubeObject> | null
  const name: unknown = read?.metadata?.name
  if (typeof read?.apiVersion !== 'string' || typeof read.kind !== 'string' || typeof name !== 'string' || name === '')
    throw new ShapeError(path, 'must be an object with apiVersion, kind and metadata.name')
  return read as KubeObject
}
const countOfNodes = whole({ least: 1, most: bounds.nodes })
const nodeList = list(node, { most: bounds.nodes })
const nodes: Shape<number | Node[]> = (value, path) =>
  Array.isArray(value) ? nodeList(value, path) : countOfNodes(value, path)

const span: Shape<[number, number]> = (value, path) => {
  const [least, most] = list(duration, { most: 2 })(value, path)
  if (least === undefined || most === undefined || least > most) throw new ShapeError(path, 'must be [least, most]')
  return [least, most]
}
const latencyTable = object<Partial<LatencyTable>>({
  ...Object.fromEntries(Object.keys(realistic).map((name) => [name, optional(span)])),
  pullBytesPerMs: optional(number({ least: 1, most: 1e9 })),
} as never)
const latency: Shape<NonNullable<ClusterOptions['latency']>> = (value, path) =>
  typeof value === 'string' ? oneOf('realistic', 'zero')(value, path) : latencyTable(value, path)

const pluginName = text({ most: 200, least: 1 })
const weight = whole({ least: 0, most: 1_000_000 })
const anyNumber = number({ least: -1e9, most: 1e9 })
const pluginList = list(object<PluginRef>({ name: pluginName, weight: optional(weight) }), { most: 100 })
const pluginSet = object<PluginSet>({ enabled: optional(pluginList), disabled: optional(pluginList) })
const pluginArgs = plain({ depth: 20, values: 2_000 }) as Shape<Readonly<Record<string, unknown>>>
const pluginConfig = object<NonNullable<KubeSchedulerProfile['pluginConfig']>[number]>({ name: pluginName, args: optional(pluginArgs) })
const schedulerProfile = object<KubeSchedulerProfile>({
  schedulerName: optional(text({ most: 253, least: 1 })),
  percentageOfNodesToScore: optional(anyNumber),
  plugins: optional(mapOf(pluginSet, { most: 20, key: pluginName })),
  pluginConfig: optional(list(pluginConfig, { most: 100 })),
})
/** Only its shape; whether the configuration makes sense kube-scheduler says when it starts, in its own words. */
const schedulerConfiguration = object<KubeSchedulerConfiguration>({
  apiVersion: optional(oneOf('kubescheduler.config.k8s.io/v1')),
  kind: optional(oneOf('KubeSchedulerConfiguration')),
  percentageOfNodesToScore: optional(anyNumber),
  podInitialBackoffSeconds: optional(anyNumber),
  podMaxBackoffSeconds: optional(anyNumber),
  profiles: optional(list(schedulerProfile, { most: 20 })),
})

const goDuration: Shape<string> = (value, path) => {
  duration(typeof value === 'string' ? value : '', path)
  return value as string
}
const shutdownGroup = object({ priority: whole({ least: -2_147_483_648, most: 2_147_483_647 }), shutdownGracePeriodSeconds: whole({ least: 0, most: 86_400 }) })
const signal = oneOf(...evictionSignals)
const amount = text({ most: 30, pattern: /^(\d{1,3}(\.\d{1,3})?%|\d{1,15}(\.\d{1,3})?([kMGTP]i?|Ki|m)?)$/, wanted: "an amount such as '500Mi' or '10%'" })
const amounts = mapOf(amount, { most: 20, key: signal })
const reserved = mapOf(amount, { most: 20, key: text({ most: 100, least: 1 }) })
const percent = whole({ least: 0, most: 100 })
const kubeletFields = object<KubeletConfiguration>({
  apiVersion: optional(oneOf('kubelet.config.k8s.io/v1beta1')),
  kind: optional(oneOf('KubeletConfiguration')),
  shutdownGracePeriod: optional(goDuration),
  shutdownGracePeriodCriticalPods: optional(goDuration),
  shutdownGracePeriodByPodPriority: optional(list(shutdownGroup, { most: 50 })),
  evictionHard: optional(amounts),
  evictionSoft: optional(amounts),
  evictionSoftGracePeriod: optional(mapOf(goDuration, { most: 20, key: signal })),
  evictionMinimumReclaim: optional(amounts),
  evictionPressureTransitionPeriod: optional(goDuration),
  evictionMaxPodGracePeriod: optional(whole({ least: 0, most: 86_400 })),
  imageGCHighThresholdPercent: optional(percent),
  imageGCLowThresholdPercent: optional(percent),
  imageMinimumGCAge: optional(goDuration),
  imageMaximumGCAge: optional(goDuration),
  serializeImagePulls: optional(flag),
  maxParallelImagePulls: optional(whole({ least: 1, most: 1_000 })),
  maxPods: optional(whole({ least: 0, most: 10_000 })),
  kubeReserved: optional(reserved),
  systemReserved: optional(reserved),
  allowedUnsafeSysctls: optional(list(text({ most: 253, least: 1 }), { most: 100 })),
})

/** What a kubelet would not start with (pkg/kubelet/eviction/helpers.go, pkg/kubelet/apis/config/validation). */
const kubeletConfiguration: Shape<KubeletConfiguration> = (value, path) => {
  const read = kubeletFields(value, path)
  for (const name of Object.keys(read.evictionSoft ?? {})) {
    if (read.evictionSoftGracePeriod?.[name] === undefined) throw new ShapeError([...path, 'evictionSoft', name], `grace period must be specified for the soft eviction threshold ${name}`)
  }
  if (read.maxParallelImagePulls !== undefined && read.maxParallelImagePulls > 1 && read.serializeImagePulls !== false)
    throw new ShapeError([...path, 'maxParallelImagePulls'], 'cannot be larger than 1 unless SerializeImagePulls (--serialize-image-pulls) set to false')
  const { imageGCLowThresholdPercent: low = 80, imageGCHighThresholdPercent: high = 85 } = read
  if (low >= high) throw new ShapeError([...path, 'imageGCLowThresholdPercent'], `must be less than imageGCHighThresholdPercent (--image-gc-high-threshold) ${high}`)
  return read
}

const line = text({ most: bounds.lineLength, least: 1 })
const request: Shape<Request> = (value, path) => {
  const read = plain({ depth: 40, values: 20_000 })(value, path) as Request
  text({ most: 40, least: 1 })((read as Partial<Request> | null)?.verb, [...path, 'verb'])
  text({ most: 4_000, least: 1 })(read.path, [...path, 'path'])
  return read
}

const loadName = text({ most: 63, least: 1, pattern: /^[\w.-]+$/, wanted: 'a name of letters, digits, "-", "_" and "."' })
const loadStart = object<LoadStart>({
  name: loadName,
  url: text({ most: 2_000, least: 1, pattern: /^https?:\/\/[^\s/]+(\/\S*)?$/, wanted: 'an address such as http://web/' }),
  perSecond: number({ least: 0.001, most: 1_000 }),
  from: optional(text({ most: 317, least: 1, pattern: /^[^\s/]+(\/[^\s/]+)?$/, wanted: 'a pod, "web" or "namespace/web"' })),
  method: optional(text({ most: 20, least: 1, pattern: /^[A-Z]+$/, wanted: 'a method such as GET' })),
  headers: optional(mapOf(text({ most: 1_000 }), { most: 20, key: text({ most: 100, least: 1, pattern: /^[a-z0-9-]+$/, wanted: 'a name in lower case' }) })),
  timeoutMs: optional(duration),
  forMs: optional(duration),
})
const loadStop = object<{ name: string; stop: true }>({ name: loadName, stop: (value, path) => flag(value, path) as true })
const load: Shape<Load> = (value, path) =>
  typeof value === 'object' && value !== null && 'stop' in value ? loadStop(value, path) : loadStart(value, path)

const kubectlLine: Shape<string> = (value, path) => line(value, path).replace(/^kubectl\s+/, '')

const inputFields = object<Input>({
  at: optional(duration),
  step: optional(whole({ least: 0, most: 1e9 })),
  task: optional(whole({ least: 0, most: 1e9 })),
  when: optional(condition),
  after: optional(duration),
  kubectl: optional(kubectlLine),
  shell: optional(line),
  stdin: optional(fileText),
  terminal: optional(flag),
  fault: optional(fault),
  request: optional(request),
  load: optional(load),
  interrupt: optional(whole({ least: 0, most: bounds.inputs })),
  typed: optional(object({ into: whole({ least: 0, most: bounds.inputs }), text: text({ most: bounds.fileLength, least: 1 }) })),
  files: optional(files),
  say: optional(bilingual),
})

const input: Shape<Input> = (value, path) => {
  const read = inputFields(value, path)
  exclusive(read, ['kubectl', 'shell', 'fault', 'request', 'load', 'interrupt', 'typed'], path)
  exclusive(read, ['at', 'when'], path)
  exclusive(read, ['at', 'after'], path)
  return read
}

const prologue = object<Prologue>({
  script: list(input, { most: bounds.inputs }),
  until: optional(condition),
  after: optional(duration),
})

const cluster = object<ClusterOptions>({
  nodes: optional(nodes),
  objects: optional(list(heldObject, { most: bounds.objects })),
  seed: optional(seed),
  startTime: optional(startTime),
  latency: optional(latency),
  scheduler: optional(schedulerConfiguration),
  metricsServer: optional(flag),
  cloud: optional(flag),
  kubelet: optional(kubeletConfiguration),
  ingress: optional(flag),
  kubeadm: optional(flag),
  prologue: optional(prologue),
})

const chapterFields = object<Chapter>({
  title: bilingual,
  at: optional(duration),
  when: optional(condition),
  notes: optional(bilingual),
})

const chapter: Shape<Chapter> = (value, path) => {
  const read = chapterFields(value, path)
  if ((read.at === undefined) === (read.when === undefined))
    throw new ShapeError(path, 'must have either "at" or "when"')
  return read
}

const word = text({ most: 200, least: 1 })
const sequence = list(word, { most: 200 })
const requests = whole({ least: 0, most: 1e9 })
const count = object<Bounds>({ least: optional(requests), most: optional(requests) })
const expectation = object<Expectation>({
  pod: optional(word),
  statuses: optional(sequence),
  phases: optional(sequence),
  events: optional(sequence),
  milestones: optional(sequence),
  never: optional(sequence),
  between: optional(
    object<NonNullable<Expectation['between']>>({
      from: word,
      to: word,
      least: optional(duration),
      most: optional(duration),
    }),
  ),
  traffic: optional(
    object<NonNullable<Expectation['traffic']>>({ load: optional(word), answered: optional(count), failed: optional(count) }),
  ),
  command: optional(whole({ least: 0, most: bounds.inputs })),
  exitCode: optional(whole({ least: 0, most: 255 })),
  stdout: optional(fileText),
  stderr: optional(fileText),
  sometime: optional(condition),
  finally: optional(condition),
})

const question = object<Question>({
  text: bilingual,
  answers: list(bilingual, { most: 8 }),
  right: whole({ least: 0, most: 7 }),
})

const goal = object<Goal>({
  when: condition,
  expect: optional(list(expectation, { most: 50 })),
  ask: optional(question),
  text: optional(bilingual),
  hints: optional(list(bilingual, { most: 20 })),
  solution: optional(list(input, { most: 100 })),
  par: optional(whole({ least: 1, most: 1_000 })),
})

/** Reads a scenario from any value; throws ShapeError. */
export const scenarioShape: Shape<Scenario> = object<Scenario>({
  apiVersion: oneOf('podreel.dev/v1'),
  kind: oneOf('Scenario'),
  metadata: object<Scenario['metadata']>({ name: labelName, labels: optional(labels) }),
  spec: object<Scenario['spec']>({
    title: bilingual,
    summary: bilingual,
    cluster: optional(cluster),
    files: optional(files),
    script: list(input, { most: bounds.inputs }),
    chapters: optional(list(chapter, { most: 200 })),
    end: optional(duration),
    expect: optional(list(expectation, { most: 500 })),
    goal: optional(goal),
  }),
})

function exclusive(read: Input, keys: (keyof Input)[], path: readonly (string | number)[]): void {
  const given = keys.filter((key) => read[key] !== undefined)
  if (given.length > 1) throw new ShapeError(path, `cannot have both "${given[0]}" and "${given[1]}"`)
}
