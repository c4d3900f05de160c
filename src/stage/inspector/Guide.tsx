import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { ContainerGlyph } from '../shared/objects/ContainerGlyph.tsx'
import type { ContainerGlyphState } from '../shared/objects/ContainerGlyph.tsx'
import { Kbd } from '../shared/ui/Kbd.tsx'
import styles from './Guide.module.css'

/** What one can do here, each with the keys for it. */
const acts = [
  ['play', ['ArrowRight', 'ArrowLeft', ' ']],
  ['pick', ['ArrowDown']],
  ['apply', ['Mod+Enter']],
  ['type', ['/']],
  ['all', ['?']],
] as const

const packets = ['request', 'response', 'watch'] as const

const glyphs = ['ready', 'running', 'waiting', 'pulling', 'backoff', 'terminating', 'finished'] as const satisfies readonly ContainerGlyphState[]

/** As long as nothing has happened and nobody has chosen anything: what to do, and what the signs of the graph mean. */
export function Guide(): ReactElement {
  const { t } = useTranslation('inspector')
  return (
    <div className={styles.guide}>
      <h2>{t('guide.title')}</h2>
      <ul className={styles.acts}>
        {acts.map(([act, keys]) => (
          <li key={act}>
            <span>{t(`guide.${act}`)}</span>
            <span className={styles.keys}>
              {keys.map((key) => (
                <Kbd key={key} keys={key} />
              ))}
            </span>
          </li>
        ))}
      </ul>
      <h3>{t('guide.moves')}</h3>
      <ul className={styles.signs}>
        {packets.map((style) => (
          <li key={style}>
            <i className={styles.packet} data-style={style} />
            {t(`guide.${style}`)}
          </li>
        ))}
      </ul>
      <h3>{t('guide.containers')}</h3>
      <ul className={styles.signs}>
        {glyphs.map((state) => (
          <li key={state}>
            <ContainerGlyph state={state} size={15} />
            {t(`guide.${state}`)}
          </li>
        ))}
      </ul>
    </div>
  )
}
