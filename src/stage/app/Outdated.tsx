import { Info, X } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { usePlaybackState } from '../../playback/hooks.ts'
import { IconButton } from '../shared/ui/Button.tsx'
import { changedSince } from './changedSince.ts'
import styles from './Stage.module.css'

/** Says of a link that its scenario has changed since it was made. */
export function Outdated(): ReactElement | null {
  const { t } = useTranslation(['share', 'common'])
  const changed = useStore(changedSince, (s) => s.scenario)
  const isOn = usePlaybackState((s) => s.film?.scenario === changed)
  if (changed === undefined || !isOn) return null
  return (
    <div className={styles.outdated} role="status">
      <Info size={14} aria-hidden="true" />
      <p>{t('share:outdated')}</p>
      <IconButton label={t('common:close')} onClick={() => changedSince.setState({ scenario: undefined })}>
        <X size={14} />
      </IconButton>
    </div>
  )
}
