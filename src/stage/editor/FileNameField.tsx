import { useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { nameProblem } from '../shared/files/files.ts'
import type { Files } from '../shared/files/files.ts'
import { isComposing } from '../shared/ui/composing.ts'
import styles from './FileTabs.module.css'

/** The name of a file while it is changed. Enter or leaving takes it, Escape leaves it as it was. */
export function FileNameField({
  name,
  files,
  onDone,
  onCancel,
}: {
  name: string
  files: Files
  onDone: (to: string) => void
  onCancel: () => void
}): ReactElement {
  const { t } = useTranslation('editor')
  const [typed, setTyped] = useState(name)
  const problem = typed === name ? undefined : nameProblem(typed, files)
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation()
    if (isComposing(event.nativeEvent)) return
    if (event.key === 'Enter' && problem === undefined) onDone(typed)
    if (event.key === 'Escape') onCancel()
  }
  return (
    <span className={styles.naming}>
      <input
        ref={(field) => {
          if (field) selectStem(field, name)
        }}
        className={styles.name}
        value={typed}
        size={Math.max(8, typed.length)}
        aria-label={t('fileName')}
        aria-invalid={problem !== undefined}
        spellCheck={false}
        onKeyDown={onKeyDown}
        onChange={(event) => setTyped(event.currentTarget.value.trim())}
        onBlur={() => (problem === undefined ? onDone(typed) : onCancel())}
      />
      {problem !== undefined && (
        <span role="alert" className={styles.problem}>
          {t(problem)}
        </span>
      )}
    </span>
  )
}

/** At first the part before the dot is selected: the ending mostly stays. */
function selectStem(field: HTMLInputElement, name: string): void {
  if (document.activeElement === field) return
  field.focus()
  const dot = name.lastIndexOf('.')
  field.setSelectionRange(0, dot > 0 ? dot : name.length)
}
