import { Fragment } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pod } from '../../engine/api/types.ts'
import { Button } from '../shared/ui/Button.tsx'
import { FourLanes } from '../shared/objects/FourLanes.tsx'
import { useContainers } from '../shared/objects/podRecords.ts'
import { useOwners } from '../shared/objects/owners.ts'
import type { Owner } from '../shared/objects/owners.ts'
import { select } from '../shared/view.ts'
import { ContainerCard } from './ContainerCard.tsx'
import styles from './inspector.module.css'
import { OwnerTree } from './OwnerTree.tsx'
import { Facts, Section } from './parts.tsx'
import { Explain } from '../shared/words/Glossary.tsx'

export function Overview({ pod, podKey }: { pod: Pod; podKey: string }): ReactElement {
  const { t } = useTranslation('inspector')
  const { containers, records } = useContainers(pod)
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
      <PodFacts pod={pod} />
      <OwnerTree objectKey={podKey} />
    </>
  )
}

function PodFacts({ pod }: { pod: Pod }): ReactElement {
  const { t } = useTranslation('inspector')
  const { nodeName } = pod.spec
  const owners = useOwners(pod)
  return (
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
        [t('qos'), pod.status.qosClass !== undefined && <Explain word={pod.status.qosClass} />],
        [t('owner'), owners.length > 0 && <Owners owners={owners} />],
      ]}
    />
  )
}

/** From the one that nobody owns down to the nearest. */
function Owners({ owners }: { owners: readonly Owner[] }): ReactElement {
  return (
    <>
      {owners.map(({ key, kind, name }, i) => (
        <Fragment key={key}>
          {i > 0 && ' › '}
          <Button look="link" onClick={() => select(key)}>
            {kind}/{name}
          </Button>
        </Fragment>
      ))}
    </>
  )
}
