import { expect, it } from 'vitest'
import { writeOptionsError, type OptionsKind } from './options.ts'

it.each<[kind: OptionsKind, query: Record<string, string>, applies: boolean, message: string | undefined]>([
  ['PatchOptions', {}, false, undefined],
  ['PatchOptions', { fieldManager: 'me', force: 'true', dryRun: 'All' }, true, undefined],
  ['CreateOptions', { fieldValidation: 'Strict', fieldManager: 'kubectl-create' }, false, undefined],
  ['PatchOptions', {}, true, 'fieldManager: Required value: is required for apply patch'],
  ['PatchOptions', { force: 'true' }, false, 'force: Forbidden: may not be specified for non-apply patch'],
  ['UpdateOptions', { dryRun: 'x' }, false, 'dryRun: Unsupported value: ["x"]: supported values: "All"'],
  [
    'UpdateOptions',
    { fieldManager: 'a\nb' },
    false,
    String.raw`fieldManager: Invalid value: "a\nb": invalid character U+000A (at position 1)`,
  ],
  ['CreateOptions', { fieldManager: 'a'.repeat(129) }, false, 'fieldManager: Too long: may not be more than 128 bytes'],
  [
    'CreateOptions',
    { fieldValidation: 'strict' },
    false,
    'fieldValidation: Unsupported value: "strict": supported values: "Ignore", "Strict", "Warn"',
  ],
])('%s %j', (kind, query, applies, message) => {
  const status = writeOptionsError(kind, query, applies)
  expect(status?.message).toBe(message && `${kind}.meta.k8s.io "" is invalid: ${message}`)
})
