import type { Explanations, JsonSchema, KubernetesTypes } from './jsonSchema.ts'

/** The type that a schema stands for by name, through lists and maps: 'Container' of `spec.containers`. */
function typeNameOf(schema: JsonSchema | undefined): string | undefined {
  const inner = schema?.items ?? schema?.additionalProperties ?? schema
  return inner?.$ref?.split('/').at(-1)
}

/**
 * What a field of an object means: 'spec.containers.image' of a Pod, without the places in lists. `explanations` come first (in the
 * reader's language), then what the API's documentation says of it.
 */
export function fieldText(
  { choices, definitions }: KubernetesTypes,
  explanations: Explanations,
  { apiVersion, kind }: { apiVersion: string; kind: string },
  path: string,
): string | undefined {
  let type = choices.find((choice) => choice.apiVersion === apiVersion && choice.kind === kind)?.type
  const steps = path.split('.')
  for (const [i, name] of steps.entries()) {
    const field: JsonSchema | undefined = type === undefined ? undefined : definitions[type]?.properties?.[name]
    if (field === undefined) return undefined
    if (i === steps.length - 1)
      return explanations.get(`${type}.${name}`) ?? (i === 0 ? explanations.get(`*.${name}`) : undefined) ?? field.description
    type = typeNameOf(field)
  }
  return undefined
}
