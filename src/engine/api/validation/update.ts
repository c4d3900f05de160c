/** What is wrong with changes: see validation.ts. */
import type { FieldError } from '../field.ts'
import type { KubeObject } from '../types.ts'
import { certificateApproval } from './certificates.ts'
import { validateObjectMetaUpdate } from './meta.ts'
import * as pods from './podUpdate.ts'
import { rules, validateFinalizers } from './validation.ts'

function validateMeta(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  validateObjectMetaUpdate(next.metadata, old.metadata, 'metadata', errors)
  validateFinalizers(next, errors)
}

/** What is wrong with a change (prepared). */
export function validateUpdate(next: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  validateMeta(next, old, errors)
  const { create, update } = rules(next)
  if (update) update(next, old, errors)
  else create?.(next, errors)
  return errors
}

/** What is wrong with a change of the status subresource (prepared). */
export function validateStatusUpdate(next: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  validateMeta(next, old, errors)
  rules(next).status?.(next, old, errors)
  return errors
}

/** What is wrong with a change of certificatesigningrequests/approval (prepared). */
export function validateApproval(next: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  validateMeta(next, old, errors)
  certificateApproval(next, old, errors)
  return errors
}

/** What is wrong with a change of pods/ephemeralcontainers (prepared). */
export function validateEphemeralContainersUpdate(next: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  validateMeta(next, old, errors)
  pods.updateEphemeralContainers(next, old, errors)
  return errors
}

/** What is wrong with a change of pods/resize (prepared). */
export function validateResize(next: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  validateMeta(next, old, errors)
  pods.resizePod(next, old, errors)
  return errors
}
