import { Check } from 'lucide-react'
import { Popover as Radix } from 'radix-ui'
import { createContext, use, useState } from 'react'
import type { KeyboardEvent, ReactElement, ReactNode } from 'react'
import styles from './Overlay.module.css'
import { useFocusReturn } from './Overlay.tsx'

const Close = createContext<() => void>(() => undefined)

/** A few choices that open at a button. Arrow keys move, Enter chooses, letters jump (WAI-ARIA menu). */
export function Menu({
  trigger,
  children,
  align = 'start',
}: {
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'center' | 'end'
}): ReactElement {
  const [open, setOpen] = useState(false)
  const focus = useFocusReturn()
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Trigger asChild aria-haspopup="menu" {...focus.trigger}>
        {trigger}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          role="menu"
          className={styles.menu}
          sideOffset={6}
          collisionPadding={8}
          align={align}
          {...focus.content}
          onKeyDown={moveFocus}
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            const items = itemsOf(event.currentTarget as HTMLElement)
            // In a list of alternatives, at the one that holds.
            const chosen =
              items[0]?.ariaChecked === null ? undefined : items.find((item) => item.ariaChecked === 'true')
            ;(chosen ?? items[0])?.focus()
          }}
        >
          <Close value={() => setOpen(false)}>{children}</Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

export function MenuItem({
  onSelect,
  children,
  hint,
  checked,
  disabled,
}: {
  onSelect: () => void
  children: ReactNode
  hint?: ReactNode
  /** Left out: no room for a tick. */
  checked?: boolean
  disabled?: boolean
}): ReactElement {
  const close = use(Close)
  return (
    <button
      type="button"
      role={checked === undefined ? 'menuitem' : 'menuitemradio'}
      {...(checked === undefined ? {} : { 'aria-checked': checked })}
      tabIndex={-1}
      disabled={disabled}
      className={styles.item}
      onPointerMove={(event) => event.currentTarget.focus()}
      onClick={() => {
        close()
        onSelect()
      }}
    >
      {checked !== undefined && <span className={styles.mark}>{checked && <Check size={14} />}</span>}
      <span>{children}</span>
      {hint !== undefined && <span className={styles.hint}>{hint}</span>}
    </button>
  )
}

export function MenuHeading({ children }: { children: ReactNode }): ReactElement {
  return <div className={styles.heading}>{children}</div>
}

export function MenuRule(): ReactElement {
  return <hr className={styles.rule} />
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]:not(:disabled)')]
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = itemsOf(event.currentTarget)
  const at = items.indexOf(document.activeElement as HTMLElement)
  const next = nextItem(items, at, event.key)
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}

function nextItem(items: readonly HTMLElement[], at: number, key: string): HTMLElement | undefined {
  if (key === 'ArrowDown') return items[(at + 1) % items.length]
  if (key === 'ArrowUp') return items[(at - 1 + items.length) % items.length]
  if (key === 'Home') return items[0]
  if (key === 'End') return items.at(-1)
  if (key.length !== 1 || key === ' ') return undefined
  const rest = [...items.slice(at + 1), ...items.slice(0, at + 1)]
  return rest.find((item) => item.textContent?.trim().toLowerCase().startsWith(key.toLowerCase()))
}
