import { findProgram, isStream } from '../engine/client/program.ts'
import type { Effect, StreamEvent } from '../engine/client/program.ts'
import type { View } from '../engine/core.ts'
import type { Files, QueryResult } from './protocol.ts'

/** A command that asks for more than this is no question about one moment. */
const effectsMax = 10_000

/**
 * Runs a kubectl command against the world as of one moment, without the clock and without a trace. It can only look:
 * writes are refused, a watch ends when it has begun.
 */
export function runQuery(line: string, world: View, nowMs: number, files: Files = {}): QueryResult {
  const result = { stdout: '', stderr: '', exitCode: 1 }
  let written: Files | undefined
  const program = findProgram('kubectl')({ line, stdin: '', files, now: () => nowMs })
  let answer: unknown
  for (let i = 0; i < effectsMax; i++) {
    const next = program.next(answer)
    if (next.done === true) return { ...result, exitCode: next.value, ...(written === undefined ? {} : { files: written }) }
    if (next.value.do === 'print') result[next.value.to] += next.value.text
    if (next.value.do === 'write') written = { ...written, [next.value.path]: next.value.text }
    answer = answerTo(next.value, world)
  }
  return result
}

function answerTo(effect: Effect, world: View): unknown {
  if (effect.do === 'request' || effect.do === 'open') {
    const response = world.request(effect.request)
    return isStream(response) ? undefined : response
  }
  return effect.do === 'next' ? ({ type: 'CLOSED' } satisfies StreamEvent) : undefined
}
