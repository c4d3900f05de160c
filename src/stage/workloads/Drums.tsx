import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { StatusWord } from '../shared/objects/StatusWord.tsx'
import { toneColour, toneOf } from '../shared/objects/tone.ts'
import { select } from '../shared/view.ts'
import type { Drum } from './storage.ts'
import styles from './workloads.module.css'

const drumsMost = 60

/** Disks as drums: the claim above, the volume as the drum, the pods that use it and their node below. */
export function Drums({ drums }: { drums: readonly Drum[] }): ReactElement {
  const { t } = useTranslation('workloads')
  return (
    <section className={styles.card} aria-label={t('storage')}>
      <header>
        <h2>{t('storage')}</h2>
      </header>
      <ul className={styles.drums}>
        {drums.slice(0, drumsMost).map((drum) => (
          <OneDrum key={drum.id} drum={drum} />
        ))}
      </ul>
      {drums.length > drumsMost && <p className={styles.more}>{t('more', { count: drums.length - drumsMost })}</p>}
    </section>
  )
}

function OneDrum({ drum: { volume, claim, users } }: { drum: Drum }): ReactElement {
  const { t } = useTranslation('workloads')
  return (
    <li>
      {claim === undefined ? (
        <p className={styles.claim}>{t('noClaim')}</p>
      ) : (
        <button type="button" className={styles.claim} onClick={() => select(claim.key)}>
          <b>{claim.name}</b> <StatusWord word={claim.phase} tone={diskTone(claim.phase)} size={12} quiet />
        </button>
      )}
      <Drumskin volume={volume} size={volume?.size ?? claim?.size ?? ''} />
      <p className={styles.users}>
        {users.length === 0 ? (
          t('noUser')
        ) : (
          users.map(({ key, name, node }) => (
            <button key={key} type="button" onClick={() => select(key)}>
              {t('user', { name, node: node ?? '–' })}
            </button>
          ))
        )}
      </p>
    </li>
  )
}

function Drumskin({ volume, size }: { volume: Drum['volume']; size: string }): ReactElement {
  const { t } = useTranslation('workloads')
  const style = { color: toneColour(volume === undefined ? 'pending' : diskTone(volume.phase)) }
  return (
    <button
      type="button"
      className={styles.drum}
      data-absent={volume === undefined || undefined}
      disabled={volume === undefined}
      aria-label={volume === undefined ? t('noVolume') : t('volume', { name: volume.name, phase: volume.phase, size, reclaim: volume.reclaim })}
      data-word={volume?.phase}
      data-word-title={volume === undefined ? undefined : `${volume.name}: ${volume.phase}`}
      onClick={() => volume !== undefined && select(volume.key)}
    >
      <svg viewBox="0 0 96 62" aria-hidden="true" style={style}>
        <path d="M2 11v40c0 5 20 9 46 9s46-4 46-9V11" />
        <ellipse cx="48" cy="11" rx="46" ry="9" />
      </svg>
      <span>
        <b>{size}</b>
        {volume === undefined ? t('noVolume') : `${volume.phase} · ${volume.reclaim}`}
      </span>
    </button>
  )
}

function diskTone(phase: string): ReturnType<typeof toneOf> {
  if (phase === 'Released') return 'terminating'
  return phase === 'Lost' ? 'failed' : toneOf(phase)
}
