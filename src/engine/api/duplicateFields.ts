import { textOf } from './onTheWire.ts'

/** What a body of JSON says more than once: of its values nothing is left of that, only in its text (sigs.k8s.io/json, yaml.UnmarshalStrict). */
export interface Duplicate {
  /** "spec.containers[0].name" */
  path: string
  key: string
  /** Where it is said again; the first is 1. */
  line: number
}

/** Of a body that came as text; of others there is nothing to find. */
export function duplicatesIn(body: unknown): Duplicate[] {
  const text = textOf(body)
  return text === undefined ? [] : new Finder(text).find()
}

const maxDepth = 1000

/** The text is known to be JSON. */
class Finder {
  private readonly text: string
  private readonly token = /\s*(?:"((?:[^"\\]|\\.)*)"|([{}[\],:])|[^\s{}[\],:"]+)/gy
  private readonly found: Duplicate[] = []

  constructor(text: string) {
    this.text = text
  }

  find(): Duplicate[] {
    this.value('', 0)
    return this.found
  }

  private next(): { mark: string | undefined; string: string | undefined } {
    const [, string, mark] = this.token.exec(this.text) ?? []
    return { mark, string }
  }

  /** Returns the mark that ends what is around it, when there is no value. */
  private value(path: string, depth: number): string | undefined {
    const { mark } = this.next()
    if (depth > maxDepth) return undefined
    if (mark === '{') this.object(path, depth)
    else if (mark === '[') this.array(path, depth)
    else return mark
    return undefined
  }

  private object(path: string, depth: number): void {
    const seen = new Set<string>()
    for (;;) {
      const { string, mark } = this.next()
      if (string === undefined) {
        if (mark === ',') continue
        return
      }
      const key = JSON.parse(`"${string}"`) as string
      const at = path === '' ? key : `${path}.${key}`
      if (seen.has(key)) this.found.push({ path: at, key, line: this.text.slice(0, this.token.lastIndex).split('\n').length })
      seen.add(key)
      this.next()
      this.value(at, depth + 1)
    }
  }

  private array(path: string, depth: number): void {
    for (let i = 0; ; i++) {
      if (this.value(`${path}[${i}]`, depth + 1) === ']') return
      if (this.next().mark === ']') return
    }
  }
}
