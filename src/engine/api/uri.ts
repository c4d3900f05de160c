/** A text as a part of an address: half of a surrogate pair is no character, and Go reads U+FFFD in its place. */
export const uriEncoded = (text: string): string => encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\uFFFD'))
