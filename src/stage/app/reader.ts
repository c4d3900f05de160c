import type { Scenario } from '../../engine/scenario.ts'
import { topics } from '../../scenarios/contents.ts'
import { fetchScenario } from '../../scenarios/one.web.ts'
import { readLink, type SharedState } from '../../share/read.ts'

export { ShareLinkError } from '../../share/error.ts'

/** Opens a link with no more of the catalogue than it needs: a link is to show its picture within two seconds. Throws ShareLinkError. */
export async function openLink(link: string): Promise<SharedState> {
  const read = readLink(link)
  const base = read.base === undefined ? undefined : await fetchScenario(read.base)
  return read.state(() => base)
}

/** What is on stage when nothing was asked for. */
export async function fetchFirst(): Promise<Scenario> {
  const name = topics[0]!.scenarios[0]!
  const first = await fetchScenario(name)
  if (first === undefined) throw new Error(`src/scenarios lists "${name}", but no file has that name`)
  return first
}
