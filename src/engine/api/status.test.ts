import { describe, expect, it } from 'vitest'
import * as field from './field.ts'
import * as status from './status.ts'
import type { Status } from './types.ts'

const pods = { group: '', plural: 'pods', kind: 'Pod' }
const deployments = { group: 'apps', plural: 'deployments', kind: 'Deployment' }

const rows: [made: Status, code: number, reason: string, message: string][] = [
  [status.notFound(deployments, 'web'), 404, 'NotFound', 'deployments.apps "web" not found'],
  [status.resourceNotFound(), 404, 'NotFound', 'the server could not find the requested resource'],
  [status.alreadyExists(pods, 'x'), 409, 'AlreadyExists', 'pods "x" already exists'],
  [
    status.conflict(pods, 'x'),
    409,
    'Conflict',
    'Operation cannot be fulfilled on pods "x": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [status.forbidden(pods, 'x', 'no'), 403, 'Forbidden', 'pods "x" is forbidden: no'],
  [status.forbidden(pods, '', 'no'), 403, 'Forbidden', 'pods is forbidden: no'],
  [status.unauthorized(), 401, 'Unauthorized', 'Unauthorized'],
  [status.badRequest('no'), 400, 'BadRequest', 'no'],
  [
    status.methodNotSupported(pods, 'create'),
    405,
    'MethodNotAllowed',
    'create is not supported on resources of kind "pods"',
  ],
  [
    status.unsupportedMediaType(['a', 'b']),
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: a, b',
  ],
  [status.tooOldResourceVersion(1, 5), 410, 'Expired', 'too old resource version: 1 (5)'],
  [
    status.requestEntityTooLarge('limit is 3145728'),
    413,
    'RequestEntityTooLarge',
    'Request entity too large: limit is 3145728',
  ],
  [status.internalError('oh'), 500, 'InternalError', 'Internal error occurred: oh'],
  [status.timeout('slow'), 504, 'Timeout', 'Timeout: slow'],
  [status.serviceUnavailable('down'), 503, 'ServiceUnavailable', 'down'],
]

describe('Status', () => {
  it.each(rows)('%#', (made, code, reason, message) => {
    expect(made).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message })
    expect(status.isFailure(made)).toBe(true)
  })

  it('has details and causes', () => {
    expect(status.notFound(deployments, 'web').details).toEqual({ name: 'web', group: 'apps', kind: 'deployments' })
    const made = status.invalid(deployments, 'web', [field.required('spec.a'), field.invalid('spec.b', -1, 'bad')])
    expect(made.message).toBe(
      'Deployment.apps "web" is invalid: [spec.a: Required value, spec.b: Invalid value: -1: bad]',
    )
    expect(made.details).toEqual({
      name: 'web',
      group: 'apps',
      kind: 'Deployment',
      causes: [
        { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.a' },
        { reason: 'FieldValueInvalid', message: 'Invalid value: -1: bad', field: 'spec.b' },
      ],
    })
  })

  it('success of a delete', () => {
    expect(status.success(pods, 'x', 'u1')).toMatchObject({
      status: 'Success',
      code: 200,
      details: { name: 'x', kind: 'pods', uid: 'u1' },
    })
  })
})

describe('field errors', () => {
  const printed: [error: field.FieldError, text: string][] = [
    [field.required('a'), 'a: Required value'],
    [field.required('a', 'why'), 'a: Required value: why'],
    [field.invalid('a', 'x"y', 'why'), 'a: Invalid value: "x\\"y": why'],
    [field.invalid('a', { b: 1 }, 'why'), 'a: Invalid value: {"b":1}: why'],
    [field.invalid('a', undefined, 'why'), 'a: Invalid value: null: why'],
    [field.invalid('', 'x', 'why'), '<nil>: Invalid value: "x": why'],
    [field.duplicate('a', 'x'), 'a: Duplicate value: "x"'],
    [field.forbidden('a', 'why'), 'a: Forbidden: why'],
    [field.notFound('a', 'x'), 'a: Not found: "x"'],
    [field.notSupported('a', 'x', ['b', 'c']), 'a: Unsupported value: "x": supported values: "b", "c"'],
    [field.tooLong('a', 'x', 5), 'a: Too long: may not be more than 5 bytes'],
    [field.tooMany('a', 7, 5), 'a: Too many: 7: must have at most 5 items'],
    [field.internalError('a', 'oh'), 'a: Internal error: oh'],
  ]
  it.each(printed)('%#', (error, text) => expect(field.formatFieldError(error)).toBe(text))

  it('says the same thing once', () => {
    expect(field.formatFieldErrors([field.required('a'), field.required('a')])).toBe('a: Required value')
  })

  it('quotes as Go does', () => {
    expect(field.goQuote('tab\t, bell\u0007, ü, 💡, \u2028')).toBe('"tab\\t, bell\\a, ü, 💡, \\u2028"')
  })
})
