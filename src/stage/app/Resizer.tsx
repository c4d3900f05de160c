import { useRef } from 'react'
import type { KeyboardEvent, PointerEvent, ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './Resizer.module.css'
import { bounds, clamp, setSize, useSizePx } from './sizes.ts'
import type { SizeName } from './sizes.ts'

/** Dragged to less than this share of its least size, a panel that can close does. */
const closesBelow = 0.6

const keyPx = 24

const names = { left: 'resizeLeft', right: 'resizeRight', below: 'resizeBelow', terminal: 'resizeTerminal' } as const

/**
 * The handle between two panels. It changes one size; the other panel takes what is left. `grows`: the direction of the
 * pointer in which the sized panel grows.
 */
export function Resizer({
  size,
  grows,
  open = true,
  onOpen,
}: {
  size: SizeName
  grows: 'right' | 'left' | 'up'
  open?: boolean
  /** For a panel that can be closed. */
  onOpen?: (open: boolean) => void
}): ReactElement {
  const { t } = useTranslation('app')
  const now = useSizePx(size)
  const drag = useRef<{ at: number; from: number } | undefined>(undefined)
  const sideways = grows !== 'up'
  const place = (event: PointerEvent): number => (sideways ? event.clientX : event.clientY)
  const apply = (wanted: number): void => {
    const closed = onOpen !== undefined && wanted < bounds[size].least * closesBelow
    onOpen?.(!closed)
    if (!closed) setSize(size, wanted)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const wanted = keySize(event.key, open ? now : 0, grows, size)
    if (wanted === undefined) return
    event.preventDefault()
    apply(wanted)
  }
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={t(names[size])}
      aria-orientation={sideways ? 'vertical' : 'horizontal'}
      aria-valuenow={open ? now : 0}
      aria-valuemin={onOpen === undefined ? bounds[size].least : 0}
      aria-valuemax={Math.round(bounds[size].most(window))}
      className={styles.resizer}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        drag.current = { at: place(event), from: open ? now : 0 }
      }}
      onPointerMove={(event) => {
        const { current } = drag
        if (current === undefined) return
        const moved = place(event) - current.at
        apply(current.from + (grows === 'right' ? moved : -moved))
      }}
      onPointerUp={() => (drag.current = undefined)}
      onPointerCancel={() => (drag.current = undefined)}
      onDoubleClick={() => apply(clamp(size, undefined, window))}
      onKeyDown={onKeyDown}
    />
  )
}

const steps: Record<string, Record<string, number>> = {
  right: { ArrowRight: keyPx, ArrowLeft: -keyPx },
  left: { ArrowLeft: keyPx, ArrowRight: -keyPx },
  up: { ArrowUp: keyPx, ArrowDown: -keyPx },
}

function keySize(key: string, now: number, grows: string, size: SizeName): number | undefined {
  const step = steps[grows]![key]
  if (step !== undefined) {
    // From closed to its least size in one step, and back.
    const { least } = bounds[size]
    return now + step < least && step < 0 && now <= least ? 0 : Math.max(now + step, step > 0 ? least : 0)
  }
  if (key === 'Enter') return now === 0 ? clamp(size, undefined, window) : 0
  if (key === 'Home') return bounds[size].least
  return key === 'End' ? bounds[size].most(window) : undefined
}
