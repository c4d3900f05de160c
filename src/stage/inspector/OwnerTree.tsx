import { memo, useDeferredValue, useMemo, useRef } from 'react'
import type { KeyboardEvent, ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject, Pod } from '../../engine/api/types.ts'
import { usePlaybackState } from '../../playback/hooks.ts'
import { ownerTree, useChildren, useRoot } from '../shared/objects/ownerTree.ts'
import type { OwnerNode } from '../shared/objects/ownerTree.ts'
import { podTone, printedPod } from '../shared/objects/status.ts'
import { toneColour } from '../shared/objects/tone.ts'
import { StateIcon } from '../shared/objects/StateIcon.tsx'
import { select } from '../shared/view.ts'
import styles from './inspector.module.css'

/** Of one maker so many are listed; the rest is a number. */
const childrenMost = 50

/** Where an object stands among its owners and what they have made: a tree to walk with the arrow keys, as others are. */
export function OwnerTree({ objectKey }: { objectKey: string }): ReactElement | null {
  const { t } = useTranslation('inspector')
  // Behind the rest: while the film plays, its pod in focus may be another one before so long a list is drawn.
  const shown = useDeferredValue<string | undefined>(objectKey, undefined)
  const root = useRoot(shown)
  if (shown === undefined || root === undefined) return null
  return (
    <section className={styles.owners}>
      <h3>{t('owners')}</h3>
      <Tree root={root} chosen={shown} />
    </section>
  )
}

function Tree({ root, chosen }: { root: KubeObject; chosen: string }): ReactElement {
  const { t } = useTranslation('inspector')
  const children = useChildren()
  const tree = useMemo(() => ownerTree(root, children, childrenMost), [root, children])
  const list = useRef<HTMLUListElement>(null)
  const onKeyDown = (event: KeyboardEvent): void => {
    const items = [...list.current!.querySelectorAll<HTMLElement>('[role="treeitem"]')]
    const at = items.indexOf(itemAt(event)!)
    const next = nextOf(event.key, items, at)
    if (next !== undefined) {
      event.preventDefault()
      event.stopPropagation()
      next.focus()
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      event.stopPropagation()
      select(items[at]?.dataset['key'])
    }
  }
  return (
    <ul ref={list} role="tree" aria-label={t('owners')} onKeyDown={onKeyDown} onClick={(event) => select(itemAt(event)?.dataset['key'])}>
      <Item node={tree} chosen={chosen} level={1} />
    </ul>
  )
}

const itemAt = ({ target }: { target: EventTarget }) => (target as Element).closest<HTMLElement>('[role="treeitem"]')

/** Down and up through all, left to the maker, right to the first that it has made. */
function nextOf(key: string, items: readonly HTMLElement[], at: number): HTMLElement | undefined {
  const level = Number(items[at]?.ariaLevel)
  switch (key) {
    case 'ArrowDown':
      return items[at + 1]
    case 'ArrowUp':
      return items[at - 1]
    case 'Home':
      return items[0]
    case 'End':
      return items.at(-1)
    case 'ArrowRight':
      return Number(items[at + 1]?.ariaLevel) > level ? items[at + 1] : undefined
    case 'ArrowLeft':
      return items.slice(0, Math.max(0, at)).findLast((item) => Number(item.ariaLevel) < level)
    default:
      return undefined
  }
}

interface ItemProps {
  node: OwnerNode
  chosen: string
  level: number
}

/** Its place, and then that of what it has made. */
function Item({ node, chosen, level }: ItemProps): ReactElement {
  const { children, more } = node
  return (
    <>
      {lineOf(node, chosen, level)}
      {children.map((child) =>
        child.children.length === 0 ? (
          lineOf(child, chosen, level + 1)
        ) : (
          <Item key={child.key} node={child} chosen={chosen} level={level + 1} />
        ),
      )}
      {more > 0 && <More count={more} level={level + 1} />}
    </>
  )
}

function lineOf({ key, kind, name, children }: OwnerNode, chosen: string, level: number): ReactElement {
  return <Line key={key} objectKey={key} kind={kind} name={name} level={level} chosen={key === chosen} expanded={children.length > 0} />
}

const indent = (level: number) => ({ paddingLeft: `${(level - 1) * 1.125 + 0.375}rem` })

interface LineProps {
  objectKey: string
  kind: string
  name: string
  level: number
  chosen: boolean
  expanded: boolean
}

/** Of fifty siblings two change when another one is chosen. */
const Line = memo(function Line({ objectKey, kind, name, level, chosen, expanded }: LineProps): ReactElement {
  return (
    <li
      role="treeitem"
      aria-level={level}
      aria-selected={chosen}
      {...(expanded ? { 'aria-expanded': true } : {})}
      tabIndex={chosen ? 0 : -1}
      data-key={objectKey}
      style={indent(level)}
    >
      {kind === 'Pod' ? <PodMark podKey={objectKey} /> : <small>{kind}</small>} <span>{name}</span>
    </li>
  )
})

function More({ count, level }: { count: number; level: number }): ReactElement {
  const { t } = useTranslation('inspector')
  return (
    <li role="none" style={indent(level)}>
      <small>{t('ownersMore', { count })}</small>
    </li>
  )
}

function PodMark({ podKey }: { podKey: string }): ReactElement | null {
  const pod = usePlaybackState((s) => s.film?.etcd.get(podKey, s.world) as Pod | undefined)
  if (pod === undefined) return null
  const tone = podTone(pod)
  return (
    <span style={{ color: toneColour(tone) }} role="img" aria-label={printedPod(pod).status}>
      <StateIcon tone={tone} size={12} />
    </span>
  )
}
