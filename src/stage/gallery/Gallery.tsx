import { Check, Search } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { catalogue, findScenario } from '../../scenarios/catalogue.ts'
import { path, topics } from '../../scenarios/contents.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { useReducedMotion } from '../shared/ui/motion.ts'
import { openScenario } from '../shared/film/openScenario.ts'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { useText } from '../shared/words/text.ts'
import styles from './gallery.module.css'
import { useWatched } from './watched.ts'
import { Thumbnail } from './Thumbnail.tsx'

const onPath = 'path'
const everything = 'all'

/** All scenarios by topic, to look through and to search; first a path for newcomers. */
export function Gallery({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTranslation('gallery')
  const text = useText()
  const [words, setWords] = useState('')
  const [shelf, setShelf] = useState<string>(onPath)
  const watched = useWatched()
  const searching = words.trim() !== ''
  const shelves = [
    { id: onPath, label: t('path'), count: path.length },
    { id: everything, label: t('all'), count: catalogue.length },
    ...topics.map(({ id, title, scenarios }) => ({ id, label: text(title), count: scenarios.length })),
  ]
  const names = searching ? found(words) : shelf === onPath ? path : shelf === everything ? catalogue.map(({ metadata }) => metadata.name) : (topics.find(({ id }) => id === shelf)?.scenarios ?? [])
  const numbered = !searching && shelf === onPath
  return (
    <Dialog title={t('title')} open wide onOpenChange={onClose}>
      <div className={styles.gallery}>
        <label className={styles.search}>
          <Search size={15} aria-hidden="true" />
          <input type="search" value={words} placeholder={t('search')} aria-label={t('search')} onChange={(event) => setWords(event.target.value)} />
        </label>
        <nav className={styles.shelves} aria-label={t('topics')}>
          {shelves.map(({ id, label, count }) => (
            <button key={id} type="button" aria-pressed={!searching && shelf === id} onClick={() => { setWords(''); setShelf(id) }}>
              {label} <span>{count}</span>
            </button>
          ))}
        </nav>
        <div className={styles.hall}>
          {numbered && <p className={styles.intro}>{t('pathIntro', { done: path.filter((name) => watched.has(name)).length, total: path.length })}</p>}
          <p className="visually-hidden" role="status">{t('found', { count: names.length })}</p>
          {names.length === 0 && <p className={styles.intro}>{t('none')}</p>}
          <ul className={styles.cards}>
            {names.map((name, i) => (
              <Card key={name} scenario={findScenario(name)!} number={numbered ? i + 1 : undefined} watched={watched.has(name)} onClose={onClose} />
            ))}
          </ul>
        </div>
      </div>
    </Dialog>
  )
}

/** Every word occurs somewhere in the scenario's title, summary or name, in either language. */
function found(words: string): string[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean)
  return catalogue
    .filter(({ metadata, spec: { title, summary } }) => {
      const all = `${metadata.name} ${title.en} ${title.zh} ${summary.en} ${summary.zh}`.toLowerCase()
      return wanted.every((word) => all.includes(word))
    })
    .map(({ metadata }) => metadata.name)
}

function Card({ scenario, number, watched, onClose }: {
  scenario: Scenario
  number: number | undefined
  watched: boolean
  onClose: () => void
}): ReactElement {
  const { t } = useTranslation('gallery')
  const text = useText()
  const playback = usePlayback()
  const still = useReducedMotion()
  const [near, setNear] = useState(false)
  const here = usePlaybackState((s) => s.film?.scenario.metadata.name === scenario.metadata.name)
  const { title, summary, chapters } = scenario.spec
  return (
    <li>
      <button
        type="button"
        className={styles.card}
        aria-current={here ? 'true' : undefined}
        onClick={() => {
          onClose()
          openScenario(playback, scenario)
        }}
        onPointerEnter={() => setNear(true)}
        onPointerLeave={() => setNear(false)}
        onFocus={() => setNear(true)}
        onBlur={() => setNear(false)}
      >
        <Thumbnail scenario={scenario} playing={near && !still} />
        <span className={styles.title}>
          {number !== undefined && <span>{number}</span>}
          {text(title)}
          {watched && <Check size={14} role="img" aria-label={t('watched')} />}
        </span>
        <span className={styles.summary}>{text(summary)}</span>
        <span className={styles.facts}>{t('chapters', { count: chapters?.length ?? 0 })}</span>
      </button>
    </li>
  )
}
