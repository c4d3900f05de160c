import { Plus, X } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import styles from './builder.module.css'
import { noText } from './draft.ts'
import type { Text } from './draft.ts'

/** A text in both languages. */
export function Both({ label, value, onChange }: { label: string; value: Text; onChange: (text: Text) => void }): ReactElement {
  const { t } = useTranslation('builder')
  return (
    <fieldset className={styles.both}>
      <legend>{label}</legend>
      <input value={value.en} placeholder="English" aria-label={t('inEnglish', { label })} onChange={(event) => onChange({ ...value, en: event.target.value })} />
      <input value={value.zh} placeholder="中文" lang="zh-CN" aria-label={t('inChinese', { label })} onChange={(event) => onChange({ ...value, zh: event.target.value })} />
    </fieldset>
  )
}

/** Texts in both languages, as many as are wanted. */
export function Many({ label, add, values, onChange }: { label: string; add: string; values: readonly Text[]; onChange: (values: readonly Text[]) => void }): ReactElement {
  const { t } = useTranslation('builder')
  return (
    <>
      {values.map((value, i) => (
        <div key={i} className={styles.chapter}>
          <Both label={values.length === 1 ? label : `${label} ${i + 1}`} value={value} onChange={(text) => onChange(values.with(i, text))} />
          {values.length > 1 && (
            <IconButton label={t('removeOne', { label: `${label} ${i + 1}` })} onClick={() => onChange(values.filter((_, k) => k !== i))}>
              <X size={14} />
            </IconButton>
          )}
        </div>
      ))}
      <div className={styles.moments}>
        <Button onClick={() => onChange([...values, noText])}>
          <Plus size={13} aria-hidden="true" /> {add}
        </Button>
      </div>
    </>
  )
}
