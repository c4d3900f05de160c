import { useLayoutEffect } from 'react'
import type { KeyboardEvent, ReactElement, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { Candidate } from '../../worker/protocol.ts'
import { isComposing } from '../shared/ui/composing.ts'
import { useMediaQuery } from '../shared/ui/motion.ts'
import type { History } from './history.ts'
import type { Prompt } from './prompt.ts'
import styles from './Terminal.module.css'
import { readsTyping } from './typedInput.ts'

/** More of them would only bury the line. */
const candidatesMax = 80

/** So many have room for what they mean. */
const hintedMax = 12

interface Props {
  prompt: Prompt
  history: History
  field: RefObject<HTMLTextAreaElement | null>
  busy: boolean
  isFirst: boolean
  /** What is typed goes to a shell in a container, which has a prompt of its own. */
  inside: { sign: string; command: string } | undefined
}

/** The line that is being typed, and what it may become. */
export function PromptLine({ prompt, history, field, busy, isFirst, inside }: Props): ReactElement {
  const { t } = useTranslation('terminal')
  const searching = useStore(prompt.store, (s) => s.searching)
  const completion = useStore(prompt.store, (s) => s.completion)
  const fingers = useMediaQuery('(any-pointer: coarse)')
  const found = searching?.hit === undefined ? undefined : history[searching.hit]
  const isTyping = useStore(prompt.store, (s) => s.searching === undefined && s.line.text.includes('\n') && readsTyping(s.line.text))
  const isMissing = found === undefined && searching !== undefined && searching.text !== ''
  return (
    <>
      {searching !== undefined && (
        <p className={styles.search} role="status">
          {t(isMissing ? 'notFound' : 'searching', { what: found ?? searching.text })}
        </p>
      )}
      <div className={styles.prompt} data-busy={busy || undefined}>
        <span className={styles.sign} aria-hidden="true">
          {searching !== undefined ? '? ' : (inside?.sign ?? '$ ')}
        </span>
        <Field prompt={prompt} field={field} isFirst={isFirst} inside={inside?.command} />
      </div>
      {isTyping && (
        <p className={styles.search} role="status">
          {t('typing')}
        </p>
      )}
      {completion !== undefined && (
        <Candidates
          candidates={completion.candidates}
          onTake={(candidate) => {
            prompt.take(candidate)
            field.current?.focus()
          }}
        />
      )}
      {fingers && <Keys prompt={prompt} field={field} isTyping={isTyping} />}
    </>
  )
}

/** A text field that is as large as its text. */
function Field({
  prompt,
  field,
  isFirst,
  inside,
}: Pick<Props, 'prompt' | 'field' | 'isFirst'> & { inside: string | undefined }): ReactElement {
  const { t } = useTranslation('terminal')
  const { line, searching, put } = useStore(prompt.store)
  const text = searching?.text ?? line.text
  // The field has a caret of its own; where we have changed the text, it goes where ours is.
  useLayoutEffect(() => {
    const { caret } = prompt.store.getState().line
    if (put > 0) field.current?.setSelectionRange(caret, caret)
  }, [put, prompt, field])
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (isComposing(event.nativeEvent)) return
    const { selectionStart, selectionEnd } = event.currentTarget
    const selected = selectionStart !== selectionEnd || !(window.getSelection()?.isCollapsed ?? true)
    if (!prompt.key(event, selectionStart, selected)) return
    event.preventDefault()
    // The sheet of a narrow window would lead on to its first button.
    if (event.key === 'Tab') event.stopPropagation()
  }
  return (
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
        aria-label={inside !== undefined ? t('inside', { what: inside }) : t(searching === undefined ? 'prompt' : 'search')}
        placeholder={isFirst ? t('placeholder') : undefined}
        onKeyDown={onKeyDown}
        onChange={({ currentTarget: { value, selectionStart } }) => prompt.typed(value, selectionStart)}
      />
    </div>
  )
}

function Candidates({
  candidates,
  onTake,
}: {
  candidates: readonly Candidate[]
  onTake: (candidate: Candidate) => void
}): ReactElement {
  const { t } = useTranslation('terminal')
  const hinted = candidates.length <= hintedMax
  return (
    <div className={styles.candidates}>
      <span className="visually-hidden" role="status">
        {t('candidates', { count: candidates.length })}
      </span>
      <ul className={styles.words} data-hinted={hinted || undefined}>
        {candidates.slice(0, candidatesMax).map((candidate) => (
          <li key={candidate.text}>
            <button
              type="button"
              tabIndex={-1}
              className={styles.candidate}
              title={candidate.hint}
              onClick={() => onTake(candidate)}
            >
              {candidate.text}
            </button>
            {hinted && candidate.hint !== undefined && <span className={styles.hint}>{candidate.hint}</span>}
          </li>
        ))}
        {candidates.length > candidatesMax && <li className={styles.hint}>…</li>}
      </ul>
    </div>
  )
}

const keys = { Tab: 'Tab', ArrowUp: '↑', ArrowDown: '↓', 'Ctrl+c': 'Ctrl+C', 'Ctrl+d': 'Ctrl+D' } as const

/** For fingers, which have no such keys. */
function Keys({ prompt, field, isTyping }: Pick<Props, 'prompt' | 'field'> & { isTyping: boolean }): ReactElement {
  const shown = (Object.keys(keys) as (keyof typeof keys)[]).filter((key) => isTyping || key !== 'Ctrl+d')
  return (
    <div className={styles.keys}>
      {shown.map((key) => (
        <button
          key={key}
          type="button"
          className={styles.key}
          onClick={() => {
            prompt.press(key)
            field.current?.focus()
          }}
        >
          {keys[key]}
        </button>
      ))}
    </div>
  )
}
