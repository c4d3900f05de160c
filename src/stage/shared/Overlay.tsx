import { Check, X } from 'lucide-react'
import { Dialog as RadixDialog, DropdownMenu, Popover as RadixPopover } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from './Button.tsx'
import styles from './Overlay.module.css'

/** What opens over the page: menus, popovers, dialogs and sheets. */

export function Menu({
  trigger,
  children,
  align = 'start',
}: {
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'center' | 'end'
}): ReactElement {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={styles.menu} sideOffset={6} collisionPadding={8} align={align}>
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
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
  return (
    <DropdownMenu.Item className={styles.item} onSelect={onSelect} disabled={disabled ?? false}>
      {checked !== undefined && <span className={styles.mark}>{checked && <Check size={14} />}</span>}
      <span>{children}</span>
      {hint !== undefined && <span className={styles.hint}>{hint}</span>}
    </DropdownMenu.Item>
  )
}

export function MenuHeading({ children }: { children: ReactNode }): ReactElement {
  return <DropdownMenu.Label className={styles.heading}>{children}</DropdownMenu.Label>
}

export function MenuRule(): ReactElement {
  return <DropdownMenu.Separator className={styles.rule} />
}

export function Popover({
  trigger,
  children,
  align = 'start',
  open,
  onOpenChange,
}: {
  trigger: ReactElement
  children: ReactNode
  align?: 'start' | 'center' | 'end'
  open?: boolean
  onOpenChange?: (open: boolean) => void
}): ReactElement {
  const control = open === undefined ? {} : { open }
  return (
    <RadixPopover.Root {...control} {...(onOpenChange ? { onOpenChange } : {})}>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content className={styles.popover} sideOffset={6} collisionPadding={8} align={align}>
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
  description,
}: {
  title: string
  open: boolean
  onOpenChange: (open: boolean) => void
  children: ReactNode
  sheet?: boolean
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
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
          onOpenAutoFocus={(event) => {
            // The first field, else the dialog itself: focus on its cross would only show a tooltip.
            const content = event.currentTarget as HTMLElement
            const field = content.querySelector<HTMLElement>('input, textarea, [data-autofocus]')
            event.preventDefault()
            ;(field ?? content).focus()
          }}
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
          <div className={styles.dialogBody}>{children}</div>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}
