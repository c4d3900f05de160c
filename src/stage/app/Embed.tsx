import { Maximize2 } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Caption } from '../caption/Caption.tsx'
import { IconButton } from '../shared/ui/Button.tsx'
import { SmallTransport } from '../transport/Transport.tsx'
import { presentLink } from './link.ts'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { useText } from '../shared/words/text.ts'
import { useMessages } from '../embed/useMessages.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import styles from './Phone.module.css'
import { Stage } from './Stage.tsx'

export type Controls = 'none' | 'min' | 'full'

/** Inside somebody else's page: stage, caption and transport. Keys act after a click into the frame only. */
export function Embed({ controls }: { controls: Controls }): ReactElement {
  const { t } = useTranslation('app')
  const playback = usePlayback()
  const title = usePlaybackState((s) => s.film?.scenario.spec.title)
  const text = useText()
  useMessages()
  const openFull = async (): Promise<void> => {
    window.open(await presentLink(playback), '_blank', 'noopener')
  }
  return (
    <div className={styles.phone} data-frame={controls === 'full' ? 'full' : 'bare'}>
      <header className="visually-hidden">
        <h1>{title === undefined ? t('name') : text(title)}</h1>
      </header>
      <div className={styles.stage}>
        <ErrorBoundary>
          <Stage bare={controls !== 'full'} />
        </ErrorBoundary>
      </div>
      <Caption />
      {controls !== 'none' && (
        <section className={styles.film} aria-label={t('player')}>
          <SmallTransport />
        </section>
      )}
      <div className={styles.corner}>
        <IconButton label={t('openFull')} onClick={() => void openFull()}>
          <Maximize2 size={15} />
        </IconButton>
      </div>
    </div>
  )
}
