import type { CustomResource } from '../../api/custom/kind.ts'
import { semanticEqual } from '../../api/equality.ts'
import type { FieldError } from '../../api/field.ts'
import { prepareForEphemeralContainersUpdate, prepareForResize, prepareForStatusUpdate, prepareForUpdate } from '../../api/prepareUpdate.ts'
import type { ResourceInfo } from '../../api/resources.ts'
import type { KubeObject } from '../../api/types.ts'
import { validateApproval, validateEphemeralContainersUpdate, validateResize, validateStatusUpdate, validateUpdate } from '../../api/validation/update.ts'
import { isCertificateRequest, prepareForApproval, prepareForSigning } from './certificates.ts'
import { updateCustom } from './custom.ts'
import { refuse, type Decision } from './decision.ts'
import { endsDeletion } from './deletion.ts'
import { invalidObject } from './invalid.ts'

/** Strategy and validation of an update or a patch (rest/update.go BeforeUpdate); `now` in virtual ms. */
export function decideUpdate(info: ResourceInfo, admitted: KubeObject, old: KubeObject, subresource: string | undefined, now: number): Decision {
  if (info.custom !== undefined) return updateCustom(info as CustomResource, admitted, old, subresource)
  const { prepare, validate } = strategies[subresource ?? ''] ?? ordinary
  const object = prepare(admitted, old, now)
  const errors = validate(object, old)
  if (errors.length > 0) return refuse(invalidObject(info, object, errors))
  if (endsDeletion(object, old)) return { do: 'remove', answer: object }
  if (semanticEqual(object, old)) return { do: 'nothing', code: 200, answer: old }
  return { do: 'put', object, code: 200 }
}

interface UpdateStrategy {
  prepare(next: KubeObject, old: KubeObject, now: number): KubeObject
  validate(next: KubeObject, old: KubeObject): FieldError[]
}

function prepareStatus(next: KubeObject, old: KubeObject, now: number): KubeObject {
  const prepared = prepareForStatusUpdate(next, old)
  return isCertificateRequest(prepared) ? prepareForSigning(prepared, old, now) : prepared
}

const ordinary: UpdateStrategy = { prepare: prepareForUpdate, validate: validateUpdate }

/** Subresources through which only a part of an object changes (pkg/registry/core/pod/strategy.go has the pod's own). */
const strategies: Readonly<Record<string, UpdateStrategy>> = {
  approval: { prepare: prepareForApproval, validate: validateApproval },
  status: { prepare: prepareStatus, validate: validateStatusUpdate },
  ephemeralcontainers: { prepare: prepareForEphemeralContainersUpdate, validate: validateEphemeralContainersUpdate },
  resize: { prepare: prepareForResize, validate: validateResize },
}
