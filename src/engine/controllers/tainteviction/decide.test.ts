import { expect, test } from 'vitest'
import type { Taint, Toleration } from '../../api/types.ts'
import { now } from '../testing/objects.ts'
import { decidePlan, evictionDelayMs, type Plan } from './decide.ts'

const fire: Taint = { key: 'fire', value: '1', effect: 'NoExecute' }
test.each([
  ['nothing to bear', [] as Taint[], [] as Toleration[], undefined],
  ['a taint that only keeps away', [{ ...fire, effect: 'NoSchedule' }], [], undefined],
  ['not tolerated', [fire], [], 0],
  ['tolerated for ever', [fire], [{ key: 'fire', operator: 'Exists' }], undefined],
  ['tolerated for a while', [fire], [{ key: 'fire', value: '1', tolerationSeconds: 8 }], 8000],
  ['the first of several', [fire], [{ operator: 'Exists', tolerationSeconds: 20 }, { key: 'fire', operator: 'Exists', tolerationSeconds: 5 }], 20_000],
  ['the first bears it for ever', [fire], [{ operator: 'Exists' }, { key: 'fire', operator: 'Exists', tolerationSeconds: 5 }], undefined],
  ['the shortest of what bears several', [fire, { key: 'water', effect: 'NoExecute' }], [{ key: 'fire', operator: 'Exists', tolerationSeconds: 20 }, { key: 'water', operator: 'Exists', tolerationSeconds: 5 }], 5000],
  ['one of two is not tolerated', [fire, { key: 'water', effect: 'NoExecute' }], [{ key: 'fire', operator: 'Exists' }], 0],
])('eviction: %s', (_name, taints, tolerations, delay) => {
  expect(evictionDelayMs(taints, tolerations)).toBe(delay)
})

const borne = (tolerationSeconds?: number): Toleration[] => [{ key: 'fire', operator: 'Exists', ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }) }]
const later: Plan = { at: now + 5000, begun: false }
const begun: Plan = { at: now - 1, begun: true }
test.each([
  ['nothing burns', [], borne(), undefined, undefined],
  ['it burns', [fire], [], undefined, { cancels: false, at: now }],
  ['it burns and is borne for a while', [fire], borne(8), undefined, { cancels: false, at: now + 8000 }],
  ['borne for ever', [fire], borne(), undefined, undefined],
  ['the fire is out', [], borne(8), later, { cancels: true }],
  ['borne for ever from now on', [fire], borne(), later, { cancels: true }],
  ['a time that runs goes on, though less would be borne now', [fire], borne(1), later, undefined],
  ['even where nothing more would be', [fire], borne(0), later, undefined],
  ['not borne any more', [fire], [], later, { cancels: true, at: now }],
  ['it is being deleted', [fire], [], begun, undefined],
  ['the fire is out while it is being deleted', [], [], begun, { cancels: true }],
])('what is planned: %s', (_name, taints, tolerations, plan, decision) => {
  expect(decidePlan(taints, tolerations, plan, now)).toEqual(decision)
})
