import type { ReactElement } from 'react'
import { ClusterView } from '../cluster/ClusterView.tsx'
import { StatesView } from '../flowcharts/StatesView.tsx'
import { CreateView, TerminateView } from '../flowcharts/views.tsx'
import type { StageView } from '../shared/view.ts'

/** The views of the stage, by name. */
export const views: Record<StageView, () => ReactElement> = {
  cluster: ClusterView,
  create: CreateView,
  terminate: TerminateView,
  states: StatesView,
}
