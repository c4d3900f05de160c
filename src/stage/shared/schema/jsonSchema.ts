import { fieldValues } from './values.ts'

/** As much of JSON schema as is used here. */
export interface JsonSchema {
  type?: string | string[]
  description?: string
  properties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema
  items?: JsonSchema
  required?: string[]
  enum?: readonly string[]
  const?: string
  $ref?: string
  allOf?: JsonSchema[]
  if?: JsonSchema
  then?: JsonSchema
  definitions?: Record<string, JsonSchema>
}

/** What scripts/generate-editor-schema.mjs writes. */
export interface KubernetesTypes {
  choices: { apiVersion: string; kind: string; type: string }[]
  definitions: Record<string, JsonSchema>
}

/** "Type.field" -> text; "*.field" for every kind. */
export type Explanations = ReadonlyMap<string, string>

/**
 * The schema of one document. Which type it follows is decided by its apiVersion and kind alone; before
 * they are there, they are what is offered.
 */
export function documentSchema({ choices, definitions }: KubernetesTypes, explanations?: Explanations): JsonSchema {
  const versions = [...new Set(choices.map((choice) => choice.apiVersion))]
  return {
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata'],
    properties: {
      apiVersion: { type: 'string', enum: versions },
      kind: { type: 'string' },
      metadata: { $ref: '#/definitions/ObjectMeta' },
    },
    allOf: [
      ...versions.map((apiVersion) => kindsOf(choices, apiVersion)),
      ...choices.map(({ apiVersion, kind, type }) => ({
        if: hasFields({ apiVersion, kind }),
        then: { $ref: `#/definitions/${type}` },
      })),
    ],
    definitions: explained(withValues(definitions), explanations ?? new Map()),
  }
}

function kindsOf(choices: KubernetesTypes['choices'], apiVersion: string): JsonSchema {
  const kinds = choices.filter((choice) => choice.apiVersion === apiVersion).map((choice) => choice.kind)
  return { if: hasFields({ apiVersion }), then: { properties: { kind: { enum: kinds } } } }
}

function hasFields(fields: Record<string, string>): JsonSchema {
  const properties = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { const: value }]))
  return { properties, required: Object.keys(fields) }
}

/** Puts explanations in another language in the place of the published ones, where there are any. */
function explained(definitions: Record<string, JsonSchema>, explanations: Explanations): Record<string, JsonSchema> {
  for (const [type, { properties = {} }] of Object.entries(definitions)) {
    for (const [name, field] of Object.entries(properties)) {
      const isKind = properties['apiVersion'] !== undefined && properties['kind'] !== undefined
      const text = explanations.get(`${type}.${name}`) ?? (isKind ? explanations.get(`*.${name}`) : undefined)
      if (text !== undefined) field.description = text
    }
  }
  return definitions
}

/** The types with what the published client does not tell. */
function withValues(definitions: Record<string, JsonSchema>): Record<string, JsonSchema> {
  const all = structuredClone(definitions)
  for (const [id, values] of fieldValues) {
    const dot = id.lastIndexOf('.')
    const field = all[id.slice(0, dot)]?.properties?.[id.slice(dot + 1)]
    if (field === undefined) throw new Error(`the schema has no field ${id}`)
    if (field.items === undefined) field.enum = values
    else field.items = { ...field.items, enum: values }
  }
  return all
}
