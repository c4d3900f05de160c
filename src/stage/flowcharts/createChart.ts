import type { Chart, ChartEdge, ChartNode, LaneId } from './chart.ts'

const optional = new Set(['volumes', 'pull', 'init', 'post-start'])

/** From `kubectl apply` to the first traffic. Rows 3, 5, 7 and 8 hold the branches of the rows above. */
export const createChart: Chart = {
  id: 'create',
  columns: 5,
  lanes: [
    { id: 'client', rows: [0] },
    { id: 'control-plane', rows: [1] },
    { id: 'scheduler', rows: [2, 3] },
    { id: 'node', rows: [4, 5, 6, 7, 8] },
    { id: 'endpoints', rows: [9] },
  ],
  nodes: [
    step('submit', 'client', 0, 0),
    { ...branch('refused', 'client', 2, 0) },
    { ...step('acknowledge', 'client', 4, 0), aside: 'acknowledgement', last: true },
    ...row('control-plane', 1, ['authenticate', 'authorize', 'admit', 'validate', 'store']),
    ...row('scheduler', 2, ['scheduler-sees', 'filter', 'score', 'bind', 'bind-store']),
    branch('unschedulable', 'scheduler', 1, 3),
    ...row('node', 4, ['kubelet-sees', 'volumes', 'sandbox', 'pull', 'init']),
    branch('rejected', 'node', 0, 5),
    branch('mount-failed', 'node', 1, 5),
    branch('image-backoff', 'node', 2, 5),
    branch('image-error', 'node', 3, 5),
    branch('init-failed', 'node', 4, 5),
    ...row('node', 6, ['containers', 'post-start', 'status', 'running', 'ready']),
    branch('config-error', 'node', 0, 7),
    branch('hook-failed', 'node', 1, 7),
    branch('probe-failed', 'node', 3, 7),
    branch('evicted', 'node', 4, 7),
    branch('crash-backoff', 'node', 0, 8),
    branch('ended', 'node', 2, 8),
    branch('exited', 'node', 3, 8),
    branch('unready', 'node', 4, 8),
    { ...step('endpoints', 'endpoints', 4, 9), aside: 'endpoints', last: true },
  ],
  edges: [
    ...chain('submit', 'authenticate', 'authorize', 'admit', 'validate', 'store'),
    edge('store', 'acknowledge'),
    { ...edge('authenticate', 'refused'), by: 'gutter', onlyWhenTaken: true },
    { ...edge('authorize', 'refused'), by: 'gutter', onlyWhenTaken: true },
    { ...edge('admit', 'refused'), by: 'gutter', onlyWhenTaken: true },
    { ...edge('validate', 'refused'), by: 'gutter', onlyWhenTaken: true },
    { ...edge('store', 'scheduler-sees'), by: 'gutter' },
    ...chain('scheduler-sees', 'filter', 'score', 'bind', 'bind-store'),
    { ...edge('filter', 'unschedulable'), word: 'none-fits' },
    { ...edge('unschedulable', 'scheduler-sees'), by: 'level', back: true },
    { ...edge('store', 'kubelet-sees'), by: 'margin', word: 'node-name', onlyWhenTaken: true },
    { ...edge('bind-store', 'kubelet-sees'), by: 'gutter' },
    ...chain('kubelet-sees', 'volumes', 'sandbox', 'pull', 'init'),
    edge('kubelet-sees', 'rejected'),
    { ...edge('kubelet-sees', 'mount-failed'), by: 'gutter' },
    { ...edge('mount-failed', 'volumes'), back: true },
    edge('pull', 'image-error'),
    { ...edge('sandbox', 'image-error'), by: 'gutter', onlyWhenTaken: true },
    edge('image-error', 'image-backoff'),
    { ...edge('image-backoff', 'pull'), by: 'gutter', back: true },
    edge('init', 'init-failed'),
    { ...edge('init', 'containers'), by: 'gutter' },
    ...chain('containers', 'post-start', 'status', 'running', 'ready'),
    edge('post-start', 'hook-failed'),
    edge('hook-failed', 'crash-backoff'),
    edge('containers', 'config-error'),
    edge('running', 'probe-failed'),
    edge('probe-failed', 'exited'),
    edge('ready', 'evicted'),
    edge('evicted', 'ended'),
    edge('running', 'exited'),
    { ...edge('exited', 'crash-backoff'), by: 'under' },
    { ...edge('crash-backoff', 'containers'), back: true },
    edge('exited', 'ended'),
    edge('ready', 'unready'),
    { ...edge('unready', 'ready'), back: true },
    edge('ready', 'endpoints'),
  ],
}

function step(name: string, lane: LaneId, column: number, row: number): ChartNode {
  return { id: `create/${name}`, lane, column, row, shape: 'step', ...(optional.has(name) && { optional: true }) }
}

function branch(name: string, lane: LaneId, column: number, row: number): ChartNode {
  return { id: `create/${name}`, lane, column, row, shape: 'branch', onlyWhenPassed: true }
}

function row(lane: LaneId, at: number, names: string[]): ChartNode[] {
  return names.map((name, column) => step(name, lane, column, at))
}

function edge(from: string, to: string): ChartEdge {
  return { from: `create/${from}`, to: `create/${to}` }
}

function chain(...names: string[]): ChartEdge[] {
  return names.slice(1).map((name, i) => edge(names[i]!, name))
}
