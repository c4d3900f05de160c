import { invalid } from '../../api/status.ts'
import type { FieldError } from '../../api/field.ts'
import type { ResourceInfo } from '../../api/resources.ts'
import type { KubeObject, Status } from '../../api/types.ts'

export function invalidObject(info: ResourceInfo, object: KubeObject, errors: readonly FieldError[]): Status {
  return invalid(info, object.metadata.name, errors)
}
