import { Plus, X } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Scenario } from '../../worker/protocol.ts'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import { inputName } from '../shared/film/typed.ts'
import styles from './builder.module.css'
import type { Change, Draft } from './draft.ts'

const newLoad = { name: 'users', url: 'http://web', perSecond: 10, from: '' }

/** Requests that go on while the player acts. */
export function Loads({ recorded, draft: { kind, loads, setup }, change }: { recorded: Scenario; draft: Draft; change: Change }): ReactElement {
  const { t } = useTranslation('builder')
  const { script } = recorded.spec
  // The player comes into it.
  const latest = kind === 'level' ? setup : script.length
  const set = (i: number, part: Partial<(typeof loads)[number]>): void => change({ loads: loads.with(i, { ...loads[i]!, ...part }) })
  return (
    <section>
      {loads.map((load, i) => (
        <fieldset key={i} className={styles.load}>
          <legend>{t('load')}</legend>
          <label>
            {t('loadUrl')}
            <input value={load.url} spellCheck={false} onChange={(event) => set(i, { url: event.target.value })} />
          </label>
          <label>
            {t('loadRate')}
            <input type="number" min={0.1} max={1000} value={load.perSecond} onChange={(event) => set(i, { perSecond: Number(event.target.value) })} />
          </label>
          <IconButton label={t('removeOne', { label: t('load') })} onClick={() => change({ loads: loads.filter((_, k) => k !== i) })}>
            <X size={14} />
          </IconButton>
          <label>
            {t('loadFrom')}
            <input value={load.from} placeholder={t('loadFromOutside')} spellCheck={false} onChange={(event) => set(i, { from: event.target.value })} />
          </label>
          <label>
            {t('loadName')}
            <input value={load.name} spellCheck={false} onChange={(event) => set(i, { name: event.target.value })} />
          </label>
          <label>
            {t('loadBegins')}
            <select value={Math.min(load.begins, latest)} onChange={(event) => set(i, { begins: Number(event.target.value) })}>
              {script.slice(0, latest).map((input, k) => (
                <option key={k} value={k}>
                  {t('loadBeginsWith', { number: k + 1, what: inputName(input) })}
                </option>
              ))}
              <option value={latest}>{kind === 'level' && setup < script.length ? t('loadBeginsTurn') : t('loadBeginsLast')}</option>
            </select>
          </label>
        </fieldset>
      ))}
      <div className={styles.moments}>
        <Button onClick={() => change({ loads: [...loads, { ...newLoad, begins: kind === 'level' ? setup : Math.max(0, script.length - 1) }] })}>
          <Plus size={13} aria-hidden="true" /> {t('addLoad')}
        </Button>
      </div>
    </section>
  )
}
