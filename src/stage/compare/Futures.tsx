import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { firstDifference } from '../../playback/futures.ts'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import type { Branch } from '../../playback/state.ts'
import { Blank, Loading } from '../shared/ui/Blank.tsx'
import { Button } from '../shared/ui/Button.tsx'
import { formatSpan } from '../shared/film/time.ts'
import styles from './Compare.module.css'
import { TwoFilms } from './Strips.tsx'

/** The film and a future that was left, as timelines one above the other. */
export function Futures({ film }: { film: Film }): ReactElement {
  const { t } = useTranslation('compare')
  const branches = usePlaybackState((s) => s.branches)
  const [chosen, choose] = useState(branches.at(-1)?.id)
  const branch = branches.find(({ id }) => id === chosen) ?? branches.at(-1)
  if (branch === undefined) return <Blank title={t('noFutures')}>{t('noFuturesText')}</Blank>
  const left = (b: Branch): string => t('left', { time: formatSpan(b.leftMs) })
  return (
    <>
      {branches.length > 1 && (
        <select aria-label={t('futures')} value={branch.id} onChange={(event) => choose(Number(event.target.value))}>
          {branches.map((b) => (
            <option key={b.id} value={b.id}>
              {left(b)}
            </option>
          ))}
        </select>
      )}
      <BranchBeside key={branch.id} film={film} branch={branch} name={left(branch)} />
    </>
  )
}

function BranchBeside({ film, branch, name }: { film: Film; branch: Branch; name: string }): ReactElement {
  const { t } = useTranslation('compare')
  const playback = usePlayback()
  const other = useBranchFilm(branch)
  if (other === undefined)
    return (
      <>
        <Loading />
        <p className={styles.note}>{t('filming')}</p>
      </>
    )
  if ('message' in other) return <Blank title={t('failed', { message: other.message })} />
  const take = <Button onClick={() => void playback.switchTo(branch)}>{t('take')}</Button>
  return <TwoFilms left={{ film, name: t('present') }} right={{ film: other, name, action: take }} difference={firstDifference(film, other)} />
}

/** A film of its own for the branch; made once for each. */
function useBranchFilm(branch: Branch): Film | Error | undefined {
  const playback = usePlayback()
  const [film, setFilm] = useState<Film | Error>()
  useEffect(() => {
    let wanted = true
    playback.filmBranch(branch).then(
      (made) => wanted && setFilm(made),
      (error: unknown) => wanted && setFilm(error instanceof Error ? error : new Error(String(error))),
    )
    return () => {
      wanted = false
    }
  }, [playback, branch])
  return film
}
