import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Caption } from '../caption/Caption.tsx'
import { useView, view } from '../shared/view.ts'
import { Timeline } from '../timeline/Timeline.tsx'
import { Transport } from '../transport/Transport.tsx'
import { openDialog } from './dialogs.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import styles from './Frame.module.css'
import { Header } from './Header.tsx'
import { Resizer } from './Resizer.tsx'
import { Inspector, LeftPanel } from './sides.tsx'
import { useSizePx } from './sizes.ts'
import { Stage } from './Stage.tsx'

/** The page on a wide screen: everything at once, in panels that can be resized and put away. */
export function Frame(): ReactElement {
  const { t } = useTranslation('app')
  const below = useSizePx('below')
  const curtain = useView((s) => s.curtain)
  return (
    <div className={styles.frame}>
      <Header compact={false} />
      <div className={styles.columns}>
        <Side id="left">
          <LeftPanel />
        </Side>
        <div className={styles.stage}>
          <ErrorBoundary>
            <Stage />
          </ErrorBoundary>
        </div>
        <Side id="right">
          <Inspector />
        </Side>
      </div>
      <Resizer size="below" grows="up" />
      <div className={styles.below} style={{ height: below }}>
        <Caption />
        <section className={styles.film} aria-label={t('player')}>
          <Transport />
          <div className={styles.timeline} data-curtain={curtain || undefined} inert={curtain}>
            <ErrorBoundary>
              <Timeline onText={() => openDialog('transcript')} />
            </ErrorBoundary>
          </div>
        </section>
      </div>
    </div>
  )
}

/** A panel at the side with its handle, towards the stage. */
function Side({ id, children }: { id: 'left' | 'right'; children: ReactNode }): ReactElement {
  const width = useSizePx(id)
  const open = useView((s) => s[id])
  const setOpen = (next: boolean): void => {
    if (next !== view.getState()[id]) view.setState({ [id]: next })
  }
  const handle = <Resizer size={id} grows={id === 'left' ? 'right' : 'left'} open={open} onOpen={setOpen} />
  return (
    <>
      {id === 'right' && handle}
      {open && (
        <div className={styles.card} style={{ width }}>
          {children}
        </div>
      )}
      {id === 'left' && handle}
    </>
  )
}
