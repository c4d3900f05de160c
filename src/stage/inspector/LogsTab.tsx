import { useEffect, useMemo, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { uidOnNode } from '../../engine/api/machine.ts'
import type { Pod } from '../../engine/api/types.ts'
import { usePlaybackState } from '../../playback/hooks.ts'
import { Blank } from '../shared/ui/Blank.tsx'
import { Segmented } from '../shared/ui/Tabs.tsx'
import { formatClock } from '../shared/film/time.ts'
import styles from './inspector.module.css'
import { logRuns } from './logs.ts'
import type { LogRun } from './logs.ts'
import { useRevision } from './parts.tsx'

const linesMost = 400

/** What the containers have written up to the moment on stage, run by run. */
export function LogsTab({ pod }: { pod: Pod }): ReactElement {
  const { t } = useTranslation('inspector')
  const film = usePlaybackState((s) => s.film)
  const revision = useRevision()
  const [wanted, setWanted] = useState<string>()
  const { nodeName } = pod.spec
  const uid = uidOnNode(pod)
  const runs = useMemo(
    () => (film === undefined || nodeName === undefined ? [] : logRuns(film, nodeName, uid, revision)),
    [film, nodeName, uid, revision],
  )
  const shown = runs.find((r) => r.id === wanted) ?? runs.findLast((r) => r.lines.length > 0) ?? runs.at(-1)
  if (shown === undefined) return <Blank title={t('noLogs')}>{t('noLogsText')}</Blank>
  const label = (run: LogRun): string =>
    run.attempt > 0
      ? t('run', { container: run.container, n: run.attempt + 1 })
      : t('firstRun', { container: run.container })
  return (
    <>
      {runs.length > 1 && (
        <div className={styles.runs}>
          <Segmented
            label={t('tab.logs')}
            choices={runs.map((r) => ({ id: r.id, label: label(r) }))}
            value={shown.id}
            onChange={setWanted}
          />
        </div>
      )}
      {shown.lines.length === 0 ? <Blank title={t('noLogs')}>{t('noLogsText')}</Blank> : <Log run={shown} />}
    </>
  )
}

function Log({ run }: { run: LogRun }): ReactElement {
  const { t } = useTranslation('inspector')
  const start = usePlaybackState((s) => s.film?.opening.startMs ?? 0)
  const end = useRef<HTMLSpanElement>(null)
  const { lines, id } = run
  useEffect(() => {
    // Newer browsers answer with a promise, which an effect must not return.
    end.current?.scrollIntoView({ block: 'nearest' })
  }, [id, lines.length])
  const left = Math.max(0, lines.length - linesMost)
  return (
    <pre className={styles.code} data-log tabIndex={0}>
      {left > 0 && (
        <span className={styles.fold}>
          {t('linesLeftOut', { count: left })}
          {'\n'}
        </span>
      )}
      {lines.slice(left).map(({ at, stream, text }, i) => (
        <span key={left + i} className={styles.line} data-stream={stream}>
          <time>{formatClock(at - start)}</time>
          {text}
          {text.endsWith('\n') ? '' : '\n'}
        </span>
      ))}
      {run.ended && <span className={styles.fold}>{t('ended')}</span>}
      <span ref={end} />
    </pre>
  )
}
