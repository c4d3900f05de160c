import { useMemo, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../engine/api/types.ts'
import { chaptersOf } from '../../playback/chapters.ts'
import { opening } from '../../playback/film.ts'
import type { Film } from '../../playback/film.ts'
import { usePlaybackState } from '../../playback/hooks.ts'
import { Blank } from '../shared/ui/Blank.tsx'
import { useText } from '../shared/words/text.ts'
import { formatClock } from '../shared/film/time.ts'
import { yamlLines, yamlOf } from '../shared/objects/yamlDiff.ts'
import styles from './Compare.module.css'
import type { Change } from './filmsChanges.ts'
import { foldSame, sideBySide } from './sideBySide.ts'

/** What is different between two moments: the objects, and of one of them the text side by side. */
export function Moments({ film }: { film: Film }): ReactElement {
  const { t } = useTranslation('compare')
  const now = usePlaybackState((s) => s.cursor)
  // The last chapter since which something has become different.
  const [from, setFrom] = useState(() => chaptersOf(film).findLast(({ step }) => step < now && changesBetween(film, step, now).length > 0)?.step ?? opening)
  // From the start one looks forward.
  const [to, setTo] = useState(() => (now === opening ? (chaptersOf(film).at(-1)?.step ?? now) : now))
  const changes = useMemo(() => changesBetween(film, from, to), [film, from, to])
  return (
    <>
      <div className={styles.moments}>
        <Moment label={t('from')} film={film} now={now} value={from} onChange={setFrom} />
        <Moment label={t('to')} film={film} now={now} value={to} onChange={setTo} />
      </div>
      {changes.length === 0 ? (
        <Blank title={t('nothing')}>{t('nothingText')}</Blank>
      ) : (
        <Objects changes={changes} sides={{ left: t('from'), right: t('to') }} />
      )}
    </>
  )
}

/** What differs, by name, and of one of them the text side by side. */
export function Objects({ changes, sides }: { changes: readonly Change[]; sides: { left: string; right: string } }): ReactElement {
  const { t } = useTranslation('compare')
  const [chosen, choose] = useState<string>()
  const shown = changes.find(({ key }) => key === chosen) ?? changes[0]!
  return (
    <div className={styles.split}>
      <ul aria-label={t('changed')} className={styles.objects}>
        {changes.map(({ key, how }) => (
          <li key={key}>
            <button type="button" aria-pressed={key === shown.key} onClick={() => choose(key)}>
              <code>{key}</code>
              <small data-how={how}>{t(how)}</small>
            </button>
          </li>
        ))}
      </ul>
      <Sides change={shown} sides={sides} />
    </div>
  )
}

function Moment({
  label,
  film,
  now,
  value,
  onChange,
}: {
  label: string
  film: Film
  now: number
  value: number
  onChange: (step: number) => void
}): ReactElement {
  const { t } = useTranslation('compare')
  const text = useText()
  const time = (step: number): string => formatClock(film.timeOf(step) - film.opening.startMs)
  const end = film.steps.length - 1
  const choices = [
    ...chaptersOf(film).map(({ chapter, step }) => [step, t('chapter', { title: text(chapter.title) })] as const),
    [now, t('now')] as const,
    [end, t('end')] as const,
  ].filter(([step], i, all) => step !== opening && all.findIndex(([other]) => other === step) === i)
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={(event) => onChange(Number(event.target.value))}>
        <option value={opening}>{t('start')}</option>
        {choices.map(([step, name]) => (
          <option key={step} value={step}>
            {time(step)} · {name}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Events and leases are left out: they tell of the way, not of the place. */
function changesBetween(film: Film, from: number, to: number): Change[] {
  const { added, updated, removed } = film.etcd.diff(film.revisionAt(from), film.revisionAt(to))
  const changes: Change[] = [
    ...[...added].map(([key, after]) => ({ key, how: 'added', before: undefined, after }) as Change),
    ...[...updated].map(([key, [before, after]]) => ({ key, how: 'updated', before, after }) as Change),
    ...[...removed].map(([key, before]) => ({ key, how: 'removed', before, after: undefined }) as Change),
  ]
  const rank = ({ key }: Change): number => (key.startsWith('pods/') ? 0 : 1)
  return changes
    .filter(({ key }) => !key.startsWith('events/') && !key.startsWith('leases/'))
    .sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1))
}

function Sides({ change: { key, before, after }, sides }: { change: Change; sides: { left: string; right: string } }): ReactElement {
  const { t } = useTranslation('compare')
  const rows = useMemo(() => {
    const text = (object: KubeObject | undefined): string => (object === undefined ? '' : yamlOf(object))
    return foldSame(sideBySide(yamlLines(text(before), text(after))))
  }, [before, after])
  // What is on one side only needs no gap beside it.
  const shown = (['left', 'right'] as const).filter((side) => (side === 'left' ? before : after) !== undefined)
  return (
    <div className={styles.sides} tabIndex={0} role="region" aria-label={key}>
      <table>
        <thead className="visually-hidden">
          <tr>
            {shown.map((side) => <th key={side}>{sides[side]}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) =>
            'folded' in row ? (
              <tr key={i} className={styles.fold}>
                <td colSpan={2}>⋯ {t('folded', { count: row.folded })}</td>
              </tr>
            ) : (
              <tr key={i}>
                {shown.map((side) => (
                  <td key={side} data-side={row.same ? undefined : row[side] === undefined ? 'gap' : side}>
                    {row[side]}
                  </td>
                ))}
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  )
}
