import type { EngineHost, Scenario, Step } from '../worker/protocol.ts'
import { Film } from './film.ts'
import { scriptEndMs } from './script-end.ts'

/** How long the engine may be busy before it looks up (real ms). */
const sliceMs = 200

/** Films a scenario to the end of its script, on an engine of its own. */
export async function filmWhole(host: EngineHost, scenario: Scenario): Promise<Film> {
  const film = new Film(scenario, await host.load(scenario))
  for (let before = -1; film.now < scriptEndMs(film) && !(film.over && film.now === before); ) {
    before = film.now
    // The end is known when the last input has been performed.
    film.append(await host.advance({ untilMs: scriptEndMs(film), untilInputs: film.inputs.length + 1, budgetMs: sliceMs }))
  }
  return film
}

/** The first step in which two films differ; undefined when neither has anything that the other lacks. */
export function firstDifference(a: Film, b: Film): number | undefined {
  const most = Math.max(a.steps.length, b.steps.length)
  for (let i = 0; i < most; i++) if (!isSame(a.steps[i], b.steps[i])) return i
  return undefined
}

function isSame(a: Step | undefined, b: Step | undefined): boolean {
  return a !== undefined && b !== undefined && fields.every((field) => a[field] === b[field]) && sameDetail(a, b)
}

const fields = ['at', 'kind', 'from', 'to', 'verb', 'resource', 'subresource', 'namespace', 'name', 'code'] as const

function sameDetail(a: Step, b: Step): boolean {
  return JSON.stringify(a.detail) === JSON.stringify(b.detail)
}
