import type { ButtonHTMLAttributes, ReactElement, ReactNode, Ref } from 'react'
import styles from './Button.module.css'
import { classes } from './classes.ts'
import { Tooltip } from './Tooltip.tsx'

type Look = 'primary' | 'plain' | 'quiet' | 'link'

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look; ref?: Ref<HTMLButtonElement> }

export function Button({ look = 'plain', className, ...rest }: ButtonProps): ReactElement {
  return <button type="button" className={classes(styles.button, styles[look], className)} {...rest} />
}

/** A button that shows only an icon: its label is said to screen readers and shown on hover, with its key. */
export function IconButton(
  { label, keys, round, look = 'quiet', className, children, ...rest }:
  ButtonProps & { label: string; keys?: string; round?: boolean; children: ReactNode },
): ReactElement {
  return (
    <Tooltip text={label} keys={keys}>
      <button
        type="button" aria-label={label}
        className={classes(styles.button, styles[look], round ? styles.round : styles.icon, className)} {...rest}
      >
        {children}
      </button>
    </Tooltip>
  )
}
