import { Suspense, useDeferredValue, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlaybackState } from '../../playback/hooks.ts'
import { AtEase } from '../shared/ui/AtEase.tsx'
import { Hint, Loading } from '../shared/ui/Blank.tsx'
import { fetched } from '../shared/ui/fetched.tsx'
import { Segmented } from '../shared/ui/Tabs.tsx'
import { useView } from '../shared/view.ts'
import { openDialog } from './dialogs.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Resizer } from './Resizer.tsx'
import styles from './sides.module.css'
import { useSizePx } from './sizes.ts'

const panels = () => import('./panels.ts')
const EditorPanel = fetched(async () => ({ default: (await panels()).EditorPanel }))
const TerminalPanel = fetched(async () => ({ default: (await panels()).TerminalPanel }))
const AnyInspector = fetched(async () => ({ default: (await panels()).Inspector }))

/** One that fails takes nothing else with it, and the stage does not wait for it: until its moment is drawn there is what stands here meanwhile. */
function Panel({ meanwhile = <Loading />, children }: { meanwhile?: ReactNode; children: ReactNode }): ReactElement {
  const drawn = useDeferredValue(usePlaybackState((s) => (s.status !== 'loading' && s.awaited === undefined) || s.problem !== undefined))
  return (
    <ErrorBoundary>
      <Suspense fallback={meanwhile}>{drawn ? children : meanwhile}</Suspense>
    </ErrorBoundary>
  )
}

export function Inspector(): ReactElement {
  return (
    <Panel>
      <AtEase>
        <AnyInspector />
      </AtEase>
    </Panel>
  )
}

/** What it is for can be read before it is there. */
function Terminal(): ReactElement {
  const { t } = useTranslation('terminal')
  return (
    <Panel
      meanwhile={
        <div className={styles.meanwhile}>
          <Hint>{t('empty')}</Hint>
        </div>
      }
    >
      <AtEase>
        <TerminalPanel />
      </AtEase>
    </Panel>
  )
}

/** The editor over the terminal. */
export function LeftPanel(): ReactElement {
  const height = useSizePx('terminal')
  return (
    <div className={styles.left}>
      <div className={styles.editor}>
        <Panel>
          <EditorPanel />
        </Panel>
      </div>
      <div className={styles.between}>
        <Resizer size="terminal" grows="up" />
      </div>
      <div className={styles.terminal} style={{ height }}>
        <Terminal />
      </div>
    </div>
  )
}

/** What has been applied happens on the stage behind the sheet. */
function seeStage(): void {
  openDialog(undefined)
}

/** The same where there is room for one of them at a time. */
export function LeftSheet(): ReactElement {
  const { t } = useTranslation('app')
  const wish = useView((s) => s.focus)
  const [chosen, choose] = useState<{ where: 'editor' | 'terminal'; wish: number }>()
  const shown = chosen !== undefined && chosen.wish === (wish?.wish ?? 0) ? chosen.where : (wish?.where ?? 'editor')
  return (
    <div className={styles.sheet}>
      <div className={styles.choice}>
        <Segmented
          label={t('phoneEditor')}
          value={shown}
          onChange={(where) => choose({ where, wish: wish?.wish ?? 0 })}
          choices={[
            { id: 'editor', label: t('editor') },
            { id: 'terminal', label: t('terminal') },
          ]}
        />
      </div>
      <div className={styles.one}>
        {shown === 'editor' ? (
          <Panel>
            <EditorPanel onApplied={seeStage} />
          </Panel>
        ) : (
          <Terminal />
        )}
      </div>
    </div>
  )
}
