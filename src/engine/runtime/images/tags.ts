/** Which tags a well-known repository has: words, and versions up to the newest. */
export interface Tags {
  /** Oldest and newest version: '1.7' and '1.29'. Any patch number within exists. */
  from: string
  to: string
  /** Tags that are no versions, and what may follow a version after a dash. */
  words?: readonly string[]
  /** The version is preceded by 'v'. */
  v?: boolean
}

/** Any version, where the oldest and the newest do not matter. */
export const anyVersion: Tags = { from: '0', to: '9999', v: true }

/** Distributions, variants and channels that follow versions, or stand alone, in most repositories. */
const usualWords = `
  latest stable edge rolling alpine slim bullseye bookworm buster stretch jessie trixie focal jammy noble
  bionic xenial musl glibc uclibc debian ubuntu fpm apache perl otel windowsservercore mainline lts amd64
  arm64 linux jdk jre openjdk temurin trusty wheezy cosmic disco eoan groovy hirsute impish kinetic lunar mantic oracular plucky questing
  management php php7 php8 cli zts fips ubi wolfi ea ee ce rc beta alpha preview onbuild nightly unprivileged
  hotspot openj9 java maven gradle server client community enterprise
`.split(/\s+/)

export function hasTag(tags: Tags, tag: string): boolean {
  const parts = /^(v?)(\d+(?:\.\d+)*)?((?:-?[a-z][\w.]*|-\d[\w.]*)*)$/.exec(tag)
  if (parts === null) return false
  const [, v, version, rest] = parts
  if (version === undefined) return v === '' && isKnownSuffix(tags, tag)
  if (v !== '' && tags.v !== true) return false
  return isBetween(version, tags.from, tags.to) && (rest === '' || isKnownSuffix(tags, rest!.replace(/^-/, '')))
}

/** Every part is a word of this repository or a usual one, with or without a version of its own: 'alpine3.20-slim', 'rc1'. */
function isKnownSuffix(tags: Tags, suffix: string): boolean {
  return suffix.split('-').every((part) => {
    if (tags.words?.includes(part) === true || /^((rc|beta|alpha|r|p|b|v)?\.?\d[\d.]*|g[\da-f]{7,})$/.test(part)) return true
    return usualWords.includes(part.replace(/[\d.]+$/, ''))
  })
}

/** A prefix of the newest version counts as that version: '1' lies in 1.7 ... 1.29. */
function isBetween(version: string, from: string, to: string): boolean {
  return compare(version, from) >= 0 && compare(version, to) <= 0
}

function compare(a: string, b: string): number {
  const x = a.split('.').map(Number)
  const y = b.split('.').map(Number)
  for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! - y[i]!
  return 0
}

const saysMissing =
  /missing|non-?exist|no-?such|not-?found|does-?not|doesn-?t|wrong|typo|invalid|fake|bogus|no-tag|imaginary|broken-image|badimage|bad-image|bad-tag|badtag|unknown-image|not-?real|not-?there|incorrect|misspell/

/** An unknown repository is taken to exist, unless its name or tag says by itself that it does not. */
export function namesAbsence(text: string): boolean {
  return saysMissing.test(text.toLowerCase())
}

/** One letter wrong, missing, too many, or two exchanged: 'ngnix' for 'nginx'. */
export function isMisspelling(name: string, right: string): boolean {
  if (name === right || Math.min(name.length, right.length) < 5 || Math.abs(name.length - right.length) > 1)
    return false
  let start = 0
  while (start < name.length && name[start] === right[start]) start++
  const restOf = (text: string, skip: number) => text.slice(start + skip)
  if (name.length > right.length) return restOf(name, 1) === restOf(right, 0)
  if (name.length < right.length) return restOf(name, 0) === restOf(right, 1)
  if (restOf(name, 1) === restOf(right, 1)) return true
  return name[start] === right[start + 1] && name[start + 1] === right[start] && restOf(name, 2) === restOf(right, 2)
}
