/** What the page's worker begins with: everything of index.ts, without the parts that may come later (part.ts). */
export { Cluster, createCluster, type PerformedInput, type RunLimit, type RunResult } from './cluster.ts'
export { endOf, open, replay, traceHash } from './replay.ts'
export { View } from './view.ts'
export type { Step, StepDetail, StepKind } from './kernel/step.ts'
export type { Fault } from './fault.ts'
export type { Chapter, ClusterOptions, Expectation, Input, Scenario, Text } from './scenario.ts'
export type { Request, Response } from './api/request.ts'
