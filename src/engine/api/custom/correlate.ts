import type { Schema } from './kind.ts'

/** Which item of the old list an item was: told by the keys of a list that is a map, else not at all (apiserver/pkg/cel/common CorrelatedObject). */
export function oldItems(schema: Schema, old: unknown): (item: unknown) => unknown {
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  if (!Array.isArray(old) || schema['x-kubernetes-list-type'] !== 'map') return () => undefined
  const keyOf = (item: unknown): string => JSON.stringify(keys.map((key) => (item as Record<string, unknown> | null)?.[key] ?? null))
  const byKey = new Map(old.map((item) => [keyOf(item), item]))
  return (item) => byKey.get(keyOf(item))
}
