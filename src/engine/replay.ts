import { Cluster } from './cluster.ts'
import { hash32 } from './kernel/random.ts'
import type { Scenario } from './scenario.ts'

/** A film without an end of its own goes on for this long after its last input (virtual ms). */
const afterLastInputMs = 10_000
/** An input that never becomes due does not hold up the end for ever (virtual ms). */
const longestFilmMs = 24 * 3_600_000

/**
 * Makes the film of a scenario: all of it, or its first `untilStep` steps with nothing to come of the script (what a
 * fork begins from). Steps that belong to one task are never parted, so a few more may be there.
 */
export function replay(scenario: Scenario, options: { untilStep?: number } = {}): Cluster {
  const cluster = open(scenario)
  if (options.untilStep !== undefined) {
    const { untilStep } = options
    while (cluster.trace.length < untilStep && cluster.advance()) {}
    cluster.dropScript()
    return cluster
  }
  const longest = cluster.startMs + longestFilmMs
  while (cluster.pendingInputs > 0 && cluster.dueAt() <= longest && cluster.advance()) {}
  cluster.run({ for: Math.max(0, endOf(scenario, cluster) - cluster.now) })
  return cluster
}

/** The cluster of a scenario at its first moment, with the whole script to come. */
export function open(scenario: Scenario): Cluster {
  const { cluster: options, script, files } = scenario.spec
  const cluster = new Cluster(options)
  cluster.follow(script, files)
  return cluster
}

/** Virtual ms since the epoch at which the film ends, once its last input has been performed. */
export function endOf(scenario: Scenario, cluster: Cluster): number {
  const last = cluster.inputs.at(-1)
  const { end } = scenario.spec
  return cluster.startMs + (end ?? (last?.at ?? 0) + afterLastInputMs)
}

/**
 * A fingerprint of all that has happened: every field of every step, and every object that was stored. Equal on every
 * machine for equal scenarios.
 */
export function traceHash(cluster: Cluster): string {
  let a = 0
  let b = 1
  const add = (text: string): void => {
    a = hash32(text, a)
    b = hash32(text, b ^ a)
  }
  for (const step of cluster.trace) add(JSON.stringify(step))
  for (const { key, revision, value } of cluster.etcd.log) add(`${key} ${revision} ${JSON.stringify(value)}`)
  for (const [node, store] of cluster.machines) {
    for (const { key, revision, value } of store.log) add(`${node} ${key} ${revision} ${JSON.stringify(value)}`)
  }
  for (const { key, revision, value } of cluster.outside.log) add(`${key} ${revision} ${JSON.stringify(value)}`)
  const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0')
  return hex(a) + hex(b)
}
