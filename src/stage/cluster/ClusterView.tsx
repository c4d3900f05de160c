import { Maximize, Minus, Network, Plus } from 'lucide-react'
import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { CSSProperties, ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { ReactFlow, ReactFlowProvider, useReactFlow, useStore, ViewportPortal } from 'reactflow'
import 'reactflow/dist/base.css'
import { usePlaybackState, usePods } from '../../playback/hooks.ts'
import { Blank, Loading } from '../shared/ui/Blank.tsx'
import { IconButton } from '../shared/ui/Button.tsx'
import { FaultMenu } from '../shared/faults/FaultMenu.tsx'
import { clusterFaults } from '../shared/faults/faults.ts'
import { toggleOwners, useView } from '../shared/view.ts'
import { ClusterText } from './ClusterText.tsx'
import { ChainLayer } from './ChainLayer.tsx'
import styles from './cluster.module.css'
import { Crowd } from './Crowd.tsx'
import type { CrowdPointer } from './Crowd.tsx'
import { Client, Etcd, Server, Tray } from './ControlPlane.tsx'
import { GhostCapsule } from './GhostCapsule.tsx'
import { ghostsAt } from './ghosts.ts'
import { buildGraph, graphKeeper } from './graph.ts'
import type { ClusterGraph } from './graph.ts'
import { layoutKeeper } from './layout.ts'
import type { Box } from './layout.ts'
import { LoadMeter } from './LoadMeter.tsx'
import { Machine } from './Machine.tsx'
import { useMotion } from './motion.ts'
import { machineInFocus } from './places.ts'
import { OwnerLayer } from './OwnerLayer.tsx'
import { PodCapsule } from './PodCapsule.tsx'
import { ServiceChip } from './ServiceChip.tsx'
import { TravelLayer } from './TravelLayer.tsx'
import { usePopulation, useServices } from './usePopulation.ts'
import { fitViewport, isLow, levelOf, zoomMax, zoomMin } from './viewport.ts'
import type { Viewport } from './viewport.ts'
import { Wire } from './Wire.tsx'

const nodeTypes = {
  client: Client,
  tray: Tray,
  apiserver: Server,
  etcd: Etcd,
  machine: Machine,
  pod: PodCapsule,
  ghost: GhostCapsule,
  service: ServiceChip,
}
const edgeTypes = { wire: Wire }

/** The cluster graph: who talks to whom, and what stands where, at the moment on stage. */
export function ClusterView(): ReactElement {
  const pane = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState<{ width: number; height: number }>()
  useLayoutEffect(() => {
    const element = pane.current!
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return (
    <div className={styles.whole}>
      <div ref={pane} className={styles.view}>
        {size !== undefined && size.width > 0 && (
          <ReactFlowProvider>
            <Graph pane={size} />
          </ReactFlowProvider>
        )}
      </div>
      <LoadMeter />
    </div>
  )
}

function Graph({ pane }: { pane: { width: number; height: number } }): ReactElement {
  const { t } = useTranslation('cluster')
  const pods = usePods()
  const population = usePopulation()
  const hall = useView((s) => s.presenting)
  const level = useStore((s) => levelOf(s.transform[2], hall && pane.width >= hallLeast))
  const { moving, travelMs } = useMotion()
  const film = usePlaybackState((s) => s.film)
  const revision = usePlaybackState((s) => s.film?.revisionAt(s.cursor) ?? 0)
  const services = useServices()
  const [keep] = useState(graphKeeper)
  const [arrange] = useState(layoutKeeper)
  const sight = useSight(pane, level === 'full' && population.nodes.length > machinesWhole)
  const crowd = useRef<CrowdPointer>(null)
  const graph = useMemo(() => {
    const ghosts = film === undefined ? [] : ghostsAt(film, revision, pods)
    return keep(buildGraph({ population, ghosts, services }, { ...pane, hall, level, sight }, arrange))
  }, [keep, arrange, film, revision, pods, population, services, pane, hall, level, sight])
  const fit = useFit(graph, pane, moving)
  if (film === undefined) return <Loading />
  if (population.nodes.length === 0) return <Blank title={t('noNodes')} />
  return (
    <>
      {level !== 'full' && <Crowd population={population} graph={graph} level={level} pane={pane} ref={crowd} />}
      <ReactFlow
        nodes={graph.nodes}
        edges={graph.edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        className={styles.flow}
        aria-label={t('label')}
        data-moving={moving || undefined}
        data-dense={graph.layout.dense}
        style={{ '--travel': `${travelMs}ms`, '--zoom': fit.zoom, '--control': graph.layout.scale } as CSSProperties}
        minZoom={zoomMin}
        maxZoom={zoomMax}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        zoomOnDoubleClick={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        disableKeyboardA11y
        onlyRenderVisibleElements={pods.length > 200}
        proOptions={{ hideAttribution: true }}
        onMoveStart={fit.onMoveStart}
        onPaneClick={(event) => crowd.current?.onClick(event)}
        onPaneMouseMove={(event) => crowd.current?.onMove(event)}
        onPaneMouseLeave={() => crowd.current?.onLeave()}
      >
        <ViewportPortal>
          <OwnerLayer layout={graph.layout} />
          <ChainLayer layout={graph.layout} />
          <TravelLayer layout={graph.layout} moving={moving} travelMs={travelMs} />
        </ViewportPortal>
      </ReactFlow>
      <Controls fit={fit.fit} moved={fit.moved} />
      <ClusterText />
    </>
  )
}

/** A phone that presents is held in a hand. */
const hallLeast = 640
/** With more machines, only those in sight are nodes of the graph. */
const machinesWhole = 24
/** In flow coordinates: what is in sight is looked at again when the view has moved by so much. */
const sightGrid = 400

/** What is in sight with something around it, in flow coordinates; undefined: everything. */
function useSight(pane: { width: number; height: number }, wanted: boolean): Box | undefined {
  // As a text it can be compared: most moves of the view change nothing.
  const edges = useStore(({ transform: [x, y, zoom] }) => {
    if (!wanted) return undefined
    const down = (n: number): number => Math.floor(n / zoom / sightGrid) * sightGrid
    return [down(-x), down(-y), down(pane.width - x) + sightGrid, down(pane.height - y) + sightGrid].join(' ')
  })
  return useMemo(() => {
    if (edges === undefined) return undefined
    const [left, top, right, bottom] = edges.split(' ').map(Number) as [number, number, number, number]
    return { x: left, y: top, width: right - left, height: bottom - top }
  }, [edges])
}

/** Shows the whole cluster, and keeps it so while it grows, until somebody moves the picture by hand. */
function useFit(graph: ClusterGraph, pane: { width: number; height: number }, moving: boolean) {
  const { setViewport } = useReactFlow()
  const [moved, setMoved] = useState(false)
  const first = useRef(true)
  const { width, height, narrow, dense } = graph.layout
  const machine = useMachineInFocus(narrow || isLow(pane))
  const focus = machine === undefined ? undefined : graph.layout.machines.get(machine)
  const target = useMemo(
    () => fitViewport({ width, height, narrow, ...(dense && { dense }) }, pane, focus),
    [width, height, narrow, dense, pane, focus],
  )
  const shown = useRef<Viewport>(undefined)
  useEffect(() => {
    if (!moved && shown.current !== target) {
      void setViewport(target, { duration: first.current || !moving ? 0 : 240 })
      first.current = false
    }
    shown.current = moved ? undefined : target
  }, [moved, moving, target, setViewport])
  // React Flow calls this for its own moves too, then without an event.
  const onMoveStart = (event: unknown): void => {
    if (event !== null) setMoved(true)
  }
  const fit = useCallback(() => setMoved(false), [])
  return { moved, fit, onMoveStart, zoom: target.zoom }
}

/** On a phone not everything is in sight: the machine where something happens comes into it. */
function useMachineInFocus(narrow: boolean): string | undefined {
  return usePlaybackState((s) => (narrow && s.film !== undefined ? machineInFocus(s.film.steps, s.cursor) : undefined))
}

const Controls = memo(function Controls({ fit, moved }: { fit: () => void; moved: boolean }): ReactElement {
  const { t } = useTranslation('cluster')
  const { t: breaks } = useTranslation('faults')
  const { zoomIn, zoomOut } = useReactFlow()
  const owners = useView((s) => s.owners)
  return (
    <div className={styles.controls} data-picture="without" data-moved={moved || undefined}>
      <FaultMenu all groups={[{ heading: breaks('of.cluster'), faults: clusterFaults() }]} />
      <IconButton label={t('owners')} aria-pressed={owners} keys="w" onClick={toggleOwners}>
        <Network size={14} />
      </IconButton>
      <IconButton label={t('zoomOut')} onClick={() => void zoomOut({ duration: 160 })}>
        <Minus size={15} />
      </IconButton>
      <IconButton label={t('zoomIn')} onClick={() => void zoomIn({ duration: 160 })}>
        <Plus size={15} />
      </IconButton>
      <IconButton label={t('fit')} onClick={fit}>
        <Maximize size={14} />
      </IconButton>
    </div>
  )
})
