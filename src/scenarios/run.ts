import { replay, type Cluster } from '../engine/index.ts'
import type { Scenario } from '../engine/scenario.ts'
import { commandIn, failuresOf, type History } from './expectations.ts'

export interface Outcome {
  cluster: Cluster
  /** What was not as the scenario expects, one line each. */
  failures: string[]
}

/** Makes the whole film of a scenario and checks what it says must be seen. */
export function runScenario(scenario: Scenario): Outcome {
  const cluster = replay(scenario)
  const history = historyOf(cluster)
  const failures = (scenario.spec.expect ?? []).flatMap((expectation) => failuresOf(expectation, history))
  if (cluster.pendingInputs > 0) {
    const { script } = scenario.spec
    failures.push(
      `input ${script.length - cluster.pendingInputs} never became due: ${JSON.stringify(script[script.length - cluster.pendingInputs])}`,
    )
  }
  return { cluster, failures }
}

export function historyOf(cluster: Cluster): History {
  return {
    trace: cluster.trace,
    revision: cluster.revision,
    at: (revision) => cluster.at(revision),
    command: commandIn(cluster),
  }
}
