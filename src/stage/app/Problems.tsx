import { TriangleAlert, X } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import styles from './Problems.module.css'

const titles = { engine: 'app:engineFailed', scenario: 'app:scenarioFailed', view: 'app:failed' } as const

/** What went wrong with the simulation or the scenario; the page below stays usable. */
export function Problems(): ReactElement | null {
  const { t } = useTranslation(['app', 'common'])
  const playback = usePlayback()
  const problem = usePlaybackState((s) => s.problem)
  const scenario = usePlaybackState((s) => s.film?.scenario)
  const [dismissed, dismiss] = useState<typeof problem>(undefined)
  if (problem === undefined || problem === dismissed) return null
  const engine = problem.type === 'engine'
  return (
    <div className={styles.problem} role="alert">
      <TriangleAlert size={18} className={styles.icon} />
      <div className={styles.text}>
        <p className={styles.title}>{t(titles[problem.type])}</p>
        <p>{engine ? t('app:engineFailedText', { ...problem.failure }) : problem.message}</p>
      </div>
      {engine && scenario !== undefined && (
        <Button onClick={() => void playback.load(scenario)}>{t('app:restart')}</Button>
      )}
      <IconButton label={t('common:close')} onClick={() => dismiss(problem)}>
        <X size={15} />
      </IconButton>
    </div>
  )
}
