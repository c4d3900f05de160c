import { goQuote } from '../engine/api/field.ts'
import type { Status } from '../engine/api/types.ts'

/** Reason and message of a refusal by somebody who answers with text, not with a Status (apimachinery/pkg/api/errors NewGenericServerResponse). */
export function genericStatus(code: number, text: string): Status {
  const [reason, message] = known[code] ?? other(code, text)
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, ...(reason === '' ? {} : { reason }), code }
}

const known: Readonly<Record<number, readonly [reason: string, message: string]>> = {
  400: ['BadRequest', 'the server rejected our request for an unknown reason'],
  401: ['Unauthorized', 'the server has asked for the client to provide credentials'],
  404: ['NotFound', 'the server could not find the requested resource'],
  405: ['MethodNotAllowed', 'the server does not allow this method on the requested resource'],
  409: ['Conflict', 'the server reported a conflict'],
  410: ['Gone', 'the server is no longer able to provide the requested resource'],
  422: ['Invalid', 'the server rejected our request due to an error in our request'],
  429: ['TooManyRequests', 'the server has received too many requests and has asked us to try again later'],
  503: ['ServiceUnavailable', 'the server is currently unable to handle the request'],
  504: ['Timeout', 'the server was unable to return a response in the time allotted, but may still be processing the request'],
}

function other(code: number, text: string): readonly [reason: string, message: string] {
  const said = text.trim()
  if (code === 403) return ['Forbidden', said]
  if (code >= 500) return ['InternalError', `an error on the server (${goQuote(said)}) has prevented the request from succeeding`]
  return ['', `the server responded with the status code ${code} but did not return more information`]
}
