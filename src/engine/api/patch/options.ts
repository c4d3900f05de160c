/** Query parameters of writes: what is wrong with them (apimachinery/pkg/apis/meta/v1/validation). */
import * as field from '../field.ts'
import { invalid } from '../status.ts'
import { validateManager } from '../validation/fieldManager.ts'
import type { Status } from '../types.ts'

type Query = Readonly<Record<string, string>>

export type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions'

/** `applies`: an apply patch, which must say whose it is. */
export function writeOptionsError(kind: OptionsKind, query: Query, applies = false): Status | undefined {
  const errors: field.FieldError[] = []
  const manager = query['fieldManager'] ?? ''
  if (applies && manager === '') errors.push(field.required('fieldManager', 'is required for apply patch'))
  if (kind === 'PatchOptions' && !applies && query['force'] !== undefined) {
    errors.push(field.forbidden('force', 'may not be specified for non-apply patch'))
  }
  validateManager(manager, 'fieldManager', errors)
  const dryRun = query['dryRun']
  if (dryRun !== undefined && dryRun !== 'All') errors.push(field.notSupported('dryRun', [dryRun], ['All']))
  const validation = query['fieldValidation'] ?? ''
  if (!['', 'Ignore', 'Strict', 'Warn'].includes(validation)) {
    errors.push(field.notSupported('fieldValidation', validation, ['Ignore', 'Strict', 'Warn']))
  }
  return errors.length === 0 ? undefined : invalid({ group: 'meta.k8s.io', kind }, '', errors)
}
