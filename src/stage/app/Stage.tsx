import { Columns2, PanelLeft, PanelRight } from 'lucide-react'
import { Suspense } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlaybackState } from '../../playback/hooks.ts'
import { Loading } from '../shared/ui/Blank.tsx'
import { IconButton } from '../shared/ui/Button.tsx'
import { fetched } from '../shared/ui/fetched.tsx'
import { ToggleTabs } from '../shared/ui/Tabs.tsx'
import { showView, stageViews, toggleSplit, useView, view } from '../shared/view.ts'
import { openDialog } from './dialogs.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Outdated } from './Outdated.tsx'
import styles from './Stage.module.css'
import { Microscope, views } from './views.tsx'

const NextScene = fetched(async () => ({ default: (await import('../gallery/NextScene.tsx')).NextScene }))
const LevelStrip = fetched(async () => ({ default: (await import('../levels/LevelStrip.tsx')).LevelStrip }))

/**
 * The middle of the page: one view, or several side by side on which the same step lights up. The microscope lies over
 * them; on a small screen it has a sheet of its own.
 */
export function Stage({ bare, small }: { bare?: boolean; small?: boolean }): ReactElement {
  const { t } = useTranslation('app')
  const isLevel = usePlaybackState((s) => s.film?.scenario.spec.goal !== undefined)
  const shown = useView((s) => s.views)
  const over = useView((s) => s.microscope) && !small
  const ended = usePlaybackState((s) => s.ended)
  return (
    <main className={styles.stage} aria-label={t('views')}>
      {!bare && <StageBar />}
      {!bare && <Outdated />}
      {isLevel && (
        <Guarded>
          <LevelStrip onAll={() => openDialog('levels')} />
        </Guarded>
      )}
      <div className={styles.views} data-picture="take" data-count={shown.length} data-covered={over || undefined} inert={over}>
        {shown.map((id) => {
          const View = views[id]
          return (
            <section key={id} className={styles.view} aria-label={t(id)} data-view={id}>
              {shown.length > 1 && <h2 className={styles.viewTitle}>{t(id)}</h2>}
              <div className={styles.viewBody}>
                <Guarded fallback={<Loading />}>
                  <View />
                </Guarded>
              </div>
            </section>
          )
        })}
      </div>
      {!bare && ended && (
        <Guarded>
          <NextScene />
        </Guarded>
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

/** A part that comes later; one that fails takes nothing else with it. */
function Guarded({ fallback, children }: { fallback?: ReactNode; children: ReactNode }): ReactElement {
  return (
    <ErrorBoundary>
      <Suspense fallback={fallback}>{children}</Suspense>
    </ErrorBoundary>
  )
}

function StageBar(): ReactElement {
  const { t } = useTranslation('app')
  const shown = useView((s) => s.views)
  const split = useView((s) => s.split)
  // A frame has no panels.
  const embedded = useView((s) => s.embedded !== undefined)
  return (
    <div className={styles.bar} data-embedded={embedded || undefined}>
      {!embedded && (
        <span className={styles.wideOnly}>
          <PanelToggle side="left" />
        </span>
      )}
      <ToggleTabs
        label={t('views')}
        choices={stageViews.map((id) => ({ id, label: t(id) }))}
        on={shown}
        onToggle={(id, alone) => showView(id, split || !alone)}
      />
      <span className={styles.space} />
      <span className={styles.wideOnly}>
        <IconButton label={t('split')} aria-pressed={split} onClick={toggleSplit}>
          <Columns2 size={15} />
        </IconButton>
        {!embedded && <PanelToggle side="right" />}
      </span>
    </div>
  )
}

const panels = {
  left: { keys: 'e', show: 'showEditor', hide: 'hideEditor', Icon: PanelLeft },
  right: { keys: 'i', show: 'showInspector', hide: 'hideInspector', Icon: PanelRight },
} as const

function PanelToggle({ side }: { side: keyof typeof panels }): ReactElement {
  const { t } = useTranslation('app')
  const open = useView((s) => s[side])
  const { keys, show, hide, Icon } = panels[side]
  return (
    <IconButton label={t(open ? hide : show)} keys={keys} aria-pressed={open} onClick={() => view.setState({ [side]: !open })}>
      <Icon size={15} />
    </IconButton>
  )
}
