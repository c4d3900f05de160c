/** Validation of metadata (apimachinery/pkg/api/validation/objectmeta.go). */
import { forbidden, goQuote, invalid, required, tooLong, type FieldError } from '../field.ts'
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue, isQualifiedName } from '../names.ts'
import { semanticEqual } from '../equality.ts'
import type { ObjectMeta, OwnerReference } from '../types.ts'

/** How a kind names its objects; complaints in words. With `prefix`, for a generateName. */
export type NameRule = (name: string, prefix: boolean) => readonly string[]

/** A generateName may end in a dash that the suffix follows. */
const masked = (name: string, prefix: boolean): string =>
  prefix && name.endsWith('-') ? `${name.slice(0, -1)}a` : name

export const subdomainName: NameRule = (name, prefix) => isDNS1123Subdomain(masked(name, prefix))
export const labelName: NameRule = (name, prefix) => isDNS1123Label(masked(name, prefix))

const maxAnnotations = 256 * 1024

export function validateObjectMeta(
  meta: ObjectMeta,
  namespaced: boolean,
  nameRule: NameRule,
  field: string,
  errors: FieldError[],
): void {
  if (meta.generateName) {
    for (const complaint of nameRule(meta.generateName, true)) {
      errors.push(invalid(`${field}.generateName`, meta.generateName, complaint))
    }
  }
  if (!meta.name) errors.push(required(`${field}.name`, 'name or generateName is required'))
  else for (const complaint of nameRule(meta.name, false)) errors.push(invalid(`${field}.name`, meta.name, complaint))
  if (namespaced) {
    if (!meta.namespace) errors.push(required(`${field}.namespace`))
    else
      for (const complaint of isDNS1123Label(meta.namespace))
        errors.push(invalid(`${field}.namespace`, meta.namespace, complaint))
  } else if (meta.namespace) errors.push(forbidden(`${field}.namespace`, 'not allowed on this type'))
  validateCommonMeta(meta, field, errors)
}

function validateCommonMeta(meta: ObjectMeta, field: string, errors: FieldError[]): void {
  if ((meta.generation ?? 0) < 0)
    errors.push(invalid(`${field}.generation`, meta.generation, 'must be greater than or equal to 0'))
  validateLabels(meta.labels, `${field}.labels`, errors)
  validateAnnotations(meta.annotations, `${field}.annotations`, errors)
  if (meta.ownerReferences) validateOwnerReferences(meta.ownerReferences, `${field}.ownerReferences`, errors)
  meta.finalizers?.forEach((name, i) => {
    const complaints = isQualifiedName(name)
    for (const complaint of complaints) errors.push(invalid(`${field}.finalizers[${i}]`, name, complaint))
    if (complaints.length === 0 && !name.includes('/') && !standardFinalizers.has(name)) {
      errors.push(
        invalid(
          `${field}.finalizers[${i}]`,
          name,
          'name is neither a standard finalizer name nor is it fully qualified',
        ),
      )
    }
  })
  checkDeletionFinalizers(meta.finalizers, `${field}.finalizers`, errors)
}

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

function checkDeletionFinalizers(finalizers: readonly string[] | undefined, field: string, errors: FieldError[]): void {
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalid(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'))
  }
}

export function validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  field: string,
  errors: FieldError[],
): void {
  for (const key in labels) {
    for (const complaint of isQualifiedName(key)) errors.push(invalid(field, key, complaint))
    for (const complaint of isLabelValue(labels[key]!)) errors.push(invalid(field, labels[key], complaint))
  }
}

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  field: string,
  errors: FieldError[],
): void {
  let size = 0
  for (const key in annotations) {
    for (const complaint of isQualifiedName(key.toLowerCase())) errors.push(invalid(field, key, complaint))
    size += key.length + annotations[key]!.length
  }
  if (size > maxAnnotations) errors.push(tooLong(field, '', maxAnnotations))
}

function validateOwnerReferences(references: readonly OwnerReference[], field: string, errors: FieldError[]): void {
  let controller: string | undefined
  references.forEach((reference, i) => {
    const at = `${field}[${i}]`
    const parts = (reference.apiVersion ?? '').split('/')
    if (!reference.apiVersion)
      errors.push(invalid(`${at}.apiVersion`, reference.apiVersion ?? '', 'version must not be empty'))
    else if (parts.length > 2)
      errors.push(
        invalid(`${at}.apiVersion`, reference.apiVersion, `unexpected GroupVersion string: ${reference.apiVersion}`),
      )
    if (!reference.kind) errors.push(invalid(`${at}.kind`, reference.kind ?? '', 'must not be empty'))
    if (!reference.name) errors.push(invalid(`${at}.name`, reference.name ?? '', 'must not be empty'))
    if (!reference.uid) errors.push(invalid(`${at}.uid`, reference.uid ?? '', 'must not be empty'))
    if (reference.apiVersion === 'v1' && reference.kind === 'Event') {
      errors.push(invalid(at, reference, '/v1, Kind=Event is disallowed from being an owner'))
    }
    if (!reference.controller) return
    const own = `${reference.kind}/${reference.name}`
    if (controller !== undefined) {
      errors.push(
        invalid(
          field,
          references,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${own}`,
        ),
      )
    } else controller = own
  })
}

/** What may never change, and what may only be taken away while the object is being deleted. */
export function validateObjectMetaUpdate(next: ObjectMeta, old: ObjectMeta, field: string, errors: FieldError[]): void {
  if (old.deletionTimestamp) {
    for (const finalizer of next.finalizers ?? []) {
      if (old.finalizers?.includes(finalizer)) continue
      const added = (next.finalizers ?? []).filter((name) => !old.finalizers?.includes(name))
      errors.push(
        forbidden(
          `${field}.finalizers`,
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map(goQuote).join(', ')}}`,
        ),
      )
      break
    }
  }
  if (!next.resourceVersion) errors.push(invalid(`${field}.resourceVersion`, '', 'must be specified for an update'))
  if ((next.generation ?? 0) < (old.generation ?? 0)) {
    errors.push(invalid(`${field}.generation`, next.generation ?? 0, 'must not be decremented'))
  }
  const fixed = [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const
  for (const name of fixed) immutable(next[name], old[name], `${field}.${name}`, errors)
  if (next.labels !== old.labels) validateLabels(next.labels, `${field}.labels`, errors)
  if (next.annotations !== old.annotations) validateAnnotations(next.annotations, `${field}.annotations`, errors)
  if (next.ownerReferences && next.ownerReferences !== old.ownerReferences) {
    validateOwnerReferences(next.ownerReferences, `${field}.ownerReferences`, errors)
  }
}

export const immutableText = 'field is immutable'

/** `printed`: how upstream shows the value, where not as it is written. */
export function immutable<T>(next: T, old: T, field: string, errors: FieldError[], printed: (value: T) => unknown = (value) => value): void {
  if (!semanticEqual(next, old)) errors.push(invalid(field, printed(next), immutableText))
}

export function nonNegative(value: number | undefined, field: string, errors: FieldError[]): void {
  if (value !== undefined && value < 0) errors.push(invalid(field, value, 'must be greater than or equal to 0'))
}
