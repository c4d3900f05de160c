import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pod } from '../../engine/api/types.ts'
import { Button } from '../shared/Button.tsx'
import { FourLanes } from '../shared/FourLanes.tsx'
import { useContainers } from '../shared/podRecords.ts'
import { select } from '../shared/view.ts'
import { ContainerCard } from './ContainerCard.tsx'
import styles from './inspector.module.css'
import { Facts, Section } from './parts.tsx'

export function Overview({ pod, podKey }: { pod: Pod; podKey: string }): ReactElement {
  const { t } = useTranslation('inspector')
  const { containers, records } = useContainers(pod)
  const { nodeName } = pod.spec
  const [owner] = pod.metadata.ownerReferences ?? []
  return (
    <>
      <div className={styles.lanes}>
        <FourLanes pod={pod} podKey={podKey} />
      </div>
      <Section title={t('containers')}>
        {containers.map((view) => (
          <ContainerCard key={`${view.role}/${view.name}`} pod={pod} view={view} records={records} />
        ))}
      </Section>
      <Facts
        rows={[
          [
            t('node'),
            nodeName !== undefined && (
              <>
                <Button look="link" onClick={() => select(`nodes/${nodeName}`)}>
                  {nodeName}
                </Button>
                {' · '}
                <Button look="link" onClick={() => select('components/kube-scheduler')}>
                  {t('decision')}
                </Button>
              </>
            ),
          ],
          [t('ip'), pod.status.podIP !== undefined && <code>{pod.status.podIP}</code>],
          [t('qos'), pod.status.qosClass],
          [t('owner'), owner !== undefined && `${owner.kind}/${owner.name}`],
        ]}
      />
    </>
  )
}
