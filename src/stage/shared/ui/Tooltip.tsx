import { Tooltip as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { Glossary } from '../words/Glossary.tsx'
import { Kbd } from './Kbd.tsx'
import styles from './Tooltip.module.css'

/** Once, around everything that has tooltips. */
export function TooltipGround({ children }: { children: ReactNode }): ReactElement {
  return (
    <Radix.Provider delayDuration={450} skipDelayDuration={250}>
      {children}
      <Glossary />
    </Radix.Provider>
  )
}

function Bubble({ children }: { children: ReactNode }): ReactElement {
  return (
    <Radix.Portal>
      <Radix.Content className={styles.tooltip} sideOffset={6} collisionPadding={8}>{children}</Radix.Content>
    </Radix.Portal>
  )
}

/** A short label on hover and focus; `keys` as in the table of actions ('Shift+ArrowRight'). */
export function Tooltip(
  { text, keys, children }: { text: ReactNode; keys?: string | undefined; children: ReactElement },
): ReactElement {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Bubble>
        {text}
        {keys !== undefined && <span className={styles.keys}><Kbd keys={keys} /></span>}
      </Bubble>
    </Radix.Root>
  )
}
