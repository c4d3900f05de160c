/** Tokens to a tree of nodes: libyaml's grammar, and the places where it gives up. */
import { YamlScanner } from './yamlScanner.ts'
import { YamlError, type Mark, type Token, type TokenType } from './yamlToken.ts'

export type YamlNode =
  /** `plain`: written without quotes and without a tag, so that it may be a number. */
  | { kind: 'scalar'; value: string; plain: boolean; tag: string }
  | { kind: 'sequence'; items: YamlNode[] }
  | { kind: 'mapping'; entries: [key: YamlNode, value: YamlNode][] }
  /** The target may contain the alias itself. */
  | { kind: 'alias'; name: string; target: YamlNode }

const standardTag = 'tag:yaml.org,2002:'

/** The first document of the text, or undefined when there is none. */
export function parseYamlDocument(text: string): YamlNode | undefined {
  return new YamlParser(new YamlScanner(text)).document()
}

class YamlParser {
  private readonly scanner: YamlScanner
  private readonly anchors = new Map<string, YamlNode>()
  private readonly handles = new Map([['!', '!'], ['!!', standardTag]])

  constructor(scanner: YamlScanner) {
    this.scanner = scanner
  }

  document(): YamlNode | undefined {
    while (this.type() === 'document-end') this.skip()
    if (this.type() === 'stream-end') return undefined
    const directives = this.directives()
    if (this.type() === 'document-start') this.skip()
    else if (directives) throw this.error('did not find expected <document start>', this.token())
    const empty: TokenType[] = ['version-directive', 'tag-directive', 'document-start', 'document-end', 'stream-end']
    const root = empty.includes(this.type()) ? emptyScalar() : this.node(true, false)
    // What follows is not ours, but the scanner may stumble over it: then the document is not well-formed either.
    this.token()
    return root
  }

  private directives(): boolean {
    let found = false
    for (; this.type() === 'version-directive' || this.type() === 'tag-directive'; this.skip()) {
      found = true
      const token = this.token()
      if (token.type === 'version-directive' && token.value !== '1.1') throw this.error('found incompatible YAML document', token)
      const [handle, prefix] = token.value.split(/[ \t]+/)
      if (token.type === 'tag-directive') this.handles.set(handle ?? '', prefix ?? '')
    }
    return found
  }

  private node(block: boolean, indentless: boolean): YamlNode {
    const start = this.token().start
    if (this.type() === 'alias') return this.alias()
    const { anchor, tag } = this.properties(start)
    const given = anchor !== '' || tag !== undefined
    const opened = this.opened(block, indentless, tag)
    const node = opened ?? (given ? { ...emptyScalar(), plain: tag === undefined, tag: tag ?? '' } : undefined)
    if (node === undefined) throw this.error('did not find expected node content', this.token(), start)
    // Known before its content is read: an alias may stand inside.
    if (anchor !== '') this.anchors.set(anchor, node)
    if (opened) this.fill(node)
    return node
  }

  private alias(): YamlNode {
    const name = this.token().value
    const target = this.anchors.get(name)
    if (target === undefined) throw new YamlError(`unknown anchor '${name}' referenced`)
    this.skip()
    return { kind: 'alias', name, target }
  }

  /** The node that begins with the current token, still empty. Undefined when none can begin here. */
  private opened(block: boolean, indentless: boolean, tag: string | undefined): YamlNode | undefined {
    const token = this.token()
    if (indentless && token.type === 'block-entry') return { kind: 'sequence', items: [] }
    switch (token.type) {
      case 'scalar':
        return { kind: 'scalar', value: token.value, plain: token.plain && tag === undefined, tag: tag ?? '' }
      case 'flow-sequence-start':
        return { kind: 'sequence', items: [] }
      case 'flow-mapping-start':
        return { kind: 'mapping', entries: [] }
      case 'block-sequence-start':
        return block ? { kind: 'sequence', items: [] } : undefined
      case 'block-mapping-start':
        return block ? { kind: 'mapping', entries: [] } : undefined
      default:
        return undefined
    }
  }

  private fill(node: YamlNode): void {
    const type = this.type()
    if (node.kind === 'scalar') this.skip()
    else if (node.kind === 'sequence') {
      if (type === 'block-entry') this.indentlessSequence(node.items)
      else if (type === 'block-sequence-start') this.blockSequence(node.items)
      else this.flowSequence(node.items)
    } else if (node.kind === 'mapping') {
      if (type === 'block-mapping-start') this.blockMapping(node.entries)
      else this.flowMapping(node.entries)
    }
  }

