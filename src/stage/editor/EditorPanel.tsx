import { Play } from 'lucide-react'
import { useCallback, useEffect, useId, useMemo, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { Blank } from '../shared/Blank.tsx'
import { Button } from '../shared/Button.tsx'
import { openFile, settle, useFiles, writeFile } from '../shared/desk.ts'
import { freshName } from '../shared/files.ts'
import { Kbd } from '../shared/Kbd.tsx'
import { useView } from '../shared/view.ts'
import { applyCommand, applyOpenFile } from './apply.ts'
import type { Fix } from './checking/finding.ts'
import { useCheck } from './checking/useCheck.ts'
import styles from './EditorPanel.module.css'
import { FileTabs } from './FileTabs.tsx'
import type { MonacoHandle } from './MonacoView.tsx'
import { PlainEditor } from './PlainEditor.tsx'
import type { PlainHandle } from './PlainEditor.tsx'
import { Problems } from './Problems.tsx'
import { lineAt, useShown } from './texts.ts'
import { useMonaco } from './useMonaco.ts'

const nothing: readonly never[] = []

/** The files, the text of the one in front, what is wrong with it, and Apply. */
export function EditorPanel(): ReactElement {
  const { t } = useTranslation('editor')
  const playback = usePlayback()
  const files = useFiles()
  const panelId = useId()
  const { open } = files
  const text = open === undefined ? '' : files.all[open]!
  const [removed, setRemoved] = useState<{ name: string; text: string }>()
  const [problem, setProblem] = useState<string>()

  // What has been applied belongs to the film.
  useEffect(() => settle(playback), [playback, files.film])

  const plain = useRef<PlainHandle>(undefined)
  const full = useRef<MonacoHandle>(undefined)
  const takePlain = useCallback((handle: PlainHandle | undefined) => void (plain.current = handle), [])
  const takeFull = useCallback((handle: MonacoHandle | undefined) => void (full.current = handle), [])
  const { loaded, failed, want } = useMonaco(useCallback(async () => plain.current?.handOver(), []))

  const ready = usePlaybackState((s) => s.status === 'ready' && !s.filming)
  const state = useCheck(open === undefined ? undefined : text, ready)
  const shown = useShown(state?.type === 'done' && state.text === text ? state.findings : nothing)
  const wrong = useMemo(
    () => new Map(shown.toReversed().map(({ finding }) => [lineAt(text, finding.from), finding.severity])),
    [shown, text],
  )
  useFocusWish(() => (full.current ?? plain.current)?.focus())

  const apply = (): void => {
    setProblem(undefined)
    applyOpenFile(playback).catch((error: unknown) =>
      setProblem(error instanceof Error ? error.message : String(error)),
    )
  }
  const write = (name: string, to: string | null): void => writeFile(playback, name, to)
  const fix = (one: Fix): void => {
    if (full.current) full.current.mend(one)
    else if (open !== undefined) write(open, mended(text, one))
  }
  const create = (): void => {
    const name = freshName(files.all)
    write(name, '')
    openFile(playback, name)
    want()
    requestAnimationFrame(() => (full.current ?? plain.current)?.focus())
  }
  const texts = useMemo(
    () => ({ templates: t('templates', { returnObjects: true }), allowedValues: t('allowedValues') }),
    [t],
  )
  const label = t('text', { name: open ?? '' })

  return (
    <section className={styles.panel} aria-label={t('editor')}>
      <header className={styles.head}>
        <FileTabs
          files={files}
          panelId={panelId}
          onOpen={(name) => openFile(playback, name)}
          onNew={create}
          onRename={(from, to) => {
            write(to, files.all[from]!)
            write(from, null)
            openFile(playback, to)
          }}
          onRemove={(name) => {
            setRemoved({ name, text: files.all[name]! })
            write(name, null)
          }}
          onRevert={(name) => write(name, files.film[name] ?? null)}
        />
        <Button
          look="primary"
          className={styles.apply}
          disabled={open === undefined}
          onClick={apply}
          title={open === undefined ? undefined : t('applyHint', { command: `kubectl ${applyCommand(open)}` })}
        >
          <Play size={11} fill="currentColor" aria-hidden="true" />
          {t('apply')}
          <span className={styles.keys} aria-hidden="true">
            <Kbd keys="Mod+Enter" />
          </span>
        </Button>
      </header>
      <div id={panelId} role="tabpanel" aria-label={open ?? t('editor')} className={styles.body}>
        {open === undefined ? (
          <Blank title={t('noFiles')} actions={<Button onClick={create}>{t('newFile')}</Button>}>
            {t('noFilesText')}
          </Blank>
        ) : loaded === undefined ? (
          <PlainEditor
            name={open}
            text={text}
            label={label}
            wrong={wrong}
            onChange={(to) => write(open, to)}
            onApply={apply}
            onTouch={want}
            handle={takePlain}
          />
        ) : (
          <loaded.View
            files={files.all}
            open={open}
            label={label}
            shown={shown}
            texts={texts}
            changed={write}
            apply={apply}
            leave={leave}
            startAt={loaded.startAt}
            handle={takeFull}
          />
        )}
      </div>
      {removed !== undefined && (
        <p className={styles.notice} role="status">
          {t('removed', { name: removed.name })}
          <Button
            look="link"
            onClick={() => {
              write(removed.name, removed.text)
              openFile(playback, removed.name)
              setRemoved(undefined)
            }}
          >
            {t('undo')}
          </Button>
        </p>
      )}
      {problem !== undefined && (
        <p className={styles.notice} role="alert">
          {t('applyFailed', { message: problem })}
        </p>
      )}
      {failed && (
        <p className={styles.notice} role="status">
          {t('loadFailed')}
        </p>
      )}
      <Problems
        state={state?.text === text ? state : undefined}
        text={text}
        shown={shown}
        onGoTo={(at) => (full.current ?? plain.current)?.goTo(at)}
        onFix={fix}
      />
    </section>
  )
}

/** Runs when the keyboard is asked for here, even if that was just before the panel opened. */
function useFocusWish(focus: () => void): void {
  const wish = useView((s) => (s.focus?.where === 'editor' ? s.focus.wish : undefined))
  const served = useRef<number>(undefined)
  useEffect(() => {
    if (wish === undefined || wish === served.current) return
    served.current = wish
    focus()
  })
}

/** Out of the text: the keys of the page act again, and Tab goes on from here. */
function leave(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
}

function mended(text: string, fix: Fix): string {
  const edits = fix.edits.toSorted((a, b) => b.from - a.from)
  return edits.reduce((all, edit) => all.slice(0, edit.from) + edit.text + all.slice(edit.to), text)
}
