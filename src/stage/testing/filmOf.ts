import { Film } from '../../playback/film.ts'
import { Host } from '../../worker/host.ts'
import type { ClusterOptions } from '../../engine/scenario.ts'
import type { Input, Scenario } from '../../worker/protocol.ts'
import '../../scenarios/index.ts'

const cluster: ClusterOptions = { nodes: 3, seed: 1 }

/** The film of a script in a cluster of three nodes, for tests that want what the engine really records. */
export function filmOf(script: Input[], files: Record<string, string>, seconds: number): Promise<Film> {
  return filmOfScenario({ script, files, cluster }, seconds)
}

/** The beginning of a scenario. */
export async function filmOfScenario(spec: Pick<Scenario['spec'], 'script' | 'files' | 'cluster'>, seconds: number): Promise<Film> {
  const scenario: Scenario = {
    apiVersion: 'podreel.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'test' },
    spec: { title: { en: '', zh: '' }, summary: { en: '', zh: '' }, ...spec },
  }
  // It may take the real time that it takes.
  const host = new Host(() => 0)
  const opening = await host.load(scenario)
  const film = new Film(scenario, opening)
  const untilMs = opening.startMs + seconds * 1000
  while (film.now < untilMs && !film.over) film.append(await host.advance({ untilMs, budgetMs: 1 }))
  return film
}

/** `kubectl apply` of one pod named web. */
export function filmOfPod(spec: string, seconds: number, ...then: Input[]): Promise<Film> {
  const file = `apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: ${spec}\n`
  return filmOf([{ at: 0, kubectl: 'apply -f web.yaml' }, ...then], { 'web.yaml': file }, seconds)
}
