import { containerdVersion } from '../../api/node-system.ts'
import { textOf, type ContainerRecord, type ImageRecord, type SandboxRecord } from '../../api/machine.ts'
import { Errno } from '../filesystem/errno.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { connectTo } from '../process/service-socket.ts'
import { parseOptions } from '../../text/options.ts'
import { formatTime } from '../tools/calendar.ts'
import { Conversation, passOn } from './conversation.ts'
import { type RuntimePeer, runtimeSocket } from './services.ts'

const version = 'v1.34.0'

type Command = (p: Process, runtime: RuntimePeer, args: readonly string[]) => Run<number>

/** crictl (sigs.k8s.io/cri-tools): what the runtime of a node has, asked without any API server. */
export function* crictl(p: Process): Run<number> {
  const given = parseOptions(p.argv.slice(1), { short: 'c:i:r:t:D', long: ['config', 'image-endpoint', 'runtime-endpoint', 'timeout'], stopAtOperand: true })
  const [name, ...args] = given.operands
  if (given.has('v', 'version')) return yield* said(p, `crictl version ${version}\n`)
  if (name === undefined || name === 'help') return yield* said(p, usage)
  const command = Object.hasOwn(commands, name) ? commands[name]! : undefined
  if (command === undefined) {
    yield* print(p, `No help topic for '${name}'\n`, 2)
    return 3
  }
  const path = (given.value('r', 'runtime-endpoint') ?? runtimeSocket).replace(/^unix:\/\//, '')
  const runtime = connectTo<RuntimePeer>(p.machine, path)
  if (runtime instanceof Errno) return yield* fatal(p, `validate service connection: validate CRI v1 runtime API for endpoint "unix://${path}": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${path}: connect: no such file or directory"`)
  if (!runtime.isUp()) return yield* fatal(p, `validate service connection: validate CRI v1 runtime API for endpoint "unix://${path}": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${path}: connect: connection refused"`)
  return yield* command(p, runtime, args)
}

const usage = `NAME:\n   crictl - client for CRI\n\nUSAGE:\n   crictl [global options] command [command options]\n\nVERSION:\n   ${version}\n\nCOMMANDS:\n   ${['exec', 'images', 'info', 'inspect', 'inspectp', 'logs', 'pods', 'ps', 'pull', 'rm', 'rmi', 'rmp', 'stats', 'stop', 'stopp', 'version'].join('\n   ')}\n`

function* said(p: Process, text: string): Run<number> {
  yield* print(p, text)
  return 0
}

function* fatal(p: Process, text: string): Run<number> {
  yield* print(p, `time="${formatTime('%FT%TZ', p.machine.now())}" level=fatal msg=${JSON.stringify(text)}\n`, 2)
  return 1
}

/** As its tables are: columns of at least 20, with three spaces between them. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(20, ...rows.map((row) => row[i]!.length + 3)))
  return rows.map((row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('')}\n`).join('')
}

const shortID = (id: string): string => id.replace(/^sha256:/, '').slice(0, 13)

/** github.com/docker/go-units HumanDuration. */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  const hours = Math.round(seconds / 3600)
  if (seconds < 1) return 'Less than a second'
  if (seconds === 1) return '1 second'
  if (seconds < 60) return `${seconds} seconds`
  if (minutes === 1) return 'About a minute'
  if (minutes < 60) return `${minutes} minutes`
  if (hours === 1) return 'About an hour'
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`
}

const ago = (p: Process, at: number): string => `${humanDuration(p.machine.now() - at)} ago`

const states: Record<ContainerRecord['state'], string> = { created: 'Created', running: 'Running', exited: 'Exited', unknown: 'Unknown' }

const newestFirst = <T extends { createdAt: number }>(records: T[]): T[] => records.toSorted((a, b) => b.createdAt - a.createdAt)

const imageOf = (runtime: RuntimePeer, container: ContainerRecord): ImageRecord | undefined => runtime.images().find((image) => image.id === container.imageID || container.imageID.endsWith(image.digest) || image.reference.endsWith(container.image))

function* ps(p: Process, runtime: RuntimePeer, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: 'aqlo:n:p:', long: ['name', 'pod', 'state', 'image', 'label', 'output', 'last', 'id'] })
  const sandboxes = new Map(runtime.sandboxes().map((sandbox) => [sandbox.id, sandbox]))
  const [wantedState, name, pod] = [o.value('s', 'state')?.toLowerCase(), o.value('name'), o.value('p', 'pod')]
  const all = o.has('a', 'all') || wantedState !== undefined
  const chosen = newestFirst(runtime.containers()).filter((c) =>
    (all || c.state === 'running') && (wantedState === undefined || c.state === wantedState) && (name === undefined || new RegExp(name).test(c.name)) && (pod === undefined || c.sandboxID.startsWith(pod)))
  if (o.has('q', 'quiet')) return yield* said(p, chosen.map(({ id }) => `${id}\n`).join(''))
  const rows = chosen.map((c) => {
    const sandbox = sandboxes.get(c.sandboxID)
    return [shortID(c.id), shortID(imageOf(runtime, c)?.id ?? c.image), ago(p, c.createdAt), states[c.state], c.name, String(c.attempt), shortID(c.sandboxID), sandbox?.podName ?? 'unknown', sandbox?.podNamespace ?? 'unknown']
  })
  return yield* said(p, table([['CONTAINER', 'IMAGE', 'CREATED', 'STATE', 'NAME', 'ATTEMPT', 'POD ID', 'POD', 'NAMESPACE'], ...rows]))
}

function* pods(p: Process, runtime: RuntimePeer, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: 'qlo:s:', long: ['name', 'namespace', 'state', 'label', 'output', 'last', 'id'] })
  const [name, namespace, state] = [o.value('name'), o.value('namespace'), o.value('s', 'state')?.toLowerCase()]
  const chosen = newestFirst(runtime.sandboxes()).filter((s) => (name === undefined || new RegExp(name).test(s.podName)) && (namespace === undefined || s.podNamespace === namespace) && (state === undefined || s.state === state))
  if (o.has('q', 'quiet')) return yield* said(p, chosen.map(({ id }) => `${id}\n`).join(''))
  const rows = chosen.map((s) => [shortID(s.id), ago(p, s.createdAt), s.state === 'ready' ? 'Ready' : 'NotReady', s.podName, s.podNamespace, String(s.attempt), '(default)'])
  return yield* said(p, table([['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'], ...rows]))
}

/** go-units HumanSizeWithPrecision(size, 3), in powers of 1000. */
function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${Number(value.toPrecision(3))}${units[unit]}`
}

