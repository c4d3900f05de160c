import { Columns2, PanelLeft, PanelRight } from 'lucide-react'
import { Suspense } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlaybackState } from '../../playback/hooks.ts'
import { Loading } from '../shared/ui/Blank.tsx'
import { IconButton } from '../shared/ui/Button.tsx'
import { fetched } from '../shared/ui/fetched.tsx'
import { ToggleTabs } from '../shared/ui/Tabs.tsx'
import { showView, stageViews, toggleSplit, useView } from '../shared/view.ts'
import type { StageView } from '../shared/view.ts'
import { openDialog } from './dialogs.ts'
import { Awaited } from './Awaited.tsx'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Outdated } from './Outdated.tsx'
import { isOpen, toggleSide, useRoom } from './room.ts'
import type { Side } from './room.ts'
import styles from './Stage.module.css'
import { Microscope, views } from './views.tsx'

const LevelStrip = fetched(async () => ({ default: (await import('../levels/LevelStrip.tsx')).LevelStrip }))

/**
 * The middle of the page: one view, or several side by side on which the same step lights up. The microscope lies over
 * them; on a small screen it has a sheet of its own.
 */
export function Stage({ bare, small }: { bare?: boolean; small?: boolean }): ReactElement {
  const { t } = useTranslation('app')
  const isLevel = usePlaybackState((s) => s.film?.scenario.spec.goal !== undefined)
  const shown = useView((s) => s.views)
  const phone = useRoom() === 'phone'
  const awaited = usePlaybackState((s) => s.awaited)
  const over = useView((s) => s.microscope) && !small && awaited === undefined
  return (
    <main className={styles.stage} aria-label={t('views')}>
      {!bare && <StageBar phone={phone} />}
      {!bare && <Outdated />}
      {isLevel && (
        <Guarded>
          <LevelStrip onAll={() => openDialog('levels')} />
        </Guarded>
      )}
      {/* Behind, so that what draws them is there when their moment is. */}
      <Views shown={shown} covered={over || awaited !== undefined} />
      {awaited !== undefined && (
        <div className={styles.over}>
          <Awaited moment={awaited} />
        </div>
      )}
      {over && (
        <div className={styles.over}>
          <Guarded fallback={<Loading />}>
            <Microscope />
          </Guarded>
        </div>
      )}
    </main>
  )
}

function Views({ shown, covered }: { shown: readonly StageView[]; covered: boolean }): ReactElement {
  const { t } = useTranslation('app')
  return (
    <div className={styles.views} data-picture="take" data-count={shown.length} data-covered={covered || undefined} inert={covered}>
      {shown.map((id) => {
        const View = views[id]
        return (
          <section key={id} className={styles.view} aria-label={t(id)} data-view={id}>
            {shown.length > 1 && <h2 className="visually-hidden">{t(id)}</h2>}
            <div className={styles.viewBody}>
              <Guarded fallback={<Loading />}>
                <View />
              </Guarded>
            </div>
          </section>
        )
      })}
    </div>
  )
}

/** A part that comes later; one that fails takes nothing else with it. */
function Guarded({ fallback, children }: { fallback?: ReactNode; children: ReactNode }): ReactElement {
  return (
    <ErrorBoundary>
      <Suspense fallback={fallback}>{children}</Suspense>
    </ErrorBoundary>
  )
}

function StageBar({ phone }: { phone: boolean }): ReactElement {
  const { t } = useTranslation('app')
  const shown = useView((s) => s.views)
  const split = useView((s) => s.split)
  // A frame has no panels.
  const embedded = useView((s) => s.embedded !== undefined)
  return (
    <div className={styles.bar} data-embedded={embedded || undefined}>
      {!embedded && !phone && <PanelToggle side="left" />}
      <ToggleTabs
        label={t('views')}
        choices={stageViews.map((id) => ({ id, label: t(id) }))}
        on={shown}
        onToggle={(id, alone) => showView(id, split || !alone)}
      />
      <span className={styles.space} />
      {!phone && (
        <IconButton label={t('split')} aria-pressed={split} onClick={toggleSplit}>
          <Columns2 size={15} />
        </IconButton>
      )}
      {!embedded && !phone && <PanelToggle side="right" />}
    </div>
  )
}

const panels = {
  left: { keys: 'e', show: 'showEditor', hide: 'hideEditor', Icon: PanelLeft },
  right: { keys: 'i', show: 'showInspector', hide: 'hideInspector', Icon: PanelRight },
} as const

function PanelToggle({ side }: { side: Side }): ReactElement {
  const { t } = useTranslation('app')
  const room = useRoom()
  const open = useView((s) => isOpen(side, s, room))
  const { keys, show, hide, Icon } = panels[side]
  return (
    <IconButton label={t(open ? hide : show)} keys={keys} aria-pressed={open} onClick={() => toggleSide(side)}>
      <Icon size={15} />
    </IconButton>
  )
}
