import { useMemo } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../../playback/film.ts'
import { usePlayback, usePlaybackState } from '../../../playback/hooks.ts'
import type { Step } from '../../../worker/protocol.ts'
import { causeChain, condense, effectsOf } from './causes.ts'
import styles from './Causes.module.css'
import { useShowChain } from './chain.ts'
import { hopPath } from './hop.ts'
import { useNarrator } from '../words/say.ts'
import { formatSpan } from './time.ts'
import { Explained } from '../words/Glossary.tsx'

/** Why a step happened: back to the key stroke, or to whatever began it. */
export function Why({ film, index }: { film: Film; index: number }): ReactElement {
  const { t } = useTranslation('causes')
  const links = useMemo(() => condense(causeChain(film.steps, index)), [film, index])
  useShowChain(
    useMemo(() => links.slice(1).map(({ step }, i) => [links[i]!.step.index, step.index] as const), [links]),
  )
  return (
    <ol className={styles.chain}>
      {links.toReversed().map(({ step, skipped }, i) => {
        const after = links[links.length - i]?.step
        return (
          <Item key={step.index} film={film} step={step} lag={after && after.at - step.at} asked={i === 0}>
            {skipped.length > 0 && <Skipped steps={skipped} />}
          </Item>
        )
      })}
      <li className={styles.end}>{t('began')}</li>
    </ol>
  )
}

/** So many are listed at once. */
const effectsMost = 12

/** What a step led to: who was told, and what they did. */
export function Then({ film, index }: { film: Film; index: number }): ReactElement {
  const { t } = useTranslation('causes')
  const steps = film.steps.length
  const effects = useMemo(() => effectsOf(film.steps.slice(0, steps), index), [film, steps, index])
  useShowChain(
    useMemo(
      () =>
        effects
          .slice(0, effectsMost)
          .flatMap(({ step, reactions }) => [
            [index, step.index] as const,
            ...reactions.map((reaction) => [step.index, reaction.index] as const),
          ]),
      [effects, index],
    ),
  )
  const origin = film.steps[index]!
  if (effects.length === 0) return <p className={styles.end}>{t('nobody')}</p>
  return (
    <ol className={styles.chain}>
      {effects.slice(0, effectsMost).map(({ step, reactions }) => (
        <Item key={step.index} film={film} step={step} lag={step.at - origin.at}>
          {reactions.length > 0 && (
            <ol className={styles.chain}>
              {reactions.map((reaction) => (
                <Item key={reaction.index} film={film} step={reaction} lag={reaction.at - step.at} />
              ))}
            </ol>
          )}
        </Item>
      ))}
      {effects.length > effectsMost && (
        <li className={styles.end}>{t('more', { count: effects.length - effectsMost })}</li>
      )}
    </ol>
  )
}

function Item({
  film,
  step,
  lag = 0,
  asked,
  children,
}: {
  film: Film
  step: Step
  /** Virtual ms between this one and its neighbour. */
  lag?: number | undefined
  asked?: boolean
  children?: ReactNode
}): ReactElement {
  const { t } = useTranslation('causes')
  const playback = usePlayback()
  const narrator = useNarrator()
  const current = usePlaybackState((s) => s.cursor === step.index)
  return (
    <li data-asked={asked || undefined}>
      <button type="button" aria-current={current ? 'step' : undefined} onClick={() => playback.seek(step.index)}>
        <span>
          <Explained text={narrator(film)(step)} quiet />
        </span>
        <small>
          <b>{step.index + 1}</b> {hopPath(step)}
          {lag > 0 && <i>{t('later', { time: formatSpan(lag) })}</i>}
        </small>
      </button>
      {children}
    </li>
  )
}

function Skipped({ steps }: { steps: readonly Step[] }): ReactElement {
  const { t } = useTranslation('causes')
  const playback = usePlayback()
  return (
    <button type="button" className={styles.skipped} onClick={() => playback.seek(steps[0]!.index)}>
      {t('skipped', { count: steps.length })}
    </button>
  )
}
