import { useMemo } from 'react'
import type { CSSProperties, ReactElement } from 'react'
import { useStore } from 'zustand'
import type { KubeObject } from '../../engine/api/types.ts'
import { useObjects } from '../../playback/hooks.ts'
import { ownerTree, useChildren, useRoot } from '../shared/objects/ownerTree.ts'
import { classes } from '../shared/ui/classes.ts'
import { select, useView } from '../shared/view.ts'
import { hovered } from './hovered.ts'
import { ownerPicture } from './ownerLines.ts'
import styles from './owners.module.css'
import type { PlacedLayout } from './wires.ts'

/** Who has made what is chosen or pointed at, and what else that has made; with the layer on, of everything. Nothing is looked at while neither is so. */
export function OwnerLayer({ layout }: { layout: PlacedLayout }): ReactElement | null {
  const all = useView((s) => s.owners)
  const selected = useView((s) => s.selected)
  const pointed = useStore(hovered, (s) => s.key)
  const root = useRoot(all ? undefined : (pointed ?? selected))
  if (all) return <Everybody layout={layout} />
  return root === undefined ? null : <Picture roots={[root]} layout={layout} />
}

function Everybody({ layout }: { layout: PlacedLayout }): ReactElement {
  const deployments = useObjects('deployments/')
  const statefulSets = useObjects('statefulsets/')
  const daemonSets = useObjects('daemonsets/')
  const cronJobs = useObjects('cronjobs/')
  const replicaSets = useObjects('replicasets/')
  const jobs = useObjects('jobs/')
  const roots = useMemo(
    () => [deployments, statefulSets, daemonSets, cronJobs, replicaSets, jobs].flatMap((objects) => objects.filter(isFree)),
    [deployments, statefulSets, daemonSets, cronJobs, replicaSets, jobs],
  )
  return <Picture roots={roots} layout={layout} />
}

const isFree = ({ metadata }: KubeObject): boolean => metadata.ownerReferences?.some(({ controller }) => controller === true) !== true

function Picture({ roots, layout }: { roots: readonly KubeObject[]; layout: PlacedLayout }): ReactElement | null {
  const children = useChildren()
  const { chips, lines } = useMemo(() => ownerPicture(roots.map((root) => ownerTree(root, children)), layout), [roots, children, layout])
  const chosen = useView((s) => s.selected)
  if (chips.length === 0) return null
  const { scale } = layout
  return (
    <div className={styles.owners} style={{ '--thick': scale } as CSSProperties} data-many={lines.length > 24 || undefined}>
      <svg aria-hidden="true">
        {lines.map(({ d }) => (
          <path key={d} d={d} />
        ))}
      </svg>
      {lines.map(({ d, at, pods }) =>
        pods === 1 ? null : (
          <span key={d} aria-hidden="true" style={{ transform: `translate(${at.x}px, ${at.y}px) translate(-50%, -50%) scale(${scale})` }}>
            {pods}
          </span>
        ),
      )}
      {chips.map(({ key, kind, name, x, y, width }) => (
        <button
          key={key}
          type="button"
          className={classes('nopan', styles.owner)}
          aria-pressed={key === chosen}
          title={`${kind} ${name}`}
          style={{ maxWidth: width / scale, transform: `translate(${x}px, ${y}px) translate(-50%, -50%) scale(${scale})` }}
          onClick={() => select(key)}
        >
          <small>{kind}</small> {name}
        </button>
      ))}
    </div>
  )
}
