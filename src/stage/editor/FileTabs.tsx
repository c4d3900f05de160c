import { Ellipsis, Plus } from 'lucide-react'
import { useRef, useState } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../shared/ui/Button.tsx'
import type { OnDesk } from '../shared/files/desk.ts'
import { Menu, MenuItem } from '../shared/ui/Menu.tsx'
import { FileNameField } from './FileNameField.tsx'
import styles from './FileTabs.module.css'
import type { FileActions } from './useFileActions.ts'

interface Props {
  files: OnDesk
  actions: FileActions
  panelId: string
}

/** One tab a file; the one in front has a menu. */
export function FileTabs({ files, actions, panelId }: Props): ReactElement {
  const { t } = useTranslation('editor')
  const [renaming, setRenaming] = useState<string>()
  const list = useRef<HTMLDivElement>(null)
  const { open } = files
  const names = Object.keys(files.all)

  /** What goes away under the keyboard leaves it to the tab in front. */
  const keepFocus = (): void => {
    if (list.current?.contains(document.activeElement) !== true) return
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus())
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (renaming !== undefined || open === undefined) return
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (event.key === 'F2') setRenaming(open)
    else if (event.key === 'Delete') {
      keepFocus()
      actions.remove(open)
    }
    else if (step !== undefined) {
      const next = (names.indexOf(open) + step + names.length) % names.length
      actions.open(names[next]!)
      list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus()
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  const endRenaming = (): void => {
    keepFocus()
    setRenaming(undefined)
  }
  const rename = (from: string, to: string): void => {
    endRenaming()
    if (to !== from) actions.rename(from, to)
  }

  return (
    <div className={styles.tabs}>
      <div
        ref={list}
        role="tablist"
        aria-label={t('files')}
        tabIndex={-1}
        className={styles.list}
        onKeyDown={onKeyDown}
      >
        {names.map((name) =>
          name === renaming ? (
            <FileNameField
              key={name}
              name={name}
              files={files.all}
              onDone={(to) => rename(name, to)}
              onCancel={endRenaming}
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
              onClick={() => actions.open(name)}
              onDoubleClick={() => setRenaming(name)}
            >
              {name}
              {Object.hasOwn(files.drafts, name) && <Edited />}
            </button>
          ),
        )}
      </div>
      {open !== undefined && renaming === undefined && (
        <FileMenu name={open} files={files} actions={actions} onRename={() => setRenaming(open)} />
      )}
      <IconButton label={t('newFile')} className={styles.small} onClick={actions.create}>
        <Plus size={14} />
      </IconButton>
    </div>
  )
}

/** The dot of a file that has been changed and not applied. */
function Edited(): ReactElement {
  const { t } = useTranslation('editor')
  return (
    <span className={styles.edited} title={t('edited')}>
      <span className="visually-hidden">{t('edited')}</span>
    </span>
  )
}

function FileMenu({
  name,
  files,
  actions,
  onRename,
}: {
  name: string
  files: OnDesk
  actions: FileActions
  onRename: () => void
}): ReactElement {
  const { t } = useTranslation('editor')
  const trigger = (
    <IconButton label={t('fileMenu', { name })} className={styles.small}>
      <Ellipsis size={14} />
    </IconButton>
  )
  return (
    <Menu trigger={trigger}>
      <MenuItem onSelect={onRename} hint="F2">
        {t('rename')}
      </MenuItem>
      {Object.hasOwn(files.film, name) && (
        <MenuItem onSelect={() => actions.revert(name)} disabled={!Object.hasOwn(files.drafts, name)}>
          {t('revert')}
        </MenuItem>
      )}
      <MenuItem onSelect={() => actions.remove(name)}>{t('remove')}</MenuItem>
    </Menu>
  )
}
