const lengthMax = 256 * 1024
const aliasesMax = 200
const depthMax = 60

/**
 * Whether a text may be given to the YAML service, which follows aliases and nesting wherever they lead.
 * What is refused here is still shown, checked and applied.
 */
export function isTame(text: string): boolean {
  if (text.length > lengthMax) return false
  let aliases = 0
  let depth = 0
  for (const [token] of text.matchAll(/[[{]|[\]}]|(?<=[\s[,])\*[^\s,\]}]|^(?:- ){20,}|^ {200,}\S/gm)) {
    if (token === '[' || token === '{') depth++
    else if (token === ']' || token === '}') depth = Math.max(0, depth - 1)
    else if (token[0] === '*') aliases++
    else return false
    if (depth > depthMax || aliases > aliasesMax) return false
  }
  return true
}
