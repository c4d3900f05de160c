import { Ellipsis, Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../shared/Button.tsx'
import type { OnDesk } from '../shared/desk.ts'
import { nameProblem } from '../shared/files.ts'
import type { NameProblem } from '../shared/files.ts'
import { Menu, MenuItem } from '../shared/Menu.tsx'
import styles from './FileTabs.module.css'

interface Props {
  files: OnDesk
  panelId: string
  onOpen: (name: string) => void
  onNew: () => void
  onRename: (from: string, to: string) => void
  onRemove: (name: string) => void
  onRevert: (name: string) => void
}

/** One tab a file; the one in front has a menu. */
export function FileTabs({ files, panelId, onOpen, onNew, onRename, onRemove, onRevert }: Props): ReactElement {
  const { t } = useTranslation('editor')
  const [renaming, setRenaming] = useState<string>()
  const list = useRef<HTMLDivElement>(null)
  const names = Object.keys(files.all)
  const { open } = files

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (renaming !== undefined || open === undefined) return
    if (event.key === 'F2') setRenaming(open)
    else if (event.key === 'Delete') onRemove(open)
    else if (step !== undefined) {
      const next = names[(names.indexOf(open) + step + names.length) % names.length]!
      onOpen(next)
      list.current?.querySelectorAll<HTMLElement>('[role=tab]')[names.indexOf(next)]?.focus()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={styles.tabs}>
      <div ref={list} role="tablist" aria-label={t('files')} className={styles.list} onKeyDown={onKeyDown}>
        {names.map((name) =>
          name === renaming ? (
            <NameField
              key={name}
              name={name}
              files={files}
              onCancel={() => setRenaming(undefined)}
              onDone={(to) => {
                setRenaming(undefined)
                if (to !== name) onRename(name, to)
              }}
            />
          ) : (
            <button
              key={name}
              type="button"
              role="tab"
              className={styles.tab}
              aria-selected={name === open}
              aria-controls={panelId}
              tabIndex={name === open ? 0 : -1}
              onClick={() => onOpen(name)}
              onDoubleClick={() => setRenaming(name)}
            >
              {name}
              {Object.hasOwn(files.drafts, name) && (
                <span className={styles.edited} title={t('edited')}>
                  <span className="visually-hidden">{t('edited')}</span>
                </span>
              )}
            </button>
          ),
        )}
      </div>
      {open !== undefined && renaming === undefined && (
        <Menu
          trigger={
            <IconButton label={t('fileMenu', { name: open })} className={styles.small}>
              <Ellipsis size={14} />
            </IconButton>
          }
        >
          <MenuItem onSelect={() => setRenaming(open)} hint="F2">
            {t('rename')}
          </MenuItem>
          {Object.hasOwn(files.film, open) && (
            <MenuItem onSelect={() => onRevert(open)} disabled={!Object.hasOwn(files.drafts, open)}>
              {t('revert')}
            </MenuItem>
          )}
          <MenuItem onSelect={() => onRemove(open)}>{t('remove')}</MenuItem>
        </Menu>
      )}
      <IconButton label={t('newFile')} className={styles.small} onClick={onNew}>
        <Plus size={14} />
      </IconButton>
    </div>
  )
}

/** The name of a file while it is changed. Enter or leaving takes it, Escape leaves it as it was. */
function NameField({
  name,
  files,
  onDone,
  onCancel,
}: {
  name: string
  files: OnDesk
  onDone: (to: string) => void
  onCancel: () => void
}): ReactElement {
  const { t } = useTranslation('editor')
  const [typed, setTyped] = useState(name)
  const problem: NameProblem | undefined = typed === name ? undefined : nameProblem(typed, files.all)
  const take = (): void => (problem === undefined ? onDone(typed) : onCancel())
  return (
    <span className={styles.naming}>
      <input
        className={styles.name}
        value={typed}
        size={Math.max(8, typed.length)}
        aria-label={t('fileName')}
        spellCheck={false}
        aria-invalid={problem !== undefined}
        title={problem && t(problem)}
        ref={(field) => {
          if (field && document.activeElement !== field) {
            field.focus()
            field.setSelectionRange(0, name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length)
          }
        }}
        onChange={(event) => setTyped(event.currentTarget.value.trim())}
        onBlur={take}
        onKeyDown={(event) => {
          event.stopPropagation()
          if (event.key === 'Enter' && problem === undefined) onDone(typed)
          if (event.key === 'Escape') onCancel()
        }}
      />
      {problem !== undefined && (
        <span role="alert" className={styles.problem}>
          {t(problem)}
        </span>
      )}
    </span>
  )
}
