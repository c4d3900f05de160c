import { Waypoints } from 'lucide-react'
import { memo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { NodeProps } from 'reactflow'
import { classes } from '../shared/classes.ts'
import { select, useView } from '../shared/view.ts'
import styles from './cluster.module.css'
import type { ServiceNode } from './graph.ts'
import { useLit } from './lit.ts'
import { Scaled } from './Scaled.tsx'

/** A Service: its name, and how many of its endpoints get traffic. */
export const ServiceChip = memo(function ServiceChip({ data }: NodeProps<ServiceNode>): ReactElement {
  const { t } = useTranslation('cluster')
  const { service, more } = data
  const lit = useLit(`service/${service.key}`)
  const key = `services/${service.key}`
  const chosen = useView((s) => s.selected === key)
  return (
    <Scaled {...data}>
      <button
        type="button"
        className={classes('nopan', styles.part, styles.service)}
        data-lit={lit || undefined}
        data-chosen={chosen || undefined}
        data-empty={service.ready === 0 || undefined}
        aria-label={t('serviceLabel', { name: service.name, type: service.type, ready: service.ready, total: service.total })}
        title={t('serviceLabel', { name: service.name, type: service.type, ready: service.ready, total: service.total })}
        onClick={() => select(key)}
      >
        <Waypoints size={13} aria-hidden="true" />
        <span className={styles.serviceName}>{service.name}</span>
        <span className={styles.serviceCount}>
          {service.ready}/{service.total}
        </span>
        {more > 0 && <span className={styles.serviceCount}>{t('more', { count: more })}</span>}
      </button>
    </Scaled>
  )
})
