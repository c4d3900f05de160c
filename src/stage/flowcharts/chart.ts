/**
 * A flowchart as data: boxes on a grid of columns and rows, in lanes, and the arrows between them. The
 * model says which of them a pod has passed; the geometry says where they stand; the view draws.
 */
export type LaneId = 'client' | 'control-plane' | 'scheduler' | 'node' | 'kubelet' | 'endpoints'

export interface ChartNode {
  /** Also the milestone or mark that passes it: 'create/bind'. */
  id: string
  lane: LaneId
  column: number
  row: number
  shape: 'step' | 'question' | 'branch'
  /** Only some pods ask for it (a hook, an init container): whoever does not goes through it. */
  optional?: true
  /** Drawn only when the film has it: most pods never come here. */
  onlyWhenPassed?: true
  /** Something that goes on beside the main track, and whether the node ends it. */
  aside?: 'acknowledgement' | 'endpoints'
  last?: true
}

export interface ChartEdge {
  from: string
  to: string
  /** Key of the word on the arrow. */
  word?: string
  /** Leads back up the chart: not part of the order. */
  back?: true
  /**
   * How it runs, if not straight: `gutter` between two rows, `margin` down the left edge, `corner` upright
   * then level, `level` first level then upright, `under` below its row.
   */
  by?: 'gutter' | 'margin' | 'corner' | 'level' | 'under'
  /** Drawn only when it was taken. */
  onlyWhenTaken?: true
}

export interface Lane {
  id: LaneId
  rows: readonly number[]
}

export interface Chart {
  id: 'create' | 'terminate'
  columns: number
  lanes: readonly Lane[]
  nodes: readonly ChartNode[]
  edges: readonly ChartEdge[]
}
