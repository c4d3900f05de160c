import type { Files } from '../../shared/files/files.ts'
import type { Fix } from '../checking/finding.ts'
import type { Shown } from '../texts.ts'
import { monaco, plainLanguage, yamlLanguage } from './monaco.ts'
import { isTame } from './tame.ts'

type Model = monaco.editor.ITextModel
type ViewState = monaco.editor.ICodeEditorViewState | null

export interface YamlEditorEvents {
  changed: (name: string, text: string) => void
  apply: () => void
  leave: () => void
}

const markerOwner = 'podreel'
/** From this length on the text is handed over when the typing pauses. */
const largeText = 100_000

export const editorOptions: monaco.editor.IStandaloneEditorConstructionOptions = {
  theme: 'podreel',
  fontFamily: "'JetBrains Mono Variable', ui-monospace, Menlo, Consolas, monospace",
  fontSize: 12.5,
  lineHeight: 20,
  fontLigatures: false,
  padding: { top: 6, bottom: 6 },
  lineNumbersMinChars: 3,
  lineDecorationsWidth: 4,
  folding: true,
  showFoldingControls: 'mouseover',
  minimap: { enabled: false },
  overviewRulerBorder: false,
  overviewRulerLanes: 0,
  hideCursorInOverviewRuler: true,
  scrollBeyondLastLine: false,
  scrollbar: {
    verticalScrollbarSize: 9,
    horizontalScrollbarSize: 9,
    useShadows: false,
    alwaysConsumeMouseWheel: false,
  },
  renderLineHighlight: 'line',
  renderLineHighlightOnlyWhenFocus: true,
  renderWhitespace: 'selection',
  guides: { indentation: true, highlightActiveIndentation: true, bracketPairs: false },
  occurrencesHighlight: 'off',
  selectionHighlight: false,
  matchBrackets: 'near',
  bracketPairColorization: { enabled: false },
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: true, nonBasicASCII: false },
  // The bulb would lie on the text; the strip below offers the same.
  lightbulb: { enabled: monaco.editor.ShowLightbulbIconMode.Off },
  renderFinalNewline: 'on',
  links: false,
  stickyScroll: { enabled: false },
  dropIntoEditor: { enabled: false },
  pasteAs: { enabled: false },
  tabSize: 2,
  insertSpaces: true,
  detectIndentation: false,
  quickSuggestions: { other: true, comments: false, strings: true },
  wordBasedSuggestions: 'off',
  suggest: { showWords: false, showIcons: false, preview: false, snippetsPreventQuickSuggestions: false },
  tabCompletion: 'off',
  acceptSuggestionOnEnter: 'on',
  // Else the panels cut the pop-ups off.
  fixedOverflowWidgets: true,
  automaticLayout: true,
  accessibilitySupport: 'auto',
  // Monaco's experimental text area by EditContext is not understood by every input method and screen reader.
  editContext: false,
}

/** In presenter mode. */
const forAHall = { fontSize: 24, lineHeight: 36 }

/** Monaco keeps its few choices here, for this visit; the explanation beside a suggestion is open from the start. */
class Preferences {
  private readonly kept = new Map<string, unknown>([['expandSuggestionDocs', true]])
  readonly onWillSaveState = never
  readonly onDidChangeTarget = never

  onDidChangeValue(): typeof never {
    return never
  }

  get<T>(key: string, _scope: unknown, otherwise: T): T {
    return (this.kept.get(key) as T | undefined) ?? otherwise
  }

  getBoolean<T>(key: string, scope: unknown, otherwise: T): T {
    return this.get(key, scope, otherwise)
  }

  getNumber<T>(key: string, scope: unknown, otherwise: T): T {
    return this.get(key, scope, otherwise)
  }

  getObject<T>(key: string, scope: unknown, otherwise: T): T {
    return this.get(key, scope, otherwise)
  }

  store(key: string, value: unknown): void {
    this.kept.set(key, value)
  }

  remove(key: string): void {
    this.kept.delete(key)
  }
}

/** An event that does not come. */
function never(): monaco.IDisposable {
  return { dispose: () => undefined }
}

