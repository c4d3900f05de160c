import type { KubeObject } from '../../api/types.ts'

export const podTemplateHash = 'pod-template-hash'

/**
 * A short text for a pod template (pkg/controller ComputeHash): FNV-1a over the template, written in upstream's alphabet. Upstream
 * feeds the hash with Go's print of its own types, which is in no contract, so that the letters differ while their form is the same.
 */
export function computeHash(template: unknown, collisionCount = 0): string {
  let hash = fnv1a(canonical(template), 0x811c9dc5)
  if (collisionCount > 0) hash = fnv1a(`#${collisionCount}`, hash)
  return safeEncode(String(hash))
}

function fnv1a(text: string, start: number): number {
  let hash = start
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash >>> 0
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** rand.SafeEncodeString: no vowels, so no words. */
function safeEncode(text: string): string {
  return [...text].map((c) => alphabet[c.charCodeAt(0) % alphabet.length]).join('')
}

/** JSON with sorted keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value).filter(([, v]) => v !== undefined).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, v]) => `${JSON.stringify(key)}:${canonical(v)}`).join(',')}}`
}

/** Whether two templates are the same but for the hash label (EqualIgnoreHash). */
export function sameTemplate(a: KubeObject['spec'], b: KubeObject['spec']): boolean {
  return a === b || textOf(a) === textOf(b)
}

/** Templates of stored objects never change, and are compared at every look at a Deployment. */
const texts = new WeakMap<object, string>()

function textOf(template: KubeObject['spec']): string {
  let text = texts.get(template)
  if (text === undefined) texts.set(template, (text = canonical(withoutHash(template))))
  return text
}

function withoutHash(template: KubeObject['spec']): unknown {
  const { [podTemplateHash]: _hash, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels, creationTimestamp: undefined } }
}
