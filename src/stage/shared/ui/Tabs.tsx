import { useEffect, useRef } from 'react'
import type { KeyboardEvent, ReactElement, ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './Tabs.module.css'

export interface Choice<T extends string> {
  id: T
  label: ReactNode
  title?: string
}

interface ChoiceProps<T extends string> {
  label: string
  choices: readonly Choice<T>[]
  value: T
  onChange: (id: T) => void
}

/** Arrow keys move between the buttons of a group and choose at once (WAI-ARIA: roving focus). */
function useArrowKeys<T extends string>({ choices, value, onChange }: ChoiceProps<T>) {
  const group = useRef<HTMLDivElement>(null)
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    event.stopPropagation()
    const at = choices.findIndex((c) => c.id === value)
    const next = (at + step + choices.length) % choices.length
    onChange(choices[next]!.id)
    group.current?.querySelectorAll<HTMLElement>('button')[next]?.focus()
  }
  return { group, onKeyDown }
}

/** Tabs over a panel. The caller draws the panel of `value` and gives it id `${panelId}`. */
export function Tabs<T extends string>(props: ChoiceProps<T> & { panelId?: string; className?: string }): ReactElement {
  const { group, onKeyDown } = useArrowKeys(props)
  return (
    <div ref={group} role="tablist" aria-label={props.label} className={props.className ?? styles.list} onKeyDown={onKeyDown}>
      {props.choices.map((c) => (
        <button
          key={c.id} type="button" role="tab" className={styles.tab} title={c.title}
          aria-selected={c.id === props.value} aria-controls={props.panelId} tabIndex={c.id === props.value ? 0 : -1}
          data-on={c.id === props.value || undefined} onClick={() => props.onChange(c.id)}
        >
          {c.label}
        </button>
      ))}
    </div>
  )
}

/** One of a few: small buttons in a row. */
export function Segmented<T extends string>(props: ChoiceProps<T>): ReactElement {
  const { group, onKeyDown } = useArrowKeys(props)
  return (
    <div ref={group} role="radiogroup" aria-label={props.label} className={styles.segments} onKeyDown={onKeyDown}>
      {props.choices.map((c) => (
        <button
          key={c.id} type="button" role="radio" className={styles.segment} title={c.title}
          aria-checked={c.id === props.value} tabIndex={c.id === props.value ? 0 : -1}
          data-on={c.id === props.value || undefined} onClick={() => props.onChange(c.id)}
        >
          {c.label}
        </button>
      ))}
    </div>
  )
}

/** Tabs of which several can be on at once: the views of a split. */
export function ToggleTabs<T extends string>(
  { label, choices, on, onToggle }:
  { label: string; choices: readonly Choice<T>[]; on: readonly T[]; onToggle: (id: T, alone: boolean) => void },
): ReactElement {
  const list = useRef<HTMLDivElement>(null)
  const shown = on.join()
  // Where there is no room for all, what is on comes into sight.
  useEffect(() => {
    // With the next frame, which measures everything anyway.
    const frame = requestAnimationFrame(() => list.current?.querySelector('[data-on]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }))
    return () => cancelAnimationFrame(frame)
  }, [shown])
  return (
    <div ref={list} role="group" aria-label={label} className={classes(styles.list, styles.toggles)}>
      {choices.map((c) => (
        <button
          key={c.id} type="button" className={styles.tab} title={c.title} aria-pressed={on.includes(c.id)}
          data-on={on.includes(c.id) || undefined} onClick={(e) => onToggle(c.id, !(e.metaKey || e.ctrlKey || e.shiftKey))}
        >
          {c.label}
        </button>
      ))}
    </div>
  )
}
