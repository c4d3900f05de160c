import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Palette } from '../shared/ui/colour.ts'
import { tones } from '../shared/objects/tone.ts'
import type { Tone } from '../shared/objects/tone.ts'
import { testNode, testPod } from '../testing/objects.ts'
import { crowdKeeper } from './crowd.ts'
import { CrowdPainter } from './drawCrowd.ts'
import { layoutCluster } from './layout.ts'
import { populationKeeper } from './population.ts'

beforeAll(() => {
  vi.stubGlobal('window', { devicePixelRatio: 1 })
  vi.stubGlobal('Path2D', class { roundRect(): void {} })
})
afterAll(() => vi.unstubAllGlobals())

const nodes = Array.from({ length: 40 }, (_, i) => testNode(`node${i}`))
const [populate, keep] = [populationKeeper(), crowdKeeper()]
const layout = layoutCluster({ nodes: nodes.map(({ metadata: { name } }) => ({ name, pods: 1, tainted: false })), unscheduled: 0 }, { width: 900, height: 600 })
const palette: Palette = {
  line: '', edge: '', ink: '', muted: '', faint: '', panel: '', accent: '', failed: '', sans: '',
  tone: Object.fromEntries(tones.map((tone) => [tone, ''])) as Record<Tone, string>,
}

/** What each picture clears before it draws there. */
let cleared = 0
const context = new Proxy({ canvas: { width: 0, height: 0 }, clearRect: () => cleared++ }, {
  get: (target, name) => Reflect.get(target, name) ?? (() => undefined),
}) as unknown as CanvasRenderingContext2D
const painter = new CrowdPainter(context)

function drawnFor(pods: readonly ReturnType<typeof testPod>[]): number {
  cleared = 0
  const machines = keep(populate(nodes, pods))
  painter.paint({ machines, layout, palette, wires: [], level: 'heat', transform: [0, 0, 0.1], width: 900, height: 600, chosen: undefined, active: undefined })
  return cleared
}

it('draws what looks otherwise than in the picture before, not what has only been written', () => {
  const pods = nodes.map(({ metadata: { name } }) => testPod({ name: `on-${name}`, node: name, phase: 'Running', ready: true, state: { running: {} } }))
  expect(drawnFor(pods)).toBe(nodes.length + 1)
  const rewritten = pods.map((pod) => ({ ...pod, metadata: { ...pod.metadata, resourceVersion: '2' } }))
  expect(drawnFor(rewritten)).toBe(0)
  const failed = rewritten.map((pod, i) => (i < 3 ? { ...pod, status: { ...pod.status, phase: 'Failed' as const } } : pod))
  expect(drawnFor(failed)).toBe(3)
})
