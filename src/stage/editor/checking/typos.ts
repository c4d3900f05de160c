import { isMap, isPair, isScalar, visit } from 'yaml'
import type { Document } from 'yaml'
import type { Edit, Finding } from './finding.ts'

/** Habits of other languages and keyboards that YAML does not share. `offset` is where the text begins in its file. */

interface Slip {
  own: 'slashComment' | 'tabIndent' | 'fullWidth' | 'colonSpace'
  /** The first group stands before what is wrong, the second is what is wrong. */
  pattern: RegExp
  replace: (wrong: string) => string
}

const fullWidth: Record<string, string> = {
  '：': ': ',
  '，': ', ',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '　': ' ',
  '－': '-',
}

const slips: readonly Slip[] = [
  // At the beginning of a line or behind a blank, and followed by one: 'http://x' is none.
  { own: 'slashComment', pattern: /^((?:[^#"']*\s)?)(\/\/)(?=\s|$)/gm, replace: () => '#' },
  { own: 'slashComment', pattern: /^(\s*)(\/\/)(?=\S)/gm, replace: () => '#' },
  { own: 'tabIndent', pattern: /^( *)(\t+)/gm, replace: (tabs) => '  '.repeat(tabs.length) },
  { own: 'fullWidth', pattern: /^(\s*(?:- )*["']?[\w./-]+["']?[ \u3000]*)(：[ \u3000]*)/gm, replace: () => ': ' },
  {
    own: 'fullWidth',
    pattern: /^(\s*)([\u3000－]+)/gm,
    replace: (wrong) => [...wrong].map((c) => fullWidth[c] ?? c).join(''),
  },
  { own: 'colonSpace', pattern: /^(\s*(?:- )*[A-Za-z]\w*)(:)(?=[^\s/:][^:]*$)/gm, replace: () => ': ' },
]

/** Comments that begin with `//`: in a value they are no mistake to YAML, only to the person. */
export function slashComments(text: string, document: Document | undefined, offset: number): Finding[] {
  return find(
    text,
    slips.filter((slip) => slip.own === 'slashComment'),
    offset,
  ).filter(({ from }) => document === undefined || !isInBlockOfText(document, from - offset))
}

/** What may have broken the YAML at an error between two offsets of the text: slips on its line or the one before. */
export function slipsAround(text: string, error: { from: number; to: number }, offset: number): Finding[] {
  const lineStart = text.lastIndexOf('\n', Math.max(0, error.from - 1)) + 1
  const from = text.lastIndexOf('\n', Math.max(0, lineStart - 2)) + 1
  const end = text.indexOf('\n', error.to)
  const near = text.slice(from, end < 0 ? text.length : end)
  return find(near, slips, offset + from)
}

function find(text: string, wanted: readonly Slip[], offset: number): Finding[] {
  return wanted.flatMap(({ own, pattern, replace }) => {
    return [...text.matchAll(pattern)].map((match): Finding => {
      const from = offset + match.index + match[1]!.length
      const to = from + match[2]!.length
      const edit: Edit = { from, to, text: replace(match[2]!) }
      return { from, to, message: { own }, severity: 'warning', fixes: [{ title: own, edits: [edit] }] }
    })
  })
}

/** Inside `|` or `>` or quotes a line may begin as it likes: it is a script or a page. */
function isInBlockOfText(document: Document, at: number): boolean {
  let inside = false
  visit(document, {
    Scalar(_, node) {
      const [from, , to] = node.range ?? [0, 0, 0]
      if (from > at || to <= at || node.type === 'PLAIN') return undefined
      inside = true
      return visit.BREAK
    },
  })
  return inside
}

const nodesMax = 100_000

/** Keys that stand twice in one map: the last one counts, and the first is silently lost. */
export function duplicateKeys(document: Document, offset: number): Finding[] {
  const found: Finding[] = []
  let nodes = 0
  visit(document, (_, node) => {
    if (++nodes > nodesMax) return visit.BREAK
    if (!isMap(node)) return undefined
    const seen = new Set<string>()
    for (const pair of node.items) {
      if (!isPair(pair) || !isScalar(pair.key) || pair.key.value === '<<') continue
      const name = String(pair.key.value)
      const [from, to] = pair.key.range ?? [0, 0]
      if (seen.has(name)) {
        found.push({
          from: offset + from,
          to: offset + to,
          message: { own: 'duplicateKey', values: { name } },
          severity: 'warning',
          fixes: [],
        })
      }
      seen.add(name)
    }
    return undefined
  })
  return found
}
