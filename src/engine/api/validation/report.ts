/** Small checks that every kind needs; all push what they find. */
import { invalid, notSupported, required, type FieldError } from '../field.ts'
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue, isQualifiedName } from '../names.ts'
import type { LabelSelector } from '../selector.ts'
import { validateLabels } from './meta.ts'

/** Untyped parts of objects: decoding has checked their types. */
export type Fields = Record<string, any>

/** One error for each complaint about `value`. */
export function complain(complaints: readonly string[], value: unknown, at: string, errors: FieldError[]): void {
  for (const complaint of complaints) errors.push(invalid(at, value, complaint))
}

export const label = (value: string, at: string, errors: FieldError[]): void =>
  complain(isDNS1123Label(value), value, at, errors)

export const subdomain = (value: string, at: string, errors: FieldError[]): void =>
  complain(isDNS1123Subdomain(value), value, at, errors)

export const qualifiedName = (value: string, at: string, errors: FieldError[]): void =>
  complain(isQualifiedName(value), value, at, errors)

const httpPath = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+"
const wholeHttpPath = new RegExp(`^${httpPath}$`)

/** "acme.io/foo" (IsDomainPrefixedPath in apimachinery's util/validation). */
export function domainPrefixedPath(value: string, at: string, errors: FieldError[]): void {
  const slash = value.indexOf('/')
  const [host, path] = [value.slice(0, Math.max(slash, 0)), value.slice(slash + 1)]
  if (value === '') errors.push(required(at))
  else if (host === '' || path === '') errors.push(invalid(at, value, 'must be a domain-prefixed path (such as "acme.io/foo")'))
  else {
    subdomain(host, at, errors)
    if (!wholeHttpPath.test(path)) errors.push(invalid(at, path, `Invalid path (regex used for validation is '${httpPath}')`))
  }
}

/** Required when empty, else one of `supported`. */
export function choice(
  value: string | undefined,
  supported: readonly string[],
  at: string,
  errors: FieldError[],
): void {
  if (!value) errors.push(required(at))
  else if (!supported.includes(value)) errors.push(notSupported(at, value, supported))
}

export function present(value: unknown, at: string, errors: FieldError[], detail = ''): void {
  if (!value) errors.push(required(at, detail))
}

/** A map as it prints: its keys in order; null when there is none. */
export function printedMap(map: Fields | undefined): Fields | null {
  if (map === undefined) return null
  return Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** A label selector as it prints. */
export function printedSelector(selector: LabelSelector | undefined): Fields | null {
  if (!selector) return null
  const { matchLabels, matchExpressions } = selector
  return { matchLabels: matchLabels && printedMap(matchLabels), matchExpressions }
}

/** metav1 validation.ValidateLabelSelector */
export function validateLabelSelector(selector: LabelSelector | undefined, at: string, errors: FieldError[]): void {
  if (!selector) return
  validateLabels(selector.matchLabels, `${at}.matchLabels`, errors)
  selector.matchExpressions?.forEach((r, i) => {
    const here = `${at}.matchExpressions[${i}]`
    const count = r.values?.length ?? 0
    if (r.operator === 'In' || r.operator === 'NotIn') {
      if (count === 0) errors.push(required(`${here}.values`, "must be specified when `operator` is 'In' or 'NotIn'"))
    } else if (r.operator === 'Exists' || r.operator === 'DoesNotExist') {
      if (count > 0) {
        errors.push({
          type: 'FieldValueForbidden',
          field: `${here}.values`,
          badValue: '',
          detail: "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        })
      }
    } else errors.push(invalid(`${here}.operator`, r.operator, 'not a valid selector operator'))
    complain(isQualifiedName(r.key), r.key, `${here}.key`, errors)
    r.values?.forEach((value, v) => complain(isLabelValue(value), value, `${here}.values[${v}]`, errors))
  })
}

/** The containers of a pod with their paths, `at` that of its spec (VisitContainersWithPath). */
export function* everyContainer(at: string, spec: Fields): Generator<{ container: Fields; path: string }> {
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    for (const [i, container] of ((spec[list] ?? []) as Fields[]).entries()) yield { container, path: `${at}.${list}[${i}]` }
  }
}
