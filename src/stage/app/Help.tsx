import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Kbd } from '../shared/ui/Kbd.tsx'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { actions } from './actions.ts'
import { openDialog } from './dialogs.ts'
import styles from './Help.module.css'

const groups = [
  ['play', 'keysPlay'],
  ['move', 'keysMove'],
  ['view', 'keysView'],
  ['present', 'keysPresent'],
  ['other', 'keysOther'],
] as const

/** All keys, read from the table of actions. */
export default function Help(): ReactElement {
  const { t } = useTranslation('app')
  return (
    <Dialog text wide title={t('keysTitle')} open onOpenChange={() => openDialog(undefined)}>
      <div className={styles.groups}>
        {groups.map(([group, title]) => (
          <section key={group}>
            <h2 className={styles.title}>{t(title)}</h2>
            <dl className={styles.keys}>
              {actions
                .filter((a) => a.group === group && a.keys.length > 0)
                .map((a) => (
                  <div key={a.id} className={styles.line}>
                    <dt>{t(a.label)}</dt>
                    <dd>
                      <Kbd keys={a.keys[0]!} />
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