  private properties(start: Mark): { anchor: string; tag: string | undefined } {
    let anchor = ''
    let tag: string | undefined
    for (;;) {
      const token = this.token()
      if (token.type === 'anchor' && anchor === '') anchor = token.value
      else if (token.type === 'tag' && tag === undefined) tag = this.tagOf(token, start)
      else return { anchor, tag }
      this.skip()
    }
  }

  private tagOf(token: Token, start: Mark): string {
    if (token.handle === '') return token.value
    const prefix = this.handles.get(token.handle)
    if (prefix === undefined) throw this.error('found undefined tag handle', token, start)
    return prefix + token.value
  }

  private blockSequence(items: YamlNode[]): void {
    const start = this.token().start
    this.skip()
    while (this.type() === 'block-entry') {
      this.skip()
      items.push(this.startsNode('block-entry', 'block-end') ? this.node(true, false) : emptyScalar())
    }
    if (this.type() !== 'block-end') throw this.error("did not find expected '-' indicator", this.token(), start)
    this.skip()
  }

  private indentlessSequence(items: YamlNode[]): void {
    while (this.type() === 'block-entry') {
      this.skip()
      items.push(this.startsNode('block-entry', 'key', 'value', 'block-end') ? this.node(true, false) : emptyScalar())
    }
  }

  private blockMapping(entries: [YamlNode, YamlNode][]): void {
    const start = this.token().start
    this.skip()
    for (;;) {
      let key = emptyScalar()
      if (this.type() === 'key') {
        this.skip()
        if (this.startsNode('key', 'value', 'block-end')) key = this.node(true, true) as typeof key
      } else if (this.type() === 'block-end') {
        this.skip()
        return
      } else {
        throw this.error('did not find expected key', this.token(), start)
      }
      entries.push([key, this.mappingValue(['key', 'value', 'block-end'], true)])
    }
  }

  private mappingValue(ends: TokenType[], block: boolean): YamlNode {
    if (this.type() !== 'value') return emptyScalar()
    this.skip()
    return this.startsNode(...ends) ? this.node(block, block) : emptyScalar()
  }

  private flowSequence(items: YamlNode[]): void {
    const start = this.token().start
    this.skip()
    while (this.type() !== 'flow-sequence-end') {
      if (items.length > 0) {
        if (this.type() !== 'flow-entry') throw this.error("did not find expected ',' or ']'", this.token(), start)
        this.skip()
      }
      if (this.type() === 'key') items.push(this.singlePair())
      else if (this.type() !== 'flow-sequence-end') items.push(this.node(false, false))
    }
    this.skip()
  }

  /** `[a: b]`: a mapping of one entry. */
  private singlePair(): YamlNode {
    this.skip()
    const key = this.startsNode('value', 'flow-entry', 'flow-sequence-end') ? this.node(false, false) : emptyScalar()
    const value = this.mappingValue(['flow-entry', 'flow-sequence-end'], false)
    return { kind: 'mapping', entries: [[key, value]] }
  }

  private flowMapping(entries: [YamlNode, YamlNode][]): void {
    const start = this.token().start
    this.skip()
    while (this.type() !== 'flow-mapping-end') {
      if (entries.length > 0) {
        if (this.type() !== 'flow-entry') throw this.error("did not find expected ',' or '}'", this.token(), start)
        this.skip()
      }
      if (this.type() === 'key') {
        this.skip()
        const key = this.startsNode('value', 'flow-entry', 'flow-mapping-end') ? this.node(false, false) : emptyScalar()
        entries.push([key, this.mappingValue(['flow-entry', 'flow-mapping-end'], false)])
      } else if (this.type() !== 'flow-mapping-end') {
        entries.push([this.node(false, false), emptyScalar()])
      }
    }
    this.skip()
  }

  private startsNode(...ends: TokenType[]): boolean {
    return !ends.includes(this.type())
  }

  private token(): Token {
    return this.scanner.peek()
  }

  private type(): TokenType {
    return this.scanner.peek().type
  }

  private skip(): void {
    this.scanner.skip()
  }

  private error(problem: string, token: Token, context?: Mark): YamlError {
    return new YamlError(problem, { by: 'parser', at: token.start, ...(context ? { context } : {}) })
  }
}

function emptyScalar(): YamlNode & { kind: 'scalar' } {
  return { kind: 'scalar', value: '', plain: true, tag: '' }
}
