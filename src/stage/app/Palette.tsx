import { Command } from 'cmdk'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useAct, useNodes, usePlayback } from '../../playback/hooks.ts'
import { clusterFaults, componentFaults, faultKey, lifted, nodeFaults } from '../shared/faults/faults.ts'
import type { Fault } from '../shared/faults/faults.ts'
import { Kbd } from '../shared/ui/Kbd.tsx'
import { useActiveFaults, useFaultWords } from '../shared/faults/useFaults.ts'
import { useView } from '../shared/view.ts'
import { actions } from './actions.ts'
import { openDialog } from './dialogs.ts'
import { CommandDialog } from './CommandDialog.tsx'
import styles from './Command.module.css'

/** What can be broken, and put right again; in a large cluster of the chosen node only. */
function Faults(): ReactElement {
  const { t } = useTranslation('faults')
  const act = useAct()
  const words = useFaultWords()
  const active = useActiveFaults()
  const chosen = useView((s) => s.selected)
  const nodes = useNodes().map(({ metadata }) => metadata.name)
  const near = nodes.length <= nodesMost ? nodes : nodes.filter((name) => chosen === `nodes/${name}`)
  const broken = new Set(active.map(faultKey))
  const all = [...clusterFaults(), ...componentFaults('kube-controller-manager').slice(1), ...near.flatMap(nodeFaults)]
  const item = (fault: Fault, label: string): ReactElement => (
    <Command.Item
      key={label}
      value={`${t('open')} ${label}`}
      className={styles.item}
      onSelect={() => {
        openDialog(undefined)
        void act({ fault })
      }}
    >
      <span className={styles.label}>{label}</span>
    </Command.Item>
  )
  return (
    <Command.Group heading={t('open')}>
      {active.map((fault) => item(lifted(fault), words.lift(fault, true)))}
      {all.filter((fault) => !broken.has(faultKey(fault))).map((fault) => item(fault, words.break(fault, true)))}
    </Command.Group>
  )
}

const nodesMost = 12

/** Every action by its name, and every fault. */
export default function Palette(): ReactElement {
  const { t } = useTranslation('app')
  const playback = usePlayback()
  const presenting = useView((s) => s.presenting)
  return (
    <CommandDialog title={t('palette')} placeholder={t('paletteHint')} nothing={t('noCommand')}>
      {actions
        .filter((a) => a.id !== 'palette' && (!a.presenting || presenting))
        .map((action) => (
          <Command.Item
            key={action.id}
            value={`${t(action.label)} ${action.id}`}
            className={styles.item}
            onSelect={() => {
              openDialog(undefined)
              void action.perform({ playback })
            }}
          >
            <span className={styles.label}>{t(action.label)}</span>
            {action.keys[0] !== undefined && <Kbd keys={action.keys[0]} />}
          </Command.Item>
        ))}
      <Faults />
    </CommandDialog>
  )
}
