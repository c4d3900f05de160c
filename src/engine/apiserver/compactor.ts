import type { KubeObject } from '../api/types.ts'
import type { RevisionStore } from '../etcd/store.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { type ApiServer, apiServerName } from './apiserver.ts'

/** kube-apiserver --etcd-compaction-interval, virtual ms. */
const intervalMs = 300_000

const compactorName = `${apiServerName}/compactor`

/**
 * Every five minutes etcd is told to forget what was before the last round, so that clients may read five to ten minutes back
 * (apiserver/pkg/storage/etcd3/compact.go). A server that comes back begins with a round that only takes note.
 */
export function compactPeriodically(kernel: Kernel, apiServer: ApiServer, etcd: RevisionStore<KubeObject>): void {
  let noted: number | undefined
  const round = (): void => {
    kernel.schedule(compactorName, intervalMs, { type: 'compact' })
    if (!apiServer.reachesEtcd) return void (noted = undefined)
    if (noted !== undefined) {
      etcd.compact(noted)
      kernel.record({ kind: 'write', from: apiServerName, to: 'etcd', verb: 'compact', code: 200, background: true, detail: { type: 'Compacted', revision: noted } })
    }
    noted = etcd.revision
  }
  kernel.register(compactorName, round)
  kernel.schedule(compactorName, intervalMs, { type: 'compact' })
}
