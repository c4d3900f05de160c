/** A fluentd configuration: sections within sections, with parameters (fluentd lib/fluent/config/v1_parser.rb). */
export interface Section {
  name: string
  /** What stands behind the name: the pattern of <match>, the name of a <label>. */
  arg: string
  params: ReadonlyMap<string, string>
  sections: readonly Section[]
}

export interface ConfigFault {
  fault: string
}

interface Open {
  name: string
  arg: string
  params: Map<string, string>
  sections: Open[]
}

/** `include` gives the texts of the files that an @include names. */
export function sectionsOf(text: string, include: (path: string) => readonly string[], env: (name: string) => string | undefined): Section | ConfigFault {
  const root: Open = { name: 'ROOT', arg: '', params: new Map(), sections: [] }
  const open = [root]
  const read = (content: string): ConfigFault | undefined => {
    for (const [i, line] of content.split('\n').entries()) {
      const bare = line.trim()
      if (bare === '' || bare.startsWith('#')) continue
      const [, end] = /^<\/([\w.]+)>/.exec(bare) ?? []
      const [, name, arg = ''] = /^<([\w.]+)\s*([^>]*)>/.exec(bare) ?? []
      const inner = open.at(-1)!
      if (end !== undefined) {
        if (open.length === 1 || inner.name !== end) return { fault: `unmatched end tag at line ${i + 1}` }
        open.pop()
      } else if (name !== undefined) {
        const made: Open = { name, arg: arg.trim(), params: new Map(), sections: [] }
        inner.sections.push(made)
        open.push(made)
      } else {
        const [, key = '', value = ''] = /^(\S+)\s*(.*)$/.exec(bare) ?? []
        if (key === '@include' || key === 'include') {
          for (const one of include(value)) {
            const fault = read(one)
            if (fault !== undefined) return fault
          }
        } else inner.params.set(key, filled(value, env))
      }
    }
    return undefined
  }
  return read(text) ?? (open.length > 1 ? { fault: `expected end tag '</${open.at(-1)!.name}>' but got end of file` } : root)
}

/** Quotes are taken off; "#{ENV['NAME']}" is what the variable says. */
function filled(value: string, env: (name: string) => string | undefined): string {
  const [, quoted] = /^"(.*)"$/.exec(value) ?? []
  const text = quoted ?? value.replace(/\s+#.*$/, '').replace(/^'(.*)'$/, '$1')
  return text.replaceAll(/#\{ENV(?:\[|\.fetch\()['"](\w+)['"][^}]*\}/g, (_, name: string) => env(name) ?? '')
}

/** Before version 0.14 parameters had no @. */
export const typeOf = ({ params }: Section): string => params.get('@type') ?? params.get('type') ?? ''

/** Whether a tag is as one of the patterns of a <match>: * is one part, ** any number, {a,b} either. */
export function isMatch(patterns: string, tag: string): boolean {
  return patterns.split(/\s+/).some((pattern) => {
    if (pattern === '**') return true
    let source = ''
    for (let i = 0; i < pattern.length; i++) {
      const c = pattern[i]!
      if (pattern.startsWith('.**', i)) {
        source += '(?:\\..*)?'
        i += 2
      } else if (pattern.startsWith('**', i)) {
        source += '.*'
        i++
      } else if (c === '*') source += '[^.]*'
      else if (c === '{') source += '(?:'
      else if (c === '}') source += ')'
      else source += c === ',' ? '|' : c.replaceAll(/[.+?^$()|[\]\\]/g, String.raw`\$&`)
    }
    return new RegExp(`^${source}$`).test(tag)
  })
}
