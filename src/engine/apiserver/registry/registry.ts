import { invalid } from '../../api/status.ts'
import type { FieldError } from '../../api/field.ts'
import { prepareForCreate } from '../../api/prepare.ts'
import { validateCreate } from '../../api/validation/validation.ts'
import type { ResourceInfo } from '../../api/resources.ts'
import type { KubeObject, Status } from '../../api/types.ts'
import { refuse, type Decision } from './decision.ts'

/** Strategy and validation of a create, after admission (apiserver/pkg/registry/rest/create.go BeforeCreate). */
export function decideCreate(info: ResourceInfo, admitted: KubeObject, nowMs: number): Decision {
  const object = prepareForCreate(admitted, nowMs)
  const errors = validateCreate(object)
  return errors.length > 0 ? refuse(invalidObject(info, object, errors)) : { do: 'put', object, code: 201 }
}

export function invalidObject(info: ResourceInfo, object: KubeObject, errors: readonly FieldError[]): Status {
  return invalid(info, object.metadata.name, errors)
}
