import { Check, Copy, Download } from 'lucide-react'
import { Suspense, useEffect, useState } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlayback } from '../../playback/hooks.ts'
import { formatScenario } from '../../scenarios/format.ts'
import { encode, linkLengths } from '../../share/index.ts'
import type { SharedState } from '../../share/index.ts'
import { Button } from '../shared/ui/Button.tsx'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { QrCode } from '../shared/ui/QrCode.tsx'
import { copyText } from '../shared/ui/clipboard.ts'
import { save } from '../shared/ui/save.ts'
import { Tabs } from '../shared/ui/Tabs.tsx'
import { fetched } from '../shared/ui/fetched.tsx'
import { useText } from '../shared/words/text.ts'
import { openDialog } from './dialogs.ts'
import { presentSettings } from './link.ts'
import styles from './Share.module.css'

const Export = fetched(async () => ({ default: (await import('../export/Export.tsx')).Export }))

type Form = 'link' | 'markdown' | 'iframe' | 'qr' | 'picture' | 'file'

/** This very moment as a link, as Markdown, as a frame, as a picture to scan, or as a file. */
export default function Share(): ReactElement {
  const { t } = useTranslation('share')
  const playback = usePlayback()
  const [state, setState] = useState<SharedState | undefined>(undefined)
  const [form, setForm] = useState<Form>('link')
  useEffect(() => {
    playback.pause()
    void playback.scenario().then((scenario) => setState({ scenario, ...presentSettings(playback) }))
  }, [playback])
  const forms = (['link', 'markdown', 'iframe', 'qr', 'picture', 'file'] as const).map((id) => ({ id, label: t(id) }))
  return (
    <Dialog steady title={t('title')} open onOpenChange={() => openDialog(undefined)}>
      <div className={styles.tabs}>
        <Tabs label={t('title')} choices={forms} value={form} onChange={setForm} panelId="share-form" />
      </div>
      <div id="share-form" role="tabpanel" className={styles.form}>
        {form === 'picture' ? (
          <Suspense>
            <Export />
          </Suspense>
        ) : (
          state !== undefined && <Shared state={state} form={form} />
        )}
      </div>
      {form !== 'picture' && form !== 'file' && <p className={styles.note}>{t('private')}</p>}
    </Dialog>
  )
}

function Shared({ state, form }: { state: SharedState; form: Exclude<Form, 'picture'> }): ReactElement {
  const { t } = useTranslation('share')
  const text = useText()
  const hash = encode(state)
  const link = `${location.origin}${location.pathname}${hash}`
  const title = text(state.scenario.spec.title)
  if (form === 'file') return <FileForm state={state} />
  if (hash.length > linkLengths.largest)
    return <p className={styles.warning}>{t('tooLong', { length: hash.length })}</p>
  const warning: ReactNode =
    hash.length > linkLengths.comfortable ? (
      <p className={styles.warning}>{t('long', { length: hash.length })}</p>
    ) : null
  if (form === 'qr') return <QrCode link={link} />
  const embedded = `${location.origin}${location.pathname}${encode({ ...state, embed: true })}`
  const value = {
    link,
    markdown: `[${title}](${link})`,
    iframe: `<iframe src="${embedded}" title="${title.replaceAll('"', '&quot;')}" width="960" height="600" loading="lazy"></iframe>`,
  }[form]
  return (
    <>
      <CopyField key={form} value={value} label={t(form)} />
      {form === 'iframe' && (
        <p className={styles.note}>
          <a href="./embedding.html" target="_blank" rel="noreferrer">
            {t('iframeMore')}
          </a>
        </p>
      )}
      {warning}
    </>
  )
}

function CopyField({ value, label }: { value: string; label: string }): ReactElement {
  const { t } = useTranslation('common')
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    // Where it is forbidden the text is selected on focus and can be copied by hand.
    setCopied(await copyText(value))
  }
  return (
    <div className={styles.copy}>
      <textarea
        className={styles.text}
        readOnly
        rows={4}
        value={value}
        aria-label={label}
        onFocus={(e) => e.target.select()}
      />
      <Button look="primary" onClick={() => void copy()}>
        {copied ? <Check size={14} /> : <Copy size={14} />}
        {t(copied ? 'copied' : 'copy')}
      </Button>
    </div>
  )
}

function FileForm({ state }: { state: SharedState }): ReactElement {
  const { t } = useTranslation('share')
  const saveFile = (): void =>
    save(`${state.scenario.metadata.name}.yaml`, new Blob([formatScenario(state.scenario)], { type: 'application/yaml' }))
  return (
    <div className={styles.copy}>
      <p>{t('fileHint')}</p>
      <Button look="primary" onClick={saveFile}>
        <Download size={14} />
        {t('save')}
      </Button>
    </div>
  )
}
