import * as monaco from 'monaco-editor/editor/editor.api'
import { configureMonacoYaml } from 'monaco-yaml'
import type { MonacoYamlOptions } from 'monaco-yaml'
import './features.ts'
import { documentSchema } from '../../shared/schema/jsonSchema.ts'
import type { Explanations, KubernetesTypes } from '../../shared/schema/jsonSchema.ts'
import { kubernetesTypes } from '../../shared/schema/schema.generated.ts'
import { templateKinds, templateText, templates } from '../schema/templates.ts'
import type { TemplateName } from '../schema/templates.ts'

export { monaco }

/** Too large or too winding for the YAML service: such a text is shown as it is. */
export const plainLanguage = 'plaintext'
export const yamlLanguage = 'yaml'

/**
 * monaco-yaml still asks for its worker in the way of older Monacos: by the name of a module. This makes
 * the worker itself; the first message only wakes it, the second is what it is made with.
 */
function createWebWorker(options: { createData?: unknown; host?: Record<string, Function> }) {
  const worker = new Worker(new URL('./yaml.worker.ts', import.meta.url), { type: 'module', name: 'yaml' })
  worker.postMessage('ignore')
  worker.postMessage(options.createData)
  return monaco.editor.createWebWorker({ worker, ...(options.host === undefined ? {} : { host: options.host }) })
}

/** What the editor says in the reader's language. */
export interface MonacoTexts {
  /** Description of each template. */
  templates: Record<TemplateName, string>
  allowedValues: string
  /** What the fields mean, where that is not said in English. */
  explanations: Explanations | undefined
}

const nothing: monaco.IDisposable = { dispose: () => undefined }

/**
 * The languages of Monaco as monaco-yaml is let to see them: what it registers passes through here. Definitions,
 * renaming and links are of no use in a manifest and would only lengthen the menu; what is wrong is told by the API
 * server, with fixes of our own.
 */
function languagesFor(texts: MonacoTexts) {
  return {
    ...monaco.languages,
    registerDefinitionProvider: () => nothing,
    registerRenameProvider: () => nothing,
    registerLinkProvider: () => nothing,
    registerCodeActionProvider: () => nothing,
    registerHoverProvider: (selector: string, provider: monaco.languages.HoverProvider) =>
      monaco.languages.registerHoverProvider(selector, {
        provideHover: async (...asked) => inOwnWords((await provider.provideHover(...asked)) ?? undefined, texts),
      }),
    registerCompletionItemProvider: (selector: string, provider: monaco.languages.CompletionItemProvider) =>
      monaco.languages.registerCompletionItemProvider(selector, {
        ...provider,
        provideCompletionItems: async (model, position, ...rest) =>
          isBlankDocument(model, position)
            ? { suggestions: templateItems(model, position, texts) }
            : withoutDoubles((await provider.provideCompletionItems(model, position, ...rest)) ?? undefined),
      }),
  }
}

/** The service names its schema below each hover, by an address that nobody can open, and lists values in English. */
function inOwnWords(hover: monaco.languages.Hover | undefined, texts: MonacoTexts): monaco.languages.Hover | undefined {
  if (hover === undefined) return undefined
  const contents = hover.contents.map(({ value }) => ({
    value: value.replace(/\s*Source: \[[^\]]*\]\([^)]*\)\s*$/, '').replace('Allowed Values:', texts.allowedValues),
  }))
  return { ...hover, contents }
}

/** Nothing but blanks and comments in the document around a position. */
function isBlankDocument(model: monaco.editor.ITextModel, { lineNumber }: monaco.Position): boolean {
  const isSeparator = (line: number): boolean => model.getLineContent(line).startsWith('---')
  const isBlank = (line: number): boolean => /^\s*(#.*)?$/.test(model.getLineContent(line)) || line === lineNumber
  let first = lineNumber
  let last = lineNumber
  while (first > 1 && !isSeparator(first - 1) && isBlank(first)) first--
  while (last < model.getLineCount() && !isSeparator(last + 1) && isBlank(last)) last++
  return isBlank(first) && isBlank(last) && /^\w*$/.test(model.getLineContent(lineNumber))
}

function templateItems(
  model: monaco.editor.ITextModel,
  position: monaco.Position,
  texts: MonacoTexts,
): monaco.languages.CompletionItem[] {
  const { startColumn, endColumn } = model.getWordUntilPosition(position)
  const range = new monaco.Range(position.lineNumber, startColumn, position.lineNumber, endColumn)
  const names = Object.keys(templates) as TemplateName[]
  return names.map((name, i) => ({
    label: { label: templateKinds[name], description: texts.templates[name] },
    kind: monaco.languages.CompletionItemKind.Snippet,
    insertText: templates[name],
    insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet,
    documentation: { value: `\`\`\`yaml\n${templateText(name)}\`\`\`` },
    filterText: `${templateKinds[name]} apiVersion`,
    sortText: String(i),
    range,
  }))
}

/** A field that several kinds have is offered once; the skeleton of any object is no help. */
function withoutDoubles(
  list: monaco.languages.CompletionList | undefined,
): monaco.languages.CompletionList | undefined {
  if (list === undefined) return undefined
  const labels = new Set<string>(['object'])
  const suggestions = list.suggestions.filter(({ label }) => {
    const text = typeof label === 'string' ? label : label.label
    const isNew = !labels.has(text)
    labels.add(text)
    return isNew
  })
  return { ...list, suggestions }
}

let started = false

/** Once, before the first editor. */
export function startMonaco(texts: MonacoTexts): void {
  if (started) return
  started = true
  window.MonacoEnvironment = {
    getWorker: () => new Worker(new URL('./editor.worker.ts', import.meta.url), { type: 'module', name: 'editor' }),
  }
  const editor = { ...monaco.editor, createWebWorker }
  const host = { ...monaco, editor, languages: languagesFor(texts) }
  const options: MonacoYamlOptions = {
    validate: false,
    format: { enable: false },
    hover: true,
    completion: true,
    // A manifest may name a schema of its own at some address: nobody is asked for it.
    enableSchemaRequest: false,
    yamlVersion: '1.1',
    schemas: [
      {
        uri: 'podreel://kubernetes.json',
        fileMatch: ['*'],
        schema: documentSchema(kubernetesTypes as KubernetesTypes, texts.explanations) as object,
      },
    ],
  }
  configureMonacoYaml(host as unknown as Parameters<typeof configureMonacoYaml>[0], options)
}
