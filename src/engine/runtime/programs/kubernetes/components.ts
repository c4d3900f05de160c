import { kubernetesVersion } from '../../../api/version.ts'
import { type HttpResponse, textResponse } from '../../http.ts'
import { tagOf } from '../../images.ts'
import { print } from '../../process/io.ts'
import type { Process, Program, Run } from '../../process/process.ts'
import { cannotListen, listenOn, serve, stopsOn } from '../serve.ts'
import { invalidOptions, reachStorage } from './api-server-options.ts'
import { begin, klog, type Opening } from './begin.ts'
import { flagError } from './flags.ts'

const MIB = 1024 ** 2

interface Component {
  name: string
  port: number
  memoryMiB: number
  opening: (p: Process) => Opening
  /** Why it cannot begin with these options. */
  invalid?: (flag: (name: string) => string | undefined, p: Process) => string | undefined
  /** What it needs before it serves; the exit code when that does not come. */
  needs?: (p: Process) => Run<number | undefined>
}

/** `--name=value` or `--name value`. */
export function flagValue({ argv }: Process, name: string): string | undefined {
  const at = argv.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))
  if (at < 0) return undefined
  return argv[at]!.includes('=') ? argv[at]!.slice(argv[at]!.indexOf('=') + 1) : argv[at + 1]
}

/**
 * A process of the control plane as its pod has it: it knows its options, reads the files that they name, answers those who ask how it is. What it does
 * for the cluster is not done in here (src/engine/component-pods.ts).
 */
function component({ name, port, memoryMiB, opening, invalid, needs }: Component): Program {
  return function* (p): Run<number> {
    // The name of the only profile was an option until 1.23.
    const isOld = /^v?1\.(\d|1\d|2[0-2])(\.|-|$)/.test(version(p))
    const wrong = flagError(name, p.argv.slice(1).filter((arg) => !isOld || !/^--(scheduler-name|lock-object-name|lock-object-namespace|address|port|algorithm-provider|policy-\S+)(=|$)/.test(arg)))
    if (wrong !== undefined) {
      yield* print(p, `Error: ${wrong}\n`, 2)
      return 1
    }
    const missing = invalid?.((flag) => flagValue(p, flag), p) ?? missingFile(p) ?? unreadableConfig(p, name)
    if (missing !== undefined) {
      yield* print(p, `${commandFailed(p, missing)}\n`, 2)
      return 1
    }
    const stopped = stopsOn(p, ['TERM', 'INT'], 0)
    const lost = p.machine.config.runningSince === undefined ? yield* needs?.(p) ?? none() : undefined
    if (lost !== undefined) return stopped() === undefined ? lost : 0
    yield* begin(p, opening(p))
    if (stopped() !== undefined) return 0
    p.machine.setMemory(p, memoryMiB * MIB)
    const own = Number(flagValue(p, 'secure-port') ?? port)
    const listeners = yield* listenOn(p, [own], (at, why) =>
      commandFailed(p, `failed to create listener: failed to ${cannotListen(at, why)}`),
    )
    if (listeners === undefined) return 1
    for (const listener of listeners) listener.secure = true
    const code = yield* serve(p, { listeners, handle: ({ path }) => health(path), stopped })
    yield* print(p, `${klog('I', p.machine.now(), 'server.go:331', '"Requested to terminate, exiting"')}\n`, 2)
    return code
  }
}

function* none(): Run<undefined> {
  return undefined
}

/** The last that a component says that cannot begin (component-base/cli). */
const commandFailed = (p: Process, error: string): string =>
  klog('E', p.machine.now(), 'run.go:72', `"command failed" err=${JSON.stringify(error)}`)

const health = (path: string): HttpResponse =>
  /^\/(healthz|livez|readyz)\b/.test(path) ? textResponse(200, 'ok') : textResponse(403, 'Forbidden\n')

