import { X } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Scenario } from '../../worker/protocol.ts'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import { inputName } from '../shared/film/typed.ts'
import styles from './builder.module.css'
import type { Change, Draft } from './draft.ts'

interface InputsProps {
  recorded: Scenario
  draft: Draft
  change: Change
  onDrop: (i: number) => void
  onRestore: () => void
}

/** What was done, from which what was a mistake is left out; of a level also from where on it is the player's turn. */
export function Inputs({ recorded, draft, change, onDrop, onRestore }: InputsProps): ReactElement | null {
  const { t } = useTranslation('builder')
  const { script } = recorded.spec
  const { dropped, setup, hidden } = draft
  const turns = draft.kind === 'level' && draft.goal.ask === undefined
  if (script.length === 0 && dropped.length === 0) return null
  return (
    <section>
      <h3>{t(turns ? 'turn' : 'done')}</h3>
      <ol className={styles.inputs}>
        {script.map((input, i) => {
          const name = <code title={inputName(input)}>{inputName(input)}</code>
          return (
            <li key={i} data-own={turns && i >= setup ? true : undefined}>
              {turns ? (
                <label>
                  <input type="radio" name="turn" checked={setup === i} onChange={() => change({ setup: i })} aria-label={t('turnHere', { number: i + 1 })} />
                  {name}
                </label>
              ) : (
                <span>{name}</span>
              )}
              <IconButton label={t('leaveOut', { what: inputName(input) })} onClick={() => onDrop(i)}>
                <X size={14} />
              </IconButton>
            </li>
          )
        })}
      </ol>
      {turns && setup > 0 && recorded.spec.cluster?.prologue === undefined && (
        <label className={styles.check}>
          <input type="checkbox" checked={hidden} onChange={(event) => change({ hidden: event.target.checked })} /> {t('hidden')}
        </label>
      )}
      {dropped.length > 0 && (
        <div className={styles.moments}>
          <Button onClick={onRestore}>{t('restore', { count: dropped.length })}</Button>
        </div>
      )}
    </section>
  )
}
