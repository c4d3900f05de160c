import { Zap } from 'lucide-react'
import { Fragment } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct } from '../../../playback/hooks.ts'
import { classes } from '../ui/classes.ts'
import styles from './FaultMenu.module.css'
import { faultKey, lifted } from './faults.ts'
import type { Fault } from './faults.ts'
import { Menu, MenuHeading, MenuItem } from '../ui/Menu.tsx'
import { useActiveFaults, useFaultWords } from './useFaults.ts'

export interface FaultGroup {
  heading?: string
  faults: readonly Fault[]
}

/**
 * Breaks something at the moment on stage, or puts it right: an input like any other, so that it is in links and can be stepped
 * back over. `all`: what else is broken can be put right here too.
 */
export function FaultMenu({ name, groups, all, className }: {
  /** Whose faults these are; undefined: of the whole cluster. */
  name?: string
  groups: readonly FaultGroup[]
  all?: boolean
  className?: string
}): ReactElement {
  const { t } = useTranslation('faults')
  const active = useActiveFaults()
  const own = new Set(groups.flatMap(({ faults }) => faults.map(faultKey)))
  const mine = active.filter((fault) => all === true || own.has(faultKey(fault)))
  const label = name === undefined ? t('open') : t('openFor', { what: name })
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className={classes('nopan', styles.zap, className)} data-broken={mine.length > 0 || undefined} aria-label={label} title={label}>
          <Zap size={13} aria-hidden="true" />
          {mine.length > 0 && <span>{mine.length}</span>}
        </button>
      }
    >
      <FaultItems groups={groups} active={active} mine={mine} ofCluster={name === undefined} />
    </Menu>
  )
}

/** Made when the menu opens. */
function FaultItems({ groups, active, mine, ofCluster }: {
  groups: readonly FaultGroup[]
  active: readonly Fault[]
  mine: readonly Fault[]
  ofCluster: boolean
}): ReactElement {
  const { t } = useTranslation('faults')
  const words = useFaultWords()
  const act = useAct()
  const broken = new Set(active.map(faultKey))
  return (
    <>
      {mine.length > 0 && (
        <>
          <MenuHeading>{t('broken')}</MenuHeading>
          {mine.map((fault) => (
            <MenuItem key={faultKey(fault)} onSelect={() => void act({ fault: lifted(fault) })}>
              {words.lift(fault, ofCluster)}
            </MenuItem>
          ))}
        </>
      )}
      {groups.map(({ heading, faults }) => {
        const left = faults.filter((fault) => !broken.has(faultKey(fault)))
        return (
          <Fragment key={heading ?? ''}>
            {left.length > 0 && heading !== undefined && <MenuHeading>{heading}</MenuHeading>}
            {left.map((fault) => (
              <MenuItem key={words.break(fault)} onSelect={() => void act({ fault })}>
                {words.break(fault)}
              </MenuItem>
            ))}
          </Fragment>
        )
      })}
    </>
  )
}