/** Go's words for the first file that an option names and that is not there: kubeconfigs are looked for, certificates opened. */
function missingFile(p: Process): string | undefined {
  for (const arg of p.argv) {
    const [, flag = '', path = ''] = /^--([^=]+)=(\/\S+)$/.exec(arg) ?? []
    if (!/(kubeconfig|-file|cafile|certfile|keyfile|certificate|-key)$/.test(flag) || p.machine.files.exists(path))
      continue
    if (!flag.endsWith('kubeconfig')) return `open ${path}: no such file or directory`
    const why = `stat ${path}: no such file or directory`
    const [kind] = flag.split('-')
    return flag === 'kubeconfig'
      ? why
      : `failed to get delegated ${kind} kubeconfig: failed to get delegated ${kind} kubeconfig: ${why}`
  }
  return undefined
}

/** A scheduler since 1.29 knows one version of its configuration only. */
function unreadableConfig(p: Process, name: string): string | undefined {
  if (name !== 'kube-scheduler') return undefined
  const path = flagValue(p, 'config')
  if (path === undefined) return undefined
  if (!p.machine.files.exists(path)) return `open ${path}: no such file or directory`
  const [, wanted] = /^\s*apiVersion:\s*["']?kubescheduler\.config\.k8s\.io\/(\w+)/m.exec(schedulerFile(p)) ?? []
  const minor = Number(/^v?1\.(\d+)/.exec(version(p))?.[1] ?? 34)
  return wanted === undefined || wanted === 'v1' || minor < 29 ? undefined : `no kind "KubeSchedulerConfiguration" is registered for version "kubescheduler.config.k8s.io/${wanted}" in scheme "k8s.io/kubernetes/pkg/scheduler/apis/config/scheme/scheme.go:30"`
}

const version = ({ machine }: Process): string => tagOf(machine.config.image).replace(/^latest$/, kubernetesVersion)

const info = (afterMs: number, place: string, text: string): Opening[number] => [
  afterMs,
  (at) => klog('I', at, place, text),
]
const golang = '"Golang settings" GOGC="" GOMAXPROCS="" GOTRACEBACK=""'

/** What the scheduler's file says of its leader election; nothing without a file. */
function schedulerFile(p: Process): string {
  const path = flagValue(p, 'config')
  return path === undefined ? '' : (p.machine.files.readText(path, p.access) ?? '')
}

/** Only the one of the cluster gets the lease of that name. */
function schedulerElection(p: Process): Opening {
  const file = schedulerFile(p)
  if ((flagValue(p, 'leader-elect') ?? /leaderElect:\s*(\S+)/.exec(file)?.[1]) === 'false') return []
  const lease = /resourceName:\s*["']?([\w.-]+)/.exec(file)?.[1] ?? flagValue(p, 'leader-elect-resource-name') ?? 'kube-scheduler'
  const lines = elected(lease, 600)
  return lease === 'kube-scheduler' && !p.machine.config.hostname.startsWith('control-plane') && flagValue(p, 'kubeconfig') === undefined ? lines.slice(0, 1) : lines
}

const elected = (name: string, fromMs: number): Opening => [
  info(fromMs, 'leaderelection.go:257', `attempting to acquire leader lease kube-system/${name}...`),
  info(fromMs + 300, 'leaderelection.go:271', `successfully acquired lease kube-system/${name}`),
]

export const kubeScheduler = component({
  name: 'kube-scheduler',
  port: 10259,
  memoryMiB: 24,
  opening: (p) => [
    info(200, 'serving.go:386', 'Generated self-signed cert in-memory'),
    info(500, 'server.go:175', `"Starting Kubernetes Scheduler" version="${version(p)}"`),
    info(500, 'server.go:177', golang),
    info(510, 'secure_serving.go:211', 'Serving securely on 127.0.0.1:10259'),
    info(510, 'tlsconfig.go:243', '"Starting DynamicServingCertificateController"'),
    ...schedulerElection(p),
  ],
})

export const kubeControllerManager = component({
  name: 'kube-controller-manager',
  port: 10257,
  memoryMiB: 56,
  opening: (p) => [
    info(200, 'serving.go:386', 'Generated self-signed cert in-memory'),
    info(500, 'controllermanager.go:191', `"Starting" version="${version(p)}"`),
    info(500, 'controllermanager.go:193', golang),
    info(
      510,
      'dynamic_cafile_content.go:161',
      '"Starting controller" name="client-ca-bundle::/etc/kubernetes/pki/ca.crt"',
    ),
    info(510, 'secure_serving.go:211', 'Serving securely on 127.0.0.1:10257'),
    ...elected('kube-controller-manager', 600),
    ...[
      'serviceaccount-token',
      'namespace',
      'deployment',
      'replicaset',
      'daemonset',
      'statefulset',
      'job',
      'endpointslice',
      'node-lifecycle',
      'garbage-collector',
    ].map((name, i) =>
      info(1000 + 20 * i, 'controllermanager.go:781', `"Started controller" controller="${name}-controller"`),
    ),
    info(1300, 'shared_informer.go:356', '"Caches are synced" controller="garbage collector"'),
  ],
})

export const kubeApiServer = component({
  name: 'kube-apiserver',
  port: 6443,
  memoryMiB: 210,
  invalid: invalidOptions,
  needs: (p) => reachStorage(p, (name) => flagValue(p, name)),
  opening: (p) => [
    info(
      100,
      'options.go:263',
      `external host was not specified, using ${flagValue(p, 'advertise-address') ?? p.machine.config.ip()}`,
    ),
    info(110, 'server.go:150', `Version: ${version(p)}`),
    info(110, 'server.go:152', golang),
    info(500, 'shared_informer.go:349', '"Waiting for caches to sync" controller="node_authorizer"'),
    info(
      510,
      'plugins.go:157',
      'Loaded 12 mutating admission controller(s) successfully in the following order: NamespaceLifecycle,LimitRanger,ServiceAccount,NodeRestriction,TaintNodesByCondition,Priority,DefaultTolerationSeconds,DefaultStorageClass,StorageObjectInUseProtection,RuntimeClass,DefaultIngressClass,MutatingAdmissionWebhook.',
    ),
    info(520, 'instance.go:239', 'Using reconciler: lease'),
    info(900, 'handler.go:285', 'Adding GroupVersion apps v1 to ResourceManager'),
    info(1200, 'secure_serving.go:211', 'Serving securely on [::]:6443'),
    info(1210, 'apf_controller.go:377', 'Starting API Priority and Fairness config controller'),
    info(1400, 'storage_scheduling.go:111', 'all system priority classes are created successfully or already exist.'),
  ],
})

/** kube-proxy of a node; its rules are written by network/kube-proxy.ts. */
export const kubeProxy: Program = function* (p): Run<number> {
  const config = flagValue(p, 'config')
  if (config !== undefined && !p.machine.files.exists(config)) {
    yield* print(p, `${commandFailed(p, `failed complete: open ${config}: no such file or directory`)}\n`, 2)
    return 1
  }
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  yield* begin(p, [
    info(100, 'server_linux.go:53', '"Using iptables proxy"'),
    info(300, 'server.go:219', `"Successfully retrieved NodeIPs" NodeIPs=["${p.machine.config.ip()}"]`),
    info(310, 'server_linux.go:132', '"Using iptables Proxier"'),
    info(400, 'server.go:527', `"Version info" version="${version(p)}"`),
    info(400, 'server.go:529', golang),
    info(410, 'config.go:200', '"Starting service config controller"'),
    info(410, 'config.go:106', '"Starting endpoint slice config controller"'),
    info(410, 'config.go:309', '"Starting node config controller"'),
    info(510, 'shared_informer.go:356', '"Caches are synced" controller="service config"'),
    info(510, 'shared_informer.go:356', '"Caches are synced" controller="endpoint slice config"'),
  ])
  p.machine.setMemory(p, 18 * MIB)
  return yield* serve(p, { listeners: [], handle: ({ path }) => health(path), stopped })
}
