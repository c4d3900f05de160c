import { useCallback, useEffect, useId, useRef, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { Button } from '../shared/ui/Button.tsx'
import { settle, useFiles } from '../shared/files/desk.ts'
import { machineFileOf } from '../shared/files/machineFiles.ts'
import { useFocusWish } from '../shared/ui/focus.ts'
import { applyOpenFile } from './apply.ts'
import { Body } from './Body.tsx'
import type { Fix } from './checking/finding.ts'
import { useCheck } from './checking/useCheck.ts'
import styles from './EditorPanel.module.css'
import { Head } from './Head.tsx'
import type { MonacoHandle } from './MonacoView.tsx'
import type { PlainHandle } from './PlainEditor.tsx'
import { Problems } from './Problems.tsx'
import { mended, useShown } from './texts.ts'
import { useFileActions } from './useFileActions.ts'
import { useMonaco } from './useMonaco.ts'

const nothing: readonly never[] = []

/** The editor that is there at the moment: at most one of the two. */
interface Handles {
  plain?: PlainHandle | undefined
  full?: MonacoHandle | undefined
}

/** The files, the text of the one in front, what is wrong with it, and Apply. `onApplied`: the film plays on now. */
export function EditorPanel({ onApplied }: { onApplied?: () => void }): ReactElement {
  const { t } = useTranslation('editor')
  const panelId = useId()
  const files = useSettledFiles()
  const { open } = files
  const text = open === undefined ? '' : files.all[open]!

  const handles = useRef<Handles>({})
  const onPlain = useCallback((handle: PlainHandle | undefined) => {
    handles.current.plain = handle
  }, [])
  const onFull = useCallback((handle: MonacoHandle | undefined) => {
    handles.current.full = handle
  }, [])
  const active = () => handles.current.full ?? handles.current.plain
  const { loaded, failed, want } = useMonaco(useCallback(async () => handles.current.plain?.handOver(), []))
  const onCreate = useCallback(() => {
    want()
    requestAnimationFrame(() => (handles.current.full ?? handles.current.plain)?.focus())
  }, [want])
  const actions = useFileActions(onCreate)
  useFocusWish('editor', () => active()?.focus())

  const ready = usePlaybackState((s) => s.status === 'ready' && !s.filming)
  const checked = useCheck(open === undefined || machineFileOf(open) !== undefined ? undefined : text, ready)
  const state = checked?.text === text ? checked : undefined
  const shown = useShown(state?.type === 'done' ? state.findings : nothing)
  const { apply, problem } = useApply(onApplied)
  const fix = (one: Fix): void => {
    if (handles.current.full) handles.current.full.mend(one)
    else if (open !== undefined) actions.write(open, mended(text, one))
  }

  return (
    <section className={styles.panel} aria-label={t('editor')}>
      <Head files={files} actions={actions} panelId={panelId} onApply={apply} />
      <div id={panelId} role="tabpanel" aria-label={open ?? t('editor')} className={styles.body}>
        <Body
          files={files}
          text={text}
          shown={shown}
          loaded={loaded}
          onPlain={onPlain}
          onFull={onFull}
          actions={actions}
          onApply={apply}
          onTouch={want}
        />
      </div>
      {actions.removed !== undefined && (
        <Notice action={{ label: t('undo'), perform: actions.removed.restore }}>
          {t('removed', { name: actions.removed.name })}
        </Notice>
      )}
      {problem !== undefined && <Notice>{t('applyFailed', { message: problem })}</Notice>}
      {failed && <Notice>{t('loadFailed')}</Notice>}
      <Problems state={state} text={text} shown={shown} onGoTo={(at) => active()?.goTo(at)} onFix={fix} />
    </section>
  )
}

function Notice({
  children,
  action,
}: {
  children: ReactNode
  action?: { label: string; perform: () => void }
}): ReactElement {
  return (
    <p className={styles.notice} role="status">
      {children}
      {action !== undefined && (
        <Button look="link" onClick={action.perform}>
          {action.label}
        </Button>
      )}
    </p>
  )
}

/** The files; what has been applied belongs to the film from then on. */
function useSettledFiles(): ReturnType<typeof useFiles> {
  const playback = usePlayback()
  const files = useFiles()
  useEffect(() => settle(playback), [playback, files.film])
  return files
}

function useApply(onApplied: (() => void) | undefined): { apply: () => void; problem: string | undefined } {
  const playback = usePlayback()
  const [problem, setProblem] = useState<string>()
  const apply = (): void => {
    setProblem(undefined)
    applyOpenFile(playback).then(onApplied, (error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error))
    })
  }
  return { apply, problem }
}
