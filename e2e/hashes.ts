// Built for the browser by same-film.spec.ts: the fingerprints of all built-in films, made where it runs.
import { replay, traceHash } from '../src/engine/index.ts'
import { catalogue, levels } from '../src/scenarios/index.ts'

export function hashes(): Record<string, string> {
  return Object.fromEntries([...catalogue, ...levels].map((scenario) => [scenario.metadata.name, traceHash(replay(scenario))]))
}
