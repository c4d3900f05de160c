import { useEffect } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Group, Panel, Separator, useDefaultLayout, usePanelRef } from 'react-resizable-panels'
import { Caption } from '../caption/Caption.tsx'
import { useView, view } from '../shared/view.ts'
import { Timeline } from '../timeline/Timeline.tsx'
import { Transport } from '../transport/Transport.tsx'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import styles from './Frame.module.css'
import { Header } from './Header.tsx'
import { Stage } from './Stage.tsx'
import { layoutStorage } from './storage.ts'
import { Inspector, LeftPanel } from './sides.tsx'

/** The page on a wide screen: everything at once, in panels that can be resized and put away. */
export function Frame(): ReactElement {
  const rows = useDefaultLayout({ id: 'podreel.rows', storage: layoutStorage })
  return (
    <div className={styles.frame}>
      <Header compact={false} />
      <Group orientation="vertical" className={styles.rows} {...rows}>
        <Panel id="above" minSize={200}>
          <Columns />
        </Panel>
        <Bar />
        <Panel id="below" defaultSize={244} minSize={130} maxSize="60%" groupResizeBehavior="preserve-pixel-size">
          <div className={styles.below}>
            <Caption />
            <div className={styles.film}>
              <Transport />
              <div className={styles.timeline}>
                <ErrorBoundary>
                  <Timeline />
                </ErrorBoundary>
              </div>
            </div>
          </div>
        </Panel>
      </Group>
    </div>
  )
}

function Columns(): ReactElement {
  const columns = useDefaultLayout({ id: 'podreel.columns', storage: layoutStorage })
  return (
    <Group orientation="horizontal" {...columns}>
      <Side id="left" defaultSize={330}>
        <LeftPanel />
      </Side>
      <Bar />
      <Panel id="stage" minSize={320}>
        <ErrorBoundary>
          <Stage />
        </ErrorBoundary>
      </Panel>
      <Bar />
      <Side id="right" defaultSize={372}>
        <Inspector />
      </Side>
    </Group>
  )
}

/** A panel at the side; dragging it shut and the button on the stage are the same thing. */
function Side({
  id,
  defaultSize,
  children,
}: {
  id: 'left' | 'right'
  defaultSize: number
  children: ReactNode
}): ReactElement {
  const panel = usePanelRef()
  const open = useView((s) => s[id])
  useEffect(() => {
    if (panel.current === null || panel.current.isCollapsed() !== open) return
    if (open) panel.current.expand()
    else panel.current.collapse()
  }, [open, panel])
  return (
    <Panel
      id={id}
      panelRef={panel}
      collapsible
      defaultSize={defaultSize}
      minSize={240}
      groupResizeBehavior="preserve-pixel-size"
      onResize={(size) => {
        const isOpen = size.inPixels > 0
        if (isOpen !== view.getState()[id]) view.setState({ [id]: isOpen })
      }}
    >
      <div className={styles.card} hidden={!open}>
        {children}
      </div>
    </Panel>
  )
}

function Bar(): ReactElement {
  const { t } = useTranslation('app')
  return <Separator className={styles.bar} aria-label={t('resize')} />
}
