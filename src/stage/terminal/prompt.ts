import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Candidate, Completion } from '../../worker/protocol.ts'
import { taken } from './complete.ts'
import { search } from './history.ts'
import type { History } from './history.ts'
import { at, editKeys, insert, lineKey } from './lineEdit.ts'
import type { Line } from './lineEdit.ts'
import { parseLine } from './shell.ts'
import { readsTyping, withTyped } from './typedInput.ts'

export interface PromptState {
  readonly line: Line
  /** Counts the changes that were not typed into the field: then the caret must be put. */
  readonly put: number
  /** Which line of the history is shown; undefined: what is typed. */
  readonly place: number | undefined
  /** What was typed before the history was leafed through. */
  readonly own: string
  readonly cut: string
  readonly completion: Completion | undefined
  /** Ctrl+R: the text that is looked for, and the line that has it. */
  readonly searching: { readonly text: string; readonly hit: number | undefined } | undefined
}

/** What the line needs of the terminal around it. */
export interface PromptOwner {
  history: () => History
  run: (text: string) => void
  complete: (line: Line) => Promise<Completion>
  clear: () => void
  /** Ctrl+C with this line. */
  interrupt: (text: string) => void
  leave: () => void
  /** Takes keys for a shell inside a container; false: the terminal is in none. */
  type: (keys: string) => boolean
}

export interface Stroke {
  key: string
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
  shiftKey: boolean
}

const empty = { line: at(''), place: undefined, own: '', completion: undefined, searching: undefined }

/** The line that is being typed, with the keys that people have in their fingers (bash in its Emacs mode). */
export class Prompt {
  readonly store: StoreApi<PromptState>
  private readonly owner: PromptOwner
  private completing: Promise<void> = Promise.resolve()
  /** Completions that are under way. */
  private asked = 0

  constructor(owner: PromptOwner) {
    this.owner = owner
    this.store = createStore<PromptState>(() => ({ ...empty, put: 0, cut: '' }))
  }

  /** Something was typed into the field. */
  typed(text: string, caret: number): void {
    const { searching, line } = this.state
    if (searching !== undefined) this.look(text, this.owner.history().length, searching.hit)
    else if (text !== line.text) this.store.setState({ line: at(text, caret), completion: undefined })
  }

  /** Types for the person: the line is there to be read, changed and run. */
  write(text: string): void {
    this.put(at(text, text.length), { completion: undefined, searching: undefined })
  }

  /** True: the key was one of ours. `caret`: where it stands in the field; `selected`: text of the page is selected. */
  key(stroke: Stroke, caret: number, selected: boolean): boolean {
    const name = lineKey(stroke)
    if (this.state.searching !== undefined) return this.keyInSearch(stroke, name)
    const { text } = this.state.line
    this.store.setState({ line: at(text, caret) })
    if (this.keyInside(stroke, name, selected)) return true
    if (stroke.key === 'Enter' && !stroke.shiftKey) this.enter()
    else if (stroke.key === 'Tab' && !stroke.shiftKey && text.trim() !== '') void this.complete()
    else if (name === 'Ctrl+p' || (stroke.key === 'ArrowUp' && !text.slice(0, caret).includes('\n'))) this.leaf(-1)
    else if (name === 'Ctrl+n' || (stroke.key === 'ArrowDown' && !text.slice(caret).includes('\n'))) this.leaf(1)
    else if (name === 'Ctrl+r') this.store.setState({ searching: { text: '', hit: undefined }, completion: undefined })
    else if (name === 'Ctrl+l') this.owner.clear()
    else if (name === 'Ctrl+c' && !selected) this.interrupt()
    else if (name === 'Ctrl+d' && readsTyping(text)) this.run(withTyped(text))
    else if (stroke.key === 'Escape') this.owner.leave()
    else return this.edit(name)
    return true
  }

  /** Enter, Ctrl+C and Ctrl+D go to the shell that the terminal is in; it completes nothing. */
  private keyInside(stroke: Stroke, name: string | undefined, selected: boolean): boolean {
    const { text } = this.state.line
    const keys =
      stroke.key === 'Enter' && !stroke.shiftKey ? `${text.replaceAll('\n', '\r')}\r`
      : name === 'Ctrl+c' && !selected ? '\u0003'
      : name === 'Ctrl+d' && text === '' ? '\u0004'
      : stroke.key === 'Tab' && !stroke.shiftKey ? ''
      : undefined
    if (keys === undefined || !this.owner.type(keys)) return false
    if (keys !== '') this.put(at(''), empty)
    return true
  }

