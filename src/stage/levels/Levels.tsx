import { Check, Circle, Download, Upload } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { Scenario } from '../../engine/scenario.ts'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { findScenario } from '../../scenarios/catalogue.ts'
import { levelGroups } from '../../scenarios/levels.ts'
import { Button } from '../shared/ui/Button.tsx'
import { chooseFile } from '../shared/ui/chooseFile.ts'
import { openScenario } from '../shared/film/openScenario.ts'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { save } from '../shared/ui/save.ts'
import { useText } from '../shared/words/text.ts'
import styles from './Levels.module.css'
import { keep, parseProgress, progress } from './progress.ts'

/** All challenges, what has been reached, and the way to take it to another browser. */
export function Levels({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTranslation('levels')
  const text = useText()
  const done = useStore(progress, (s) => s.levels)
  return (
    <Dialog wide title={t('title')} open onOpenChange={onClose}>
      {levelGroups.map((group) => (
        <section key={group.id} className={styles.group}>
          <h2>
            {text(group.title)}
            <small>{t('doneOf', { done: group.levels.filter((name) => done[name]).length, all: group.levels.length })}</small>
          </h2>
          <ol className={styles.levels}>
            {group.levels.map((name) => (
              <li key={name}>
                <LevelButton level={findScenario(name)!} done={done[name] !== undefined} onClose={onClose} />
              </li>
            ))}
          </ol>
        </section>
      ))}
      <Keeping />
    </Dialog>
  )
}

function LevelButton({ level, done, onClose }: { level: Scenario; done: boolean; onClose: () => void }): ReactElement {
  const { t } = useTranslation('levels')
  const text = useText()
  const playback = usePlayback()
  const present = usePlaybackState((s) => s.film?.scenario.metadata.name === level.metadata.name)
  const open = (): void => {
    onClose()
    openScenario(playback, level)
  }
  return (
    <button type="button" className={styles.level} aria-current={present || undefined} onClick={open}>
      {done ? <Check size={16} className={styles.done} aria-label={t('done')} /> : <Circle size={16} aria-hidden="true" />}
      <span>
        <strong>{text(level.spec.title)}</strong>
        <span>{text(level.spec.summary)}</span>
      </span>
    </button>
  )
}

function Keeping(): ReactElement {
  const { t } = useTranslation('levels')
  const [wrong, setWrong] = useState(false)
  const take = async (): Promise<void> => {
    const chosen = await chooseFile('.json')
    if (chosen === undefined) return
    const found = parseProgress(chosen)
    setWrong(found === undefined)
    if (found !== undefined) keep(found)
  }
  const saveAll = (): void =>
    save('podreel-levels.json', new Blob([JSON.stringify(progress.getState().levels, undefined, 2)], { type: 'application/json' }))
  return (
    <div className={styles.keeping}>
      <Button look="quiet" onClick={saveAll}>
        <Download size={14} />
        {t('save')}
      </Button>
      <Button look="quiet" onClick={() => void take()}>
        <Upload size={14} />
        {t('load')}
      </Button>
      {wrong && <p role="alert">{t('badProgress')}</p>}
    </div>
  )
}
