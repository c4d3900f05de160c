/** Validation of metadata (apimachinery/pkg/api/validation/objectmeta.go). */
import { utf8 } from '../base64.ts'
import { forbidden, goQuote, invalid, required, tooLong, type FieldError } from '../field.ts'
import { isDNS1123Label, isDNS1123Subdomain, isLabelValue, isQualifiedName } from '../names.ts'
import { semanticEqual } from '../equality.ts'
import type { ObjectMeta, OwnerReference } from '../types.ts'
import { validateManager } from './fieldManager.ts'

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
  for (const name of meta.finalizers ?? []) qualifiedFinalizer(name, `${field}.finalizers`, errors)
  checkDeletionFinalizers(meta.finalizers, `${field}.finalizers`, errors)
  validateManagedFields(meta.managedFields, `${field}.managedFields`, errors)
}

/** What the groups with pkg/apis/core/validation's ValidateObjectMeta ask besides, in changes, too. */
export function validateKubeFinalizers(finalizers: readonly string[] | undefined, field: string, errors: FieldError[]): void {
  finalizers?.forEach((name, i) => kubeFinalizer(name, `${field}[${i}]`, errors))
}

/** Of a namespace's spec. */
export function validateFinalizer(name: string, field: string, errors: FieldError[]): void {
  qualifiedFinalizer(name, field, errors)
  kubeFinalizer(name, field, errors)
}

function qualifiedFinalizer(name: string, field: string, errors: FieldError[]): void {
  for (const complaint of isQualifiedName(name)) errors.push(invalid(field, name, complaint))
}

function kubeFinalizer(name: string, field: string, errors: FieldError[]): void {
  if (name.includes('/') || standardFinalizers.has(name)) return
  errors.push(invalid(field, name, 'name is neither a standard finalizer name nor is it fully qualified'))
}

/** Who manages which fields (metav1 validation.ValidateManagedFields). */
function validateManagedFields(entries: ObjectMeta['managedFields'], field: string, errors: FieldError[]): void {
  entries?.forEach(({ manager = '', operation, fieldsType = '', subresource = '' }, i) => {
    const at = `${field}[${i}]`
    if (operation !== 'Apply' && operation !== 'Update') errors.push(invalid(`${at}.operation`, operation ?? '', 'must be `Apply` or `Update`'))
    if (fieldsType !== '' && fieldsType !== 'FieldsV1') errors.push(invalid(`${at}.fieldsType`, fieldsType, 'must be `FieldsV1`'))
    validateManager(manager, `${at}.manager`, errors)
    if (utf8(subresource).length > 256) errors.push(tooLong(`${at}.subresource`, subresource, 256))
  })
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
  // A character has at most three bytes for each of its units.
  const isLarge = size * 3 > maxAnnotations && Object.entries(annotations!).reduce((bytes, pair) => bytes + utf8(pair.join('')).length, 0) > maxAnnotations
  if (isLarge) errors.push(tooLong(field, '', maxAnnotations))
}

function validateOwnerReferences(references: readonly OwnerReference[], field: string, errors: FieldError[]): void {
  let controller: string | undefined
  references.forEach((reference) => {
    const apiVersion = reference.apiVersion ?? ''
    // Upstream does not say which one it is.
    if (apiVersion === '' || /\/.*\//.test(apiVersion) || apiVersion.endsWith('/')) errors.push(invalid(`${field}.apiVersion`, apiVersion, 'version must not be empty'))
    for (const part of ['kind', 'name', 'uid'] as const) {
      if (!reference[part]) errors.push(invalid(`${field}.${part}`, reference[part] ?? '', 'must not be empty'))
    }
    if (apiVersion === 'v1' && reference.kind === 'Event') {
      errors.push(invalid(field, reference, '/v1, Kind=Event is disallowed from being an owner'))
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
    const added = [...new Set(next.finalizers)].filter((name) => !old.finalizers?.includes(name)).toSorted()
    if (added.length > 0) {
      const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map(goQuote).join(', ')}}`
      errors.push(forbidden(`${field}.finalizers`, detail))
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
  if (next.managedFields !== old.managedFields) validateManagedFields(next.managedFields, `${field}.managedFields`, errors)
}

export const immutableText = 'field is immutable'

/** `printed`: how upstream shows the value, where not as it is written. */
export function immutable<T>(next: T, old: T, field: string, errors: FieldError[], printed: (value: T) => unknown = (value) => value): void {
  if (!semanticEqual(next, old)) errors.push(invalid(field, printed(next), immutableText))
}

export function nonNegative(value: number | undefined, field: string, errors: FieldError[]): void {
  if (value !== undefined && value < 0) errors.push(invalid(field, value, 'must be greater than or equal to 0'))
}
