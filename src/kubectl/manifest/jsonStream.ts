import { JsonChecker, JsonSyntaxError } from '../../engine/api/patch/jsonSyntax.ts'
import { jsonStream } from './documents.ts'

/**
 * A stream of JSON values as encoding/json's Decoder reads it, with Go's words for what is wrong.
 */
export interface JsonStream {
  values: unknown[]
  /** Why the reading stopped before the end; '' when it did not. */
  error: string
  /** The same without the place. */
  plain: string
  /** Where the last value ends. */
  end: number
}

export function readJsonStream(text: string): JsonStream {
  const values: unknown[] = []
  const checker = new JsonChecker(text)
  let end = 0
  for (;;) {
    checker.blanks()
    if (checker.done()) return { values, error: '', plain: '', end }
    const start = checker.at
    try {
      checker.value('looking for beginning of value', 0)
    } catch (failure) {
      if (failure instanceof JsonSyntaxError) return { values, error: told(failure, checker.at), plain: told(failure), end }
      throw failure
    }
    end = checker.at
    values.push(JSON.parse(text.slice(start, end)))
  }
}

/** A stream may end anywhere, and where a character is wrong is counted from its beginning. */
function told({ where, message }: JsonSyntaxError, at?: number): string {
  if (where === 'end') return 'unexpected EOF'
  return where === 'character' && at !== undefined ? `json: offset ${at + 1}: ${message}` : message
}

jsonStream.bring(readJsonStream)
