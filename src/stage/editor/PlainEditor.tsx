import { memo, useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import type { KeyboardEvent, ReactElement, Ref } from 'react'
import { isComposing } from '../shared/ui/composing.ts'
import { highlight } from './highlight.ts'
import styles from './PlainEditor.module.css'
import { lineAt } from './texts.ts'

/** What the panel can ask of whichever editor is there. */
export interface EditorHandle {
  focus: () => void
  goTo: (offset: number) => void
}

export interface PlainHandle extends EditorHandle {
  /**
   * Where the caret stands, as an offset; undefined when nobody types here. It waits while a letter is half typed
   * (an input method may be composing one).
   */
  handOver: () => Promise<number | undefined>
}

interface Props {
  name: string
  text: string
  label: string
  /** Lines (from 1) on which something is wrong. */
  wrong: ReadonlyMap<number, 'error' | 'warning'>
  onChange: (text: string) => void
  onApply: () => void
  /** Somebody wants to type. */
  onTouch: () => void
  handle: (handle: PlainHandle | undefined) => void
}

/** Longer texts are shown without colours and numbers, which would have to be drawn line by line. */
const drawnMax = 60_000

/**
 * An editor without Monaco: what is seen until Monaco is there, with the same metrics, and what stays on
 * phones, whose keyboards Monaco does not get on with. A transparent text field over the coloured text.
 */
export function PlainEditor({ name, text, label, wrong, onChange, onApply, onTouch, handle }: Props): ReactElement {
  const field = useRef<HTMLTextAreaElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const drawing = useRef<HTMLDivElement>(null)
  const composing = useRef(false)
  const drawn = text.length <= drawnMax
  useLayoutEffect(() => {
    handle(handleOf(field.current!, drawing, composing))
    return () => handle(undefined)
  }, [handle])
  useEffect(() => {
    // It answers with a promise in newer browsers, which is no clean-up.
    scroller.current?.scrollTo(0, 0)
  }, [name])

  return (
    <div ref={scroller} className={styles.scroller} onPointerDown={onTouch}>
      <div className={styles.page} data-drawn={drawn || undefined}>
        {drawn && <Drawing ref={drawing} text={text} wrong={wrong} />}
        <textarea
          ref={field}
          className={styles.field}
          value={text}
          aria-label={label}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          autoComplete="off"
          onChange={(event) => onChange(event.currentTarget.value)}
          onKeyDown={(event) => !isComposing(event.nativeEvent) && onKeyDown(event, onApply)}
          onFocus={onTouch}
          onCompositionStart={() => (composing.current = true)}
          onCompositionEnd={() => (composing.current = false)}
        />
      </div>
    </div>
  )
}

function handleOf(
  field: HTMLTextAreaElement,
  drawing: { readonly current: HTMLElement | null },
  composing: { readonly current: boolean },
): PlainHandle {
  return {
    focus: () => field.focus({ preventScroll: true }),
    goTo: (offset) => {
      field.focus({ preventScroll: true })
      field.setSelectionRange(offset, offset)
      drawing.current?.children[lineAt(field.value, offset) - 1]?.scrollIntoView({ block: 'nearest' })
    },
    handOver: async () => {
      if (composing.current) {
        await new Promise((resolve) => field.addEventListener('compositionend', resolve, { once: true }))
      }
      return document.activeElement === field ? field.selectionStart : undefined
    },
  }
}

const Drawing = memo(function Drawing({
  text,
  wrong,
  ref,
}: {
  text: string
  wrong: ReadonlyMap<number, 'error' | 'warning'>
  ref: Ref<HTMLDivElement>
}): ReactElement {
  const lines = useMemo(() => text.split('\n'), [text])
  return (
    <div ref={ref} aria-hidden="true">
      {lines.map((line, i) => (
        // A line has nothing but its place.
        <div key={i} className={styles.line} data-wrong={wrong.get(i + 1)}>
          <span className={styles.gutter}>{i + 1}</span>
          {highlight(line).map((span, n) => (
            <span key={n} className={styles[span.kind]}>
              {span.text}
            </span>
          ))}
          {'\n'}
        </div>
      ))}
    </div>
  )
})

function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>, onApply: () => void): void {
  const field = event.currentTarget
  if (event.key === 'Escape') return field.blur()
  if (event.key !== 'Enter') return
  event.preventDefault()
  if (event.ctrlKey || event.metaKey) onApply()
  // Through the browser's own editing, so that it can be undone there.
  else document.execCommand('insertText', false, `\n${indentAfter(field.value, field.selectionStart)}`)
}

/** A new line begins below the one before it; below an item of a list, below its text. */
function indentAfter(text: string, caret: number): string {
  const before = text.slice(text.lastIndexOf('\n', caret - 1) + 1, caret)
  const indent = /^\s*(?:- )*/.exec(before)![0].replaceAll('-', ' ')
  return /:\s*$/.test(before) ? `${indent}  ` : indent
}
