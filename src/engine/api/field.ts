/**
 * Field errors as k8s.io/apimachinery/pkg/util/validation/field makes and prints them (v1.34: values
 * that are maps, lists or structs print as JSON).
 */

export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid'

export interface FieldError {
  /** Also the reason of the cause in a Status. */
  type: FieldErrorType
  /** "spec.containers[0].name" */
  field: string
  badValue: unknown
  detail: string
}

const words: Record<FieldErrorType, string> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
}

/** Types whose value is not printed. */
const silent = new Set<FieldErrorType>([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
])

/** field.OmitValueType: a value that is not shown. */
export const omitted = Symbol('omitted')

export const required = (field: string, detail = ''): FieldError => ({
  type: 'FieldValueRequired',
  field,
  badValue: '',
  detail,
})

export const invalid = (field: string, badValue: unknown, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  badValue,
  detail,
})

/** Not of the type that the schema wants; the value that is shown is the type that was found. */
export const typeInvalid = (field: string, badValue: unknown, detail: string): FieldError => ({
  type: 'FieldValueTypeInvalid',
  field,
  badValue,
  detail,
})

export const duplicate = (field: string, badValue: unknown): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  badValue,
  detail: '',
})

export const forbidden = (field: string, detail: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  badValue: '',
  detail,
})

export const notFound = (field: string, badValue: unknown): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  badValue,
  detail: '',
})

/** `supported` in the order in which upstream lists them (it sorts most, not all). */
export const notSupported = (field: string, badValue: unknown, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  badValue,
  detail: supported.length === 0 ? '' : `supported values: ${supported.map(goQuote).join(', ')}`,
})

/** `maximum` in bytes; -1 when there is none to tell. */
export const tooLong = (field: string, badValue: unknown, maximum: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  badValue,
  detail: maximum < 0 ? 'value is too long' : `may not be more than ${maximum} byte${maximum === 1 ? '' : 's'}`,
})

export const tooMany = (field: string, actual: number, maximum: number): FieldError => ({
  type: 'FieldValueTooMany',
  field,
  badValue: actual,
  detail: maximum < 0 ? 'has too many items' : `must have at most ${maximum} item${maximum === 1 ? '' : 's'}`,
})

export const internalError = (field: string, message: string): FieldError => ({
  type: 'InternalError',
  field,
  badValue: undefined,
  detail: message,
})

/** strconv.Quote: what %q prints. */
export function goQuote(text: string): string {
  let out = '"'
  for (const char of text) {
    const code = char.codePointAt(0)!
    if (char === '"' || char === '\\') out += '\\' + char
    else if (code >= 0x20 && code < 0x7f) out += char
    else if (escapes[char]) out += escapes[char]
    else if (code < 0x20 || code === 0x7f) out += '\\x' + code.toString(16).padStart(2, '0')
    else if (unprintable.test(char)) {
      out += code > 0xffff ? '\\U' + code.toString(16).padStart(8, '0') : '\\u' + code.toString(16).padStart(4, '0')
    } else out += char
  }
  return out + '"'
}

const escapes: Record<string, string> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
}
/** What Go's strconv.IsPrint refuses beyond ASCII: controls, format marks, surrogates, all blanks but U+0020. */
const unprintable = /[\p{C}\p{Z}]/u

function printValue(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  if (typeof value === 'string') return goQuote(value)
  return typeof value === 'object' ? goJson(value) : String(value)
}

/** encoding/json writes what could end a script of a page as its code. */
const goJson = (value: object): string =>
  JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (char) => '\\u' + char.charCodeAt(0).toString(16).padStart(4, '0'))

/** Everything after "field: ". */
export function errorBody(error: FieldError): string {
  const word = words[error.type]
  const head = silent.has(error.type) || error.badValue === omitted ? word : `${word}: ${printValue(error.badValue)}`
  return error.detail === '' ? head : `${head}: ${error.detail}`
}

/** "spec.containers[0].name: Required value". Upstream prints a nil path as "<nil>"; here ''. */
export function formatFieldError(error: FieldError): string {
  return `${error.field === '' ? '<nil>' : error.field}: ${errorBody(error)}`
}

/** field.ErrorList.ToAggregate().Error(): one bare, several in brackets, the same text once. */
export function formatFieldErrors(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(formatFieldError))]
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`
}
