import { podNetwork } from '../../api/cluster-domain.ts'
import { parseTime } from '../../api/time.ts'
import type { JournalSources } from '../../runtime/node/services.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import type { HostServices } from './host-files.ts'

/** What answers on a node to those who stand on it: its runtime, and its systemd with what that has heard. */
export function hostServices({ network, nodeName, runtime, machine, networkProblem }: KubeletContext): HostServices {
  const { records, images } = runtime
  const done = (): void => {}
  return {
    netfilter: { podRange: podNetwork, rules: () => network.rulesOn(nodeName) },
    runtime: {
      isUp: () => runtime.isUp,
      sandboxes: () => records.sandboxes(),
      containers: () => records.containers(),
      images: () => images.list(),
      logs: (id) => records.logs(id),
      hasNetwork: () => networkProblem() === undefined,
      usage: (id) => runtime.running(id)?.usage(),
      exec: (id, argv, { tty, interactive, output }, ended) => runtime.exec(id, argv, { tty, interactive, onOutput: output }, (r) => ended('exitCode' in r ? (r.error === undefined ? { exitCode: r.exitCode } : { error: r.error }) : { error: r.error })),
      pull: (image, ended) => images.pull(image, '', 'crictl', undefined, (r) => ended('error' in r ? r.error : undefined)),
      stop: (id, seconds) => runtime.stopContainer(id, seconds, done),
      remove: (id) => runtime.removeContainer(id, done),
      stopSandbox: (id) => runtime.stopPodSandbox(id, done),
      removeSandbox: (id) => {
        for (const container of records.containers()) if (container.sandboxID === id) runtime.removeContainer(container.id, done)
        runtime.stopPodSandbox(id, () => runtime.removePodSandbox(id, done))
      },
      removeImage: (reference) => images.remove(reference),
    },
    units: machine.units,
  }
}

/** What the journal of a machine tells of. */
export function journalSources({ kernel, node, nodeName, notes, runtime: { records } }: KubeletContext): JournalSources {
  const bootedAt = Math.min(parseTime(node().metadata.creationTimestamp) ?? kernel.now, kernel.now) - bootMs
  return { hostname: nodeName, bootedAt, sandboxes: () => records.sandboxes(), containers: () => records.containers(), backoffs: () => notes.backoffs(), refusals: () => notes.refusals }
}

/** From its start until a machine's kubelet registers it. */
const bootMs = 20_000
