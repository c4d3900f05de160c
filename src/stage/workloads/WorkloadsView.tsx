import type { ReactElement } from 'react'
import { memo, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../engine/api/types.ts'
import { useFilm, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { Blank } from '../shared/ui/Blank.tsx'
import { classes } from '../shared/ui/classes.ts'
import { Pane, PaneBody } from '../shared/ui/Pane.tsx'
import { select, useView } from '../shared/view.ts'
import { autoscalingOf } from './autoscaler.ts'
import { Autoscaling } from './Autoscaling.tsx'
import { JobGrid } from './JobGrid.tsx'
import { Ordinals } from './Ordinals.tsx'
import { PodDots } from './PodDots.tsx'
import { Rollout } from './Rollout.tsx'
import { Drums } from './Drums.tsx'
import { drumsAt } from './storage.ts'
import { familiesAt, familyKeeper, makers, podsOf } from './tree.ts'
import type { Family } from './tree.ts'
import styles from './workloads.module.css'

/** Of more than these each is told in brief, so that several are in sight at once. */
const fewFamilies = 4

/** Everything that makes pods: who owns whom, how far it is, and how it came there; the disks and their claims. */
export function WorkloadsView(): ReactElement {
  const { t } = useTranslation('workloads')
  const film = useFilm()
  const world = useWorld([...makers, 'pods'])
  const disks = useWorld(['persistentvolumes', 'persistentvolumeclaims', 'pods'])
  const playback = usePlayback()
  const [keep] = useState(familyKeeper)
  // `world` and `disks` say when what is read has changed: most steps change nothing of it, and draw nothing anew.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const families = useMemo(() => (film === undefined ? [] : keep(familiesAt(film, film.revisionAt(playback.state.cursor)))), [film, keep, playback, world])
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const drums = useMemo(() => (film === undefined ? [] : drumsAt(film, film.revisionAt(playback.state.cursor))), [film, playback, disks])
  const many = families.length > fewFamilies
  return (
    <Pane>
      {families.length === 0 && drums.length === 0 ? (
        <Blank title={t('blank')}>{t('blankText')}</Blank>
      ) : (
        <PaneBody className={classes(styles.body, many && styles.many)}>
          {families.map((family) => (
            <Card key={family.object.metadata.uid} family={family} brief={many} />
          ))}
          {drums.length > 0 && <Drums drums={drums} />}
        </PaneBody>
      )}
    </Pane>
  )
}

/** The last write, up to the moment on stage, to one of these kinds. */
function useWorld(plurals: readonly string[]): string {
  return usePlaybackState((s) => {
    const { film } = s
    if (film === undefined) return ''
    const revision = film.revisionAt(s.cursor)
    return plurals.map((plural) => identityOf(film.etcd.range(`${plural}/`, revision))).join()
  })
}

/** A number for a list that is one object as long as it does not change. */
const identities = new WeakMap<object, number>()
let nextIdentity = 1
function identityOf(list: readonly unknown[]): number {
  let id = identities.get(list)
  if (id === undefined) identities.set(list, (id = nextIdentity++))
  return id
}

const Card = memo(function Card({ family, brief }: { family: Family; brief: boolean }): ReactElement {
  const { t } = useTranslation('workloads')
  const { object, key } = family
  const { kind, metadata } = object
  return (
    <section className={styles.card} aria-label={`${kind} ${metadata.name}`}>
      <header>
        <Name family={family} />
        <span className={styles.count}>{countOf(family, t)}</span>
      </header>
      <Body family={family} objectKey={key} brief={brief} />
    </section>
  )
})

/** Kind and name; a click selects the object. */
function Name({ family: { object, key } }: { family: Family }): ReactElement {
  const chosen = useView((s) => s.selected === key)
  const { namespace, name } = object.metadata
  return (
    <h2>
      <button type="button" aria-pressed={chosen} onClick={() => select(key)}>
        <span>{object.kind}</span> {namespace === 'default' ? '' : `${namespace}/`}
        {name}
      </button>
    </h2>
  )
}

interface Counted extends KubeObject {
  spec: { replicas?: number; completions?: number; schedule?: string; suspend?: boolean }
  status: { readyReplicas?: number; numberReady?: number; desiredNumberScheduled?: number; succeeded?: number }
}

type Say = ReturnType<typeof useTranslation<'workloads'>>['t']

function countOf({ object, children }: Family, t: Say): string {
  const { spec, status } = object as Counted
  if (object.metadata.deletionTimestamp !== undefined) return t('deleting')
  switch (object.kind) {
    case 'CronJob':
      return spec.suspend === true ? t('suspended') : t('schedule', { schedule: spec.schedule ?? '' })
    case 'Job':
      return spec.suspend === true ? t('suspended') : t('done', { done: status.succeeded ?? 0, total: spec.completions ?? children.length })
    case 'DaemonSet':
      return t('ready', { ready: status.numberReady ?? 0, total: status.desiredNumberScheduled ?? 0 })
    default:
      return t('ready', { ready: status.readyReplicas ?? 0, total: spec.replicas ?? 1 })
  }
}

function Body({ family, objectKey, brief }: { family: Family; objectKey: string; brief: boolean }): ReactElement {
  switch (family.object.kind) {
    case 'Deployment':
      return (
        <>
          <Branches family={family} />
          <Scaler object={family.object} />
          <Rollout objectKey={objectKey} brief={brief} />
        </>
      )
    case 'Job':
      return <JobGrid family={family} />
    case 'StatefulSet':
      return (
        <>
          <Ordinals family={family} />
          <Scaler object={family.object} />
        </>
      )
    case 'CronJob':
      return <Branches family={family} />
    default:
      return (
        <>
          <PodDots pods={podsOf(family)} />
          <Scaler object={family.object} />
        </>
      )
  }
}

function Scaler({ object }: { object: KubeObject }): ReactElement | null {
  const film = useFilm()
  // What is filmed meanwhile belongs to the curve, too.
  const filmed = usePlaybackState((s) => s.film?.etcd.keys('horizontalpodautoscalers/').reduce((sum, key) => sum + s.film!.etcd.life(key).length, 0) ?? 0)
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const scaling = useMemo(() => (film === undefined ? undefined : autoscalingOf(film, object)), [film, object, filmed])
  return scaling === undefined ? null : <Autoscaling scaling={scaling} />
}

/** What it owns, each on a branch: ReplicaSets, Jobs. */
function Branches({ family }: { family: Family }): ReactElement {
  const { t } = useTranslation('workloads')
  // Old ReplicaSets stay for a rollback; of those without pods the last is enough.
  const shown = family.children.filter((child, i) => child.children.length > 0 || i >= family.children.length - 2)
  return (
    <ul className={styles.branches}>
      {shown.map((child) => (
        <li key={child.object.metadata.uid}>
          <Name family={child} />
          <span className={styles.count}>{countOf(child, t)}</span>
          {child.object.kind === 'Job' ? <JobGrid family={child} /> : <PodDots pods={podsOf(child)} />}
        </li>
      ))}
    </ul>
  )
}
