import { X } from 'lucide-react'
import { Dialog as RadixDialog, Popover as RadixPopover } from 'radix-ui'
import { useRef } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from './Button.tsx'
import { openerFocus } from './opener.ts'
import styles from './Overlay.module.css'

/** What opens over the page: popovers, dialogs and sheets. Menus are in Menu.tsx. */

export function Popover({
  label,
  trigger,
  children,
  align = 'start',
  open,
  onOpenChange,
}: {
  /** What it is called, for screen readers. */
  label: string
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'center' | 'end'
  open?: boolean
  onOpenChange?: (open: boolean) => void
}): ReactElement {
  const control = open === undefined ? {} : { open }
  const focus = useFocusReturn()
  return (
    <RadixPopover.Root {...control} {...(onOpenChange ? { onOpenChange } : {})}>
      <RadixPopover.Trigger asChild {...focus.trigger}>
        {trigger}
      </RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          className={styles.popover}
          aria-label={label}
          sideOffset={6}
          collisionPadding={8}
          align={align}
          {...focus.content}
        >
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  )
}

/** A dialog in the middle, or with `sheet` one that rises from below (on phones). */
export function Dialog({
  title,
  open,
  onOpenChange,
  children,
  sheet,
  wide,
  steady,
  text,
  description,
}: {
  title: string
  open: boolean
  onOpenChange: (open: boolean) => void
  children: ReactNode
  sheet?: boolean | 'short'
  /** For what stands side by side. */
  wide?: boolean
  /** Its tabs are of different heights: they stay where they are, and it grows downwards. */
  steady?: boolean
  /** Nothing in it takes the keyboard, which has to scroll it. */
  text?: boolean
  /** Said to screen readers. */
  description?: string
}): ReactElement {
  const { t } = useTranslation('common')
  return (
    <RadixDialog.Root open={open} onOpenChange={onOpenChange}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={styles.veil} />
        <RadixDialog.Content
          className={sheet ? styles.sheet : styles.dialog}
          data-short={sheet === 'short' || undefined}
          data-wide={wide}
          data-steady={steady}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          onOpenAutoFocus={(event) => {
            // The first field, else the dialog itself: focus on its cross would only show a tooltip.
            const content = event.currentTarget as HTMLElement
            const field = content.querySelector<HTMLElement>('input, textarea, [data-autofocus]')
            event.preventDefault()
            openerFocus.onOpen()
            ;(field ?? content).focus()
          }}
          onCloseAutoFocus={openerFocus.onClose}
        >
          <div className={styles.dialogHead}>
            <RadixDialog.Title className={styles.dialogTitle}>{title}</RadixDialog.Title>
            <RadixDialog.Close asChild>
              <IconButton label={t('close')}>
                <X size={16} />
              </IconButton>
            </RadixDialog.Close>
          </div>
          {description !== undefined && (
            <RadixDialog.Description className="visually-hidden">{description}</RadixDialog.Description>
          )}
          <div className={styles.dialogBody} tabIndex={text ? 0 : undefined}>
            {children}
          </div>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}

/**
 * When it closes, the keyboard returns to the button that opened it, but not after a click: Space would open it again
 * instead of playing.
 */
export function useFocusReturn() {
  const clicked = useRef(false)
  return {
    trigger: {
      onPointerDown: () => (clicked.current = true),
      onKeyDown: () => (clicked.current = false),
    },
    content: {
      onCloseAutoFocus: (event: Event) => {
        if (clicked.current) event.preventDefault()
      },
    },
  }
}
