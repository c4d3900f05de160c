import { Command } from 'cmdk'
import { Check } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import type { Scenario } from '../../engine/scenario.ts'
import { findScenario } from '../../scenarios/catalogue.ts'
import { topics } from '../../scenarios/contents.ts'
import { chooseFile } from '../shared/ui/chooseFile.ts'
import { openScenario } from '../shared/film/openScenario.ts'
import { useText } from '../shared/words/text.ts'
import styles from './Command.module.css'
import { CommandDialog } from './CommandDialog.tsx'
import { openDialog } from './dialogs.ts'
import { emptyCluster, kubeadmCluster } from './empty.ts'

/** The catalogue, to search and to choose from. */
export default function Scenarios(): ReactElement {
  const { t } = useTranslation('app')
  const text = useText()
  const playback = usePlayback()
  const present = usePlaybackState((s) => s.film?.scenario.metadata.name)
  const open = (scenario: Scenario): void => {
    openDialog(undefined)
    openScenario(playback, scenario)
  }
  const openFile = async (): Promise<void> => {
    openDialog(undefined)
    const text = await chooseFile('.yaml,.yml,.json')
    if (text === undefined) return
    try {
      const { parseScenario } = await import('../../scenarios/parse.ts')
      open(parseScenario(text))
    } catch (error) {
      playback.complain(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <CommandDialog title={t('pickScenario')} placeholder={t('searchScenario')} nothing={t('noScenario')}>
      {topics.map((topic) => (
        <Command.Group key={topic.id} heading={text(topic.title)}>
          {topic.scenarios.map((name) => {
            const { title, summary } = findScenario(name)!.spec
            return (
              <Command.Item
                key={name}
                value={`${name} ${title.en} ${title.zh} ${summary.en} ${summary.zh}`}
                className={styles.item}
                onSelect={() => open(findScenario(name)!)}
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
      <Command.Group heading={t('ownFilm')}>
        {[emptyCluster, kubeadmCluster].map((scenario) => (
          <OwnFilm key={scenario.metadata.name} title={text(scenario.spec.title)} hint={text(scenario.spec.summary)} onSelect={() => open(scenario)} />
        ))}
        <OwnFilm title={t('importCluster')} hint={t('importClusterHint')} onSelect={() => openDialog('import')} />
        <OwnFilm title={t('openFile')} hint={t('openFileHint')} onSelect={() => void openFile()} />
      </Command.Group>
    </CommandDialog>
  )
}

function OwnFilm({ title, hint, onSelect }: { title: string; hint: string; onSelect: () => void }): ReactElement {
  return (
    <Command.Item value={`${title} ${hint}`} className={styles.item} onSelect={onSelect}>
      <span className={styles.label}>
        <span className={styles.title}>{title}</span>
        <span className={styles.summary}>{hint}</span>
      </span>
    </Command.Item>
  )
}