  /** For fingers, which have no such keys. */
  press(key: 'Tab' | 'ArrowUp' | 'ArrowDown' | 'Ctrl+c' | 'Ctrl+d'): void {
    if (key === 'Tab') void this.complete()
    else if (key === 'Ctrl+d') this.run(withTyped(this.state.line.text))
    else if (key === 'Ctrl+c') {
      if (!this.owner.type('\u0003')) this.interrupt()
    }
    else this.leaf(key === 'ArrowUp' ? -1 : 1)
  }

  take(candidate: Candidate): void {
    const { completion, line } = this.state
    if (completion !== undefined) this.put(taken(line, { ...completion, candidates: [candidate] }))
  }

  private get state(): PromptState {
    return this.store.getState()
  }

  private put(line: Line, more: Partial<PromptState> = {}): void {
    this.store.setState((s) => ({ completion: undefined, searching: undefined, ...more, line, put: s.put + 1 }))
  }

  private enter(): void {
    const { line } = this.state
    // An open quote or here-document goes on in the next line, and so does what reads what is typed.
    if (readsTyping(line.text) || parseLine(line.text).type === 'open') this.put(insert(line, '\n'))
    else this.run(line.text)
  }

  private run(text: string): void {
    if (text.trim() !== '') this.owner.run(text)
    this.put(at(''), empty)
  }

  private interrupt(): void {
    const { text } = this.state.line
    this.put(at(''), empty)
    this.owner.interrupt(text)
  }

  private edit(name: string | undefined): boolean {
    if (name === undefined || !Object.hasOwn(editKeys, name)) return false
    const { line, cut } = editKeys[name]!(this.state.line, this.state.cut)
    this.put(line, cut ? { cut } : {})
    return true
  }

  private leaf(by: -1 | 1): void {
    const history = this.owner.history()
    const { place = history.length, line, own } = this.state
    const next = Math.max(0, Math.min(history.length, place + by))
    if (next === place) return
    const typed = place === history.length ? line.text : own
    if (next === history.length) this.put(at(typed), { place: undefined, own: '' })
    else this.put(at(history[next]!), { place: next, own: typed })
  }

  // --- Ctrl+R

  private keyInSearch(stroke: Stroke, name: string | undefined): boolean {
    const { text, hit } = this.state.searching!
    const history = this.owner.history()
    const found = hit === undefined ? this.state.line.text : history[hit]!
    if (name === 'Ctrl+r') this.look(text, hit ?? history.length, hit)
    else if (stroke.key === 'Enter') this.run(found)
    else if (name === 'Ctrl+g' || name === 'Ctrl+c' || stroke.key === 'Escape') this.put(this.state.line)
    else if (stroke.key === 'Tab' || stroke.key.startsWith('Arrow') || name !== undefined) this.put(at(found))
    else return false
    return true
  }

  /** `otherwise`: what stays found when no line before has it. */
  private look(text: string, before: number, otherwise: number | undefined): void {
    const hit = search(this.owner.history(), text, before)
    this.store.setState({
      searching: { text, hit: hit ?? (before < this.owner.history().length ? otherwise : undefined) },
    })
  }

  // --- Tab

  /** One after another; what is typed while an answer is awaited is put behind it. */
  private complete(): Promise<void> {
    const pressed = this.state.line
    const isFirst = this.asked === 0
    this.asked++
    this.completing = this.completing.then(async () => {
      await this.completeNow(isFirst ? pressed : this.state.line)
      this.asked--
    })
    return this.completing
  }

  private async completeNow(typed: Line): Promise<void> {
    const completion = await this.owner.complete(typed).catch(() => undefined)
    const ahead = typedAhead(typed, this.state.line)
    if (completion === undefined || ahead === undefined) return
    const line = insert(taken(typed, completion), ahead)
    this.put(line, { completion: completion.candidates.length > 1 && ahead === '' ? completion : undefined })
  }
}

/** What was put in at the caret since; undefined: something else has changed. */
function typedAhead({ text, caret }: Line, now: Line): string | undefined {
  const [before, behind] = [text.slice(0, caret), text.slice(caret)]
  const isSo = now.text.length >= text.length && now.text.startsWith(before) && now.text.endsWith(behind)
  return isSo ? now.text.slice(caret, now.text.length - behind.length) : undefined
}
