/** What was typed for an input, as it stands in a terminal; undefined when nothing was typed. */
export function typedLine({ kubectl, shell }: { readonly kubectl?: string; readonly shell?: string }): string | undefined {
  return kubectl === undefined ? shell : `kubectl ${kubectl}`
}
