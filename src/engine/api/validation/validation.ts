/**
 * Semantic validation, kind by kind (pkg/apis/<group>/validation), in upstream's order and words.
 */
import type { FieldError } from '../field.ts'
import { Part } from '../../part.ts'
import { findKind } from '../resources.ts'
import type { KubeObject } from '../types.ts'
import { subdomainName, validateKubeFinalizers, validateObjectMeta, type NameRule } from './meta.ts'

interface KindRules {
  name?: NameRule
  create?(object: any, errors: FieldError[]): void
  /** Without it, an update is checked as `create` checks. */
  update?(next: any, old: any, errors: FieldError[]): void
  status?(next: any, old: any, errors: FieldError[]): void
}

/** By 'apps/v1/Deployment': kinds.ts. */
export const otherKinds = new Part<Readonly<Record<string, KindRules>>>('kinds')

export function rules(object: KubeObject): KindRules {
  const key = `${object.apiVersion}/${object.kind}`
  const others = otherKinds.get()
  return Object.hasOwn(others, key) ? others[key]! : {}
}

const namespaced = (object: KubeObject): boolean => findKind(object.apiVersion, object.kind)?.namespaced ?? true

/** Whose kinds take finalizers of any name. */
const ownFinalizers = /^(admissionregistration\.k8s\.io|apiextensions\.k8s\.io|apiregistration\.k8s\.io|coordination\.k8s\.io)\//

export function validateFinalizers({ apiVersion, metadata }: KubeObject, errors: FieldError[]): void {
  if (metadata.finalizers && !ownFinalizers.test(apiVersion)) validateKubeFinalizers(metadata.finalizers, 'metadata.finalizers', errors)
}

/** What is wrong with a new object (defaulted, admitted and prepared); none when it may be stored. */
export function validateCreate(object: KubeObject): FieldError[] {
  const errors: FieldError[] = []
  const { name, create } = rules(object)
  validateObjectMeta(object.metadata, namespaced(object), name ?? subdomainName, 'metadata', errors)
  validateFinalizers(object, errors)
  create?.(object, errors)
  return errors
}
