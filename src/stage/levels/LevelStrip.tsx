import { useAnimate } from 'framer-motion/mini'
import { Check, ListChecks, RotateCcw, Target, Undo2, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Goal, Prologue, Scenario } from '../../engine/scenario.ts'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlayback } from '../../playback/hooks.ts'
import { levels } from '../../scenarios/catalogue.ts'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import { writeFile } from '../shared/files/desk.ts'
import { useReducedMotion } from '../shared/ui/motion.ts'
import { openScenario } from '../shared/film/openScenario.ts'
import { Popover } from '../shared/ui/Overlay.tsx'
import { useText } from '../shared/words/text.ts'
import { inputName, typedLine } from '../shared/film/typed.ts'
import { askFocus, view } from '../shared/view.ts'
import styles from './Levels.module.css'
import { usePlay } from './play.ts'
import type { Play } from './play.ts'
import { keep } from './progress.ts'

/** What is wanted, beside what is: over the stage while a level is on. */
export function LevelStrip({ onAll }: { onAll: () => void }): ReactElement | null {
  const film = useFilm()
  const goal = film?.scenario.spec.goal
  return film === undefined || goal === undefined ? null : (
    <Strip key={film.scenario.metadata.name} film={film} goal={goal} onAll={onAll} />
  )
}

function Strip({ film, goal, onAll }: { film: Film; goal: Goal; onAll: () => void }): ReactElement {
  const { t } = useTranslation('levels')
  const text = useText()
  const play = usePlay(film)
  // A level that is opened anew asks anew.
  const [given, give] = useState<{ film: Film; answer: number }>()
  const answer = given?.film === film ? given.answer : undefined
  const right = goal.ask === undefined || answer === goal.ask.right
  const reached = play.reached && (goal.ask === undefined || answer !== undefined)
  const { name } = film.scenario.metadata
  const strip = useNod(reached && right)
  useCurtain(goal.ask !== undefined && answer === undefined)
  useEffect(() => {
    if (reached && right) keep({ [name]: { commands: play.commands } })
  }, [reached, right, name, play.commands])
  return (
    <section ref={strip} className={styles.strip} aria-label={t('level')} data-reached={(reached && right) || undefined}>
      {reached && right ? <Check size={18} className={styles.mark} /> : <Target size={18} className={styles.mark} />}
      <div className={styles.goal}>
        <strong>{text(film.scenario.spec.title)}</strong>
        <span>{goal.ask === undefined ? goal.text && text(goal.text) : text(goal.ask.text)}</span>
        {goal.ask !== undefined && <Answers goal={goal} answer={answer} shown={reached} onAnswer={(chosen) => give({ film, answer: chosen })} />}
        <span role="status" className={styles.status} data-wrong={(reached && !right) || undefined}>
          {reached && <Verdict goal={goal} right={right} play={play} />}
        </span>
      </div>
      <div className={styles.tools}>
        {play.settingUp && <SetUp play={play} />}
        {!reached && <Helps goal={goal} />}
        {reached && <Before prologue={film.scenario.spec.cluster?.prologue} />}
        {goal.ask === undefined && <Undo play={play} counts={goal.par !== undefined} />}
        <Again film={film} />
        {reached && <Next scenario={film.scenario} />}
        <IconButton label={t('all')} keys="v" onClick={onAll}>
          <ListChecks size={16} />
        </IconButton>
      </div>
    </section>
  )
}

/** A level that is reached nods, once. */
function useNod(done: boolean) {
  const [strip, animate] = useAnimate<HTMLElement>()
  const still = useReducedMotion()
  useEffect(() => {
    if (done && !still) void animate(strip.current, { scale: [1, 1.015, 1] }, { duration: 0.45 })
  }, [done, still, strip, animate])
  return strip
}

/** The timeline knows the future. */
function useCurtain(drawn: boolean): void {
  useEffect(() => {
    view.setState({ curtain: drawn })
    return () => view.setState({ curtain: false })
  }, [drawn])
}

function Verdict({ goal, right, play }: { goal: Goal; right: boolean; play: Play }): ReactElement {
  const { t } = useTranslation('levels')
  const text = useText()
  // Without a par nobody counts: what is done on the machines is more looking than doing.
  if (goal.ask === undefined) return <>{goal.par === undefined ? t('mended') : t('reached', { count: play.commands, par: goal.par })}</>
  return <>{right ? t('foretold') : t('misjudged', { answer: text(goal.ask.answers[goal.ask.right]!) })}</>
}

/** An answer is given once, before the film shows who is right. */
function Answers({
  goal: { ask },
  answer,
  shown,
  onAnswer,
}: {
  goal: Goal
  answer: number | undefined
  /** The film has shown who is right. */
  shown: boolean
  onAnswer: (answer: number) => void
}): ReactElement {
  const text = useText()
  const playback = usePlayback()
  return (
    <div className={styles.answers} role="group" aria-label={text(ask!.text)}>
      {ask!.answers.map((words, i) => (
        <Button
          key={words.en}
          aria-pressed={answer === i}
          disabled={answer !== undefined && answer !== i && !(shown && i === ask!.right)}
          data-verdict={!shown ? undefined : i === ask!.right ? 'right' : answer === i ? 'wrong' : undefined}
          onClick={() => {
            if (answer !== undefined) return
            onAnswer(i)
            playback.play()
          }}
        >
          {shown && i === ask!.right && <Check size={14} aria-hidden="true" />}
          {shown && answer === i && i !== ask!.right && <X size={14} aria-hidden="true" />}
          {text(words)}
        </Button>
      ))}
    </div>
  )
}

