import type { Environment } from '@marcbachmann/cel-js'
import { failure, register, registerType } from './register.ts'

class Version {
  readonly text: string
  readonly numbers: readonly bigint[]
  /** Of a pre-release; empty for a release. */
  readonly labels: readonly string[]

  constructor(text: string, numbers: readonly bigint[], labels: readonly string[]) {
    this.text = text
    this.numbers = numbers
    this.labels = labels
  }

  toString(): string {
    return this.text
  }
}

const shape = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/

/** "v1.01" with `normalize` is "1.1.0". */
function normalized(text: string): string {
  const [core = '', ...rest] = text.replace(/^v/, '').split(/(?=[-+])/)
  const parts = core.split('.').map((part) => part.replace(/^0+(?=\d)/, ''))
  while (parts.length < 3) parts.push('0')
  return parts.join('.') + rest.join('')
}

function parse(text: string, normalize = false): Version | undefined {
  const found = shape.exec(normalize ? normalized(text) : text)
  return found === null ? undefined : new Version(text, found.slice(1, 4).map(BigInt), found[4]?.split('.') ?? [])
}

function must(text: string, normalize = false): Version {
  const version = parse(text, normalize)
  if (version === undefined) throw failure('Invalid character(s) found in major number')
  return version
}

/** A version as expressions have it. */
export const semverValue = (text: string): Version => must(text)

function compare(a: Version, b: Version): number {
  for (const [i, number] of a.numbers.entries()) if (number !== b.numbers[i]) return number < b.numbers[i]! ? -1 : 1
  if (a.labels.length === 0 || b.labels.length === 0) return Math.sign(b.labels.length - a.labels.length)
  for (let i = 0; i < Math.max(a.labels.length, b.labels.length); i++) {
    const order = compareLabels(a.labels[i], b.labels[i])
    if (order !== 0) return order
  }
  return 0
}

const isNumber = (label: string): boolean => /^\d+$/.test(label)

function compareLabels(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1
  if (a === b) return 0
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1
  return isNumber(a) ? (BigInt(a) < BigInt(b) ? -1 : 1) : a < b ? -1 : 1
}

/** apiserver/pkg/cel/library/semverlib.go */
export function registerSemver(environment: Environment): void {
  const type = 'kubernetes.Semver'
  registerType(environment, type, Version, (a: Version, b: Version) => compare(a, b) === 0)
  register(environment, {
    [`semver(string): ${type}`]: semverValue,
    [`semver(string, bool): ${type}`]: must,
    'isSemver(string): bool': (text: string) => parse(text) !== undefined,
    'isSemver(string, bool): bool': (text: string, normalize: boolean) => parse(text, normalize) !== undefined,
    [`${type}.major(): int`]: ({ numbers }: Version) => numbers[0],
    [`${type}.minor(): int`]: ({ numbers }: Version) => numbers[1],
    [`${type}.patch(): int`]: ({ numbers }: Version) => numbers[2],
    [`${type}.isGreaterThan(${type}): bool`]: (a: Version, b: Version) => compare(a, b) > 0,
    [`${type}.isLessThan(${type}): bool`]: (a: Version, b: Version) => compare(a, b) < 0,
    [`${type}.compareTo(${type}): int`]: (a: Version, b: Version) => BigInt(compare(a, b)),
  })
}