function* images(p: Process, runtime: RuntimePeer, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: 'qvo:', long: ['output'] })
  const named = runtime.images().map((image) => {
    const [, repository = image.reference, tag = '<none>'] = /^(.*?)(?::([^:/@]+))?(?:@.*)?$/.exec(image.reference) ?? []
    return { ...image, repository, tag }
  })
  const chosen = named.filter(({ reference }) => o.operands.length === 0 || o.operands.some((one) => reference.includes(one))).toSorted((a, b) => (a.reference < b.reference ? -1 : 1))
  if (o.has('q', 'quiet')) return yield* said(p, chosen.map(({ id }) => `${id}\n`).join(''))
  return yield* said(p, table([['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'], ...chosen.map((image) => [image.repository, image.tag, shortID(image.id), size(image.sizeBytes)])]))
}

function found<T extends { id: string }>(records: readonly T[], given: string): T | undefined {
  return given === '' ? undefined : records.find(({ id }) => id.startsWith(given))
}

function* logs(p: Process, runtime: RuntimePeer, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: 'ftpr', long: ['tail', 'since', 'limit-bytes'] })
  const id = o.operands[0] ?? ''
  const container = found(runtime.containers(), id)
  if (container === undefined) return yield* noContainer(p, id)
  const lines = runtime.logs(container.id)
  for (const line of lines.slice(o.has('tail') ? -o.number(lines.length, 'tail') || lines.length : 0)) yield* print(p, textOf(line), line.stream === 'stderr' ? 2 : 1)
  return 0
}

