/** Whether the address holds a link; the codec says whether it is a sound one. */
export function hasLink(hash: string): boolean {
  return /^#[a-z]\d+:/.test(hash)
}

/** What is needed before the first paint, readable in the link without the codec. */
export function earlySettings(hash: string): {
  lang: string | undefined
  theme: string | undefined
  embed: boolean
} {
  const settings = hasLink(hash) ? new URLSearchParams(hash.slice(hash.indexOf('&') + 1)) : new URLSearchParams()
  return {
    lang: settings.get('lang') ?? undefined,
    theme: settings.get('theme') ?? undefined,
    embed: settings.get('embed') === '1',
  }
}

/** What the address of a speaker's window ends with. */
const marker = '#speaker='

/** The end of the address of the speaker's window that belongs to a pair. */
export function speakerHash(pair: string): string {
  return `${marker}${pair}`
}

/** The pair that an address names; undefined: it is not a speaker's window. */
export function pairOf(hash: string): string | undefined {
  return hash.startsWith(marker) ? hash.slice(marker.length) : undefined
}
