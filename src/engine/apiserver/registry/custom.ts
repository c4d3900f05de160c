import { keptVersion } from '../../api/custom/convert.ts'
import { findAll, withValue } from '../../api/custom/jsonPath.ts'
import { cel } from '../../api/cel/cel.ts'
import { hasRules, isTrue, type CustomKind, type CustomResource } from '../../api/custom/kind.ts'
import { validateValue } from '../../api/custom/validate.ts'
import { semanticEqual } from '../../api/equality.ts'
import { invalid as invalidField, type FieldError } from '../../api/field.ts'
import { methodNotSupported } from '../../api/status.ts'
import { subdomainName, validateObjectMeta, validateObjectMetaUpdate } from '../../api/validation/meta.ts'
import type { KubeObject, Status } from '../../api/types.ts'
import { refuse, withMeta, type Decision } from './decision.ts'
import { endsDeletion } from './deletion.ts'
import { invalidObject } from './invalid.ts'

/** Strategy and validation of custom resources (apiextensions pkg/registry/customresource strategy.go, validator.go). */
export function createCustom(info: CustomResource, admitted: KubeObject): Decision {
  const { custom } = info
  if (isTrue(custom.definition, 'Terminating')) return refuse(terminating(info))
  const object = withMeta(custom.hasStatus ? withoutStatus(admitted) : admitted, { generation: 1 })
  const errors: FieldError[] = []
  validateObjectMeta(object.metadata, info.namespaced, subdomainName, 'metadata', errors)
  validate(info, object, undefined, errors)
  return errors.length > 0 ? refuse(invalidObject(info, object, errors)) : { do: 'put', object, code: 201 }
}

function terminating({ group, plural }: CustomResource): Status {
  return { ...methodNotSupported({ group, plural }, 'create'), message: 'create not allowed while custom resource definition is terminating' }
}

export function updateCustom(info: CustomResource, admitted: KubeObject, old: KubeObject, subresource: string | undefined): Decision {
  const prepared = subresource === 'status' ? statusUpdate(admitted, old) : specUpdate(info.custom, admitted, old)
  // What was stored in another version is stored in this one from now on.
  const object = { ...prepared, apiVersion: keptVersion(info) }
  const errors: FieldError[] = []
  validateObjectMetaUpdate(object.metadata, old.metadata, 'metadata', errors)
  validate(info, object, old, errors)
  if (errors.length > 0) return refuse(invalidObject(info, object, errors))
  if (endsDeletion(object, old)) return { do: 'remove', answer: object }
  return semanticEqual(object, old) ? { do: 'nothing', code: 200, answer: old } : { do: 'put', object, code: 200 }
}

function withoutStatus(object: KubeObject): KubeObject {
  const { status: _, ...rest } = object
  return rest as KubeObject
}

/** Whatever is neither metadata nor, with the subresource, status counts for the generation. */
function specUpdate({ hasStatus }: CustomKind, next: KubeObject, old: KubeObject): KubeObject {
  const object = hasStatus ? { ...withoutStatus(next), ...(old['status'] === undefined ? {} : { status: old['status'] }) } : next
  const counted = ({ metadata: _, apiVersion: _version, ...rest }: KubeObject): object => rest
  const generation = old.metadata.generation ?? 1
  return withMeta(object, { generation: semanticEqual(counted(object), counted(old)) ? generation : generation + 1 })
}

function statusUpdate(next: KubeObject, old: KubeObject): KubeObject {
  const { managedFields } = next.metadata
  const metadata = { ...old.metadata, ...(managedFields === undefined ? {} : { managedFields }) }
  return { ...withoutStatus(old), metadata, ...(next['status'] === undefined ? {} : { status: next['status'] }) }
}

/** Errors that keep rules from being looked at: the object is not what they speak of. */
const blocking = new Set<FieldError['type']>(['FieldValueNotSupported', 'FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany', 'FieldValueTypeInvalid'])

function validate(info: CustomResource, object: KubeObject, old: KubeObject | undefined, errors: FieldError[]): void {
  const { custom } = info
  if (object.kind !== info.kind) errors.push(invalidField('kind', object.kind, `must be ${info.kind}`))
  const { metadata: _, apiVersion: _version, kind: _kind, ...rest } = object
  const { properties: { metadata: _meta, apiVersion: _v, kind: _k, ...properties } = {}, required } = custom.schema
  const known = new Set(['metadata', 'apiVersion', 'kind'])
  validateValue(rest, { ...custom.schema, properties, ...(required === undefined ? {} : { required: required.filter((name) => !known.has(name)) }) }, '', errors, 0, old)
  if (custom.scale !== undefined) checkReplicas(custom.scale, object, errors)
  if (!hasRules(custom.schema)) return
  if (errors.some(({ type }) => blocking.has(type))) {
    errors.push(invalidField('', null, 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation'))
  } else cel.get().validateRules(object, old, custom.schema, errors)
}

function checkReplicas(scale: NonNullable<CustomKind['scale']>, object: KubeObject, errors: FieldError[]): void {
  for (const path of [scale.specReplicasPath, scale.statusReplicasPath]) {
    const [replicas] = findAll(object, path)
    if (typeof replicas === 'number' && replicas < 0) errors.push(invalidField(path, replicas, 'should be a non-negative integer'))
  }
}

/** autoscaling/v1 Scale of a custom resource (customresource/etcd.go scaleFromCustomResource). */
export function customScale({ name, namespace, uid, resourceVersion, creationTimestamp }: KubeObject['metadata'], object: KubeObject, scale: NonNullable<CustomKind['scale']>): KubeObject {
  const at = (path: string): unknown => findAll(object, path)[0]
  const replicas = at(scale.specReplicasPath)
  const selector = scale.labelSelectorPath === undefined ? undefined : at(scale.labelSelectorPath)
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as KubeObject['metadata'],
    spec: replicas ? { replicas } : {},
    status: { replicas: at(scale.statusReplicasPath) ?? 0, ...(typeof selector === 'string' && selector !== '' ? { selector } : {}) },
  }
}

export const withReplicas = (object: KubeObject, { specReplicasPath }: NonNullable<CustomKind['scale']>, replicas: number): KubeObject =>
  withValue(object, specReplicasPath, replicas)