function* noContainer(p: Process, id: string): Run<number> {
  return yield* fatal(p, `getting the status of the container "${id}": rpc error: code = NotFound desc = an error occurred when try to find container "${id}": not found`)
}

const stamp = (at: number | undefined): string => (at === undefined ? '0001-01-01T00:00:00Z' : formatTime('%FT%T.000000000Z', at))

function* inspect(p: Process, runtime: RuntimePeer, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: 'qo:', long: ['output', 'template'] })
  const container = found(runtime.containers(), o.operands[0] ?? '')
  if (container === undefined) return yield* noContainer(p, o.operands[0] ?? '')
  const sandbox = runtime.sandboxes().find(({ id }) => id === container.sandboxID)
  const status = {
    id: container.id,
    metadata: { attempt: container.attempt, name: container.name },
    state: `CONTAINER_${container.state.toUpperCase()}`,
    createdAt: stamp(container.createdAt),
    startedAt: stamp(container.startedAt),
    finishedAt: stamp(container.finishedAt),
    exitCode: container.exitCode ?? 0,
    reason: container.reason ?? '',
    message: container.message ?? '',
    image: { image: container.image },
    imageRef: container.imageID,
    labels: labelsOf(sandbox, container.name),
    logPath: sandbox === undefined ? '' : `/var/log/pods/${sandbox.podNamespace}_${sandbox.podName}_${sandbox.podUID}/${container.name}/${container.attempt}.log`,
    resources: { linux: { memoryLimitInBytes: String(container.memoryLimitBytes ?? 0), cpuQuota: String((container.cpuLimitMillis ?? 0) * 100) } },
  }
  return yield* said(p, `${JSON.stringify({ status, info: { sandboxID: container.sandboxID, pid: container.pid ?? 0, runtimeType: 'io.containerd.runc.v2' } }, null, 2)}\n`)
}

function labelsOf(sandbox: SandboxRecord | undefined, container?: string): Record<string, string> {
  return {
    ...(container === undefined ? {} : { 'io.kubernetes.container.name': container }),
    'io.kubernetes.pod.name': sandbox?.podName ?? '',
    'io.kubernetes.pod.namespace': sandbox?.podNamespace ?? '',
    'io.kubernetes.pod.uid': sandbox?.podUID ?? '',
  }
}

function* inspectp(p: Process, runtime: RuntimePeer, args: readonly string[]): Run<number> {
  const id = parseOptions(args, { short: 'qo:', long: ['output', 'template'] }).operands[0] ?? ''
  const sandbox = found(runtime.sandboxes(), id)
  if (sandbox === undefined) return yield* fatal(p, `getting the status of the pod sandbox "${id}": rpc error: code = NotFound desc = an error occurred when try to find sandbox: not found`)
  const status = {
    id: sandbox.id,
    metadata: { attempt: sandbox.attempt, name: sandbox.podName, namespace: sandbox.podNamespace, uid: sandbox.podUID },
    state: sandbox.state === 'ready' ? 'SANDBOX_READY' : 'SANDBOX_NOTREADY',
    createdAt: stamp(sandbox.createdAt),
    network: { additionalIps: [], ip: sandbox.hostNetwork ? '' : sandbox.ip },
    labels: labelsOf(sandbox),
    runtimeHandler: '',
  }
  return yield* said(p, `${JSON.stringify({ status }, null, 2)}\n`)
}

/** Until the runtime says that it has happened. */
function* until(p: Process, isDone: () => boolean): Run<void> {
  while (!isDone()) yield* sleep(p, 50)
}

function* stop(p: Process, runtime: RuntimePeer, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: 't:', long: ['timeout'] })
  for (const id of o.operands) {
    const container = found(runtime.containers(), id)
    if (container === undefined) return yield* noContainer(p, id)
    if (container.state === 'running') runtime.stop(container.id, o.number(0, 't', 'timeout'))
    yield* until(p, () => found(runtime.containers(), container.id)?.state !== 'running')
    yield* print(p, `${id}\n`)
  }
  return 0
}

