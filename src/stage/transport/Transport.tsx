import { GitBranch, Pause, Play, RotateCcw, SkipBack, SkipForward, Square, StepBack, StepForward } from 'lucide-react'
import { useLayoutEffect, useRef } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { stepSizes } from '../../playback/classify.ts'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { speeds } from '../../playback/state.ts'
import type { Speed } from '../../playback/state.ts'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import { Menu, MenuHeading, MenuItem, MenuRule } from '../shared/ui/Menu.tsx'
import { Segmented } from '../shared/ui/Tabs.tsx'
import { formatClock } from '../shared/film/time.ts'
import { BreakOn } from './BreakOn.tsx'
import { Scrubber } from './Scrubber.tsx'
import styles from './Transport.module.css'

/** The buttons of a player: |< < play > >|, speed, step size, time, "break on". */
export function Transport(): ReactElement {
  return (
    <div className={styles.transport}>
      <Moves />
      <Pace />
      <Sizes />
      <Clock />
      <span className={styles.space} />
      <Filming />
      <Branches />
      <BreakOn />
    </div>
  )
}

/** The same for a phone: a line to drag instead of the timeline, and the buttons below it. */
export function SmallTransport(): ReactElement {
  return (
    <div className={styles.small}>
      <Scrubber />
      <div className={styles.transport}>
        <Clock />
        <span className={styles.space} />
        <Moves />
        <span className={styles.space} />
        <Pace />
      </div>
    </div>
  )
}

function Moves(): ReactElement {
  const { t } = useTranslation('transport')
  const playback = usePlayback()
  const playing = usePlaybackState((s) => s.playing)
  const ready = usePlaybackState((s) => s.film !== undefined && s.awaited === undefined)
  const atStart = usePlaybackState((s) => s.cursor < 0)
  const waiting = usePlaybackState((s) => s.waiting)
  const replay = usePlaybackState((s) => s.ended && !s.playing)
  return (
    <div className={styles.moves} role="group" aria-label={t('play')}>
      <IconButton label={t('toStart')} keys="Home" disabled={!ready || atStart} onClick={() => playback.toStart()}>
        <SkipBack size={16} />
      </IconButton>
      <IconButton
        label={t('previous')}
        keys="ArrowLeft"
        disabled={!ready || atStart}
        onClick={() => playback.previous()}
      >
        <StepBack size={16} />
      </IconButton>
      <IconButton
        label={t(playing ? 'pause' : replay ? 'replay' : 'play')}
        keys=" "
        look="primary"
        round
        disabled={!ready}
        data-waiting={waiting || undefined}
        className={styles.play}
        onClick={() => playback.toggle()}
      >
        {playing ? (
          <Pause size={17} fill="currentColor" />
        ) : replay ? (
          <RotateCcw size={17} />
        ) : (
          <Play size={17} fill="currentColor" />
        )}
      </IconButton>
      <IconButton label={t('next')} keys="ArrowRight" disabled={!ready} onClick={() => void playback.next()}>
        <StepForward size={16} />
      </IconButton>
      <IconButton label={t('toEnd')} keys="End" disabled={!ready} onClick={() => playback.toEnd()}>
        <SkipForward size={16} />
      </IconButton>
    </div>
  )
}

function speedLabel(speed: Speed): string {
  return speed === 'fastest' ? '∞' : `${speed}×`
}

function Pace(): ReactElement {
  const { t } = useTranslation('transport')
  const playback = usePlayback()
  const speed = usePlaybackState((s) => s.speed)
  const pacing = usePlaybackState((s) => s.pacing)
  return (
    <Menu
      trigger={
        <Button look="quiet" className={styles.speed} aria-label={`${t('speed')} ${speedLabel(speed)}`}>
          {speedLabel(speed)}
        </Button>
      }
    >
      <MenuHeading>{t('speed')}</MenuHeading>
      {speeds.map((s) => (
        <MenuItem
          key={s}
          checked={s === speed}
          hint={s === 'fastest' ? t('fastest') : undefined}
          onSelect={() => playback.setSpeed(s)}
        >
          {speedLabel(s)}
        </MenuItem>
      ))}
      <MenuRule />
      <MenuHeading>{t('pacing')}</MenuHeading>
      <MenuItem checked={pacing === 'even'} hint={t('evenHint')} onSelect={() => playback.setPacing('even')}>
        {t('even')}
      </MenuItem>
      <MenuItem checked={pacing === 'real'} hint={t('realHint')} onSelect={() => playback.setPacing('real')}>
        {t('real')}
      </MenuItem>
    </Menu>
  )
}

function Sizes(): ReactElement {
  const { t } = useTranslation('transport')
  const playback = usePlayback()
  const size = usePlaybackState((s) => s.size)
  return (
    <Segmented
      label={t('stepBy')}
      value={size}
      onChange={(id) => playback.setSize(id)}
      choices={stepSizes.map((id) => ({ id, label: t(id), title: t(`${id}Hint`) }))}
    />
  )
}

/** Past React, and without a layout of anything else: it runs all the time. */
function Clock(): ReactElement {
  const { t } = useTranslation('transport')
  const { clock } = usePlayback()
  const start = usePlaybackState((s) => s.film?.opening.startMs ?? 0)
  const time = useRef<HTMLTimeElement>(null)
  useLayoutEffect(() => {
    const show = (): void => {
      time.current!.firstChild!.nodeValue = formatClock(clock.getState().now - start)
    }
    show()
    return clock.subscribe(show)
  }, [clock, start])
  return (
    <time ref={time} className={styles.clock} title={t('time')}>
      {formatClock(0)}
    </time>
  )
}

/** Says that the film is still being made, when that takes long; a run can always be stopped. */
function Filming(): ReactElement | null {
  const { t } = useTranslation('transport')
  const playback = usePlayback()
  const filming = usePlaybackState((s) => s.filming)
  if (!filming) return null
  return (
    <Button look="quiet" className={styles.filming} title={t('stopFilming')} onClick={() => playback.stop()}>
      <Square size={11} fill="currentColor" />
      {t('filming')}
    </Button>
  )
}

function Branches(): ReactElement | null {
  const { t } = useTranslation('transport')
  const playback = usePlayback()
  const branches = usePlaybackState((s) => s.branches)
  if (branches.length === 0) return null
  return (
    <Menu
      align="end"
      trigger={
        <Button look="quiet" title={t('branchHint')}>
          <GitBranch size={14} />
          {branches.length + 1}
        </Button>
      }
    >
      <MenuHeading>{t('branchHint')}</MenuHeading>
      <MenuItem checked onSelect={() => undefined}>
        {t('branchNow')}
      </MenuItem>
      {branches.map((branch) => (
        <MenuItem
          key={branch.id}
          checked={false}
          onSelect={() => void playback.switchTo(branch)}
          hint={lastCommand(branch.scenario.spec.script)}
        >
          {t('branchName', { step: branch.leftAt })}
        </MenuItem>
      ))}
    </Menu>
  )
}

function lastCommand(script: readonly { kubectl?: string; shell?: string }[]): string | undefined {
  const last = script.findLast((input) => input.kubectl !== undefined || input.shell !== undefined)
  return last?.kubectl ?? last?.shell
}
