import { fromBase64Url, toBase64Url } from '../api/base64.ts'
import { goQuote } from '../api/field.ts'

const version = 'meta.k8s.io/v1'

/** What a token says: the list goes on at `start`, a key without the prefix of its list, as of `revision`; -1: as of now. */
export interface ContinueToken {
  revision: number
  start: string
}

/** The page after the key `last` of a list (apiserver/pkg/storage/continue.go EncodeContinue). */
export const printContinueToken = (revision: number, last: string): string => toBase64Url(JSON.stringify({ v: version, rv: revision, start: `${last}\0` }))

/** Go's words where a client has made one up (DecodeContinue). */
export function parseContinueToken(text: string): ContinueToken | { error: string } {
  const illegal = /[^\w-]/.exec(text)?.index ?? (text.length % 4 === 1 ? text.length - 1 : undefined)
  if (illegal !== undefined) return invalid(`: illegal base64 data at input byte ${illegal}`)
  const token = parsed(fromBase64Url(text))
  if ('error' in token) return invalid(`: ${token.error}`)
  const { v = '', rv = 0, start = '' } = token
  if (v !== version) return invalid(`: server does not recognize this encoded version ${v}`)
  if (rv === 0) return invalid(`: incorrect encoded start resourceVersion (version ${version})`)
  if (start === '') return invalid(`: encoded start key empty (version ${version})`)
  if (`${start}/`.split('/').some((part, i, { length }) => part === '.' || part === '..' || (part === '' && i > 0 && i < length - 1))) return invalid(`: ${start}`)
  return { revision: rv, start: start.replace(/^\//, '') }
}

const invalid = (why: string): { error: string } => ({ error: `invalid continue token: continue key is not valid${why}` })

function parsed(json: string): { v?: string; rv?: number; start?: string } | { error: string } {
  try {
    const value: unknown = JSON.parse(json)
    const { v, rv, start } = Object(value) as Record<string, unknown>
    return { ...(typeof v === 'string' ? { v } : {}), ...(Number.isInteger(rv) ? { rv: rv as number } : {}), ...(typeof start === 'string' ? { start } : {}) }
  } catch {
    const first = json.trimStart().slice(0, 1)
    return { error: first === '' || /[[{"\dtfn-]/.test(first) ? 'unexpected end of JSON input' : `invalid character '${goQuote(first).slice(1, -1)}' looking for beginning of value` }
  }
}
