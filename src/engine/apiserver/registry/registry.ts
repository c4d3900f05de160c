import type { CustomResource } from '../../api/custom/kind.ts'
import { prepareForCreate } from '../../api/prepare.ts'
import { validateCreate } from '../../api/validation/validation.ts'
import type { ResourceInfo } from '../../api/resources.ts'
import type { KubeObject } from '../../api/types.ts'
import { createCustom } from './custom.ts'
import { refuse, type Decision } from './decision.ts'
import { invalidObject } from './invalid.ts'

/** Strategy and validation of a create, after admission (apiserver/pkg/registry/rest/create.go BeforeCreate). */
export function decideCreate(info: ResourceInfo, admitted: KubeObject, nowMs: number): Decision {
  if (info.custom !== undefined) return createCustom(info as CustomResource, admitted)
  const object = prepareForCreate(admitted, nowMs)
  const errors = validateCreate(object)
  return errors.length > 0 ? refuse(invalidObject(info, object, errors)) : { do: 'put', object, code: 201 }
}
