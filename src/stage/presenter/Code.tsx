import { useEffect, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '../shared/ui/Overlay.tsx'
import { QrCode } from '../shared/ui/QrCode.tsx'
import styles from './Code.module.css'

/** For the hall to take home: this very moment as a picture to scan. */
export default function Code({ link, onClose }: { link: () => Promise<string>; onClose: () => void }): ReactElement {
  const { t } = useTranslation('presenter')
  const [address, setAddress] = useState<string | undefined>(undefined)
  useEffect(() => {
    void link().then(setAddress)
  }, [link])
  return (
    <Dialog text wide title={t('code')} open onOpenChange={onClose}>
      {address !== undefined && (
        <>
          <QrCode link={address} large />
          {address.length < 120 && <p className={styles.address}>{address}</p>}
        </>
      )}
    </Dialog>
  )
}
