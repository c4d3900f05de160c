import { createInstance } from 'i18next'
import type { TFunction } from 'i18next'
import { expect, it } from 'vitest'
import { microscope as en } from '../../i18n/en/microscope.ts'
import { microscope as zh } from '../../i18n/zh/microscope.ts'
import type { SchedulingChange } from '../../worker/protocol.ts'
import { wordsOf } from './words.ts'

const i18n = createInstance()
await i18n.init({ lng: 'en', resources: { en: { microscope: en }, zh: { microscope: zh } }, interpolation: { escapeValue: false } })
const words = (lng: 'en' | 'zh', change: object) => wordsOf(i18n.getFixedT(lng, 'microscope') as TFunction<'microscope'>, change as SchedulingChange)

const node = 'node1'
const taints = [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }, { key: 'old', effect: 'NoExecute' }]

it.each([
  ['RemoveNodeName', { wanted: 'nodeX' }, 'Take the node name nodeX out of the pod.'],
  ['Uncordon', {}, 'Uncordon node1.'],
  ['RemoveTaints', { taints }, 'Remove gpu=yes:NoSchedule, old:NoExecute from node1.'],
  ['AddTolerations', { taints }, 'Let the pod tolerate gpu=yes:NoSchedule, old:NoExecute.'],
  ['AddNodeLabels', { labels: { disk: 'ssd' } }, 'Label node1 with disk=ssd.'],
  ['AddNodeLabels', { labels: { disk: null } }, 'Take the label disk off node1.'],
  ['AddNodeLabels', { labels: { a: '1', b: null } }, 'Label node1 with a=1. Take the label b off node1.'],
  ['RemoveSelectorParts', { keys: ['disk', 'zone'] }, 'Drop the wish for disk, zone from the pod.'],
  ['RemoveSelectorParts', { keys: [] }, 'Drop the required node affinity from the pod.'],
  ['LowerRequests', { lowered: [{ resource: 'cpu', by: '150m' }, { resource: 'memory', by: '1Gi' }] }, 'Request less: cpu 150m, memory 1Gi less.'],
  ['RaiseAllocatable', { raised: [{ resource: 'cpu', by: '150m' }] }, 'A larger node: cpu 150m more than node1 has.'],
  ['ChangeHostPorts', { ports: [{ from: 80, to: 81 }] }, 'Take another host port: 80 → 81.'],
  ['RaiseMaxSkew', { constraints: [{ index: 0, maxSkew: 3 }] }, 'Allow a skew of 3.'],
  ['RemoveSpreadConstraints', { keys: ['zone'] }, 'Drop the spread over zone.'],
  ['RemoveAffinityTerms', {}, 'Drop the pod affinity rules that fail here.'],
  ['ChangePodLabels', { labels: ['app'] }, 'Take the labels app off the pod: others here keep away from them.'],
])('%s %j', (type, facts, expected) => {
  const change = { type, facts: { node, ...facts } }
  expect(words('en', change)).toBe(expected)
  expect(words('zh', change)).toMatch(/[\u4e00-\u9fff].*。$/)
})
