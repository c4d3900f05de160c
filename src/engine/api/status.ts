/**
 * meta/v1 Status: the words of k8s.io/apimachinery/pkg/api/errors and of the API server's handlers.
 * A resource is given as `{ group, plural }`, a kind as `{ group, kind }`; ResourceInfo is both.
 */
import { errorBody, formatFieldErrors, type FieldError } from './field.ts'
import { groupKind, groupResource } from './resources.ts'
import type { Status } from './types.ts'

type Details = NonNullable<Status['details']>
interface GroupResource {
  group: string
  plural: string
}
interface GroupKind {
  group: string
  kind: string
}

export function failure(code: number, reason: string, message: string, details?: Details): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details ? { details } : {}),
    code,
  }
}

const about = (r: GroupResource, name: string): Details => ({
  ...(name === '' ? {} : { name }),
  ...(r.group === '' ? {} : { group: r.group }),
  ...(r.plural === '' ? {} : { kind: r.plural }),
})

export const isFailure = (value: unknown): value is Status =>
  typeof value === 'object' &&
  value !== null &&
  (value as Status).kind === 'Status' &&
  (value as Status).apiVersion === 'v1' &&
  (value as Status).status === 'Failure'

export const notFound = (r: GroupResource, name: string): Status =>
  failure(404, 'NotFound', `${groupResource(r)} "${name}" not found`, about(r, name))

/** No such path or resource at all. */
export const resourceNotFound = (): Status =>
  failure(404, 'NotFound', 'the server could not find the requested resource', {})

export const alreadyExists = (r: GroupResource, name: string): Status =>
  failure(409, 'AlreadyExists', `${groupResource(r)} "${name}" already exists`, about(r, name))

/** POST with generateName hit a name in use. */
export const generateNameConflict = (r: GroupResource, name: string): Status =>
  failure(
    409,
    'AlreadyExists',
    `${groupResource(r)} "${name}" already exists, the server was not able to generate a unique name for the object`,
    about(r, name),
  )

export const objectModified =
  'the object has been modified; please apply your changes to the latest version and try again'

/** `why` is what follows "Operation cannot be fulfilled on pods "x": ". */
export const conflict = (r: GroupResource, name: string, why: string = objectModified): Status =>
  failure(409, 'Conflict', `Operation cannot be fulfilled on ${groupResource(r)} "${name}": ${why}`, about(r, name))

export function invalid(kind: GroupKind, name: string, errors: readonly FieldError[]): Status {
  const causes = errors.map((e) => ({
    reason: e.type,
    message: errorBody(e),
    field: e.field === '' ? '<nil>' : e.field,
  }))
  const text = errors.length === 0 ? '' : formatFieldErrors(errors)
  return failure(422, 'Invalid', `${groupKind(kind)} "${name}" is invalid${text === '' ? '' : `: ${text}`}`, {
    ...(name === '' ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.kind,
    ...(causes.length === 0 ? {} : { causes }),
  })
}

export const badRequest = (message: string): Status => failure(400, 'BadRequest', message)

/** `why` alone is the message when there is no resource to name. */
export function forbidden(r: GroupResource, name: string, why: string): Status {
  const resource = groupResource(r)
  const message =
    resource === ''
      ? `forbidden: ${why}`
      : name === ''
        ? `${resource} is forbidden: ${why}`
        : `${resource} "${name}" is forbidden: ${why}`
  return failure(403, 'Forbidden', message, about(r, name))
}

export const unauthorized = (message = 'Unauthorized'): Status => failure(401, 'Unauthorized', message)

/** `action` is "create", "delete", "patch" ... as upstream words it. */
export const methodNotSupported = (r: GroupResource, action: string): Status =>
  failure(
    405,
    'MethodNotAllowed',
    `${action} is not supported on resources of kind "${groupResource(r)}"`,
    about(r, ''),
  )

export const methodNotAllowed = (): Status =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})

export const unsupportedMediaType = (accepted: readonly string[]): Status =>
  failure(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )

/** A watch or a continue token older than the last compaction. */
export const expired = (message: string): Status => failure(410, 'Expired', message)

export const tooOldResourceVersion = (wanted: number | string, oldest: number | string): Status =>
  expired(`too old resource version: ${wanted} (${oldest})`)

/** A read at a revision that does not exist yet. */
export function tooLargeResourceVersion(wanted: number | string, current: number | string): Status {
  const status = failure(504, 'Timeout', `Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
  return status
}

export const requestEntityTooLarge = (message: string): Status =>
  failure(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`)

/** An error of the server's own that is no Status of any kind: a kubelet that does not answer. */
export const plainError = (message: string): Status => failure(500, '', message)

export const internalError = (message: string): Status =>
  failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })

export const timeout = (message: string, retryAfterSeconds = 0): Status =>
  failure(504, 'Timeout', `Timeout: ${message}`, retryAfterSeconds === 0 ? {} : { retryAfterSeconds })

export const serviceUnavailable = (message: string): Status => failure(503, 'ServiceUnavailable', message)

/** What a DELETE of something without a representation to return answers. */
export function success(r?: GroupResource, name?: string, uid?: string): Status {
  const details = r && { ...about(r, name ?? ''), ...(uid ? { uid } : {}) }
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    ...(details ? { details } : {}),
    code: 200,
  }
}
