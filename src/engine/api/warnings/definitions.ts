import { isKnownFormat } from '../custom/formats.ts'
import type { Schema } from '../custom/kind.ts'
import type { KubeObject } from '../types.ts'

/** Formats of texts that nobody will look at; those that were there before are no news (customresourcedefinition/strategy.go, v1.34.1). */
export function warningsForDefinition(next: KubeObject, old: KubeObject | undefined): string[] {
  const before = old === undefined ? new Set<string>() : unknownFormats(old)
  return [...unknownFormats(next)].filter((format) => !before.has(format)).map((format) => `unrecognized format ${JSON.stringify(format)}`)
}

function unknownFormats({ spec }: KubeObject): Set<string> {
  const found = new Set<string>()
  for (const { schema } of (spec?.versions ?? []) as { schema?: { openAPIV3Schema?: Schema } }[]) if (schema?.openAPIV3Schema) collect(schema.openAPIV3Schema, found)
  return found
}

function collect(schema: Schema, found: Set<string>): void {
  const { type, format, properties = {}, additionalProperties, items, not, allOf = [], anyOf = [], oneOf = [] } = schema
  if (type === 'string' && format && !isKnownFormat(format)) found.add(format)
  const inner = [items, not, typeof additionalProperties === 'object' ? additionalProperties : undefined, ...allOf, ...anyOf, ...oneOf, ...Object.values(properties)]
  for (const child of inner) if (child !== undefined) collect(child, found)
}
