import { Command } from 'cmdk'
import { Check } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { catalogue } from '../../scenarios/catalogue.ts'
import { topics } from '../../scenarios/contents.ts'
import { useText } from '../shared/text.ts'
import { select } from '../shared/view.ts'
import styles from './Command.module.css'
import { CommandDialog } from './CommandDialog.tsx'
import { openDialog } from './dialogs.ts'

const byName = new Map(catalogue.map((scenario) => [scenario.metadata.name, scenario]))

/** The catalogue, to search and to choose from. */
export default function Scenarios(): ReactElement {
  const { t } = useTranslation('app')
  const text = useText()
  const playback = usePlayback()
  const present = usePlaybackState((s) => s.film?.scenario.metadata.name)
  return (
    <CommandDialog title={t('pickScenario')} placeholder={t('searchScenario')} nothing={t('noScenario')}>
      {topics.map((topic) => (
        <Command.Group key={topic.id} heading={text(topic.title)}>
          {topic.scenarios.map((name) => {
            const { title, summary } = byName.get(name)!.spec
            return (
              <Command.Item
                key={name}
                value={`${name} ${title.en} ${title.zh} ${summary.en} ${summary.zh}`}
                className={styles.item}
                onSelect={() => {
                  openDialog(undefined)
                  select(undefined)
                  void playback.load(byName.get(name)!)
                }}
              >
                <span className={styles.label}>
                  <span className={styles.title}>{text(title)}</span>
                  <span className={styles.summary}>{text(summary)}</span>
                </span>
                {name === present && <Check size={16} className={styles.mark} />}
              </Command.Item>
            )
          })}
        </Command.Group>
      ))}
    </CommandDialog>
  )
}
