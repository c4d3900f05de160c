import { Play } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../shared/ui/Button.tsx'
import type { OnDesk } from '../shared/files/desk.ts'
import { Kbd } from '../shared/ui/Kbd.tsx'
import { machineFileOf } from '../shared/files/machineFiles.ts'
import { applyLine } from './apply.ts'
import styles from './EditorPanel.module.css'
import { FileTabs } from './FileTabs.tsx'
import type { FileActions } from './useFileActions.ts'

/** Tabs of the files, and Apply. */
export function Head({
  files,
  actions,
  panelId,
  onApply,
}: {
  files: OnDesk
  actions: FileActions
  panelId: string
  onApply: () => void
}): ReactElement {
  const { t } = useTranslation('editor')
  const { open } = files
  return (
    <header className={styles.head}>
      <FileTabs files={files} actions={actions} panelId={panelId} />
      <Button
        look="primary"
        className={styles.apply}
        disabled={open === undefined}
        onClick={onApply}
        title={open === undefined ? undefined : applyLine(open, files.all[open]!)}
      >
        <Play size={11} fill="currentColor" aria-hidden="true" />
        {t(machineFileOf(open) === undefined ? 'apply' : 'saveThere')}
        <span className={styles.keys} aria-hidden="true">
          <Kbd keys="Mod+Enter" />
        </span>
      </Button>
    </header>
  )
}
