import type { Playback } from '../../../playback/playback.ts'
import type { Scenario } from '../../../worker/protocol.ts'
import { select } from '../view.ts'

/** Puts a scenario on that somebody has chosen: what was selected belongs to the film before. */
export function openScenario(playback: Playback, scenario: Scenario): void {
  select(undefined)
  void playback.load(scenario)
}
