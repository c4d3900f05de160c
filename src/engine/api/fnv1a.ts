const offsetBasis = 0x811c9dc5
const prime = 0x01000193

/** FNV-1a (32 bits, without a sign) over the UTF-16 units of a text; `from`: the hash of what comes before it. */
export function fnv1a(text: string, from: number = offsetBasis): number {
  let hash = from | 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), prime)
  return hash >>> 0
}
