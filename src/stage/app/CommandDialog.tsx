import { Command } from 'cmdk'
import { Dialog as RadixDialog } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { openerFocus } from '../shared/ui/opener.ts'
import { openDialog } from './dialogs.ts'
import styles from './Command.module.css'

/** A field and a list that it narrows: the palette and the catalogue. */
export function CommandDialog({
  title,
  placeholder,
  nothing,
  children,
}: {
  title: string
  placeholder: string
  nothing: string
  children: ReactNode
}): ReactElement {
  return (
    <RadixDialog.Root open onOpenChange={() => openDialog(undefined)}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={styles.veil} />
        <RadixDialog.Content className={styles.dialog} aria-describedby={undefined} onOpenAutoFocus={openerFocus.onOpen} onCloseAutoFocus={openerFocus.onClose}>
          <RadixDialog.Title className="visually-hidden">{title}</RadixDialog.Title>
          <Command loop label={title} className={styles.command} filter={matchWords}>
            <Command.Input className={styles.input} placeholder={placeholder} />
            <Command.List label={title} className={styles.list}>
              <Command.Empty className={styles.nothing}>{nothing}</Command.Empty>
              {children}
            </Command.List>
          </Command>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}

/** Every word that was typed occurs in the entry; what begins with them comes first. */
function matchWords(value: string, typed: string): number {
  const text = value.toLowerCase()
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (!words.every((word) => text.includes(word))) return 0
  return words.length > 0 && text.startsWith(words[0]!) ? 1 : 0.5
}
