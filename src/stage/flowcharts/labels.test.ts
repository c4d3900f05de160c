import { describe, expect, it } from 'vitest'
import { flowcharts as en } from '../../i18n/en/flowcharts.ts'
import { flowcharts as zh } from '../../i18n/zh/flowcharts.ts'
import { filmCreate, filmEnd, filmStartUp, newMaker } from '../testing/podFilm.ts'
import { testPod } from '../testing/objects.ts'
import { createChart } from './createChart.ts'
import { labelOf, noteOf } from './labels.ts'
import { viewOf } from './model.ts'
import type { BoxView } from './model.ts'
import { livesOf } from './story.ts'
import { terminateChart } from './terminateChart.ts'
import { lifeVisits } from './visits.ts'

const textAt = (messages: object, path: string): unknown =>
  path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], messages)

describe.each([createChart, terminateChart])('the $id chart', (chart) => {
  it.each([en, zh])('has a message for every box, lane and word', (messages) => {
    const keys = [
      ...chart.nodes.map((node) => node.id.replace('/', '.')),
      ...chart.lanes.map((lane) => `lane.${lane.id}`),
      ...chart.edges.flatMap((edge) => (edge.word === undefined ? [] : [`word.${edge.word}`])),
    ]
    for (const key of keys) expect(textAt(messages, key), key).toBeTypeOf('string')
  })
})

function box(id: string): BoxView & { film: ReturnType<ReturnType<typeof newMaker>['film']> } {
  const maker = newMaker()
  filmCreate(maker, 'u1')
  filmStartUp(maker, 'u1')
  filmEnd(maker, 'u1', 'in time')
  const film = maker.film()
  const chart = id.startsWith('create/') ? createChart : terminateChart
  const view = viewOf(chart, lifeVisits(chart, film, livesOf(film, 'pods/default/web')[0]!), film.steps.length - 1)
  return { ...view.boxes.find((b) => b.node.id === id)!, film }
}

const hooked = testPod({ node: 'node2' })
hooked.spec = {
  ...hooked.spec,
  containers: [
    {
      name: 'app',
      lifecycle: { preStop: { exec: { command: ['sleep', '5'] } }, postStart: { httpGet: { port: 80, path: '/up' } } },
    },
  ],
}

it.each([
  ['create/bind', { key: 'bindTo', values: { node: 'node2' } }],
  ['create/acknowledge', { key: 'answeredWith', values: { code: 201 } }],
  ['create/post-start', { key: 'postStart', values: { handler: 'http /up' } }],
  ['terminate/pre-stop', { key: 'preStop', values: { handler: 'sleep 5' } }],
  ['terminate/delete', { key: 'terminate.delete' }],
  ['create/sandbox', { key: 'create.sandbox' }],
])('%s says what it knows of this pod', (id, label) => {
  const { film, ...view } = box(id)
  expect(labelOf(view, { film, pod: hooked })).toEqual(label)
  expect(textAt(en, label.key)).toBeTypeOf('string')
})

it('a deletion by somebody else says by whom', () => {
  const { film, ...view } = box('terminate/delete')
  const by = { ...view, visit: { ...view.visit!, from: 'kube-controller-manager/job-controller' } }
  expect(labelOf(by, { film, pod: undefined })).toEqual({ key: 'deletedBy', values: { who: 'job-controller' } })
})

it('a box that was not needed says why', () => {
  expect(noteOf(box('create/init'))).toBe('note.none')
  expect(noteOf(box('create/pull'))).toBe('note.imageHere')
  expect(noteOf(box('create/ready'))).toBeUndefined()
})
