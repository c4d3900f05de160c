import type { HtmlTagDescriptor, Plugin } from 'vite'

/**
 * The entry is small and imports the page's own part when it runs. The HTML asks for that part beside the entry, with all that it imports
 * statically: no round trip is spent on reading the entry first. `page`: a module of that part.
 */
export function ahead(page: string): Plugin {
  return {
    name: 'podreel-ahead',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const scripts = new Set<string>()
        const styles = new Set<string>()
        const add = (file: string): void => {
          const output = bundle[file]
          if (output?.type !== 'chunk' || output.isEntry || scripts.has(file)) return
          scripts.add(file)
          for (const style of output.viteMetadata?.importedCss ?? []) styles.add(style)
          for (const imported of output.imports) add(imported)
        }
        for (const output of Object.values(bundle)) if (output.type === 'chunk' && output.moduleIds.some((id) => id.endsWith(page))) add(output.fileName)
        if (scripts.size === 0) throw new Error(`no part of the build holds ${page}`)
        return [...[...scripts].map((file) => link('modulepreload', file)), ...[...styles].map((file) => link('stylesheet', file))]
      },
    },
  }
}

function link(rel: string, file: string): HtmlTagDescriptor {
  return { tag: 'link', attrs: { rel, crossorigin: true, href: `./${file}` }, injectTo: 'head' }
}
