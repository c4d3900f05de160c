import { hash32 } from '../engine/kernel/random.ts'
import type { Scenario } from '../engine/scenario.ts'
import { ScenarioError } from '../scenarios/error.ts'
import { checkScenario } from '../scenarios/check.ts'
import { ShareLinkError } from './error.ts'
import { packScript, sameScript, unpackScript, type PackedInput } from './script.ts'
import { same } from './same.ts'
import { wholeHashes } from './whole-hashes.ts'

/**
 * What a link carries: a built-in scenario by its name, what differs from it, or a scenario whole. Only
 * what goes into a film travels, never what came of it.
 */
export type Payload = { base: string } | EditedPayload | { scenario: Scenario }

export interface EditedPayload {
  base: string
  /** Of the built-in scenario that the differences were taken from: it may change in a later release. */
  hash: string
  /** The keys of spec that differ; null: not there. */
  spec: Record<string, unknown> & {
    /** A changed or new file by its name; null: not there. */
    files?: Record<string, string | null> | null
    script?: readonly PackedInput[]
  }
}

export type FindScenario = (name: string) => Scenario | undefined

/** Of what makes its film: a word that is put better makes no link outdated. */
function hashOf({ spec: { cluster, files, script, end } }: Scenario): string {
  const film = { cluster, files, script: script.map(({ say: _, ...input }) => input), end }
  return (hash32(JSON.stringify(film)) >>> 0).toString(36)
}

/** The forms that a scenario may travel in; the shortest one, once packed, is taken. */
export function payloadsOf(scenario: Scenario, find: FindScenario): Payload[] {
  const name = scenario.metadata.name
  const base = find(name)
  if (base === undefined) return [{ scenario }]
  const spec = differences(base, scenario)
  if (spec === undefined) return [{ base: name }]
  return [{ base: name, hash: hashOf(base), spec }, { scenario }]
}

/** undefined: there are none. */
function differences(base: Scenario, scenario: Scenario): EditedPayload['spec'] | undefined {
  const spec: EditedPayload['spec'] = {}
  const before: Record<string, unknown> = { ...base.spec }
  const after: Record<string, unknown> = { ...scenario.spec }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (key === 'script' || key === 'files' || same(before[key], after[key])) continue
    spec[key] = after[key] ?? null
  }
  const files = fileDifferences(base.spec.files ?? {}, scenario.spec.files ?? {})
  if (files !== undefined) spec.files = files
  if (!sameScript(base.spec.script, scenario.spec.script))
    spec.script = packScript(base.spec.script, scenario.spec.script)
  return Object.keys(spec).length === 0 ? undefined : spec
}

function fileDifferences(
  before: Record<string, string>,
  after: Record<string, string>,
): Record<string, string | null> | undefined {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => before[name] !== after[name],
  )
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, after[name] ?? null]))
}

export interface Unfolded {
  scenario: Scenario
  /** The built-in scenario has changed since the link was made: the film may differ from what the sender saw. */
  outdated: boolean
}

/** The built-in scenario that a payload of any origin goes out from, by its name. */
export function baseOf(payload: unknown): string | undefined {
  return isMap(payload) && typeof payload.base === 'string' ? payload.base : undefined
}

/** The scenario that a payload of any origin stands for, checked; throws ShareLinkError. */
export function scenarioOf(payload: unknown, find: FindScenario): Unfolded {
  if (!isMap(payload)) throw new ShareLinkError('corrupt')
  if (payload.base === undefined) return { scenario: check(payload.scenario), outdated: false }
  const name = baseOf(payload)
  const base = name === undefined ? undefined : find(name)
  if (base === undefined) throw new ShareLinkError('unknown-scenario', String(payload.base).slice(0, 60))
  if (payload.spec === undefined) return { scenario: base, outdated: false }
  if (!isMap(payload.spec)) throw new ShareLinkError('corrupt')
  return { scenario: check({ ...base, spec: applied(base, payload.spec) }), outdated: payload.hash !== hashOf(base) && !wholeHashes.has(String(payload.hash)) }
}

function applied(base: Scenario, { files, script, ...rest }: Record<string, unknown>): Record<string, unknown> {
  const spec: Record<string, unknown> = { ...base.spec, ...rest }
  if (files === null) delete spec.files
  else if (isMap(files)) spec.files = withoutNulls({ ...base.spec.files, ...files })
  if (Array.isArray(script)) spec.script = unpackScript(base.spec.script, script)
  return withoutNulls(spec)
}

function withoutNulls(map: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null))
}

function check(scenario: unknown): Scenario {
  try {
    return checkScenario(scenario)
  } catch (error) {
    if (error instanceof ScenarioError) throw new ShareLinkError('invalid', error.message)
    throw error
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
