/**
 * Semantic validation, kind by kind (pkg/apis/<group>/validation), in upstream's order and words.
 */
import type { FieldError } from '../field.ts'
import { findKind } from '../resources.ts'
import type { KubeObject } from '../types.ts'
import { createPod, updatePod, updatePodStatus } from './pod.ts'
import { labelName, subdomainName, validateObjectMeta, validateObjectMetaUpdate, type NameRule } from './meta.ts'

export interface KindValidation {
  name?: NameRule
  create?(object: any, errors: FieldError[]): void
  update?(next: any, old: any, errors: FieldError[]): void
  status?(next: any, old: any, errors: FieldError[]): void
}

const byKind: Record<string, KindValidation> = {
  'v1/Pod': { create: createPod, update: updatePod, status: updatePodStatus },
  'v1/Namespace': { name: labelName },
}

function rules(object: KubeObject): KindValidation {
  const key = `${object.apiVersion}/${object.kind}`
  return Object.hasOwn(byKind, key) ? byKind[key]! : {}
}

const namespaced = (object: KubeObject): boolean => findKind(object.apiVersion, object.kind)?.namespaced ?? true

/** What is wrong with a new object (defaulted, admitted and prepared); none when it may be stored. */
export function validateCreate(object: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  const { name, create } = rules(object)
  validateObjectMeta(object.metadata, namespaced(object), name ?? subdomainName, 'metadata', errors)
  create?.(object, errors)
  return errors
}

/** What is wrong with a change (prepared). */
export function validateUpdate(next: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  validateObjectMetaUpdate(next.metadata, old.metadata, 'metadata', errors)
  rules(next).update?.(next, old, errors)
  return errors
}

/** What is wrong with a change of the status subresource (prepared). */
export function validateStatusUpdate(next: KubeObject, old: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  validateObjectMetaUpdate(next.metadata, old.metadata, 'metadata', errors)
  rules(next).status?.(next, old, errors)
  return errors
}
