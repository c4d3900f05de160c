import { describe, expect, test } from 'vitest'
import { toBase64 } from '../base64.ts'
import type { FieldError } from '../field.ts'
import { certificateApproval, certificateStatus } from './certificates.ts'

interface Status {
  conditions?: { type?: string; status?: string; message?: string }[]
  certificate?: string
}

const said = (rule: typeof certificateStatus, before: Status, after: Status): string[] => {
  const errors: FieldError[] = []
  rule({ status: after }, { status: before }, errors)
  return errors.map(({ field, detail, type }) => `${field}: ${type} ${detail}`)
}

const is = (type: string, status = 'True', message = '') => ({ type, status, message })
const approved = { conditions: [is('Approved')] }
const certificate = (label = 'CERTIFICATE', body = 'eA=='): string => toBase64(`-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`)

/** pkg/apis/certificates/validation/validation_test.go asks the same. */
describe('a decision', () => {
  test.each<[string, Status, Status, string[]]>([
    ['is made', {}, approved, []],
    ['is told in other words', approved, { conditions: [is('Approved', 'True', 'after all')] }, []],
    ['stays with a failure', approved, { conditions: [is('Approved'), is('Failed')] }, []],
    ['is not taken back', approved, {}, ['status.conditions: FieldValueForbidden updates may not remove a condition of type "Approved"']],
    ['is not its contrary', { conditions: [is('Denied')] }, { conditions: [is('Denied'), is('Approved')] }, ['status.conditions[1].type: FieldValueInvalid Approved and Denied conditions are mutually exclusive']],
    ['may stay its contrary', { conditions: [is('Denied'), is('Approved')] }, { conditions: [is('Denied'), is('Approved'), is('other', 'Unknown')] }, []],
    ['is made once', {}, { conditions: [is('Approved'), is('Approved')] }, ['status.conditions[1].type: FieldValueDuplicate ']],
    ['is one', {}, { conditions: [is('Approved', 'False')] }, ['status.conditions[0].status: FieldValueNotSupported supported values: "True"']],
    ['has a kind and says whether', {}, { conditions: [{}] }, ['status.conditions[0].type: FieldValueRequired ', 'status.conditions[0].status: FieldValueRequired ']],
    ['of another kind may be anything known', {}, { conditions: [is('other', 'maybe')] }, ['status.conditions[0].status: FieldValueNotSupported supported values: "False", "True", "Unknown"']],
  ])('%s', (_, before, after, errors) => expect(said(certificateApproval, before, after)).toEqual(errors))
})

describe('a signer', () => {
  test.each<[string, Status, Status, string[]]>([
    ['sets the certificate', approved, { ...approved, certificate: certificate() }, []],
    ['sets it once', { ...approved, certificate: certificate() }, { ...approved, certificate: certificate('CERTIFICATE', 'eQ==') }, ['status.certificate: FieldValueForbidden updates may not modify existing certificate content']],
    ['does not take it back', { ...approved, certificate: certificate() }, approved, ['status.certificate: FieldValueForbidden updates may not modify existing certificate content']],
    ['gives nothing else', approved, { ...approved, certificate: certificate('PRIVATE KEY') }, ['status.certificate: FieldValueInvalid only CERTIFICATE PEM blocks are allowed, found "PRIVATE KEY"']],
    ['gives something', approved, { ...approved, certificate: toBase64('here') }, ['status.certificate: FieldValueInvalid must contain at least one CERTIFICATE PEM block']],
    ['says that it failed', approved, { conditions: [is('Approved'), is('Failed')] }, []],
    ['does not decide', {}, approved, ['status.conditions: FieldValueForbidden updates may not add a condition of type "Approved"']],
    ['does not undo', { conditions: [is('Denied'), is('Failed')] }, { conditions: [] }, ['Denied', 'Failed'].map((type) => `status.conditions: FieldValueForbidden updates may not remove a condition of type "${type}"`)],
  ])('%s', (_, before, after, errors) => expect(said(certificateStatus, before, after)).toEqual(errors))
})