function* rm(p: Process, runtime: RuntimePeer, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: 'fa' })
  for (const id of o.operands) {
    const container = found(runtime.containers(), id)
    if (container === undefined) return yield* noContainer(p, id)
    if (container.state === 'running' && !o.has('f', 'force')) return yield* fatal(p, `container "${container.id}" is running, please stop it first`)
    if (container.state === 'running') runtime.stop(container.id, 0)
    yield* until(p, () => found(runtime.containers(), container.id)?.state !== 'running')
    runtime.remove(container.id)
    yield* until(p, () => found(runtime.containers(), container.id) === undefined)
    yield* print(p, `${id}\n`)
  }
  return 0
}

function* rmi(p: Process, runtime: RuntimePeer, args: readonly string[]): Run<number> {
  for (const given of args.filter((arg) => !arg.startsWith('-'))) {
    const image = runtime.images().find(({ id, reference }) => id.replace(/^sha256:/, '').startsWith(given) || reference === given || reference === `docker.io/library/${given}`)
    if (image === undefined) return yield* fatal(p, `unable to remove the image(s)`)
    runtime.removeImage(image.reference)
    yield* print(p, `Deleted: ${image.reference}\n`)
  }
  return 0
}

function* info(p: Process, runtime: RuntimePeer): Run<number> {
  const isConnected = runtime.hasNetwork()
  const condition = (type: string) => (type === 'NetworkReady' && !isConnected ? { message: 'Network plugin returns error: cni plugin not initialized', reason: 'NetworkPluginNotReady', status: false, type } : { message: '', reason: '', status: true, type })
  return yield* said(p, `${JSON.stringify({ status: { conditions: [condition('RuntimeReady'), condition('NetworkReady')] }, config: { containerdEndpoint: runtimeSocket, rootDir: '/var/lib/containerd', enableSelinux: false }, golang: 'go1.24.4', lastCNILoadStatus: isConnected ? 'OK' : 'cni config load failed: no network config found in /etc/cni/net.d: cni plugin not initialized: failed to load cni config' }, null, 2)}\n`)
}

function* exec(p: Process, runtime: RuntimePeer, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: 'itsr:', long: ['timeout', 'transport'], stopAtOperand: true })
  const [id = '', ...argv] = o.operands
  const container = found(runtime.containers(), id)
  if (container === undefined) return yield* noContainer(p, id)
  if (container.state !== 'running') return yield* fatal(p, `execing command in container: rpc error: code = Unknown desc = container is in CONTAINER_${container.state.toUpperCase()} state`)
  const talk = new Conversation()
  const reads = o.has('i', 'interactive')
  const tty = o.has('t', 'tty')
  let why: string | undefined
  const type = runtime.exec(container.id, argv, { tty, interactive: reads, output: talk.output }, (r) => {
    if ('error' in r) why = r.error
    talk.ended('error' in r ? 'lost' : r.exitCode)
  })
  talk.session = { type, end: () => {} }
  const code = yield* passOn(p, talk, { tty, reads })
  if (why !== undefined) return yield* fatal(p, `execing command in container: rpc error: code = Unknown desc = ${why}`)
  if (code !== 0) return yield* fatal(p, `execing command in container: command terminated with exit code ${code}`)
  return 0
}

function* pull(p: Process, runtime: RuntimePeer, args: readonly string[]): Run<number> {
  const [image = ''] = parseOptions(args, { short: 'a:', long: ['auth', 'creds', 'annotation'] }).operands
  let answer: { error: string | undefined } | undefined
  runtime.pull(image, (error) => (answer = { error }))
  yield* until(p, () => answer !== undefined)
  if (answer!.error !== undefined) return yield* fatal(p, `pulling image: ${answer!.error}`)
  const pulled = runtime.images().find(({ reference }) => reference === image || reference.endsWith(`/${image}`) || reference.endsWith(`/${image}:latest`))
  return yield* said(p, `Image is up to date for ${pulled?.id ?? image}\n`)
}

