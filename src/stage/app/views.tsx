import type { ReactElement } from 'react'
import { ClusterView } from '../cluster/ClusterView.tsx'
import type { StageView } from '../shared/view.ts'

/** The views of the stage, by name. */
export const views: Record<StageView, () => ReactElement> = {
  cluster: ClusterView,
  create: ClusterView,
  terminate: ClusterView,
  states: ClusterView,
}
