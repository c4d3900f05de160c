import { quantity } from '../../engine/api/quantity.ts'
import { parseTime } from '../../engine/api/time.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { allNamespacesFlag, selectorFlag, type Command } from '../command.ts'
import { CommandError, ServerError, usageError } from '../errors.ts'
import { tableLayout, TabWriter } from '../printing/tabwriter.ts'
import { err, out, send, type Session, type Task } from '../session.ts'

type Usage = { cpu: string; memory: string; swap?: string }

/** A pod without metrics that is older has no excuse (kubectl/pkg/cmd/top, metricsCreationDelay). */
const creationDelayMs = 120_000

const api = '/apis/metrics.k8s.io/v1beta1'

/** What the metrics API says; a cluster in which nobody has installed a metrics-server has no such API. */
function* measured(session: Session, path: string, query: Record<string, string>): Task<KubeObject> {
  if (!(yield* groupsOf(session)).some(({ name }) => name === 'metrics.k8s.io')) throw new CommandError('Metrics API not available')
  return (yield* send(session, { verb: 'get', path: `${api}${path}`, query })).body as KubeObject
}

function* groupsOf(session: Session): Task<{ name: string }[]> {
  try {
    return ((yield* send(session, { verb: 'get', path: '/apis' })).body as { groups?: { name: string }[] }).groups ?? []
  } catch (error) {
    if (error instanceof ServerError) return []
    throw error
  }
}

const itemsOf = (answer: KubeObject): KubeObject[] => (answer['items'] as KubeObject[] | undefined) ?? [answer]

function queryOf({ flags }: Session): Record<string, string> {
  const selector = flags.string('selector')
  return selector === '' ? {} : { labelSelector: selector }
}

function* topNodes(session: Session): Task<void> {
  const name = nameIn(session)
  const metrics = itemsOf(yield* measured(session, name === undefined ? '/nodes' : `/nodes/${name}`, queryOf(session)))
  if (metrics.length === 0) throw new CommandError('metrics not available yet')
  const nodes = itemsOf((yield* send(session, { verb: 'get', path: name === undefined ? '/api/v1/nodes' : `/api/v1/nodes/${name}`, query: queryOf(session) })).body as KubeObject)
  const field = session.flags.bool('show-capacity') ? 'capacity' : 'allocatable'
  const swapped = session.flags.bool('show-swap')
  const sizes = new Map(nodes.map(({ metadata, status }: KubeObject) => [metadata.name, { ...status[field], swap: status.nodeInfo?.swap?.capacity } as Sizes]))
  const titles = ['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)', ...(swapped ? ['SWAP(bytes)', 'SWAP(%)'] : [])]
  const rows = sorted(metrics.map((item) => ({ names: [item.metadata.name], usage: item['usage'] as Usage })), session)
  const cells = rows.map(({ names, usage }) => {
    const size = sizes.get(names[0]!)
    return [...names, cpu(usage), percent(usage.cpu, size?.cpu), memory(usage), percent(usage.memory, size?.memory), ...(swapped ? swapOf(usage, size?.swap) : [])]
  })
  const silent = [...sizes.keys()].filter((node) => !rows.some(({ names }) => names[0] === node)).map((node) => titles.map((_, i) => (i === 0 ? node : unknown)))
  yield* print(session, titles, [...cells, ...silent])
}

/** What a node has; swap only where it says how much. */
type Sizes = { cpu?: string; memory?: string; swap?: number }

const unknown = '<unknown>'

function swapOf(usage: Usage, size: number | undefined): string[] {
  if (size === undefined) return [unknown, unknown]
  return [mebibytes(usage.swap), size === 0 ? '0%' : percent(usage.swap ?? '0', String(size))]
}

function* topPods(session: Session): Task<void> {
  const { flags, context: { namespace } } = session
  const everywhere = flags.bool('all-namespaces')
  const name = nameIn(session)
  const within = everywhere ? '' : `/namespaces/${namespace}`
  const all = itemsOf(yield* measured(session, name === undefined ? `${within}/pods` : `${within}/pods/${name}`, queryOf(session)))
  const fields = flags.string('field-selector')
  const metrics = fields === '' ? all : yield* selected(session, all, `/api/v1${within}/pods`, fields)
  if (metrics.length === 0) return yield* explainNothing(session, `/api/v1${within}/pods`)
  const containers = flags.bool('containers')
  const swapped = flags.bool('show-swap')
  const amounts = (usage: Usage): string[] => [cpu(usage), memory(usage), ...(swapped ? [mebibytes(usage.swap)] : [])]
  const pods = sorted(metrics.map((item): PodRow => {
    const parts = item['containers'] as { name: string; usage: Usage }[]
    const names = [...(everywhere ? [item.metadata.namespace!] : []), item.metadata.name]
    return { names, usage: sum(parts.map(({ usage }) => usage)), containers: parts.map((part) => ({ names: [...names, part.name], usage: part.usage })) }
  }), session)
  // Pods come in order, and within each of them its containers.
  const rows: readonly Row[] = containers ? pods.flatMap((pod) => sorted(pod.containers, session)) : pods
  const titles = [...(everywhere ? ['NAMESPACE'] : []), ...(containers ? ['POD', 'NAME'] : ['NAME']), 'CPU(cores)', 'MEMORY(bytes)', ...(swapped ? ['SWAP(bytes)'] : [])]
  const cells = rows.map(({ names, usage }) => [...names, ...amounts(usage)])
  if (flags.bool('sum')) {
    const total = sum(rows.map(({ usage }) => usage))
    const empty = titles.slice(2).map(() => '')
    cells.push([...empty, '', '________', '________'].slice(-titles.length), [...empty.slice(0, -1), '', ...amounts(total)].slice(-titles.length))
  }
  yield* print(session, titles, cells)
}

