import type { Input, Scenario } from '../../worker/protocol.ts'
import { withoutInputs } from './leaveOut.ts'

type Files = NonNullable<Input['files']>

const canHide = ({ spec: { cluster, script, goal } }: Scenario): boolean =>
  goal !== undefined && goal.ask === undefined && script.length > 0 && cluster?.prologue === undefined

/** The same level with its scene as a prologue: the film begins with the player's turn, and nobody sees what led to it. */
export function behindCurtain(level: Scenario): Scenario {
  if (!canHide(level)) return level
  const { cluster, script, goal, files, end, ...spec } = level.spec
  const lastMs = script.at(-1)!.at ?? 0
  const turnMs = goal!.solution?.[0]?.at ?? lastMs
  const [first, ...others] = script
  const scene = files === undefined ? script : [{ ...first!, files: first!.files ?? files }, ...others]
  const desk = script.reduce<Files | undefined>((now, input) => input.files ?? now, files)
  return {
    ...level,
    spec: {
      ...spec,
      cluster: { ...cluster, prologue: { script: scene, after: Math.max(0, turnMs - lastMs) } },
      ...(desk === undefined ? {} : { files: { ...desk } }),
      script: [],
      ...(end === undefined ? {} : { end: Math.max(0, end - turnMs) }),
      goal: { ...goal!, ...(goal!.solution === undefined ? {} : { solution: ownInputs(level, turnMs) }) },
    },
  }
}

/** Counted from the turn, without what was typed into a command of the scene, or broke one off. */
function ownInputs(level: Scenario, turnMs: number): Input[] {
  const { script, goal } = level.spec
  const played = { ...level, spec: { ...level.spec, script: [...script, ...goal!.solution!] } }
  const own = withoutInputs(played, script.map((_, i) => i)).scenario.spec.script
  return own.map(({ at, ...input }) => ({ ...input, ...(at === undefined ? {} : { at: Math.max(0, at - turnMs) }) }))
}
