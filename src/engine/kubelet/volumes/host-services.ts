import { podNetwork } from '../../api/cluster-domain.ts'
import { parseTime } from '../../api/time.ts'
import { journalOf, unitsOf } from '../../runtime/node/journal.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import type { HostServices } from './host-files.ts'

/** What answers on a node to those who stand on it: its runtime, and its systemd with what that has heard. */
export function hostServices({ kernel, network, node, nodeName, notes, runtime }: KubeletContext): HostServices {
  const { records, images } = runtime
  const done = (): void => {}
  const bootedAt = Math.min(parseTime(node().metadata.creationTimestamp) ?? kernel.now, kernel.now) - bootMs
  const sources = { hostname: nodeName, bootedAt, sandboxes: () => records.sandboxes(), containers: () => records.containers(), backoffs: () => notes.backoffs() }
  return {
    netfilter: { podRange: podNetwork, rules: () => network.rulesOn(nodeName) },
    runtime: {
      sandboxes: () => records.sandboxes(),
      containers: () => records.containers(),
      images: () => images.list(),
      logs: (id) => records.logs(id),
      stop: (id, seconds) => runtime.stopContainer(id, seconds, done),
      remove: (id) => runtime.removeContainer(id, done),
      removeImage: (reference) => images.remove(reference),
    },
    units: {
      hostname: nodeName,
      units: unitsOf(bootedAt),
      journal: (unit) => journalOf(sources).filter((line) => unit === undefined || line.unit.startsWith(`${unit}[`) || (line.unit === 'systemd[1]' && line.text.includes(`${unit}.service`))),
    },
  }
}

/** From its start until a machine's kubelet registers it. */
const bootMs = 20_000
