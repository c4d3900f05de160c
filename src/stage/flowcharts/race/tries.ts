import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { RaceSettings } from './variation.ts'

/** One film of the race, with what came of it. */
export interface Try extends RaceSettings {
  /** Requests over the whole film. */
  readonly answered: number
  readonly failed: number
}

interface Tries {
  /** Of which scenario. */
  scenario: string
  list: readonly Try[]
}

const tries = createStore<Tries>(() => ({ scenario: '', list: [] }))

export function useTries(): readonly Try[] {
  return useStore(tries, (s) => s.list)
}

export function sameSettings(a: RaceSettings, b: RaceSettings): boolean {
  return a.preStopSeconds === b.preStopSeconds && a.ruleDelaySeconds === b.ruleDelaySeconds
}

/** Keeps what came of these settings, in the place where they stood before; another scenario begins anew. */
export function keepTry(scenario: string, done: Try): void {
  const before = tries.getState()
  const list = before.scenario === scenario ? before.list : []
  const at = list.findIndex((each) => sameSettings(each, done))
  if (at >= 0 && list[at]!.failed === done.failed && list[at]!.answered === done.answered) return
  tries.setState({ scenario, list: at < 0 ? [...list, done].slice(-triesMost) : list.with(at, done) })
}

const triesMost = 6
