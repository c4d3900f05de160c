import { Check, Copy, Download, Plus, X } from 'lucide-react'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlayback } from '../../playback/hooks.ts'
import { formatScenario } from '../../scenarios/format.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { Button, IconButton } from '../shared/Button.tsx'
import { Dialog } from '../shared/Overlay.tsx'
import { save } from '../shared/save.ts'
import { Segmented } from '../shared/Tabs.tsx'
import { formatSpan } from '../shared/time.ts'
import { inputName } from '../shared/typed.ts'
import styles from './builder.module.css'
import { builtFrom, isSound, missingIn, newDraft, noText, playOf, readExpect } from './draft.ts'
import type { Draft, Missing, Text } from './draft.ts'

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

type Change = (change: Partial<Draft>) => void

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

/** Real ms after the last key before the requests are played. */
const pauseMs = 400

interface Played {
  film: Film
  error?: string
  busy: boolean
}

/** What was played is on film already; with requests that nobody has sent yet it has to be played once more. */
function usePlayed(draft: Draft, recorded: Scenario, film: Film): Played {
  const playback = usePlayback()
  const needed = draft.loads.length > 0 && draft.loads.every(isSound)
  // Words change nothing of it.
  const inputs = needed ? JSON.stringify(playOf(builtFrom({ ...draft, says: {} }, recorded, film)).spec.script) : undefined
  const [played, setPlayed] = useState<Played & { inputs?: string | undefined }>({ film, busy: false })
  useEffect(() => {
    if (inputs === undefined) return undefined
    let wanted = true
    const whole = playOf(builtFrom({ ...draft, says: {} }, recorded, film))
    const timer = setTimeout(() => {
      playback.apart.film(whole, () => wanted).then(
        (again) => again !== undefined && wanted && setPlayed({ inputs, film: again, busy: false }),
        (error: unknown) => wanted && setPlayed({ inputs, film, error: error instanceof Error ? error.message : String(error), busy: false }),
      )
    }, pauseMs)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
    // oxlint-disable-next-line react/exhaustive-deps -- the inputs say what of the draft matters
  }, [playback, recorded, film, inputs])
  if (inputs === undefined) return { film, busy: false }
  return played.inputs === inputs ? played : { film, busy: true }
}

