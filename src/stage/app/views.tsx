import type { ComponentType } from 'react'
import { fetched } from '../shared/ui/fetched.tsx'
import type { StageView } from '../shared/view.ts'

/** The graph is fetched at once, beside the frame and not before it: the frame is painted first. */
const graph = () => import('../cluster/ClusterView.tsx')
const cluster = graph()
const flowcharts = () => import('../flowcharts/views.tsx')

/** The views of the stage, by name. */
export const views: Record<StageView, ComponentType> = {
  cluster: fetched(async () => ({ default: (await cluster.catch(graph)).ClusterView })),
  create: fetched(async () => ({ default: (await flowcharts()).CreateView })),
  terminate: fetched(async () => ({ default: (await flowcharts()).TerminateView })),
  race: fetched(async () => ({ default: (await import('../flowcharts/race/RaceView.tsx')).RaceView })),
  inside: fetched(async () => ({ default: (await import('../pod/PodView.tsx')).PodView })),
  workloads: fetched(async () => ({ default: (await import('../workloads/WorkloadsView.tsx')).WorkloadsView })),
  states: fetched(async () => ({ default: (await import('../flowcharts/StatesView.tsx')).StatesView })),
}

export const Microscope = fetched(async () => ({ default: (await import('../microscope/Microscope.tsx')).Microscope }))
