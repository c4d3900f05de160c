/** An object as the graph names it: with its namespace, unless that is the default one ('pods/shop/client' is 'shop/client'). */
export function shownName(key: string): string {
  return key.slice(key.indexOf('/') + 1).replace(/^default\//, '')
}