/** A text in both languages. */
function Both({ label, value, onChange }: { label: string; value: Text; onChange: (text: Text) => void }): ReactElement {
  const { t } = useTranslation('builder')
  return (
    <fieldset className={styles.both}>
      <legend>{label}</legend>
      <input value={value.en} placeholder="English" aria-label={t('inEnglish', { label })} onChange={(event) => onChange({ ...value, en: event.target.value })} />
      <input value={value.zh} placeholder="中文" lang="zh-CN" aria-label={t('inChinese', { label })} onChange={(event) => onChange({ ...value, zh: event.target.value })} />
    </fieldset>
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

function Goal({ recorded, draft, change }: { recorded: Scenario; draft: Draft; change: Change }): ReactElement {
  const { t } = useTranslation('builder')
  const { script } = recorded.spec
  const { goal } = draft
  const set = (part: Partial<Draft['goal']>): void => change({ goal: { ...goal, ...part } })
  return (
    <section>
      <h3>{t('turn')}</h3>
      <ol className={styles.inputs}>
        {script.map((input, i) => (
          <li key={i} data-own={i >= draft.setup || undefined}>
            <label>
              <input type="radio" name="turn" checked={draft.setup === i} onChange={() => change({ setup: i })} aria-label={t('turnHere', { number: i + 1 })} />
              <code>{inputName(input)}</code>
            </label>
          </li>
        ))}
        <li>
          <label>
            <input type="radio" name="turn" checked={draft.setup >= script.length} onChange={() => change({ setup: script.length })} />
            <span>{t('turnNever')}</span>
          </label>
        </li>
      </ol>
      <label>
        {t('goalWhen')}
        <input value={goal.when} placeholder="pod/web Ready" spellCheck={false} onChange={(event) => set({ when: event.target.value })} />
      </label>
      <Both label={t('goalText')} value={goal.text} onChange={(text) => set({ text })} />
      <ExpectField goal={goal} set={set} />
      <Many label={t('hint')} add={t('addHint')} values={goal.hints} onChange={(hints) => set({ hints })} />
      <Ask goal={goal} set={set} change={change} inputs={script.length} />
    </section>
  )
}

type SetGoal = (part: Partial<Draft['goal']>) => void

/** What people want of a history most often, to begin with. */
const expectExamples = ['- { finally: "pod/web Ready" }', '- { pod: web, never: [CrashLoopBackOff] }', '- { traffic: { load: users, failed: { most: 0 } } }', '- { sometime: "pod/web Ready" }']

function ExpectField({ goal, set }: { goal: Draft['goal']; set: SetGoal }): ReactElement {
  const { t } = useTranslation('builder')
  const read = useMemo(() => readExpect(goal.expect), [goal.expect])
  return (
    <>
      <label>
        {t('goalExpect')}
        <textarea value={goal.expect} rows={3} spellCheck={false} placeholder={expectExamples[0]} aria-invalid={'error' in read} onChange={(event) => set({ expect: event.target.value })} />
      </label>
      {'error' in read && <p className={styles.wrong}>{read.error}</p>}
      <div className={styles.moments}>
        {expectExamples.map((example) => (
          <Button key={example} onClick={() => set({ expect: `${goal.expect.trimEnd()}${goal.expect.trim() === '' ? '' : '\n'}${example}\n` })}>
            <Plus size={13} aria-hidden="true" /> <code>{/\{ (?:pod: web, )?(\w+)/.exec(example)![1]}</code>
          </Button>
        ))}
      </div>
    </>
  )
}

/** Texts in both languages, as many as are wanted. */
function Many({ label, add, values, onChange }: { label: string; add: string; values: readonly Text[]; onChange: (values: readonly Text[]) => void }): ReactElement {
  const { t } = useTranslation('builder')
  return (
    <>
      {values.map((value, i) => (
        <div key={i} className={styles.chapter}>
          <Both label={values.length === 1 ? label : `${label} ${i + 1}`} value={value} onChange={(text) => onChange(values.with(i, text))} />
          {values.length > 1 && (
            <IconButton label={t('removeOne', { label: `${label} ${i + 1}` })} onClick={() => onChange(values.filter((_, k) => k !== i))}>
              <X size={14} />
            </IconButton>
          )}
        </div>
      ))}
      <div className={styles.moments}>
        <Button onClick={() => onChange([...values, noText])}>
          <Plus size={13} aria-hidden="true" /> {add}
        </Button>
      </div>
    </>
  )
}

/** A question instead of something to do: then all that was played sets the scene. */
function Ask({ goal, set, change, inputs }: { goal: Draft['goal']; set: SetGoal; change: Change; inputs: number }): ReactElement {
  const { t } = useTranslation('builder')
  const { ask } = goal
  const toggle = (on: boolean): void => change({ goal: { ...goal, ask: on ? { text: noText, answers: [noText, noText], right: 0 } : undefined }, setup: on ? inputs : Math.max(0, inputs - 1) })
  return (
    <>
      <label className={styles.check}>
        <input type="checkbox" checked={ask !== undefined} onChange={(event) => toggle(event.target.checked)} /> {t('ask')}
      </label>
      {ask !== undefined && (
        <>
          <Both label={t('question')} value={ask.text} onChange={(text) => set({ ask: { ...ask, text } })} />
          <Many label={t('answer')} add={t('addAnswer')} values={ask.answers} onChange={(answers) => set({ ask: { ...ask, answers, right: Math.min(ask.right, answers.length - 1) } })} />
          <label>
            {t('right')}
            <select value={ask.right} onChange={(event) => set({ ask: { ...ask, right: Number(event.target.value) } })}>
              {ask.answers.map((answer, i) => (
                <option key={i} value={i}>
                  {i + 1} · {answer.en || answer.zh || '…'}
                </option>
              ))}
            </select>
          </label>
        </>
      )}
    </>
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

const newLoad = { name: 'users', url: 'http://web', perSecond: 10, from: '' }

/** Requests that go on while the player acts. */
function Loads({ recorded, draft: { kind, loads, setup }, change }: { recorded: Scenario; draft: Draft; change: Change }): ReactElement {
  const { t } = useTranslation('builder')
  const { script } = recorded.spec
  // The player comes into it.
  const latest = kind === 'level' ? setup : script.length
  const set = (i: number, part: Partial<(typeof loads)[number]>): void => change({ loads: loads.with(i, { ...loads[i]!, ...part }) })
  return (
    <section>
      {loads.map((load, i) => (
        <fieldset key={i} className={styles.load}>
          <legend>{t('load')}</legend>
          <label>
            {t('loadUrl')}
            <input value={load.url} spellCheck={false} onChange={(event) => set(i, { url: event.target.value })} />
          </label>
          <label>
            {t('loadRate')}
            <input type="number" min={0.1} max={1000} value={load.perSecond} onChange={(event) => set(i, { perSecond: Number(event.target.value) })} />
          </label>
          <IconButton label={t('removeOne', { label: t('load') })} onClick={() => change({ loads: loads.filter((_, k) => k !== i) })}>
            <X size={14} />
          </IconButton>
          <label>
            {t('loadFrom')}
            <input value={load.from} placeholder={t('loadFromOutside')} spellCheck={false} onChange={(event) => set(i, { from: event.target.value })} />
          </label>
          <label>
            {t('loadName')}
            <input value={load.name} spellCheck={false} onChange={(event) => set(i, { name: event.target.value })} />
          </label>
          <label>
            {t('loadBegins')}
            <select value={Math.min(load.begins, latest)} onChange={(event) => set(i, { begins: Number(event.target.value) })}>
              {script.slice(0, latest).map((input, k) => (
                <option key={k} value={k}>
                  {t('loadBeginsWith', { number: k + 1, what: inputName(input) })}
                </option>
              ))}
              <option value={latest}>{kind === 'level' && setup < script.length ? t('loadBeginsTurn') : t('loadBeginsLast')}</option>
            </select>
          </label>
        </fieldset>
      ))}
      <div className={styles.moments}>
        <Button onClick={() => change({ loads: [...loads, { ...newLoad, begins: kind === 'level' ? setup : Math.max(0, script.length - 1) }] })}>
          <Plus size={13} aria-hidden="true" /> {t('addLoad')}
        </Button>
      </div>
    </section>
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
      <Button onClick={() => void navigator.clipboard.writeText(yaml).then(() => setCopied(yaml))}>
        <Copy size={14} aria-hidden="true" /> {copied === yaml ? t('copied') : t('copy')}
      </Button>
      <Button look="primary" onClick={saveFile}>
        <Download size={14} aria-hidden="true" /> {t('save')}
      </Button>
    </div>
  )
}
