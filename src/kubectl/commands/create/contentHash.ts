/** `--append-hash`: a name that changes with the content (kubectl/pkg/util/hash). */
import { sha256 } from '../../../engine/api/digest.ts'
import type { FlagSpec } from '../../commandLine/flags.ts'
import { toJson } from '../../printing/goJson.ts'
import type { Session } from '../../session.ts'
import type { Made } from './generating.ts'

export const hashFlag: FlagSpec = { name: 'append-hash', type: 'bool', usage: 'Put a hash of the content behind the name.' }

/** The ConfigMap or Secret under the name that it gets. */
export function named({ flags }: Session, made: Made): Made {
  return flags.bool('append-hash') ? { ...made, metadata: { ...made.metadata, name: `${made.metadata['name']}-${contentHash(made)}` } } : made
}

/** Letters that could make words are others. */
const replaced: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' }

export function contentHash({ kind, metadata, data = {}, type = '' }: Made): string {
  const content = { data, kind, name: metadata['name'], ...(kind === 'Secret' ? { type } : {}) }
  return hashed(content)
}

/** Ten digits for what an object says, as they end the names of kubectl and of kustomize. */
export function hashed(content: object): string {
  return sha256(toJson(content)).slice(0, 10).replaceAll(/[013ae]/g, (digit) => replaced[digit]!)
}
