import { structOfSchema } from '../../engine/api/custom/struct.ts'
import { apiVersionOf } from '../../engine/api/resources.ts'
import { structOfKind } from '../../engine/api/schema/schema.ts'
import { schemaOf } from '../explain/openapi.ts'
import type { Session, Task } from '../session.ts'
import { resourceCalled } from './objects.ts'
import type { Candidate } from './words.ts'

/** Fields of a type behind the last dot: for `explain pods.spec.`, `--sort-by=.metadata.` and `-o jsonpath={.spec.`. */
export function* fieldWords(session: Session, type: string, word: string): Task<Candidate[]> {
  const resource = yield* resourceCalled(session, type)
  if (resource === undefined) return []
  const dot = word.lastIndexOf('.')
  const path = word
    .slice(0, dot)
    .replace(/^.*[{,:=]/, '')
    .split('.')
    .slice(1)
    .map((part) => part.replace(/\[.*$/, ''))
  let at = structOfKind(apiVersionOf(resource), resource.kind)
  if (at === undefined) {
    const schema = yield* schemaOf(session, resource)
    at = schema && structOfSchema(schema, resource.kind)
  }
  for (const name of path[0] === 'items' ? path.slice(1) : path) at = at?.fields.get(name)?.struct
  return [...(at?.fields.keys() ?? [])].map((name) => ({ text: word.slice(0, dot + 1) + name }))
}
