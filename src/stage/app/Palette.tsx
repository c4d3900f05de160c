import { Command } from 'cmdk'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback } from '../../playback/hooks.ts'
import { Kbd } from '../shared/Kbd.tsx'
import { useView } from '../shared/view.ts'
import { actions } from './actions.ts'
import { openDialog } from './dialogs.ts'
import { CommandDialog } from './CommandDialog.tsx'
import styles from './Command.module.css'

/** Every action by its name. */
export default function Palette(): ReactElement {
  const { t } = useTranslation('app')
  const playback = usePlayback()
  const presenting = useView((s) => s.presenting)
  return (
    <CommandDialog title={t('palette')} placeholder={t('paletteHint')} nothing={t('noCommand')}>
      {actions
        .filter((a) => a.id !== 'palette' && (!a.presenting || presenting))
        .map((action) => (
          <Command.Item
            key={action.id}
            value={`${t(action.label)} ${action.id}`}
            className={styles.item}
            onSelect={() => {
              openDialog(undefined)
              void action.perform({ playback })
            }}
          >
            <span className={styles.label}>{t(action.label)}</span>
            {action.keys[0] !== undefined && <Kbd keys={action.keys[0]} />}
          </Command.Item>
        ))}
    </CommandDialog>
  )
}
