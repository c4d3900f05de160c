import { utf8 } from '../base64.ts'
import { invalid, tooLong, type FieldError } from '../field.ts'

/** The name of a manager of fields, wherever it is given (metav1 validation.ValidateFieldManager). Its own file: every write is checked for it, before anything of its object is. */
export function validateManager(manager: string, field: string, errors: FieldError[]): void {
  // As most writes have it.
  if (manager === '') return
  if (utf8(manager).length > 128) errors.push(tooLong(field, manager, 128))
  for (const { 0: char, index } of manager.matchAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu)) {
    const code = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
    errors.push(invalid(field, manager, `invalid character U+${code} (at position ${utf8(manager.slice(0, index)).length})`))
  }
}