function* selected(session: Session, metrics: readonly KubeObject[], path: string, fieldSelector: string): Task<KubeObject[]> {
  const pods = itemsOf((yield* send(session, { verb: 'get', path, query: { fieldSelector } })).body as KubeObject)
  const keys = new Set(pods.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`))
  return metrics.filter(({ metadata }) => keys.has(`${metadata.namespace}/${metadata.name}`))
}

/** No pod, or none that has been measured yet (verifyEmptyMetrics). */
function* explainNothing(session: Session, path: string): Task<void> {
  const pods = itemsOf((yield* send(session, { verb: 'get', path, query: queryOf(session) })).body as KubeObject)
  for (const { metadata: { namespace, name, creationTimestamp } } of pods) {
    const ageMs = session.input.now() - (parseTime(creationTimestamp ?? '') ?? 0)
    if (ageMs > creationDelayMs) throw new CommandError(`Metrics not available for pod ${namespace}/${name}, age: ${goDuration(ageMs)}`)
  }
  if (pods.length > 0) throw new CommandError('metrics not available yet')
  yield* err(session.flags.bool('all-namespaces') ? 'No resources found\n' : `No resources found in ${session.context.namespace} namespace.\n`)
}

function goDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60]
  return `${h > 0 ? `${h}h` : ''}${h > 0 || m > 0 ? `${m}m` : ''}${s}s`
}

interface Row {
  names: string[]
  usage: Usage
}

interface PodRow extends Row {
  containers: readonly Row[]
}

/** The one that is named, if any. */
function nameIn({ args, flags, command }: Session): string | undefined {
  if (args.length > 1) throw usageError(command, `${command.replace('top ', '')} [NAME | -l label]`)
  const by = flags.string('sort-by')
  if (by !== '' && by !== 'cpu' && by !== 'memory') throw new CommandError('--sort-by accepts only cpu or memory')
  const selecting = ['selector', 'field-selector'].some((name) => flags.has(name) && flags.string(name) !== '')
  if (args.length === 1 && selecting) throw new CommandError('only one of NAME or selector can be provided')
  return args[0]
}

function sorted<T extends Row>(rows: readonly T[], { flags }: Session): T[] {
  const by = flags.string('sort-by')
  const byName = (a: Row, b: Row): number => (a.names.join('/') < b.names.join('/') ? -1 : 1)
  if (by !== 'cpu' && by !== 'memory') return rows.toSorted(byName)
  return rows.toSorted((a, b) => quantity(b.usage[by]).milliValue - quantity(a.usage[by]).milliValue || byName(a, b))
}

function sum(usages: readonly Usage[]): Usage {
  const total = (key: keyof Usage): number => usages.reduce((all, usage) => all + quantity(usage[key]).milliValue, 0)
  return { cpu: `${total('cpu')}m`, memory: `${Math.round(total('memory') / 1000)}`, swap: `${Math.round(total('swap') / 1000)}` }
}

const cpu = (usage: Usage): string => `${quantity(usage.cpu).milliValue}m`
const memory = (usage: Usage): string => mebibytes(usage.memory)
const mebibytes = (bytes = '0'): string => `${Math.floor(quantity(bytes).value / (1024 * 1024))}Mi`

function percent(used: string, of: string | undefined): string {
  return of === undefined ? unknown : `${Math.trunc((quantity(used).milliValue / quantity(of).milliValue) * 100)}%`
}

function* print(session: Session, titles: readonly string[], rows: readonly (readonly string[])[]): Task<void> {
  const writer = new TabWriter(tableLayout)
  const lines = session.flags.bool('no-headers') ? rows : [titles, ...rows]
  for (const line of lines) writer.write(`${line.map((cell) => `${cell}\t`).join('')}\n`)
  yield* out(writer.flush())
}

const sortFlags = [
  { name: 'no-headers', type: 'bool' as const, usage: 'No titles.' },
  selectorFlag,
  { name: 'show-swap', type: 'bool' as const, usage: 'What is swapped out, too.' },
  { name: 'sort-by', type: 'string' as const, values: ['cpu', 'memory'], usage: 'cpu or memory.' },
  { name: 'use-protocol-buffers', type: 'bool' as const, default: 'true', usage: 'How to ask the server.' },
]

export const top: Command = {
  name: 'top',
  usage: 'top [flags] [options]',
  summary: 'Display resource (CPU/memory) usage',
  flags: [],
  commands: [
    {
      name: 'node',
      aliases: ['nodes', 'no'],
      usage: 'top node [NAME | -l label] [options]',
      summary: 'Display resource (CPU/memory) usage of nodes',
      flags: [...sortFlags, { name: 'show-capacity', type: 'bool', usage: 'Compare with the capacity.' }],
      run: topNodes,
    },
    {
      name: 'pod',
      aliases: ['pods', 'po'],
      usage: 'top pod [NAME | -l label] [options]',
      summary: 'Display resource (CPU/memory) usage of pods',
      flags: [
        allNamespacesFlag,
        { name: 'containers', type: 'bool', usage: 'Container by container.' },
        { name: 'field-selector', type: 'string', usage: 'Selector (field query): =, ==, !=.' },
        ...sortFlags,
        { name: 'sum', type: 'bool', usage: 'The sum below.' },
      ],
      run: topPods,
    },
  ],
}
