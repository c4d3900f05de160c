/** As one word that means itself. */
export function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`
}
