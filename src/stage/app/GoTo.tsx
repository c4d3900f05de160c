import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback } from '../../playback/hooks.ts'
import { parseDestination } from '../../playback/moment.ts'
import { Button } from '../shared/ui/Button.tsx'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { openDialog } from './dialogs.ts'
import styles from './GoTo.module.css'

/** To a step, a time or the first moment when something holds. */
export default function GoTo(): ReactElement {
  const { t } = useTranslation('app')
  const playback = usePlayback()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string | undefined>(undefined)
  // A moment far away has to be made first: meanwhile this may be closed, and something else open.
  const isOpen = useRef(true)
  useEffect(() => {
    isOpen.current = true
    return () => {
      isOpen.current = false
    }
  }, [])
  const go = async (): Promise<void> => {
    const destination = parseDestination(text)
    if ('error' in destination) return setWrong(t('goToWrong', { text }))
    const isThere = await playback.goTo(destination)
    if (!isOpen.current) return
    if (isThere) openDialog(undefined)
    else setWrong(t('goToNever', { text }))
  }
  return (
    <Dialog title={t('goToTitle')} open onOpenChange={() => openDialog(undefined)}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          void go()
        }}
      >
        <input
          className={styles.input}
          value={text}
          placeholder={t('goToHint')}
          aria-label={t('goToHint')}
          aria-invalid={wrong !== undefined}
          aria-describedby="go-to-wrong"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setText(event.target.value)
            setWrong(undefined)
          }}
        />
        <Button type="submit" look="primary">
          {t('go')}
        </Button>
      </form>
      <p id="go-to-wrong" className={styles.wrong} role="alert">
        {wrong}
      </p>
    </Dialog>
  )
}
