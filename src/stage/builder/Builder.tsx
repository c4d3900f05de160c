import { Check, Copy, Download, Plus, X } from 'lucide-react'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlayback } from '../../playback/hooks.ts'
import { formatScenario } from '../../scenarios/format.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { copyText } from '../shared/ui/clipboard.ts'
import { save } from '../shared/ui/save.ts'
import { Segmented } from '../shared/ui/Tabs.tsx'
import { formatSpan } from '../shared/film/time.ts'
import { inputName } from '../shared/film/typed.ts'
import styles from './builder.module.css'
import { builtFrom, missingIn, newDraft, noText } from './draft.ts'
import type { Change, Draft, Missing, Text } from './draft.ts'
import { Goal } from './Goal.tsx'
import { Loads } from './Loads.tsx'
import { Both } from './Texts.tsx'
import { usePlayed } from './usePlayed.ts'

/** What has been played, as a scenario or a level of one's own: what it is called, what it lacks, and the file. */
export function Builder({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTranslation('builder')
  const playback = usePlayback()
  const film = useFilm()
  const [recorded, record] = useState<Scenario>()
  useEffect(() => {
    let open = true
    void playback.scenario().then((scenario) => open && record(scenario))
    return () => {
      open = false
    }
  }, [playback])
  return (
    <Dialog title={t('title')} open wide onOpenChange={onClose}>
      {film !== undefined && recorded !== undefined && <Desk film={film} recorded={recorded} />}
    </Dialog>
  )
}

function Desk({ film, recorded }: { film: Film; recorded: Scenario }): ReactElement {
  const { t } = useTranslation('builder')
  const [draft, setDraft] = useState(() => newDraft(recorded))
  const change: Change = (part) => setDraft((before) => ({ ...before, ...part }))
  // Keys come first: the file and what it lacks follow them.
  const settled = useDeferredValue(draft)
  const played = usePlayed(settled, recorded, film)
  const yaml = useMemo(() => formatScenario(builtFrom(settled, recorded, played.film)), [settled, recorded, played.film])
  const missing = useMemo(() => missingIn(settled, recorded, played.film), [settled, recorded, played.film])
  return (
    <div className={styles.desk}>
      <form className={styles.form} onSubmit={(event) => event.preventDefault()}>
        <Segmented
          label={t('kind')}
          value={draft.kind}
          onChange={(kind) => change({ kind })}
          choices={[
            { id: 'scenario', label: t('scenario') },
            { id: 'level', label: t('level') },
          ]}
        />
        <label>
          {t('name')}
          <input value={draft.name} onChange={(event) => change({ name: event.target.value })} spellCheck={false} />
        </label>
        <Both label={t('heading')} value={draft.title} onChange={(title) => change({ title })} />
        <Both label={t('summary')} value={draft.summary} onChange={(summary) => change({ summary })} />
        {draft.kind === 'scenario' ? <Chapters film={film} draft={draft} change={change} /> : <Goal recorded={recorded} draft={draft} change={change} />}
        <Says recorded={recorded} draft={draft} change={change} />
        <Loads recorded={recorded} draft={draft} change={change} />
      </form>
      <div className={styles.result}>
        {played.error !== undefined && <p className={styles.wrong}>{played.error}</p>}
        {played.busy ? <p className={styles.playing} role="status">{t('playing')}</p> : <Lacks missing={missing} />}
        <pre tabIndex={0} aria-label={t('file')}>{yaml}</pre>
        <File name={draft.name} yaml={yaml} />
      </div>
    </div>
  )
}

function Chapters({ film, draft, change }: { film: Film; draft: Draft; change: Change }): ReactElement {
  const { t } = useTranslation('builder')
  const playback = usePlayback()
  const { chapters } = draft
  const now = Math.round(playback.clock.getState().now - film.opening.startMs)
  const set = (i: number, title: Text): void => change({ chapters: chapters.with(i, { ...chapters[i]!, title }) })
  const moments = [...new Set([0, now, ...film.inputs.map(({ input }) => input.at ?? 0)])].sort((a, b) => a - b)
  const free = moments.filter((at) => !chapters.some((chapter) => chapter.at === at))
  const add = (at: number): void => change({ chapters: [...chapters, { at, title: noText }].sort((a, b) => (a.at ?? 0) - (b.at ?? 0)) })
  return (
    <section>
      <h3>{t('chapters')}</h3>
      {chapters.map(({ at = 0, title }, i) => (
        <div key={at} className={styles.chapter}>
          <Both label={t('chapterAt', { time: formatSpan(at) })} value={title} onChange={(text) => set(i, text)} />
          <IconButton label={t('remove')} onClick={() => change({ chapters: chapters.filter((chapter) => chapter.at !== at) })}>
            <X size={14} />
          </IconButton>
        </div>
      ))}
      <div className={styles.moments}>
        {free.slice(0, 12).map((at) => (
          <Button key={at} onClick={() => add(at)}>
            <Plus size={13} aria-hidden="true" /> {at === now ? t('here', { time: formatSpan(at) }) : formatSpan(at)}
          </Button>
        ))}
      </div>
    </section>
  )
}

/** What the narrator says as something happens. */
function Says({ recorded, draft, change }: { recorded: Scenario; draft: Draft; change: Change }): ReactElement | null {
  const { t } = useTranslation('builder')
  const { script } = recorded.spec
  if (script.length === 0) return null
  return (
    <details>
      <summary>{t('says')}</summary>
      {script.map((input, i) => (
        <Both key={i} label={inputName(input)} value={draft.says[i] ?? noText} onChange={(say) => change({ says: { ...draft.says, [i]: say } })} />
      ))}
    </details>
  )
}

function Lacks({ missing }: { missing: readonly Missing[] }): ReactElement {
  const { t } = useTranslation('builder')
  return (
    <div className={styles.lacks} role="status" data-done={missing.length === 0 || undefined}>
      {missing.length === 0 ? (
        <p>
          <Check size={15} aria-hidden="true" /> {t('complete')}
        </p>
      ) : (
        <>
          <p>{t('lacks')}</p>
          <ul>
            {missing.map((each) => (
              <li key={each}>{t(`missing.${each}`)}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function File({ name, yaml }: { name: string; yaml: string }): ReactElement {
  const { t } = useTranslation('builder')
  const [copied, setCopied] = useState<string>()
  const saveFile = (): void => save(`${name}.yaml`, new Blob([yaml], { type: 'application/yaml' }))
  return (
    <div className={styles.file}>
      <Button onClick={() => void copyText(yaml).then((isCopied) => isCopied && setCopied(yaml))}>
        <Copy size={14} aria-hidden="true" /> {copied === yaml ? t('copied') : t('copy')}
      </Button>
      <Button look="primary" onClick={saveFile}>
        <Download size={14} aria-hidden="true" /> {t('save')}
      </Button>
    </div>
  )
}
