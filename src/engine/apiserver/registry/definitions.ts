import { cleanupFinalizer, withCondition } from '../../api/custom/conditions.ts'
import type { Schema } from '../../api/custom/kind.ts'
import { formatTime } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import { withMeta, type Decision } from './decision.ts'

/** The first DELETE of a definition only marks it: its objects go first (apiextensions pkg/registry/customresourcedefinition/etcd.go). */
export function decideDefinitionDelete(definition: KubeObject, nowMs: number): Decision | undefined {
  const { deletionTimestamp, finalizers = [] } = definition.metadata
  if (deletionTimestamp !== undefined) return undefined
  const marked = withMeta(definition, {
    deletionTimestamp: formatTime(nowMs),
    ...(definition.metadata.generation === undefined ? {} : { generation: definition.metadata.generation + 1 }),
    finalizers: finalizers.includes(cleanupFinalizer) ? finalizers : [...finalizers, cleanupFinalizer],
  })
  const object = withCondition(marked, nowMs, 'Terminating', 'True', 'InstanceDeletionPending', 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon')
  return { do: 'put', object, code: 200 }
}

/** Our own words: rules in CEL are kept with the definition, and nobody here evaluates them. */
export function definitionWarnings({ kind, spec }: KubeObject): readonly string[] {
  if (kind !== 'CustomResourceDefinition') return []
  const versions = (spec?.versions ?? []) as { name: string; schema?: { openAPIV3Schema?: Schema } }[]
  return versions
    .filter(({ schema }) => schema?.openAPIV3Schema !== undefined && hasRules(schema.openAPIV3Schema))
    .map(({ name }) => `spec.versions[${name}]: x-kubernetes-validations are stored but not evaluated by this simulation`)
}

/** Looks no deeper than validation does. */
function hasRules(schema: Schema, depth = 0): boolean {
  if (depth > 200) return false
  if (schema['x-kubernetes-validations'] !== undefined) return true
  const { properties = {}, items, additionalProperties } = schema
  const inside = [...Object.values(properties), ...(items === undefined ? [] : [items]), ...(typeof additionalProperties === 'object' ? [additionalProperties] : [])]
  return inside.some((inner) => hasRules(inner, depth + 1))
}
