import type { Chart, ChartEdge, ChartNode, LaneId } from './chart.ts'

/**
 * From `kubectl delete` until the object is gone: one write, two tracks. Row 4 holds the hook's failure, and
 * where it begins when the kubelet ends a pod that nobody has deleted.
 */
export const terminateChart: Chart = {
  id: 'terminate',
  columns: 5,
  lanes: [
    { id: 'client', rows: [0] },
    { id: 'control-plane', rows: [1] },
    { id: 'endpoints', rows: [2] },
    { id: 'kubelet', rows: [3, 4, 5] },
  ],
  nodes: [
    step('delete', 'client', 0, 0),
    step('mark', 'control-plane', 0, 1),
    step('store', 'control-plane', 1, 1),
    step('told', 'control-plane', 2, 1),
    { ...step('endpoints', 'endpoints', 2, 2), aside: 'endpoints' },
    { ...step('rules', 'endpoints', 3, 2), aside: 'endpoints', last: true },
    { ...step('lost', 'endpoints', 4, 2), shape: 'branch', onlyWhenPassed: true, aside: 'endpoints', last: true },
    step('kubelet-sees', 'kubelet', 0, 3),
    { ...step('pre-stop', 'kubelet', 1, 3), optional: true },
    step('term', 'kubelet', 2, 3),
    { ...step('wait', 'kubelet', 3, 3), shape: 'question' },
    step('kill', 'kubelet', 4, 3),
    { ...step('kubelet-ends', 'kubelet', 0, 4), shape: 'branch', onlyWhenPassed: true },
    { ...step('hook-failed', 'kubelet', 1, 4), shape: 'branch', onlyWhenPassed: true },
    step('exited', 'kubelet', 3, 5),
    step('clean-up', 'kubelet', 2, 5),
    step('grace-zero', 'kubelet', 1, 5),
    step('removed', 'kubelet', 0, 5),
  ],
  edges: [
    edge('delete', 'mark'),
    edge('mark', 'store'),
    edge('store', 'told'),
    edge('told', 'endpoints'),
    edge('endpoints', 'rules'),
    edge('rules', 'lost'),
    { ...edge('told', 'kubelet-sees'), by: 'gutter' },
    edge('kubelet-sees', 'pre-stop'),
    edge('pre-stop', 'term'),
    edge('pre-stop', 'hook-failed'),
    edge('kubelet-ends', 'pre-stop'),
    edge('kubelet-ends', 'term'),
    edge('term', 'wait'),
    { ...edge('wait', 'kill'), word: 'no' },
    { ...edge('wait', 'exited'), word: 'in-time' },
    { ...edge('kill', 'exited'), by: 'corner' },
    edge('exited', 'clean-up'),
    { ...edge('kubelet-sees', 'clean-up'), by: 'gutter', word: 'not-running', onlyWhenTaken: true },
    edge('clean-up', 'grace-zero'),
    edge('grace-zero', 'removed'),
    { ...edge('delete', 'removed'), by: 'margin', word: 'at-once', onlyWhenTaken: true },
  ],
}

function step(name: string, lane: LaneId, column: number, row: number): ChartNode {
  return { id: `terminate/${name}`, lane, column, row, shape: 'step' }
}

function edge(from: string, to: string): ChartEdge {
  return { from: `terminate/${from}`, to: `terminate/${to}` }
}
