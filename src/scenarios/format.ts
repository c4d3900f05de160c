import { Document, visit } from 'yaml'
import type { ClusterOptions, Input, Scenario } from '../engine/scenario.ts'

/** A scenario as YAML that parseScenario reads back to the same scenario; for "save as a file". */
export function formatScenario(scenario: Scenario): string {
  const document = new Document(readable(scenario), { aliasDuplicateObjects: false })
  visit(document, {
    Map(_key, node) {
      const keys = node.items.map((pair) => String(pair.key))
      if (keys.length > 0 && keys.length <= 2 && keys.every((key) => key === 'en' || key === 'zh')) node.flow = true
    },
  })
  return document.toString({ lineWidth: 120 })
}

function readable(scenario: Scenario): unknown {
  const { cluster, script, chapters, end, goal, ...spec } = scenario.spec
  return {
    ...scenario,
    spec: {
      ...spec,
      ...(cluster === undefined ? {} : { cluster: readableCluster(cluster) }),
      ...(goal === undefined ? {} : { goal: { ...goal, ...(goal.solution === undefined ? {} : { solution: goal.solution.map(readableInput) }) } }),
      script: script.map(readableInput),
      ...(chapters === undefined ? {} : { chapters: chapters.map((c) => ({ ...c, ...time('at', c.at) })) }),
      ...time('end', end),
    },
  }
}

function readableCluster({ prologue, ...cluster }: ClusterOptions): unknown {
  if (prologue === undefined) return cluster
  return { ...cluster, prologue: { ...prologue, script: prologue.script.map(readableInput), ...time('after', prologue.after) } }
}

function readableInput(input: Input): unknown {
  return { ...input, ...time('at', input.at), ...time('after', input.after) }
}

/** 90500 -> '90.5s': exact to the ms. */
function time(key: string, ms: number | undefined): Record<string, string> {
  if (ms === undefined) return {}
  return { [key]: ms % 1000 !== 0 && ms < 1000 ? `${ms}ms` : `${ms / 1000}s` }
}