function* stats(p: Process, runtime: RuntimePeer, args: readonly string[]): Run<number> {
  const [id = ''] = parseOptions(args, { short: 'ao:s:wp:', long: ['id', 'label', 'output', 'pod', 'seconds'] }).operands
  const rows = runtime.containers().filter((one) => one.state === 'running' && one.id.startsWith(id)).map((one) => {
    const used = runtime.usage(one.id)
    const percent = ((used?.cpuMs ?? 0) / Math.max(1, p.machine.now() - (one.startedAt ?? one.createdAt))) * 100
    return [shortID(one.id), one.name, percent.toFixed(2), size(used?.memoryBytes ?? 0), '28.67kB', '9']
  })
  return yield* said(p, table([['CONTAINER', 'NAME', 'CPU %', 'MEM', 'DISK', 'INODES'], ...rows]))
}

const ofSandboxes = (act: (runtime: RuntimePeer, id: string) => void, told: string, isDone: (state: SandboxRecord | undefined) => boolean): Command =>
  function* (p, runtime, args) {
    const o = parseOptions(args, { short: 'fa' })
    for (const given of o.has('a', 'all') ? runtime.sandboxes().map(({ id }) => id) : o.operands) {
      const sandbox = found(runtime.sandboxes(), given)
      if (sandbox === undefined) return yield* fatal(p, `getting the status of the pod sandbox "${given}": rpc error: code = NotFound desc = an error occurred when try to find sandbox: not found`)
      for (const container of runtime.containers()) if (container.sandboxID === sandbox.id && container.state === 'running') runtime.stop(container.id, 0)
      yield* until(p, () => runtime.containers().every((container) => container.sandboxID !== sandbox.id || container.state !== 'running'))
      act(runtime, sandbox.id)
      yield* until(p, () => isDone(found(runtime.sandboxes(), sandbox.id)))
      yield* print(p, `${told} sandbox ${sandbox.id}\n`)
    }
    return 0
  }

const commands: Record<string, Command> = {
  exec,
  pull,
  stats,
  stopp: ofSandboxes((runtime, id) => runtime.stopSandbox(id), 'Stopped', (sandbox) => sandbox?.state !== 'ready'),
  rmp: ofSandboxes((runtime, id) => runtime.removeSandbox(id), 'Removed', (sandbox) => sandbox === undefined),
  ps,
  pods,
  images,
  image: images,
  img: images,
  logs,
  inspect,
  inspectp,
  stop,
  rm,
  rmi,
  info,
  version: (p) => said(p, `Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  v${containerdVersion}\nRuntimeApiVersion:  v1\n`),
}

/** ctr knows no pods; what Kubernetes has made is in its namespace k8s.io. */
export function* ctr(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'n:a:q', long: ['namespace', 'address'] })
  const [what, verb] = o.operands
  const runtime = connectTo<RuntimePeer>(p.machine, runtimeSocket)
  if (runtime instanceof Errno) {
    yield* print(p, `ctr: cannot access containerd socket "${runtimeSocket}": no such file or directory\n`, 2)
    return 1
  }
  const isOurs = o.value('n', 'namespace') === 'k8s.io'
  const lists = verb === 'ls' || verb === 'list'
  if ((what === 'containers' || what === 'c') && lists)
    return yield* said(p, table([['CONTAINER', 'IMAGE', 'RUNTIME'], ...(isOurs ? runtime.containers().map((c) => [c.id, imageOf(runtime, c)?.reference ?? c.image, 'io.containerd.runc.v2']) : [])]))
  if ((what === 'images' || what === 'i') && lists)
    return yield* said(p, isOurs ? runtime.images().map(({ reference }) => `${reference}\n`).join('') : '')
  if ((what === 'namespaces' || what === 'ns') && lists) return yield* said(p, 'NAME   LABELS \nk8s.io        \n')
  yield* print(p, `ctr: ${p.argv.slice(1).join(' ')}: not simulated\n`, 2)
  return 1
}
