/** Specs of PersistentVolumeClaims: as objects, as templates of StatefulSets and of ephemeral volumes. */
import { forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import { quantity, sign } from '../quantity.ts'
import { complain, validateLabelSelector, type Fields } from './report.ts'
import { isDNS1123Subdomain } from '../names.ts'

export const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']
export const volumeModes = ['Block', 'Filesystem']

export function validateAccessModes(modes: string[], at: string, errors: FieldError[]): void {
  for (const mode of modes) if (!accessModes.includes(mode)) errors.push(notSupported(at, mode, accessModes))
  if (modes.includes('ReadWriteOncePod') && modes.some((m) => m !== 'ReadWriteOncePod' && accessModes.includes(m))) {
    errors.push(forbidden(at, 'may not use ReadWriteOncePod with other access modes'))
  }
}

export function validateClaimSpec(spec: Fields, at: string, errors: FieldError[]): void {
  const modes: string[] = spec['accessModes'] ?? []
  if (modes.length === 0) errors.push(required(`${at}.accessModes`, 'at least 1 access mode is required'))
  validateLabelSelector(spec['selector'], `${at}.selector`, errors)
  validateAccessModes(modes, `${at}.accessModes`, errors)
  const storage = spec['resources']?.requests?.storage
  if (storage === undefined) errors.push(required(`${at}.resources[storage]`))
  else if (sign(quantity(storage)) <= 0) {
    errors.push(invalid(`${at}.resources[storage]`, storage, 'must be greater than zero'))
  }
  const className = spec['storageClassName']
  if (className) complain(isDNS1123Subdomain(className), className, `${at}.storageClassName`, errors)
  const mode = spec['volumeMode']
  if (mode !== undefined && !volumeModes.includes(mode))
    errors.push(notSupported(`${at}.volumeMode`, mode, volumeModes))
  for (const source of ['dataSource', 'dataSourceRef'] as const) {
    if (spec[source]) validateDataSource(spec[source], `${at}.${source}`, errors)
  }
  const { dataSource, dataSourceRef } = spec
  if (dataSource && dataSourceRef && !dataSourceRef.namespace && !isSameSource(dataSource, dataSourceRef)) {
    // Upstream gives a path as the value, a struct of which nothing can be written.
    errors.push(invalid(at, {}, 'must match dataSourceRef'))
  }
  const attributes = spec['volumeAttributesClassName']
  if (attributes) complain(isDNS1123Subdomain(attributes), attributes, `${at}.volumeAttributesClassName`, errors)
}

const isSameSource = (a: Fields, b: Fields): boolean => a['kind'] === b['kind'] && a['name'] === b['name'] && (a['apiGroup'] ?? '') === (b['apiGroup'] ?? '')

function validateDataSource(source: Fields, at: string, errors: FieldError[]): void {
  if (!source['name']) errors.push(required(`${at}.name`))
  if (!source['kind']) errors.push(required(`${at}.kind`))
  if (!source['apiGroup'] && source['kind'] !== 'PersistentVolumeClaim') {
    errors.push(invalid(at, source['kind'], "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
  }
  if (source['apiGroup']) complain(isDNS1123Subdomain(source['apiGroup']), source['apiGroup'], `${at}.apiGroup`, errors)
}
