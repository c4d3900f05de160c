import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './QrCode.module.css'

/** A link as a picture to scan; `large` for the last row of a hall. */
export function QrCode({ link, large }: { link: string; large?: boolean }): ReactElement {
  const { t } = useTranslation('share')
  const [picture, setPicture] = useState<string | undefined>(undefined)
  const [tooLong, setTooLong] = useState(false)
  useEffect(() => {
    let wanted = true
    void import('qrcode')
      .then(({ toDataURL }) => toDataURL(link, { margin: 2, width: 960, errorCorrectionLevel: 'L' }))
      // A code holds no more than some three thousand characters.
      .catch(() => undefined)
      .then((made) => {
        if (!wanted) return
        setPicture(made)
        setTooLong(made === undefined)
      })
    return () => {
      wanted = false
    }
  }, [link])
  if (tooLong) return <p className={styles.tooLong}>{t('qrTooLong')}</p>
  return (
    <div className={styles.code} data-large={large}>
      {picture !== undefined && <img src={picture} alt={t('qr')} />}
    </div>
  )
}
