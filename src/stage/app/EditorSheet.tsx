import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { useView } from '../shared/view.ts'
import { openDialog, useDialog } from './dialogs.ts'
import { LeftSheet } from './sides.tsx'

/** Editor and terminal where there is no room for them beside the stage: they rise when the keyboard is asked for there. */
export function EditorSheet(): ReactElement {
  const { t } = useTranslation('app')
  const open = useDialog() === 'editor'
  const wish = useView((s) => s.focus)
  const [fulfilled] = useState(wish)
  useEffect(() => {
    if (wish !== fulfilled) openDialog('editor')
  }, [wish, fulfilled])
  return (
    <Dialog sheet title={t('phoneEditor')} open={open} onOpenChange={() => openDialog(undefined)}>
      <LeftSheet />
    </Dialog>
  )
}
