import { Plus } from 'lucide-react'
import { useMemo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { Button } from '../shared/ui/Button.tsx'
import styles from './builder.module.css'
import { noText, readExpect, stepBeforeTurn } from './draft.ts'
import type { Change, Draft, Missing } from './draft.ts'
import { Both, Many } from './Texts.tsx'
import { wishesOf } from './wishes.ts'

/** What has to come of it. */
export function Goal({ recorded, film, draft, change, missing }: { recorded: Scenario; film: Film; draft: Draft; change: Change; missing: readonly Missing[] }): ReactElement {
  const { t } = useTranslation('builder')
  const { script } = recorded.spec
  const { goal } = draft
  const set = (part: Partial<Draft['goal']>): void => change({ goal: { ...goal, ...part } })
  const asks = goal.ask !== undefined
  const turn = asks ? 0 : stepBeforeTurn(draft, script.length, film)
  const wishes = useMemo(() => wishesOf(film, turn), [film, turn])
  return (
    <section>
      <h3>{t('goal')}</h3>
      <label>
        {t('goalWhen')}
        <input value={goal.when} aria-invalid={missing.includes('goalWrong') || missing.includes('goalNever') || missing.includes('goalBefore')} placeholder="pod/web Ready" spellCheck={false} onChange={(event) => set({ when: event.target.value })} />
      </label>
      {wishes.length > 0 && (
        <div className={styles.moments} role="group" aria-label={t('wishes')}>
          {wishes.map((wish) => (
            <Button key={wish} aria-pressed={goal.when === wish} onClick={() => set({ when: wish })}>
              <code>{wish}</code>
            </Button>
          ))}
        </div>
      )}
      {!asks && <Both label={t('goalText')} value={goal.text} onChange={(text) => set({ text })} />}
      <ExpectField goal={goal} set={set} />
      {!asks && <Many label={t('hint')} add={t('addHint')} values={goal.hints} onChange={(hints) => set({ hints })} />}
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
