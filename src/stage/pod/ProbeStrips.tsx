import { useMemo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { uidOnNode } from '../../engine/api/machine.ts'
import type { Container, Pod } from '../../engine/api/types.ts'
import { useFilm, useMachine, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { probesOf } from '../shared/objects/probes.ts'
import { formatShort } from '../shared/film/time.ts'
import styles from './pod.module.css'
import { answersOf, runsOf } from './probeStrip.ts'
import type { Answer } from './probeStrip.ts'

/** What each probe of a container has said over time: a strip to see at once, and the same in words. */
export function ProbeStrips({ pod, spec }: { pod: Pod; spec: Container }): ReactElement {
  return (
    <>
      {probesOf(spec).map(({ name }) => (
        <Strip key={name} pod={pod} container={spec.name} probe={name} />
      ))}
    </>
  )
}

const toldMost = 4

function Strip({ pod, container, probe }: { pod: Pod; container: string; probe: 'startup' | 'liveness' | 'readiness' }): ReactElement | null {
  const { t } = useTranslation(['pod', 'container'])
  const answers = useAnswers(pod, container, probe)
  const playback = usePlayback()
  const film = useFilm()
  const startMs = film?.opening.startMs ?? 0
  if (answers.length === 0) return null
  const word = (result: Answer['result']): string => (result === 'unasked' ? t('pod:probeUnasked') : t(`container:probe.${result}`))
  const said = ({ result, from, to, message }: Answer): string =>
    [`${formatShort(from - startMs)} – ${formatShort(to - startMs)}`, word(result), message].filter(Boolean).join(' · ')
  const older = answers.slice(0, -toldMost)
  const item = (answer: Answer): ReactElement => (
    <li key={answer.from} data-result={answer.result}>
      {said(answer)}
    </li>
  )
  return (
    <figure className={styles.strip}>
      <figcaption>{t('pod:probeOver', { probe })}</figcaption>
      <div className={styles.stripBar} data-on-scale>
        {answers.map((answer) => (
          <button
            type="button"
            key={answer.from}
            data-result={answer.result}
            data-restarted={answer.restarted || undefined}
            style={{ flexGrow: answer.to - answer.from }}
            aria-label={said(answer)}
            title={said(answer)}
            onClick={() => film !== undefined && playback.seek(film.stepsUpTo(answer.from) - 1)}
          />
        ))}
      </div>
      {older.length > 0 && (
        <details>
          <summary>{t('pod:probeEarlier', { count: older.length })}</summary>
          <ol>{older.map(item)}</ol>
        </details>
      )}
      <ol>{answers.slice(-toldMost).map(item)}</ol>
    </figure>
  )
}

function useAnswers(pod: Pod, container: string, probe: 'startup' | 'liveness' | 'readiness'): Answer[] {
  const film = useFilm()
  const { nodeName } = pod.spec
  const podUID = uidOnNode(pod)
  const revision = usePlaybackState((s) => s.world)
  const records = useMachine(nodeName, 'probes/')
  const containers = useMachine(nodeName, 'containers/')
  const runs = useMemo(() => {
    const machine = nodeName === undefined ? undefined : film?.machine(nodeName)
    return machine === undefined ? [] : runsOf(machine, { podUID, container, probe }, revision)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the two ranges stand for what changed between revisions
  }, [film, nodeName, podUID, container, probe, records, containers])
  // To the second: between two, nothing of it moves.
  const now = useStore(usePlayback().clock, (s) => Math.ceil(s.now / 1000) * 1000)
  return useMemo(() => answersOf(runs, now), [runs, now])
}
