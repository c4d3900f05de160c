import { useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useFilm, usePlaybackState } from '../../playback/hooks.ts'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { Segmented } from '../shared/ui/Tabs.tsx'
import styles from './Compare.module.css'
import { compared } from './compared.ts'
import { Futures } from './Futures.tsx'
import { Moments } from './Moments.tsx'
import { Scenarios } from './Scenarios.tsx'

/** Two moments of the film beside each other, the film beside a future that was left, or two scenarios. `linkWith` makes the address that opens it so. */
export function Compare({ linkWith, onClose }: { linkWith: (scenario: string) => Promise<string>; onClose: () => void }): ReactElement {
  const { t } = useTranslation('compare')
  const film = useFilm()
  const branches = usePlaybackState((s) => s.branches.length)
  const [what, setWhat] = useState<'moments' | 'futures' | 'scenarios'>(compared.getState().with !== undefined ? 'scenarios' : branches > 0 ? 'futures' : 'moments')
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
            { id: 'scenarios', label: t('scenarios') },
          ]}
        />
        {film !== undefined && what === 'moments' && <Moments film={film} />}
        {film !== undefined && what === 'futures' && <Futures film={film} />}
        {film !== undefined && what === 'scenarios' && <Scenarios film={film} linkWith={linkWith} />}
      </div>
    </Dialog>
  )
}
