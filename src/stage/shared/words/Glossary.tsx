import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { titleOf, useExplanation, usePieces } from './explanation.ts'
import { Phrases } from './Phrases.tsx'
import styles from '../ui/Tooltip.module.css'

/**
 * What Kubernetes' own words mean, wherever they stand: whatever has `data-word` says it on hover, on focus and on a touch, in one
 * bubble for the whole page. So a graph of a thousand pods needs no tooltip a pod.
 */
interface Shown {
  owner: Element
  word: string
}

const hoverMs = 450
const bubbleId = 'glossary'

/** Once, around everything. */
export function Glossary(): ReactElement | null {
  const [shown, setShown] = useState<Shown | undefined>(undefined)
  useEffect(() => listen(setShown), [])
  useEffect(() => {
    // What describes it otherwise keeps its place.
    if (shown === undefined || shown.owner.hasAttribute('aria-describedby')) return undefined
    shown.owner.setAttribute('aria-describedby', bubbleId)
    return () => shown.owner.removeAttribute('aria-describedby')
  }, [shown])
  return shown === undefined ? null : createPortal(<Bubble key={shown.word} {...shown} onGone={() => setShown(undefined)} />, document.body)
}

function listen(show: (shown: Shown | undefined) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let touched = false
  const owned = (target: EventTarget | null): Shown | undefined => {
    const owner = target instanceof Element ? target.closest('[data-word]') : null
    return owner === null ? undefined : { owner, word: owner.getAttribute('data-word')! }
  }
  const soon = (shown: Shown | undefined): void => {
    clearTimeout(timer)
    timer = setTimeout(() => show(shown), hoverMs)
  }
  const now = (shown: Shown | undefined): void => {
    clearTimeout(timer)
    show(shown)
  }
  const handlers = {
    // The pointer may go over to the bubble; it stays as long as it is there.
    pointerover: ({ target, pointerType }: PointerEvent) => {
      if (pointerType === 'touch') return
      if (target instanceof Element && target.closest(`#${bubbleId}`) !== null) clearTimeout(timer)
      else soon(owned(target))
    },
    focusin: ({ target }: FocusEvent) => {
      if (target instanceof Element && target.matches(':focus-visible')) now(target.matches('[data-word]') ? owned(target) : undefined)
    },
    pointerdown: ({ target, pointerType }: PointerEvent) => {
      touched = pointerType === 'touch'
      if (!(target instanceof Element && target.closest(`#${bubbleId}`))) now(undefined)
    },
    // What a touch chooses or presses is chosen or pressed; a word that stands alone is explained.
    click: ({ target }: MouseEvent) => {
      const found = touched ? owned(target) : undefined
      if (found !== undefined && found.owner.closest('button, a, [role=row], [role=option]') === null) now(found)
    },
    scroll: () => now(undefined),
    keydown: (event: KeyboardEvent) => {
      walk(event)
      if (event.key !== 'Escape' || document.getElementById(bubbleId) === null) return
      event.stopPropagation()
      event.preventDefault()
      now(undefined)
    },
  }
  for (const [type, handler] of Object.entries(handlers)) document.addEventListener(type, handler as EventListener, true)
  return () => {
    clearTimeout(timer)
    for (const [type, handler] of Object.entries(handlers)) document.removeEventListener(type, handler as EventListener, true)
  }
}

/** In a long text (`data-words`), which is one stop for the keyboard, Up and Down lead from word to word. */
function walk(event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (by === undefined || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return
  const text = event.target instanceof Element ? event.target.closest('[data-words]') : null
  const words = [...(text?.querySelectorAll<HTMLElement>('[data-word]') ?? [])]
  const next = words[words.indexOf(event.target as HTMLElement) + by]
  if (next === undefined) return
  event.preventDefault()
  next.tabIndex = -1
  next.focus()
}

const margin = 8
const gap = 6

function Bubble({ owner, word, onGone }: Shown & { onGone: () => void }): ReactElement | null {
  const ours = useExplanation(word)
  const explanation = ours ?? owner.getAttribute('data-word-text') ?? undefined
  const title = owner.getAttribute('data-word-title') ?? titleOf(word)
  const bubble = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const node = bubble.current
    if (node === null) return undefined
    const at = owner.getBoundingClientRect()
    const { width, height } = node.getBoundingClientRect()
    const x = Math.max(margin, Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - margin))
    const above = at.top - height - gap
    node.style.translate = `${x}px ${above >= margin ? above : Math.min(at.bottom + gap, innerHeight - height - margin)}px`
    // The film goes on below it: what is no longer there needs no explanation.
    const watch = setInterval(() => owner.isConnected || onGone(), 250)
    return () => clearInterval(watch)
  }, [owner, onGone])
  if (explanation === undefined && title === titleOf(word)) return null
  return (
    <div ref={bubble} id={bubbleId} role="tooltip" className={styles.glossary} onPointerDown={(event) => event.stopPropagation()}>
      <span className={styles.title}>{title}</span>
      {explanation}
    </div>
  )
}

/**
 * One of Kubernetes' own words (a STATUS, a reason, a condition, a field), explained; a word that nobody has explained stays plain
 * text. `quiet`: within something that takes the keyboard itself. `text`: what is said where the glossary says nothing.
 */
export function Explain({
  word,
  quiet,
  text,
  children,
}: {
  word: string
  quiet?: boolean
  text?: string | undefined
  children?: ReactNode
}): ReactElement {
  if (useExplanation(word) === undefined && text === undefined) return <>{children ?? word}</>
  return (
    <span {...(quiet ? {} : { tabIndex: 0 })} data-word={word} data-word-text={text} className={styles.explained}>
      {children ?? word}
    </span>
  )
}

/** A text with every word of Kubernetes in it explained. */
export function Explained({ text, quiet }: { text: string; quiet?: boolean }): ReactElement {
  const pieces = usePieces()(text)
  return (
    <>
      {pieces.map(({ text: piece, word }, i) =>
        word === undefined ? (
          <Phrases key={i} text={piece} />
        ) : (
          <span key={i} {...(quiet ? {} : { tabIndex: 0 })} data-word={word} className={styles.explained}>
            {piece}
          </span>
        ),
      )}
    </>
  )
}