/** What is wrong has to happen first. */
function SetUp({ play: { turn } }: { play: Play }): ReactElement {
  const { t } = useTranslation('levels')
  const playback = usePlayback()
  return turn === undefined ? (
    <span>{t('setUp')}</span>
  ) : (
    <Button look="primary" className={styles.first} onClick={() => void playback.goTo({ ms: turn.ms })}>
      {t('play')}
    </Button>
  )
}

function Helps({ goal: { hints = [], solution = [] } }: { goal: Goal }): ReactElement {
  const { t } = useTranslation('levels')
  const text = useText()
  const [shown, setShown] = useState(1)
  return (
    <>
      {hints.length > 0 && (
        <Popover label={t('hint')} align="end" trigger={<Button look="quiet">{t('hint')}</Button>}>
          <div className={styles.help}>
            {hints.slice(0, shown).map((hint) => (
              <p key={hint.en}>{text(hint)}</p>
            ))}
            {shown < hints.length && <Button onClick={() => setShown(shown + 1)}>{t('moreHint')}</Button>}
          </div>
        </Popover>
      )}
      {solution.length > 0 && (
        <Popover label={t('solution')} align="end" trigger={<Button look="quiet">{t('solution')}</Button>}>
          <Solution inputs={solution} />
        </Popover>
      )}
    </>
  )
}

function Solution({ inputs }: { inputs: NonNullable<Goal['solution']> }): ReactElement {
  const { t } = useTranslation('levels')
  const playback = usePlayback()
  return (
    <div className={styles.help}>
      <p>{t('solutionNote')}</p>
      {inputs.map((input, i) => {
        const files = Object.entries(input.files ?? {})
        const line = typedLine(input)
        const { fault, load } = input
        return (
          <div key={i} className={styles.typed}>
            {files.map(([name, content]) => (
              <pre key={name}>{content}</pre>
            ))}
            {line === undefined ? <code>{inputName(input)}</code> : <code>$ {line}</code>}
            <Button
              onClick={() => {
                for (const [name, content] of files) writeFile(playback, name, content)
                if (line !== undefined) askFocus('terminal', line)
                else void playback.act({ ...(load === undefined ? {} : { load }), ...(fault === undefined ? {} : { fault }) })
              }}
            >
              {t(line === undefined ? 'doIt' : 'typeIt')}
            </Button>
          </div>
        )
      })}
    </div>
  )
}

/** What nobody has seen: who has reached the goal may know it. */
function Before({ prologue }: { prologue: Prologue | undefined }): ReactElement | null {
  const { t } = useTranslation('levels')
  return prologue === undefined ? null : (
    <Popover label={t('before')} align="end" trigger={<Button look="quiet">{t('before')}</Button>}>
      <div className={styles.help}>
        {prologue.script.map((input, i) => (
          <div key={i} className={styles.typed}>
            {Object.entries(input.files ?? {}).map(([name, content]) => (
              <pre key={name}>{content}</pre>
            ))}
            <code>{inputName(input)}</code>
          </div>
        ))}
      </div>
    </Popover>
  )
}

function Undo({ play: { commands, undoTo }, counts }: { play: Play; counts: boolean }): ReactElement {
  const { t } = useTranslation('levels')
  const playback = usePlayback()
  return (
    <>
      {counts && <span className={styles.count}>{t('count', { count: commands })}</span>}
      <IconButton
        label={t('undo')}
        disabled={undoTo === undefined}
        onClick={() => {
          playback.pause()
          playback.seek(undoTo!)
        }}
      >
        <Undo2 size={16} />
      </IconButton>
    </>
  )
}

function Again({ film }: { film: Film }): ReactElement {
  const { t } = useTranslation('levels')
  const playback = usePlayback()
  const name = film.scenario.metadata.name
  const fresh = levels.find((level) => level.metadata.name === name) ?? film.scenario
  return (
    <IconButton label={t('reset')} onClick={() => void playback.load(fresh)}>
      <RotateCcw size={15} />
    </IconButton>
  )
}

function Next({ scenario }: { scenario: Scenario }): ReactElement | null {
  const { t } = useTranslation('levels')
  const playback = usePlayback()
  const at = levels.findIndex((level) => level.metadata.name === scenario.metadata.name)
  const next = levels[at + 1]
  // One's own is followed by none.
  if (at < 0 || next === undefined) return null
  const open = (): void => {
    openScenario(playback, next)
  }
  return (
    <Button look="primary" onClick={open}>
      {t('next')}
    </Button>
  )
}
