import { goQuote } from './field.ts'

/** Warnings as HTTP's header has them (apimachinery/pkg/util/net NewWarningHeader): `299 - "text"`. */
export const warningHeader = (warnings: readonly string[]): string => warnings.map((text) => `299 - ${goQuote(text)}`).join(', ')

export function warningsIn(header: string): string[] {
  return [...header.matchAll(/299 - ("(?:[^"\\]|\\.)*")/g)].map(([, quoted]) => JSON.parse(quoted!) as string)
}
