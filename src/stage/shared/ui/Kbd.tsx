import type { ReactElement } from 'react'
import styles from './Kbd.module.css'

const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)

const names: Record<string, string> = {
  Mod: mac ? '⌘' : 'Ctrl',
  Shift: mac ? '⇧' : 'Shift',
  Alt: mac ? '⌥' : 'Alt',
  Enter: '↵',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ' ': 'Space',
  Escape: 'Esc',
}

/** A combination as it is written in the table of actions: 'Mod+Enter', 'Shift+ArrowRight', 'k'. */
export function Kbd({ keys }: { keys: string }): ReactElement {
  const parts = keys === '+' ? ['+'] : keys.split('+')
  return (
    <>
      {parts.map((key) => (
        <kbd key={key} className={styles.kbd}>{names[key] ?? (key.length === 1 ? key.toUpperCase() : key)}</kbd>
      ))}
    </>
  )
}
