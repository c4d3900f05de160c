import { Suspense } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Caption } from '../caption/Caption.tsx'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { closeMicroscope, useView } from '../shared/view.ts'
import { Timeline } from '../timeline/Timeline.tsx'
import { SmallTransport } from '../transport/Transport.tsx'
import { AtEnd } from './AtEnd.tsx'
import { openDialog, useDialog } from './dialogs.ts'
import { EditorSheet } from './EditorSheet.tsx'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Header } from './Header.tsx'
import styles from './Phone.module.css'
import { Inspector } from './sides.tsx'
import { Stage } from './Stage.tsx'
import { Microscope } from './views.tsx'

/** The page on a small screen: stage, caption and transport; the rest rises from below when it is asked for. */
export function Phone(): ReactElement {
  const { t } = useTranslation('app')
  return (
    <div className={styles.phone}>
      <Header compact />
      <div className={styles.stage}>
        <ErrorBoundary>
          <Stage small />
        </ErrorBoundary>
      </div>
      <Caption atEnd={<AtEnd />} />
      <section className={styles.film} aria-label={t('player')}>
        <SmallTransport />
      </section>
      <Sheets />
    </div>
  )
}

function Sheets(): ReactElement {
  const { t } = useTranslation(['app', 'microscope'])
  const open = useDialog()
  const microscope = useView((s) => s.microscope)
  const close = (): void => openDialog(undefined)
  return (
    <>
      <EditorSheet />
      <Dialog sheet title={t('inspector')} open={open === 'inspector'} onOpenChange={close}>
        <Inspector />
      </Dialog>
      <Dialog sheet title={t('microscope:title')} open={microscope} onOpenChange={closeMicroscope}>
        <Suspense>
          <Microscope sheet />
        </Suspense>
      </Dialog>
      <Dialog sheet="short" title={t('timeline')} open={open === 'timeline'} onOpenChange={close}>
        <div className={styles.timeline}>
          <Timeline onText={() => openDialog('transcript')} />
        </div>
      </Dialog>
    </>
  )
}
