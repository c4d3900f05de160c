import type { parseOptions } from '../../../text/options.ts'

export type Options = ReturnType<typeof parseOptions>
