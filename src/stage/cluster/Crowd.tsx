import { useId, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { KeyboardEvent, MouseEvent, ReactElement, Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'reactflow'
import { readPalette, useThemeEdition } from '../shared/ui/colour.ts'
import { StateIcon } from '../shared/objects/StateIcon.tsx'
import { podTone, printedPod } from '../shared/objects/status.ts'
import { toneOf } from '../shared/objects/tone.ts'
import type { Tone } from '../shared/objects/tone.ts'
import { select, useView } from '../shared/view.ts'
import styles from './cluster.module.css'
import { columnsOf, crowdKeeper, hitOf, neighbourOf } from './crowd.ts'
import type { FarMachine } from './crowd.ts'
import { CrowdPainter } from './drawCrowd.ts'
import type { ClusterGraph, DetailLevel } from './graph.ts'
import { point } from './hovered.ts'
import type { Population } from './population.ts'

interface CrowdProps {
  population: Population
  graph: ClusterGraph
  level: DetailLevel
  pane: { width: number; height: number }
  /** React Flow gets the pointer: it hands on what happens beside its nodes. */
  ref: Ref<CrowdPointer>
}

/** What somebody points at. */
interface Pointed {
  x: number
  y: number
  tone: Tone
  text: string
}

export interface CrowdPointer {
  onClick: (event: MouseEvent) => void
  onMove: (event: MouseEvent) => void
  onLeave: () => void
}

/** Machines with their pods from far away. Text for screen readers is in ClusterText, as always. */
export function Crowd({ population, graph, level, pane, ref }: CrowdProps): ReactElement {
  const { t } = useTranslation('cluster')
  const canvas = useRef<HTMLCanvasElement>(null)
  const painter = useRef<CrowdPainter>(undefined)
  const transform = useStore((s) => s.transform)
  const theme = useThemeEdition()
  const palette = useMemo(() => {
    void theme
    return readPalette()
  }, [theme])
  const [keep] = useState(crowdKeeper)
  const machines = useMemo(() => keep(population), [keep, population])
  const chosen = useView((s) => s.selected)
  const keyboard = useKeyboard(machines, graph)
  const [pointed, setPointed] = useState<Pointed>()
  const { layout, farWires: wires } = graph
  const active = keyboard.machine?.node.metadata.name
  useLayoutEffect(() => {
    const context = canvas.current!.getContext('2d')
    if (context === null) return
    painter.current ??= new CrowdPainter(context)
    painter.current.paint({ machines, layout, wires, level, transform, ...pane, chosen, active, palette })
  }, [machines, layout, wires, level, transform, pane, chosen, active, palette])
  useImperativeHandle(ref, () => {
    const under = ({ clientX, clientY }: MouseEvent) => {
      const { left, top } = canvas.current!.getBoundingClientRect()
      const [x, y, zoom] = transform
      const hit = hitOf(machines, layout, (clientX - left - x) / zoom, (clientY - top - y) / zoom)
      // From far away single pods are not drawn.
      return hit && { x: clientX - left, y: clientY - top, machine: hit.machine, pod: level === 'cells' ? hit.pod : undefined }
    }
    return {
      onClick: (event) => {
        const hit = under(event)
        if (hit !== undefined) select(keyOf(hit))
      },
      onMove: (event) => {
        const hit = under(event)
        point(hit?.pod && keyOf(hit))
        setPointed(hit && { x: hit.x, y: hit.y, ...wordsOf(hit, t) })
      },
      onLeave: () => {
        point(undefined)
        setPointed(undefined)
      },
    }
  }, [machines, layout, level, transform, t])
  return (
    <>
      <canvas ref={canvas} className={styles.crowd} style={pane} role="listbox" tabIndex={0} aria-label={t('machines')} {...keyboard.props}>
        {keyboard.machine !== undefined && (
          <div role="option" id={keyboard.props['aria-activedescendant']} aria-selected={chosen === `nodes/${active}`} aria-setsize={machines.size} aria-posinset={keyboard.at + 1}>
            {labelOf(keyboard.machine, t)}
          </div>
        )}
      </canvas>
      {pointed !== undefined && (
        <span className={styles.crowdHint} style={{ translate: `${Math.min(pointed.x + 12, pane.width - 200)}px ${Math.max(4, pointed.y - 34)}px` }} aria-hidden="true">
          <StateIcon tone={pointed.tone} size={12} />
          {pointed.text}
        </span>
      )}
    </>
  )
}

type Hit = NonNullable<ReturnType<typeof hitOf>>
type Translate = ReturnType<typeof useTranslation<'cluster'>>['t']

function keyOf({ machine, pod }: Hit): string {
  return pod === undefined ? `nodes/${machine.node.metadata.name}` : `pods/${pod.metadata.namespace}/${pod.metadata.name}`
}

function wordsOf({ machine, pod }: Hit, t: Translate): { tone: Tone; text: string } {
  if (pod === undefined) return { tone: toneOf(machine.status), text: labelOf(machine, t) }
  return { tone: podTone(pod), text: `${pod.metadata.name}: ${printedPod(pod).status}` }
}

function labelOf({ node, status, pods }: FarMachine, t: Translate): string {
  return t('nodeLabel', { name: node.metadata.name, status, count: pods.length })
}

/** One stop for the keyboard, however many machines there are: in it the arrows go from machine to machine. */
function useKeyboard(machines: ReadonlyMap<string, FarMachine>, { layout }: ClusterGraph) {
  const id = useId()
  const [walked, setWalked] = useState(0)
  const [focused, setFocused] = useState(false)
  const list = [...machines.values()]
  const at = Math.min(walked, list.length - 1)
  const machine = list[at]
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return
    const chooses = event.key === 'Enter' || event.key === ' '
    const to = chooses ? at : neighbourOf(event.key, at, list.length, columnsOf(layout))
    if (to === undefined) return
    event.preventDefault()
    event.stopPropagation()
    if (chooses) select(`nodes/${machine!.node.metadata.name}`)
    else setWalked(to)
  }
  return {
    at,
    machine: focused ? machine : undefined,
    props: {
      'aria-activedescendant': focused ? id : undefined,
      onFocus: ({ target }: { target: Element }) => setFocused(target.matches(':focus-visible')),
      onBlur: () => setFocused(false),
      onKeyDown,
    },
  }
}
