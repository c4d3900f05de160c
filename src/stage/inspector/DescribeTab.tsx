import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { Loading } from '../shared/ui/Blank.tsx'
import styles from './inspector.module.css'
import { useRevision } from './parts.tsx'
import { Explained } from '../shared/words/Glossary.tsx'

/** While the film plays, the question is asked again when it rests for so long. */
const restMs = 120

/** What `kubectl describe` prints at the moment on stage: asked of the worker, leaves no trace. */
export function DescribeTab({
  kind,
  name,
  namespace,
}: {
  kind: string
  name: string
  namespace?: string
}): ReactElement {
  const { t } = useTranslation('inspector')
  const playback = usePlayback()
  // The same step of another film is another moment, and so is what routine has written behind the step.
  const film = usePlaybackState((s) => s.film)
  const cursor = usePlaybackState((s) => s.cursor)
  const world = useRevision()
  const what = `${kind} ${name}${namespace === undefined ? '' : ` -n ${namespace}`}`
  const [answer, setAnswer] = useState<{ text: string; failed: boolean }>()
  useEffect(() => {
    let current = true
    const timer = setTimeout(() => {
      playback.ask.query(`describe ${what}`).then(
        ({ stdout, stderr, exitCode }) => current && setAnswer({ text: stdout || stderr, failed: exitCode !== 0 }),
        (error: unknown) =>
          current && setAnswer({ text: error instanceof Error ? error.message : String(error), failed: true }),
      )
    }, restMs)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [playback, what, film, cursor, world])
  if (answer === undefined) return <Loading />
  return (
    <>
      <p className={styles.prompt}>
        <code>$ {t('describing', { what })}</code>
      </p>
      <pre className={styles.code} data-failed={answer.failed || undefined} tabIndex={0} data-words>
        <Explained text={answer.text} quiet />
      </pre>
    </>
  )
}
