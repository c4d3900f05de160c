import { Cluster } from './cluster.ts'
import type { ClusterOptions } from './scenario.ts'

export function createCluster(options?: ClusterOptions): Cluster {
  return new Cluster(options)
}

export { Cluster, type PerformedInput, type RunLimit, type RunResult } from './cluster.ts'
export { endOf, open, replay, traceHash } from './replay.ts'
export { View } from './view.ts'
export type { Step, StepDetail, StepKind } from './kernel/step.ts'
export type { Fault } from './fault.ts'
export type { Chapter, ClusterOptions, Expectation, Input, Scenario, Text } from './scenario.ts'
export type { Request, Response } from './api/request.ts'
