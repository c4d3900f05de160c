import type { ImportedDump, Scenario } from '../../worker/protocol.ts'

/** The film that begins with the objects of another cluster; what is broken there is broken as it begins. */
export function scenarioFrom({ cluster, faults, kinds }: ImportedDump): Scenario {
  const count = (kind: string): number => kinds.find((one) => one.kind === kind)?.count ?? 0
  const [pods, nodes] = [count('Pod'), count('Node')]
  const moment = (cluster.startTime ?? '').replace('T', ' ').replace('Z', ' UTC')
  return {
    apiVersion: 'podreel.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'imported-cluster' },
    spec: {
      title: { en: 'An imported cluster', zh: '导入的集群' },
      summary: { en: `${pods} pods on ${nodes} nodes, as they were on ${moment}.`, zh: `${nodes} 个节点上的 ${pods} 个 Pod，${moment} 时的样子。` },
      cluster,
      script: faults.map((fault) => ({ at: 0, fault })),
    },
  }
}

/** A scenario of ours, not objects of a cluster. */
export function isScenario(text: string): boolean {
  return /^\s*["']?apiVersion["']?\s*:\s*["']?podreel\.dev\//m.test(text.slice(0, 10_000))
}
