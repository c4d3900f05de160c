import type { Schema } from '../../engine/api/custom/kind.ts'
import { apiVersionOf, type ResourceInfo } from '../../engine/api/resources.ts'
import { send, type Session, type Task } from '../session.ts'

interface Document {
  components?: { schemas?: Record<string, Schema & { 'x-kubernetes-group-version-kind'?: readonly { kind: string }[] }> }
}

/** What the server's OpenAPI document says of a type; undefined when it says nothing. */
export function* schemaOf(session: Session, resource: ResourceInfo): Task<Schema | undefined> {
  const { paths = {} } = (yield* send(session, { verb: 'get', path: '/openapi/v3' })).body as { paths?: Record<string, { serverRelativeURL: string }> }
  const url = paths[`apis/${apiVersionOf(resource)}`]?.serverRelativeURL
  if (url === undefined) return undefined
  const { components } = (yield* send(session, { verb: 'get', path: url })).body as Document
  return Object.values(components?.schemas ?? {}).find((schema) => schema['x-kubernetes-group-version-kind']?.some(({ kind }) => kind === resource.kind))
}
