import { CircleDot, Plus, X } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Breakpoint } from '../../playback/breakpoint.ts'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { parseTime } from '../../playback/moment.ts'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import { Popover } from '../shared/ui/Overlay.tsx'
import { formatSpan } from '../shared/film/time.ts'
import { useSelection } from '../shared/view.ts'
import styles from './BreakOn.module.css'
import { shownName } from '../shared/objects/shownName.ts'

/** "Break on": where playing stops by itself. */
export function BreakOn(): ReactElement {
  const { t } = useTranslation('transport')
  const playback = usePlayback()
  const breakpoints = usePlaybackState((s) => s.breakpoints)
  const hit = usePlaybackState((s) => s.hit)
  const say = useBreakpointText()
  const count = breakpoints.length
  const trigger = (
    <Button look="quiet">
      {hit !== undefined ? t('breakHit', { what: say(hit) }) : count === 0 ? t('breakOn') : t('breakCount', { count })}
    </Button>
  )
  return (
    <Popover label={t('breakOn')} align="end" trigger={trigger}>
      <div className={styles.panel}>
        {count === 0 && <p className={styles.none}>{t('breakNone')}</p>}
        <ul>
          {breakpoints.map((b) => (
            <li key={say(b)} className={styles.entry}>
              <CircleDot size={13} />
              <span>{say(b)}</span>
              <IconButton label={t('breakRemove')} onClick={() => playback.removeBreakpoint(b)}>
                <X size={13} />
              </IconButton>
            </li>
          ))}
        </ul>
        <NewBreakpoint onAdd={(b) => playback.addBreakpoint(b)} />
      </div>
    </Popover>
  )
}

export function useBreakpointText(): (breakpoint: Breakpoint) => string {
  const { t } = useTranslation('transport')
  return (b) => {
    switch (b.type) {
      case 'ready':
        return b.pod === undefined ? t('anyReady') : t('readyOf', { object: shownName(b.pod) })
      case 'status':
        return t('statusIs', { word: b.word })
      case 'event':
        return t('eventIs', { reason: b.reason })
      case 'object':
        return t('objectIs', { object: b.key })
      case 'time':
        return t('timeIs', { time: formatSpan(b.ms) })
    }
  }
}

const types = ['ready', 'status', 'event', 'object', 'time'] as const

/** Words that people break on most, offered while typing. */
const suggestions: Partial<Record<Breakpoint['type'], readonly string[]>> = {
  status: [
    'Pending',
    'ContainerCreating',
    'Running',
    'Completed',
    'Error',
    'CrashLoopBackOff',
    'ErrImagePull',
    'ImagePullBackOff',
    'Terminating',
  ],
  event: [
    'Scheduled',
    'FailedScheduling',
    'Pulling',
    'Pulled',
    'Created',
    'Started',
    'BackOff',
    'Killing',
    'Unhealthy',
  ],
}

function NewBreakpoint({ onAdd }: { onAdd: (breakpoint: Breakpoint) => void }): ReactElement {
  const { t } = useTranslation('transport')
  const [type, setType] = useState<Breakpoint['type']>('ready')
  const [text, setText] = useState('')
  const selected = useSelection()
  const breakpoint = breakpointOf(type, type === 'object' && text === '' ? (selected ?? '') : text)
  const labels = {
    ready: t('breakReady'),
    status: t('breakStatus'),
    event: t('breakEvent'),
    object: t('breakObject'),
    time: t('breakTime'),
  }
  return (
    <form
      className={styles.form}
      onSubmit={(e) => {
        e.preventDefault()
        if (breakpoint === undefined) return
        onAdd(breakpoint)
        setText('')
      }}
    >
      <select
        className={styles.field}
        value={type}
        aria-label={t('breakOn')}
        onChange={(e) => setType(e.target.value as Breakpoint['type'])}
      >
        {types.map((id) => (
          <option key={id} value={id}>
            {labels[id]}
          </option>
        ))}
      </select>
      {type !== 'ready' && (
        <input
          className={styles.field}
          value={text}
          list="break-on-words"
          aria-label={labels[type]}
          autoComplete="off"
          spellCheck={false}
          placeholder={
            { status: 'CrashLoopBackOff', event: 'BackOff', object: selected ?? 'pods/default/web', time: '12.4s' }[
              type
            ]
          }
          onChange={(e) => setText(e.target.value)}
        />
      )}
      <datalist id="break-on-words">
        {(suggestions[type] ?? []).map((word) => (
          <option key={word} value={word}>
            {word}
          </option>
        ))}
      </datalist>
      <Button type="submit" disabled={breakpoint === undefined}>
        <Plus size={14} />
        {t('breakAdd')}
      </Button>
    </form>
  )
}

function breakpointOf(type: Breakpoint['type'], typed: string): Breakpoint | undefined {
  const text = typed.trim()
  if (type === 'ready') return { type }
  if (text === '') return undefined
  if (type === 'status') return { type, word: text }
  if (type === 'event') return { type, reason: text }
  if (type === 'object') return { type, key: text }
  const ms = parseTime(text)
  return ms === undefined ? undefined : { type: 'time', ms }
}
