/** The Pod Security Standards, as a namespace's labels choose them (k8s.io/pod-security-admission). */
import { invalid, type FieldError } from '../field.ts'
import { baseline } from './baseline.ts'
import type { Check, Checked, Violation } from './check.ts'
import { replaced, restricted } from './restricted.ts'

export const levels = ['privileged', 'baseline', 'restricted'] as const
export type Level = (typeof levels)[number]

export interface LevelVersion {
  level: Level
  /** 'latest', or 'v1.29'. */
  version: string
}

export interface Policy {
  enforce: LevelVersion
  audit: LevelVersion
  warn: LevelVersion
  errors: readonly FieldError[]
}

type Labels = Readonly<Record<string, string>>

const label = 'pod-security.kubernetes.io/'
const privileged: LevelVersion = { level: 'privileged', version: 'latest' }
const open: Policy = { enforce: privileged, audit: privileged, warn: privileged, errors: [] }

/** Labels that say nothing allow everything; wrong ones enforce the strictest level, and warn of nothing. */
export function policyOf(labels: Labels | undefined): Policy {
  if (labels === undefined || !Object.keys(labels).some((key) => key.startsWith(label))) return open
  const errors: FieldError[] = []
  const enforce = read(labels, 'enforce', 'restricted', errors)
  const audit = read(labels, 'audit', 'privileged', errors)
  const warn = read(labels, 'warn', 'privileged', errors)
  // Who says what is enforced, and not of what to warn, is warned of that.
  const warned = labels[`${label}warn`] === undefined && labels[`${label}enforce`] !== undefined ? enforce : warn
  return { enforce, audit, warn: warned, errors }
}

function read(labels: Labels, mode: string, whenWrong: Level, errors: FieldError[]): LevelVersion {
  const [levelKey, versionKey] = [`${label}${mode}`, `${label}${mode}-version`]
  const { [levelKey]: level = 'privileged', [versionKey]: version = 'latest' } = labels
  const at = (key: string): string => `metadata.labels[${key}]`
  const known = (levels as readonly string[]).includes(level)
  const dated = version === 'latest' || /^v1\.(0|[1-9]\d*)$/.test(version)
  if (!known) errors.push(invalid(at(levelKey), level, `must be one of ${levels.join(', ')}`))
  if (!dated) errors.push(invalid(at(versionKey), version, 'must be "latest" or "v1.x"'))
  return { level: known ? (level as Level) : whenWrong, version: dated ? version : 'latest' }
}

export const isOpen = ({ level }: LevelVersion): boolean => level === 'privileged'

export const isStricter = (a: Level, b: Level): boolean => levels.indexOf(a) > levels.indexOf(b)

/** "restricted:latest" */
export const printLevel = ({ level, version }: LevelVersion): string => `${level}:${version}`

export function violations(pod: Checked, { level, version }: LevelVersion): Violation[] {
  if (level === 'privileged') return []
  const minor = version === 'latest' ? Infinity : Number(version.slice('v1.'.length))
  const applies = ({ since }: Check): boolean => since <= minor
  const strict = level === 'restricted' ? restricted.filter(applies) : []
  const ids = new Set(strict.map(({ id }) => id))
  const plain = baseline.filter((check) => applies(check) && !ids.has(replaced[check.id] ?? ''))
  return [...plain, ...strict].flatMap(({ check }) => check(pod, minor) ?? [])
}

export const printViolations = (found: readonly Violation[]): string => found.map(({ reason, detail }) => `${reason} (${detail})`).join(', ')
