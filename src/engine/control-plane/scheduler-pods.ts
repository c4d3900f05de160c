import type { ContainerRecord, SandboxRecord } from '../api/machine.ts'
import type { KubeSchedulerConfiguration } from '../api/schedulerConfiguration.ts'
import type { Container, KubeObject, Pod } from '../api/types.ts'
import { firstObject } from '../api/yaml.ts'
import type { ComponentOptions } from '../client/client.ts'
import type { InitialObjects } from '../client/informer.ts'
import type { RevisionStore } from '../etcd/store.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { defaultSchedulerName, validateConfiguration } from '../scheduler/config.ts'
import { Scheduler } from '../scheduler/scheduler.ts'

const target = 'scheduler-pods'

/** From the start of the process until it works. */
const startMs = 1500

interface SchedulerPodsOptions {
  options: ComponentOptions
  kernel: Kernel
  etcd: InitialObjects & { get: (key: string) => KubeObject | undefined }
  machines: ReadonlyMap<string, RevisionStore<any>>
  /** Whether an account may see and bind what a scheduler has to. */
  maySchedule: (account: Account) => boolean
}

interface Account {
  namespace: string
  name: string
}

/** A configuration as its file has it, with what else stands there. */
interface ConfigurationFile extends KubeSchedulerConfiguration {
  readonly leaderElection?: { readonly leaderElect?: boolean; readonly resourceName?: string }
}

/**
 * Schedulers that somebody has installed beside the cluster's own, as pods whose program is kube-scheduler: each places the pods that ask for one of
 * its profiles, as long as its process runs.
 */
export class SchedulerPods {
  private readonly o: SchedulerPodsOptions
  private readonly running = new Map<string, Scheduler | undefined>()

  constructor(o: SchedulerPodsOptions) {
    this.o = o
    o.kernel.register(target, ({ id, account, configuration }: StartedTask) => this.begin(id, account, configuration))
    for (const machine of o.machines.values()) {
      for (const record of machine.range('containers/') as ContainerRecord[]) this.look(machine, record)
      machine.onWrite(({ key, value, previous }) => {
        if (key.startsWith('containers/')) this.look(machine, (value ?? { ...(previous as ContainerRecord), state: 'exited' }) as ContainerRecord)
      })
    }
  }

  private look(machine: RevisionStore<any>, { id, name, state, sandboxID }: ContainerRecord): void {
    const isKnown = this.running.has(id)
    if (state === 'running' && !isKnown) {
      const { podNamespace, podName } = (machine.get(`sandboxes/${sandboxID}`) ?? {}) as Partial<SandboxRecord>
      const pod = this.o.etcd.get(`pods/${podNamespace}/${podName}`) as Pod | undefined
      const container = pod?.spec.containers.find((one) => one.name === name)
      if (pod === undefined || container === undefined || !isScheduler(container)) return
      const configuration = configurationOf(pod, container, (key) => this.o.etcd.get(key))
      if (configuration === undefined) return
      this.running.set(id, undefined)
      const account = { namespace: pod.metadata.namespace ?? '', name: pod.spec.serviceAccountName ?? 'default' }
      this.o.kernel.schedule(target, startMs, { type: 'started', id, account, configuration } as StartedTask)
    } else if (state !== 'running' && isKnown) {
      this.running.get(id)?.stop()
      this.running.delete(id)
    }
  }

  private begin(id: string, account: Account, configuration: KubeSchedulerConfiguration): void {
    if (!this.running.has(id) || !this.o.maySchedule(account)) return
    const scheduler = new Scheduler({ ...this.o.options, configuration, place: { target: `second-scheduler/${id}`, account } })
    this.running.set(id, scheduler)
    scheduler.start(this.o.etcd)
  }
}

interface StartedTask {
  readonly type: 'started'
  readonly id: string
  readonly account: Account
  readonly configuration: KubeSchedulerConfiguration
}

const wordsOf = ({ command = [], args = [] }: Container): string[] => [...command, ...args].flatMap((word) => (/\s--/.test(word) ? word.split(/\s+/) : [word]))

function isScheduler(container: Container): boolean {
  const [program] = container.command ?? []
  return program === undefined ? /(^|\/)kube-scheduler(-\w+)?(:|@|$)/.test(container.image ?? '') : wordsOf(container).some((word) => /(^|\/)kube-scheduler$/.test(word))
}

/** What it goes by; undefined: nothing that the cluster's own does not do, or it waits for the lease that that one has. */
function configurationOf(pod: Pod, container: Container, get: (key: string) => KubeObject | undefined): KubeSchedulerConfiguration | undefined {
  const words = wordsOf(container)
  const flag = (name: string): string | undefined => {
    const at = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`))
    return at < 0 ? undefined : words[at]!.includes('=') ? words[at]!.slice(name.length + 3) : words[at + 1]
  }
  const path = flag('config')
  const named = flag('scheduler-name')
  const read = firstObject((path === undefined ? undefined : textAt(pod, container, path, get)) ?? '')
  const file = (typeof read === 'string' ? {} : read) as ConfigurationFile
  const configuration: ConfigurationFile = named === undefined ? file : { ...file, profiles: [{ schedulerName: named }] }
  const others = (configuration.profiles ?? []).filter(({ schedulerName = defaultSchedulerName }) => schedulerName !== defaultSchedulerName)
  const elects = (flag('leader-elect') ?? String(configuration.leaderElection?.leaderElect ?? true)) !== 'false'
  const lease = flag('leader-elect-resource-name') ?? flag('lock-object-name') ?? configuration.leaderElection?.resourceName ?? 'kube-scheduler'
  if (others.length === 0 || (elects && lease === 'kube-scheduler')) return undefined
  const { percentageOfNodesToScore, podInitialBackoffSeconds, podMaxBackoffSeconds } = configuration
  const wanted: KubeSchedulerConfiguration = { profiles: others, ...(percentageOfNodesToScore === undefined ? {} : { percentageOfNodesToScore }), ...(podInitialBackoffSeconds === undefined ? {} : { podInitialBackoffSeconds }), ...(podMaxBackoffSeconds === undefined ? {} : { podMaxBackoffSeconds }) }
  return validateConfiguration(wanted).length > 0 ? undefined : wanted
}

/** Of a file that a ConfigMap brings. */
function textAt(pod: Pod, container: Container, path: string, get: (key: string) => KubeObject | undefined): string | undefined {
  const mount = (container.volumeMounts ?? []).filter(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath.replace(/\/$/, '')}/`)).toSorted((a, b) => b.mountPath.length - a.mountPath.length)[0]
  const source = (pod.spec.volumes ?? []).find((volume) => volume.name === mount?.name)?.configMap as { name: string; items?: { key: string; path: string }[] } | undefined
  if (mount === undefined || source === undefined) return undefined
  const below = path.slice(mount.mountPath.replace(/\/$/, '').length + 1) || (mount.subPath ?? '')
  const key = source.items === undefined ? below : source.items.find((item) => item.path === below)?.key
  return key === undefined ? undefined : (get(`configmaps/${pod.metadata.namespace}/${source.name}`)?.['data']?.[key] as string | undefined)
}
