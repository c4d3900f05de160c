import { useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { MountedFile } from '../../engine/api/machine.ts'
import { bytes } from '../shared/objects/amount.ts'
import styles from './pod.module.css'

/** What the kubelet has written into a volume, each file to be opened. What comes from a Secret stays covered until it is asked for. */
export function MountedFiles({ files }: { files: readonly MountedFile[] }): ReactElement {
  return (
    <ul className={styles.mounted}>
      {files.map((file) => (
        <li key={file.path}>
          <details>
            <summary>
              <code>{file.path}</code>
              <span className="figures">{file.mode.toString(8).padStart(4, '0')}</span>
              <span className="figures">{bytes(file.length)}</span>
            </summary>
            {file.secret ? <Covered file={file} /> : <Text file={file} />}
          </details>
        </li>
      ))}
    </ul>
  )
}

function Covered({ file }: { file: MountedFile }): ReactElement {
  const { t } = useTranslation('pod')
  const [shown, setShown] = useState(false)
  return (
    <>
      <button type="button" className={styles.reveal} aria-pressed={shown} onClick={() => setShown(!shown)}>
        {t(shown ? 'coverSecret' : 'showSecret')}
      </button>
      {shown ? <Text file={file} /> : <pre aria-label={t('covered')}>••••••••</pre>}
    </>
  )
}

function Text({ file: { text, length } }: { file: MountedFile }): ReactElement {
  const { t } = useTranslation('pod')
  return (
    <pre>
      {text}
      {length > text.length && <i>{t('moreText', { count: length - text.length })}</i>}
      {length === 0 && <i>{t('emptyFile')}</i>}
    </pre>
  )
}