/** While one of these is on, Escape closes it; only then does it leave the editor. */
const escapeIsTaken = [
  'suggestWidgetVisible',
  'findWidgetVisible',
  'markersNavigationVisible',
  'inSnippetMode',
  'editorHasSelection',
  'editorHasMultipleSelections',
  'codeActionMenuVisible',
  'editorHoverFocused',
  'editorHoverVisible',
  'messageVisible',
]
  .map((key) => `!${key}`)
  .join(' && ')

/** Monaco over the files of the desk: one model a file, so that each keeps its own undo, selection and scroll. */
export class YamlEditor {
  readonly editor: monaco.editor.IStandaloneCodeEditor
  private readonly events: YamlEditorEvents
  private readonly models = new Map<string, Model>()
  private readonly views = new Map<string, ViewState>()
  private readonly disposables: monaco.IDisposable[] = []
  private of: unknown
  private open: string | undefined
  private shown: readonly Shown[] = []
  private handOverLater: ReturnType<typeof setTimeout> | undefined
  /** While a text comes from the film it is nobody's edit. */
  private taking = false

  constructor(element: HTMLElement, events: YamlEditorEvents) {
    this.events = events
    this.editor = monaco.editor.create(
      element,
      { ...editorOptions, ...('presenting' in document.documentElement.dataset ? forAHall : {}), model: null },
      { storageService: new Preferences() },
    )
    this.disposables.push(
      this.editor.addAction({
        id: 'podreel.apply',
        label: 'Apply',
        keybindings: [monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter],
        run: () => events.apply(),
      }),
      ...this.leaveByEscape(),
      this.editor.onDidBlurEditorText(() => this.handOver()),
      monaco.languages.registerCodeActionProvider([yamlLanguage, plainLanguage], {
        provideCodeActions: (model, range) => ({ actions: this.actions(model, range), dispose: () => undefined }),
      }),
    )
  }

  /** A command that is added to an editor stays when the editor goes, and with it all that stood around it. */
  private leaveByEscape(): monaco.IDisposable[] {
    const id = `podreel.leave.${this.editor.getId()}`
    return [
      monaco.editor.addCommand({ id, run: () => this.events.leave() }),
      monaco.editor.addKeybindingRule({ keybinding: monaco.KeyCode.Escape, command: id, when: `editorId == '${this.editor.getId()}' && ${escapeIsTaken}` }),
    ]
  }

  dispose(): void {
    this.handOver()
    for (const disposable of this.disposables) disposable.dispose()
    this.editor.dispose()
    for (const model of this.models.values()) model.dispose()
  }

  /** Shows `open`, and takes over the texts that have changed outside. `of`: whose files they are. */
  take(of: unknown, files: Files, open: string | undefined): void {
    if (of !== this.of) this.forget(() => true)
    this.of = of
    this.forget((name) => !Object.hasOwn(files, name))
    for (const name of Object.keys(files)) this.takeText(name, files[name]!, name === open)
    if (open === this.open) return
    if (this.open !== undefined && this.models.has(this.open)) this.views.set(this.open, this.editor.saveViewState())
    this.open = open
    this.editor.setModel((open === undefined ? undefined : this.models.get(open)) ?? null)
    const view = open === undefined ? undefined : this.views.get(open)
    if (view) this.editor.restoreViewState(view)
  }

  private forget(which: (name: string) => boolean): void {
    for (const [name, model] of this.models) {
      if (!which(name)) continue
      if (name === this.open) this.open = undefined
      model.dispose()
      this.models.delete(name)
      this.views.delete(name)
    }
  }

  private takeText(name: string, text: string, isOpen: boolean): void {
    const model = this.models.get(name)
    if (model === undefined) {
      // A file that nobody looks at needs no model.
      if (isOpen) this.models.set(name, this.create(name, text))
      return
    }
    if (this.handOverLater !== undefined && name === this.open) return
    const normal = model.getValue()
    if (normal === text || normal === text.replaceAll('\r\n', '\n')) return
    this.taking = true
    replaceText(model, normal, text)
    this.taking = false
    setLanguage(model, text)
  }

