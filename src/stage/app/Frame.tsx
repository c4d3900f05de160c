import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Caption } from '../caption/Caption.tsx'
import { useView } from '../shared/view.ts'
import { Timeline } from '../timeline/Timeline.tsx'
import { Transport } from '../transport/Transport.tsx'
import { AtEnd } from './AtEnd.tsx'
import { openDialog } from './dialogs.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import styles from './Frame.module.css'
import { Header } from './Header.tsx'
import { Resizer } from './Resizer.tsx'
import { isOpen, toggleSide } from './room.ts'
import type { Room, Side } from './room.ts'
import { Inspector, LeftPanel, LeftSheet } from './sides.tsx'
import { useSizePx } from './sizes.ts'
import { Stage } from './Stage.tsx'

/** The page where there is room for more than the stage: everything at once, in panels that can be resized and put away. */
export function Frame({ room }: { room: Room }): ReactElement {
  const { t } = useTranslation('app')
  const below = useSizePx('below')
  const curtain = useView((s) => s.curtain)
  const stage = (
    <div className={styles.stage}>
      <ErrorBoundary>
        <Stage />
      </ErrorBoundary>
    </div>
  )
  return (
    <div className={styles.frame}>
      <Header compact={false} />
      {room === 'upright' ? (
        <>
          {stage}
          <div className={styles.row}>
            <Below side="left">
              <LeftSheet />
            </Below>
            <Below side="right">
              <Inspector />
            </Below>
          </div>
        </>
      ) : (
        <div className={styles.columns}>
          <Beside side="left" room={room}>
            <LeftPanel />
          </Beside>
          {stage}
          <Beside side="right" room={room}>
            <Inspector />
          </Beside>
        </div>
      )}
      <Resizer size="below" grows="up" />
      <div className={styles.below} style={{ height: below }}>
        <Caption atEnd={<AtEnd />} />
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

/** A panel beside the stage, with its handle towards it. */
function Beside({ side, room, children }: { side: Side; room: Room; children: ReactNode }): ReactElement {
  const width = useSizePx(side)
  const open = useView((s) => isOpen(side, s, room))
  const setOpen = (next: boolean): void => {
    if (next !== open) toggleSide(side)
  }
  const handle = <Resizer size={side} grows={side === 'left' ? 'right' : 'left'} open={open} onOpen={setOpen} />
  return (
    <>
      {side === 'right' && handle}
      {open && (
        <div className={styles.card} style={{ width }}>
          {children}
        </div>
      )}
      {side === 'left' && handle}
    </>
  )
}

/** A panel below the stage, as wide as the other one leaves it. */
function Below({ side, children }: { side: Side; children: ReactNode }): ReactElement | null {
  const open = useView((s) => isOpen(side, s, 'upright'))
  return open ? <div className={styles.card}>{children}</div> : null
}
