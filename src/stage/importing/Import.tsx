import { Check, Copy, FileInput, Info, X } from 'lucide-react'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import { usePlayback } from '../../playback/hooks.ts'
import { ScenarioError } from '../../scenarios/error.ts'
import { parseScenario } from '../../scenarios/parse.ts'
import type { ImportedDump, Scenario } from '../../worker/protocol.ts'
import { Blank, Loading } from '../shared/ui/Blank.tsx'
import { Button, IconButton } from '../shared/ui/Button.tsx'
import { openScenario } from '../shared/film/openScenario.ts'
import { copyText } from '../shared/ui/clipboard.ts'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { useText } from '../shared/words/text.ts'
import { dropped, readAll } from './dropped.ts'
import type { TextFile } from './dropped.ts'
import styles from './importing.module.css'
import { Report } from './Report.tsx'
import { isScenario, scenarioFrom } from './scenario.ts'

/** What prints a whole cluster. Secrets and events are among it, since pods and people want them. */
const commands = [
  'kubectl get all,cm,secret,sa,ing,netpol,pvc,ep,endpointslices,controllerrevisions,hpa,pdb,events -A -o yaml > objects.yaml',
  'kubectl get nodes,ns,pv,sc,pc,crd -o yaml > cluster.yaml',
]

/** Another cluster, as kubectl has printed it, becomes the starting state of a film. */
export function Import({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTranslation('importing')
  const playback = usePlayback()
  const [files, setFiles] = useState<readonly TextFile[]>([])
  const [pasted, setPasted] = useState('')
  const [keepSecrets, setKeepSecrets] = useState(false)
  const waiting = useStore(dropped, (s) => s.files)
  const all = useMemo(() => (pasted.trim() === '' ? files : [...files, { name: t('pasted'), text: pasted }]), [files, pasted, t])
  // A scenario of ours is opened as it is.
  const own = useMemo(() => all.find(({ text }) => isScenario(text)), [all])
  const read = useImported(own === undefined ? all : none, keepSecrets)
  const add = (more: readonly TextFile[]): void => setFiles((had) => [...had.filter(({ name }) => !more.some((one) => one.name === name)), ...more])
  useEffect(() => {
    if (waiting.length === 0) return
    add(waiting)
    dropped.setState({ files: [] })
  }, [waiting])
  const open = (imported: ImportedDump): void => {
    onClose()
    openScenario(playback, scenarioFrom(imported))
  }
  return (
    <Dialog title={t('title')} open wide onOpenChange={onClose}>
      <div className={styles.desk}>
        <div className={styles.sources}>
          <p>{t('how')}</p>
          {commands.map((command) => (
            <CommandLine key={command} command={command} />
          ))}
          <Files files={files} onAdd={add} onRemove={(name) => setFiles((had) => had.filter((file) => file.name !== name))} />
          <Paste value={pasted} onChange={setPasted} />
        </div>
        <div className={styles.result} aria-busy={read.busy}>
          {read.busy && <Loading />}
          {!read.busy && read.error !== undefined && <Blank title={t('failed', { message: read.error })} />}
          {own !== undefined && <Own file={own} onOpen={(scenario) => { onClose(); openScenario(playback, scenario) }} />}
          {own === undefined && !read.busy && read.imported === undefined && read.error === undefined && <Blank title={t('nothing')}>{t('nothingText')}</Blank>}
          {!read.busy && read.imported !== undefined && <Report imported={read.imported} keepSecrets={keepSecrets} onKeepSecrets={setKeepSecrets} />}
        </div>
        <div className={styles.end}>
          <p><Info size={14} aria-hidden="true" /> {t('stays')}</p>
          <Button
            look="primary"
            disabled={read.busy || read.imported === undefined || (read.imported.cluster.objects ?? []).length === 0}
            onClick={() => read.imported !== undefined && open(read.imported)}
          >
            {t('open')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

const none: readonly TextFile[] = []

/** A scenario among what was given: its name, or what is wrong with it. */
function Own({ file: { name, text }, onOpen }: { file: TextFile; onOpen: (scenario: Scenario) => void }): ReactElement {
  const { t } = useTranslation('importing')
  const textOf = useText()
  const read = useMemo(() => {
    try {
      return parseScenario(text)
    } catch (error) {
      if (error instanceof ScenarioError) return error
      throw error
    }
  }, [text])
  if (read instanceof ScenarioError) return <Blank title={t('badScenario', { name })}>{read.message}</Blank>
  return (
    <Blank title={textOf(read.spec.title)} actions={<Button look="primary" onClick={() => onOpen(read)}>{t('openScenario')}</Button>}>
      {t('isScenario', { name })}
    </Blank>
  )
}

interface Read {
  imported?: ImportedDump
  error?: string
  busy: boolean
}

/** Real ms after the last key before what was pasted is read. */
const pauseMs = 400

/** What was given last counts, however long the one before takes. */
function useImported(files: readonly TextFile[], keepSecrets: boolean): Read {
  const playback = usePlayback()
  const [read, setRead] = useState<Read>({ busy: false })
  useEffect(() => {
    if (files.length === 0) return setRead({ busy: false })
    let wanted = true
    setRead((before) => ({ ...before, busy: true }))
    const timer = setTimeout(() => {
      playback.apart.importDump(files, { keepSecrets }).then(
        (imported) => wanted && setRead({ imported, busy: false }),
        (error: unknown) => wanted && setRead({ error: error instanceof Error ? error.message : String(error), busy: false }),
      )
    }, pauseMs)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [playback, files, keepSecrets])
  return read
}

function CommandLine({ command }: { command: string }): ReactElement {
  const { t } = useTranslation('importing')
  const [copied, setCopied] = useState(false)
  return (
    <div className={styles.command}>
      <code>{command}</code>
      <IconButton label={copied ? t('copied') : t('copy')} onClick={() => void copyText(command).then(setCopied)}>
        {copied ? <Check size={14} /> : <Copy size={14} />}
      </IconButton>
    </div>
  )
}

function Files({ files, onAdd, onRemove }: { files: readonly TextFile[]; onAdd: (files: readonly TextFile[]) => void; onRemove: (name: string) => void }): ReactElement {
  const { t } = useTranslation('importing')
  const input = useRef<HTMLInputElement>(null)
  return (
    <div className={styles.files}>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept=".yaml,.yml,.json,.txt"
        aria-label={t('choose')}
        onChange={(event) => {
          void readAll(event.target.files ?? []).then(onAdd)
          event.target.value = ''
        }}
      />
      <Button onClick={() => input.current?.click()}>
        <FileInput size={14} aria-hidden="true" /> {t('choose')}
      </Button>
      <span>{t('drop')}</span>
      <ul>
        {files.map(({ name, text }) => (
          <li key={name}>
            <code>{name}</code> <small>{t('size', { size: Math.max(1, Math.round(text.length / 1024)) })}</small>
            <IconButton label={t('remove', { name })} onClick={() => onRemove(name)}>
              <X size={14} />
            </IconButton>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Paste({ value, onChange }: { value: string; onChange: (text: string) => void }): ReactElement {
  const { t } = useTranslation('importing')
  const id = useId()
  return (
    <>
      <label htmlFor={id}>{t('paste')}</label>
      <textarea id={id} value={value} spellCheck={false} placeholder={'apiVersion: v1\nkind: List\nitems:\n- …'} onChange={(event) => onChange(event.target.value)} />
    </>
  )
}
