/**
 * "pod updates may not change fields other than ..." ends with a diff of the two specs: both printed as
 * JSON of the internal Go types (every field, in the order of the structs, one blank an indent) and
 * compared line by line with three lines of context (apimachinery/pkg/util/diff).
 */
import { internalStruct } from './internalTypes.ts'
import { unifiedDiff } from './unifiedDiff.ts'
import type { Fields } from './report.ts'

export function specDiff(old: Fields, next: Fields, type = 'PodSpec'): string {
  const print = (spec: Fields) => JSON.stringify(internalStruct(spec, type), null, 1).split('\n')
  return unifiedDiff(print(old), print(next))
}
