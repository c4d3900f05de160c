import { X } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { ReactElement, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlaybackState } from '../../playback/hooks.ts'
import type { Attempt } from '../../worker/protocol.ts'
import { Blank, Loading } from '../shared/ui/Blank.tsx'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import { closeMicroscope, select, useView } from '../shared/view.ts'
import { podTriedLast, triesOf, tryAt } from './attempts.ts'
import type { Try } from './attempts.ts'
import { AttemptStrip } from './AttemptStrip.tsx'
import { Loads } from './loads.ts'
import styles from './microscope.module.css'
import { NodeDetail } from './NodeDetail.tsx'
import { NodeTable } from './NodeTable.tsx'
import { Summary } from './Summary.tsx'
import { byNode, tableOf } from './table.ts'
import { useAttempt } from './useAnswers.ts'
import { shownName } from '../shared/objects/shownName.ts'

/** The scheduler's decisions, node by node and plugin by plugin: over the stage, or on a phone in a sheet. */
export function Microscope({ sheet = false }: { sheet?: boolean }): ReactElement {
  const { t } = useTranslation('microscope')
  const root = useRef<HTMLElement>(null)
  useFocusAndBack(root, !sheet)
  return (
    <section ref={root} className={styles.microscope} data-sheet={sheet || undefined} aria-label={t('title')} tabIndex={-1}>
      <Content sheet={sheet} />
    </section>
  )
}

/** The keyboard comes here when it opens, and goes back to where it was. */
function useFocusAndBack(root: RefObject<HTMLElement | null>, wanted: boolean): void {
  useEffect(() => {
    if (!wanted) return undefined
    const before = document.activeElement
    root.current?.focus()
    // What opened it in the graph is gone with the graph, and comes again with it.
    const byKey = root.current?.matches(':focus-visible') === true
    return () => {
      if (before instanceof HTMLElement && before !== document.body && before.isConnected) before.focus()
      else if (byKey) requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-opens=microscope]')?.focus())
    }
  }, [root, wanted])
}

function Content({ sheet }: { sheet: boolean }): ReactElement {
  const { t } = useTranslation('microscope')
  const film = useFilm()
  const cursor = usePlaybackState((s) => s.cursor)
  const selected = useView((s) => s.selected)
  const chosen = selected?.startsWith('pods/') === true ? selected : undefined
  const key = film === undefined ? undefined : (chosen ?? podTriedLast(film, cursor))
  const tries = film === undefined || key === undefined ? [] : triesOf(film, key)
  const shown = tryAt(tries, cursor)
  return (
    <>
      <header className={styles.head} hidden={sheet && key === undefined}>
        <h2>
          {key === undefined ? t('title') : <><span>pod/</span>{shownName(key)}</>}
        </h2>
        {chosen !== undefined && (
          <Button look="link" className={styles.follow} onClick={() => select('components/kube-scheduler')}>
            {t('follow')}
          </Button>
        )}
        <span className={styles.space} />
        {!sheet && (
          <IconButton label={t('close')} keys="Escape" onClick={closeMicroscope}>
            <X size={16} />
          </IconButton>
        )}
      </header>
      {film === undefined || shown === undefined ? (
        <Blank title={t(chosen === undefined ? 'nothing' : 'never')}>{t(chosen === undefined ? 'nothingText' : 'neverText')}</Blank>
      ) : (
        <Decision key={key} film={film} tries={tries} shown={shown} cursor={cursor} />
      )}
    </>
  )
}

interface DecisionProps {
  film: Film
  tries: readonly Try[]
  shown: Try
  cursor: number
}

function Decision({ film, tries, shown, cursor }: DecisionProps): ReactElement {
  const { t } = useTranslation('microscope')
  const [withTry, setWithTry] = useState<number>()
  const other = tries.find(({ filter }) => filter === withTry && filter !== shown.filter)
  const attempt = useAttempt(film, shown.filter)
  const before = useAttempt(film, other?.filter)
  return (
    <>
      <AttemptStrip film={film} tries={tries} shown={shown} cursor={cursor} other={other} onCompare={setWithTry} />
      {attempt === undefined && <Loading />}
      {attempt === 'gone' && <Blank title={t('gone')}>{shown.message ?? t('goneText')}</Blank>}
      {typeof attempt === 'object' && (
        <Tables
          film={film}
          shown={shown}
          attempt={attempt}
          scored={shown.score !== undefined && cursor >= shown.score}
          ended={cursor >= shown.end && shown.outcome !== 'Open'}
          other={other === undefined || typeof before !== 'object' ? undefined : { mark: other, attempt: before }}
        />
      )}
    </>
  )
}

interface TablesProps {
  film: Film
  shown: Try
  attempt: Attempt
  scored: boolean
  ended: boolean
  other: { mark: Try; attempt: Attempt } | undefined
}

function Tables({ film, shown, attempt, scored, ended, other }: TablesProps): ReactElement {
  const [chosen, setChosen] = useState<string>()
  const before = other?.attempt
  const table = useMemo(() => tableOf(attempt, scored), [attempt, scored])
  const earlier = useMemo(() => (before === undefined ? undefined : byNode(tableOf(before, true).rows)), [before])
  const loads = useMemo(() => new Loads(film, shown.filter), [film, shown.filter])
  const row = table.rows.find(({ node }) => node === chosen) ?? table.rows[0]
  return (
    <div className={styles.body}>
      <Summary shown={shown} attempt={attempt} table={table} scored={scored} ended={ended} />
      {row !== undefined && (
        <div className={styles.panes}>
          <NodeTable
            table={table}
            loads={loads}
            selected={row.node}
            onSelect={setChosen}
            earlier={earlier}
            earlierAttempt={other?.mark.attempt}
          />
          <NodeDetail key={row.node} film={film} attempt={attempt} filter={shown.filter} table={table} row={row} load={loads.of(row.node)} />
        </div>
      )}
    </div>
  )
}

