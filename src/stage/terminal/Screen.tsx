import { useVirtualizer } from '@tanstack/react-virtual'
import { createContext, memo, use, useDeferredValue, useEffect, useLayoutEffect, useRef } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { classes } from '../shared/ui/classes.ts'
import { select } from '../shared/view.ts'
import { linked, useLinks } from './links.ts'
import type { Links } from './links.ts'
import styles from './Terminal.module.css'
import type { TranscriptLine } from './transcript.ts'
import { Explained } from '../shared/words/Glossary.tsx'

const lineHeight = 19

/** What kubectl and the shell call a failure; not everything that comes on stderr is one. */
const failure = /^(error|Error|The .* is invalid|\* |Unable to|bash: |.*: No such file)/

/** Columns stand two spaces apart or more, and what is written in blocks is indented: those lines keep their shape, the others are read whole. */
const shaped = /^\s|\t|\S {2,}\S/
const wraps = ({ kind, text }: TranscriptLine): boolean => kind !== 'out' || !shaped.test(text)

const LinksContext = createContext<Links>(() => undefined)

/** What is to be found behind the names below is looked up when the stage is drawn; of what is printed nothing else changes by it. */
function Linking({ children }: { children: ReactNode }): ReactElement {
  return <LinksContext value={useDeferredValue(useLinks())}>{children}</LinksContext>
}

/** The printed lines, of which only those in sight are drawn, and below them what is typed. */
export function Screen({ lines, children }: { lines: readonly TranscriptLine[]; children: ReactNode }): ReactElement {
  const { t } = useTranslation('terminal')
  const scroller = useRef<HTMLDivElement>(null)
  const list = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    getItemKey: (i) => lines[i]!.id,
    overscan: 30,
  })
  // What is new is shown, unless somebody reads further up; looked at again whenever lines were measured, which moves them.
  const atBottom = useRef(true)
  const top = useRef(0)
  const toBottom = (): void => {
    const element = scroller.current
    if (element !== null && atBottom.current) element.scrollTop = element.scrollHeight
  }
  useLayoutEffect(toBottom)
  // What stands below the lines comes and goes without them.
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const observer = new IntersectionObserver(toBottom, { root: scroller.current })
    observer.observe(end.current!)
    return () => observer.disconnect()
  }, [])
  const widest = lines.reduce((most, line) => (wraps(line) ? most : Math.max(most, line.text.length)), 0)
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        // Lines that have come since it was scrolled to the bottom are no move away from there.
        const movedUp = scrollTop < top.current
        atBottom.current = scrollHeight - scrollTop - clientHeight < lineHeight || (atBottom.current && !movedUp)
        top.current = scrollTop
      }}
    >
      <div
        role="group"
        aria-label={t('output')}
        className={styles.lines}
        style={{ height: list.getTotalSize(), minWidth: `calc(${widest + 2}ch + 1.5rem)` }}
      >
        <Linking>
          {list.getVirtualItems().map(({ index, key, start }) => (
            <Line key={key} {...lines[index]!} index={index} start={start} measure={list.measureElement} />
          ))}
        </Linking>
      </div>
      {children}
      <div ref={end} className={styles.bottom} />
    </div>
  )
}

const Line = memo(function Line({
  index,
  start,
  measure,
  ...line
}: TranscriptLine & {
  index: number
  start: number
  measure: (element: Element | null) => void
}): ReactElement {
  const { kind, text } = line
  return (
    <div
      ref={measure}
      data-index={index}
      className={classes(styles.line, styles[kind], wraps(line) && styles.wraps, kind === 'err' && failure.test(text) && styles.failure)}
      style={{ translate: `0 ${start}px` }}
    >
      {kind === 'typed' && <span className={styles.sign}>$ </span>}
      {kind === 'more' && <span className={styles.sign}>&gt; </span>}
      {kind === 'out' || kind === 'err' ? <Linked text={text} /> : text}
    </div>
  )
})

/** A line in which the names of objects lead to them. */
function Linked({ text }: { text: string }): ReactNode {
  return linked(text, use(LinksContext)).map((piece, i) =>
    piece.key === undefined ? (
      <Explained key={i} text={piece.text} quiet />
    ) : (
      <button key={i} type="button" tabIndex={-1} className={styles.link} onClick={() => select(piece.key)}>
        {piece.text}
      </button>
    ),
  )
}
