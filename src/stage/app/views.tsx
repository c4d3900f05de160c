import { lazy } from 'react'
import type { ComponentType } from 'react'
import type { StageView } from '../shared/view.ts'

/** The graph is fetched at once, beside the frame and not before it: the frame is painted first. */
const cluster = import('../cluster/ClusterView.tsx')
const flowcharts = () => import('../flowcharts/views.tsx')

/** The views of the stage, by name. */
export const views: Record<StageView, ComponentType> = {
  cluster: lazy(async () => ({ default: (await cluster).ClusterView })),
  create: lazy(async () => ({ default: (await flowcharts()).CreateView })),
  terminate: lazy(async () => ({ default: (await flowcharts()).TerminateView })),
  race: lazy(async () => ({ default: (await import('../flowcharts/race/RaceView.tsx')).RaceView })),
  inside: lazy(async () => ({ default: (await import('../pod/PodView.tsx')).PodView })),
  workloads: lazy(async () => ({ default: (await import('../workloads/WorkloadsView.tsx')).WorkloadsView })),
  states: lazy(async () => ({ default: (await import('../flowcharts/StatesView.tsx')).StatesView })),
}

export const Microscope = lazy(async () => ({ default: (await import('../microscope/Microscope.tsx')).Microscope }))
