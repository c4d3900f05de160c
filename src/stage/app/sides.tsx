import { useDeferredValue, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { EditorPanel } from '../editor/EditorPanel.tsx'
import { Inspector as AnyInspector } from '../inspector/Inspector.tsx'
import { usePlaybackState } from '../../playback/hooks.ts'
import { AtEase } from '../shared/ui/AtEase.tsx'
import { Loading } from '../shared/ui/Blank.tsx'
import { Segmented } from '../shared/ui/Tabs.tsx'
import { useView } from '../shared/view.ts'
import { TerminalPanel } from '../terminal/TerminalPanel.tsx'
import { openDialog } from './dialogs.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Resizer } from './Resizer.tsx'
import styles from './sides.module.css'
import { useSizePx } from './sizes.ts'


export function Inspector(): ReactElement {
  // When the moment is there, the stage is drawn first.
  const awaited = useDeferredValue(usePlaybackState((s) => s.awaited !== undefined))
  if (awaited) return <Loading />
  return (
    <AtEase>
      <AnyInspector />
    </AtEase>
  )
}

function Terminal(): ReactElement {
  return (
    <ErrorBoundary>
      <AtEase>
        <TerminalPanel />
      </AtEase>
    </ErrorBoundary>
  )
}

/** The editor over the terminal. */
export function LeftPanel(): ReactElement {
  const height = useSizePx('terminal')
  return (
    <div className={styles.left}>
      <div className={styles.editor}>
        <ErrorBoundary>
          <EditorPanel />
        </ErrorBoundary>
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
          <ErrorBoundary>
            <EditorPanel onApplied={seeStage} />
          </ErrorBoundary>
        ) : (
          <Terminal />
        )}
      </div>
    </div>
  )
}
