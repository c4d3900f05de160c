import { Check, Copy, Download, ExternalLink, Link, Plus, X } from 'lucide-react'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlayback } from '../../playback/hooks.ts'
import { findScenario } from '../../scenarios/catalogue.ts'
import { formatScenario } from '../../scenarios/format.ts'
import { encode, linkLengths } from '../../share/index.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { copyText } from '../shared/ui/clipboard.ts'
import { save } from '../shared/ui/save.ts'
import { Segmented } from '../shared/ui/Tabs.tsx'
import { formatSpan } from '../shared/film/time.ts'
import { inputName } from '../shared/film/typed.ts'
import styles from './builder.module.css'
import { behindCurtain } from './curtain.ts'
import { builtFrom, isPlayable, missingIn, newDraft, noText, playedOf } from './draft.ts'
import type { Change, Draft, Missing, Text } from './draft.ts'
import { Goal } from './Goal.tsx'
import { Inputs } from './Inputs.tsx'
import { dropFrom, withoutInputs } from './leaveOut.ts'
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
    // What is kept ends where it is looked at.
    playback.pause()
    void playback.scenario().then((scenario) => open && film !== undefined && record(playedOf(scenario, film.scenario)))
    return () => {
      open = false
    }
  }, [playback, film])
  return (
    <Dialog title={t('title')} open wide onOpenChange={onClose}>
      {film !== undefined && recorded !== undefined && <Desk film={film} recorded={recorded} />}
    </Dialog>
  )
}

/** What was done, whatever is left out of it. */
const recordedOf = (whole: Scenario, { dropped }: Draft): Scenario => withoutInputs(whole, dropped).scenario

/** What has been said of a film, for whoever closes the dialog to play on. */
const drafts = new WeakMap<Scenario, Draft>()

function draftOf({ scenario }: Film, recorded: Scenario): Draft {
  const kept = drafts.get(scenario)
  if (kept !== undefined) {
    const inputs = recordedOf(recorded, kept).spec.script.length
    return { ...kept, setup: kept.goal.ask === undefined ? Math.min(kept.setup, inputs) : inputs }
  }
  const { chapters, goal } = scenario.spec
  const isOwn = (chapters ?? goal) !== undefined && findScenario(scenario.metadata.name) === undefined
  return newDraft(recorded, isOwn ? scenario : undefined)
}

function Desk({ film, recorded: whole }: { film: Film; recorded: Scenario }): ReactElement {
  const { t } = useTranslation('builder')
  const [draft, setDraft] = useState(() => draftOf(film, whole))
  useEffect(() => void drafts.set(film.scenario, draft), [film, draft])
  const change: Change = (part) => setDraft((before) => ({ ...before, ...part }))
  const { dropped } = draft
  const { scenario: recorded, numbers } = useMemo(() => withoutInputs(whole, dropped), [whole, dropped])
  const drop = (i: number): void => {
    const more = [...dropped, numbers[i]!]
    setDraft((before) => dropFrom(before, more, numbers, withoutInputs(whole, more).numbers))
  }
  const restore = (): void => setDraft((before) => dropFrom(before, [], numbers, whole.spec.script.map((_, i) => i)))
  // Keys come first: the file and what it lacks follow them.
  const settled = useDeferredValue(draft)
  const played = usePlayed(settled, recorded, film, recorded.spec.script.length !== film.inputs.length)
  const built = useMemo(() => builtFrom(settled, recorded, played.film), [settled, recorded, played.film])
  const kept = useMemo(() => (settled.hidden ? behindCurtain(built) : built), [settled.hidden, built])
  const yaml = useMemo(() => formatScenario(kept), [kept])
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
          <input value={draft.name} aria-invalid={missing.includes('name')} onChange={(event) => change({ name: event.target.value })} spellCheck={false} />
        </label>
        <Both label={t('heading')} value={draft.title} onChange={(title) => change({ title })} />
        <Both label={t('summary')} value={draft.summary} onChange={(summary) => change({ summary })} />
        <Inputs recorded={recorded} draft={draft} change={change} onDrop={drop} onRestore={restore} />
        {draft.kind === 'scenario' ? <Chapters film={film} draft={draft} change={change} /> : <Goal recorded={recorded} film={played.film} draft={draft} change={change} missing={missing} />}
        <Says recorded={recorded} draft={draft} change={change} />
        <Loads recorded={recorded} draft={draft} change={change} />
      </form>
      <div className={styles.result}>
        {played.error !== undefined && <p className={styles.wrong}>{played.error}</p>}
        {played.busy ? <p className={styles.playing} role="status">{t('playing')}</p> : <Lacks missing={missing} />}
        <pre tabIndex={0} aria-label={t('file')}>{yaml}</pre>
        <Handing built={kept} yaml={yaml} playable={!played.busy && isPlayable(settled, missing)} />
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

/** How it reaches others: as a link that somebody plays at once, or as a file. */
function Handing({ built, yaml, playable }: { built: Scenario; yaml: string; playable: boolean }): ReactElement {
  const { t } = useTranslation('builder')
  const { name } = built.metadata
  const hash = useMemo(() => (playable ? encode({ scenario: built }) : undefined), [playable, built])
  const tooLong = hash !== undefined && hash.length > linkLengths.largest
  const link = hash === undefined || tooLong ? undefined : `${location.origin}${location.pathname}${hash}`
  const saveFile = (): void => save(`${name}.yaml`, new Blob([yaml], { type: 'application/yaml' }))
  return (
    <>
      {(hash === undefined || tooLong) && <p className={styles.note}>{t(tooLong ? 'tooLong' : 'noLink')}</p>}
      <div className={styles.file}>
        {link !== undefined && (
          <a className={styles.trial} href={link} target="_blank" rel="noreferrer">
            <ExternalLink size={14} aria-hidden="true" /> {t('tryIt')}
          </a>
        )}
        <CopyButton text={yaml} label={t('copy')} icon={<Copy size={14} aria-hidden="true" />} />
        <Button onClick={saveFile}>
          <Download size={14} aria-hidden="true" /> {t('save')}
        </Button>
        <CopyButton text={link} label={t('copyLink')} icon={<Link size={14} aria-hidden="true" />} look="primary" />
      </div>
    </>
  )
}

function CopyButton({ text, label, icon, look = 'plain' }: { text: string | undefined; label: string; icon: ReactElement; look?: 'plain' | 'primary' }): ReactElement {
  const { t } = useTranslation('builder')
  const [copied, setCopied] = useState<string>()
  const isCopied = text !== undefined && copied === text
  return (
    <Button look={look} disabled={text === undefined} onClick={() => text !== undefined && void copyText(text).then((done) => done && setCopied(text))}>
      {isCopied ? <Check size={14} aria-hidden="true" /> : icon} {isCopied ? t('copied') : label}
    </Button>
  )
}