  private create(name: string, text: string): Model {
    const uri = monaco.Uri.from({ scheme: 'podreel', path: `/${name}` })
    monaco.editor.getModel(uri)?.dispose()
    const model = monaco.editor.createModel(text, isTame(text) ? yamlLanguage : plainLanguage, uri)
    model.updateOptions({
      tabSize: 2,
      insertSpaces: true,
      bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
    })
    model.onDidChangeContent(() => {
      if (!this.taking) this.changed(name, model)
    })
    return model
  }

  private changed(name: string, model: Model): void {
    clearTimeout(this.handOverLater)
    this.handOverLater = undefined
    if (model.getValueLength() < largeText) {
      const text = model.getValue()
      setLanguage(model, text)
      this.events.changed(name, text)
    } else this.handOverLater = setTimeout(() => this.handOver(), 400)
  }

  /** Gives away what is held back of a large text. */
  handOver(): void {
    if (this.handOverLater === undefined) return
    clearTimeout(this.handOverLater)
    this.handOverLater = undefined
    const model = this.open === undefined ? undefined : this.models.get(this.open)
    if (model === undefined) return
    const text = model.getValue()
    setLanguage(model, text)
    this.events.changed(this.open!, text)
  }

  /** Underlines what is wrong in the open file. */
  show(shown: readonly Shown[]): void {
    this.shown = shown
    const model = this.editor.getModel()
    if (model === null) return
    const markers = shown.map(({ finding, message }): monaco.editor.IMarkerData => ({
      ...rangeIn(model, finding),
      message,
      severity: finding.severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
    }))
    monaco.editor.setModelMarkers(model, markerOwner, markers)
  }

  private actions(model: Model, range: monaco.Range): monaco.languages.CodeAction[] {
    if (model !== this.editor.getModel()) return []
    const here = this.shown.filter(({ finding }) =>
      monaco.Range.areIntersectingOrTouching(rangeIn(model, finding), range),
    )
    return here.flatMap(({ fixes }) =>
      fixes.map(({ title, fix }, i) => ({
        title,
        kind: 'quickfix',
        isPreferred: i === 0,
        edit: {
          edits: fix.edits.map((edit) => ({
            resource: model.uri,
            versionId: undefined,
            textEdit: { range: rangeIn(model, edit), text: edit.text },
          })),
        },
      })),
    )
  }

  /** Mends the open file; the person can undo it. */
  mend(fix: Fix): void {
    const model = this.editor.getModel()
    if (model === null) return
    this.editor.pushUndoStop()
    this.editor.executeEdits(
      'podreel',
      fix.edits.map((edit) => ({ range: rangeIn(model, edit), text: edit.text, forceMoveMarkers: true })),
    )
    this.editor.pushUndoStop()
    this.editor.focus()
  }

  /** Puts the cursor to a place of the open file. */
  goTo(offset: number): void {
    const model = this.editor.getModel()
    if (model === null) return
    const position = model.getPositionAt(offset)
    this.editor.setPosition(position)
    this.editor.revealPositionInCenterIfOutsideViewport(position)
    this.editor.focus()
  }

  setLabel(label: string): void {
    this.editor.updateOptions({ ariaLabel: label })
  }

  focus(): void {
    this.editor.focus()
  }
}

function rangeIn(model: Model, { from, to }: { from: number; to: number }): monaco.IRange {
  return monaco.Range.fromPositions(model.getPositionAt(from), model.getPositionAt(to))
}

function setLanguage(model: Model, text: string): void {
  const language = isTame(text) ? yamlLanguage : plainLanguage
  if (model.getLanguageId() !== language) monaco.editor.setModelLanguage(model, language)
}

/** Changes only what differs, so that cursor and scroll stay and the change can be undone. */
function replaceText(model: Model, before: string, after: string): void {
  let start = 0
  const shorter = Math.min(before.length, after.length)
  while (start < shorter && before[start] === after[start]) start++
  let end = 0
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  const range = rangeIn(model, { from: start, to: before.length - end })
  model.pushStackElement()
  model.pushEditOperations(null, [{ range, text: after.slice(start, after.length - end) }], () => null)
  model.pushStackElement()
}
