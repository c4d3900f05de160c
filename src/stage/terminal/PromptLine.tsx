import { useLayoutEffect } from 'react'
import type { ReactElement, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { useMediaQuery } from '../shared/motion.ts'
import type { History } from './history.ts'
import type { Prompt } from './prompt.ts'
import styles from './Terminal.module.css'

/** More of them would only bury the line. */
const candidatesMax = 80

/** So many have room for what they mean. */
const hintedMax = 12

/** The line that is being typed, and what it may become. */
export function PromptLine({
  prompt,
  history,
  field,
  busy,
  isFirst,
}: {
  prompt: Prompt
  history: History
  field: RefObject<HTMLTextAreaElement | null>
  busy: boolean
  isFirst: boolean
}): ReactElement {
  const { t } = useTranslation('terminal')
  const { line, searching, completion, put } = useStore(prompt.store)
  const fingers = useMediaQuery('(any-pointer: coarse)')
  const text = searching?.text ?? line.text
  const found = searching === undefined || searching.hit === undefined ? '' : history[searching.hit]!
  const candidates = completion?.candidates ?? []
  // The field has a caret of its own; where we have changed the text, it goes where ours is.
  useLayoutEffect(() => {
    const { caret } = prompt.store.getState().line
    if (put > 0) field.current?.setSelectionRange(caret, caret)
  }, [put, prompt, field])
  return (
    <>
      {searching !== undefined && (
        <p className={styles.search} role="status">
          {t(found === '' && text !== '' ? 'notFound' : 'searching', { what: found === '' ? text : found })}
        </p>
      )}
      <div className={styles.prompt} data-busy={busy || undefined}>
        <span className={styles.sign} aria-hidden="true">
          {searching === undefined ? '$ ' : '? '}
        </span>
        <div className={styles.growing}>
          <span className={styles.mirror} aria-hidden="true">{`${text}\n`}</span>
          <textarea
            ref={field}
            className={styles.field}
            rows={1}
            value={text}
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            autoComplete="off"
            enterKeyHint="go"
            aria-label={t(searching === undefined ? 'prompt' : 'search')}
            placeholder={isFirst ? t('placeholder') : undefined}
            onChange={({ currentTarget: { value, selectionStart } }) => prompt.typed(value, selectionStart)}
            onKeyDown={(event) => {
              if (event.nativeEvent.isComposing) return
              const { selectionStart, selectionEnd } = event.currentTarget
              const selected = selectionStart !== selectionEnd || !(window.getSelection()?.isCollapsed ?? true)
              if (prompt.key(event, selectionStart, selected)) event.preventDefault()
            }}
          />
        </div>
      </div>
      {candidates.length > 0 && (
        <div className={styles.candidates}>
          <span className="visually-hidden" role="status">
            {t('candidates', { count: candidates.length })}
          </span>
          <ul className={styles.words} data-hinted={candidates.length <= hintedMax || undefined}>
            {candidates.slice(0, candidatesMax).map((candidate) => (
              <li key={candidate.text}>
                <button
                  type="button"
                  tabIndex={-1}
                  className={styles.candidate}
                  title={candidate.hint}
                  onClick={() => {
                    prompt.take(candidate)
                    field.current?.focus()
                  }}
                >
                  {candidate.text}
                </button>
                {candidates.length <= hintedMax && candidate.hint !== undefined && (
                  <span className={styles.hint}>{candidate.hint}</span>
                )}
              </li>
            ))}
            {candidates.length > candidatesMax && <li className={styles.hint}>…</li>}
          </ul>
        </div>
      )}
      {fingers && (
        <div className={styles.keys}>
          {(['Tab', 'ArrowUp', 'ArrowDown', 'Ctrl+c'] as const).map((key) => (
            <button
              key={key}
              type="button"
              className={styles.key}
              onClick={() => {
                prompt.press(key)
                field.current?.focus()
              }}
            >
              {{ Tab: 'Tab', ArrowUp: '↑', ArrowDown: '↓', 'Ctrl+c': 'Ctrl+C' }[key]}
            </button>
          ))}
        </div>
      )}
    </>
  )
}
