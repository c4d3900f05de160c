import { useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useFilm, usePlaybackState } from '../../playback/hooks.ts'
import { Dialog } from '../shared/Overlay.tsx'
import { Segmented } from '../shared/Tabs.tsx'
import styles from './Compare.module.css'
import { Futures } from './Futures.tsx'
import { Moments } from './Moments.tsx'

/** Two moments of the film beside each other, or the film beside a future that was left. */
export function Compare({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTranslation('compare')
  const film = useFilm()
  const branches = usePlaybackState((s) => s.branches.length)
  const [what, setWhat] = useState<'moments' | 'futures'>(branches > 0 ? 'futures' : 'moments')
  return (
    <Dialog title={t('title')} wide open onOpenChange={onClose}>
      <div className={styles.compare}>
        <Segmented
          label={t('what')}
          value={what}
          onChange={setWhat}
          choices={[
            { id: 'moments', label: t('moments') },
            { id: 'futures', label: t('futures') },
          ]}
        />
        {film !== undefined && (what === 'moments' ? <Moments film={film} /> : <Futures film={film} />)}
      </div>
    </Dialog>
  )
}
