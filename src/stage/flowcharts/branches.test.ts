import { expect, it } from 'vitest'
import type { Pod } from '../../engine/api/types.ts'
import { filmOf, filmOfPod } from '../testing/filmOf.ts'
import type { Film } from '../../playback/film.ts'
import type { Chart } from './chart.ts'
import { createChart } from './createChart.ts'
import { labelOf } from './labels.ts'
import { viewOf } from './model.ts'
import { livesOf } from './story.ts'
import { terminateChart } from './terminateChart.ts'
import { lifeVisits } from './visits.ts'

/** The branches that the chart of pod web has grown at the end, each with its label and where its arrow comes from. */
function branchesOf(film: Film, chart: Chart): string[] {
  const key = 'pods/default/web'
  const life = livesOf(film, key).at(-1)!
  const end = film.steps.length - 1
  const { boxes, arrows } = viewOf(chart, lifeVisits(chart, film, life), end)
  const pod = film.etcd.get(key, film.revisionAt(end)) as Pod | undefined
  return boxes
    .filter(({ node }) => node.shape === 'branch')
    .map((box) => {
      const from = arrows.find(({ edge, state }) => edge.to === box.node.id && state === 'taken')?.edge.from
      return `${name(from ?? '-')} > ${name(box.node.id)} ${Object.values(labelOf(box, { film, pod }).values ?? {}).join(' ')}`.trim()
    })
}

const name = (id: string): string => id.split('/').at(-1)!

const sleeping = 'image: busybox, command: [sh, -c, sleep 1000]'
const fails = 'exec: { command: [cat, /missing] }, periodSeconds: 1'
const limits = 'apiVersion: v1\nkind: LimitRange\nmetadata: { name: l }\nspec: { limits: [{ type: Container, max: { cpu: 100m } }] }\n'
const onNode = `{ nodeName: node1, containers: [{ name: a, ${sleeping} }] }`

it.each<[string, Promise<Film>, string[]]>([
  ['a name that is none', filmOfPod('{ containers: [{ name: A_, image: nginx }] }', 1), ['validate > refused 422 validation']],
  [
    'a node without room',
    filmOfPod('{ nodeName: node1, containers: [{ name: a, image: nginx, resources: { requests: { cpu: 40 } } }] }', 5),
    ['kubelet-sees > rejected OutOfcpu'],
  ],
  [
    'a volume that is not there',
    filmOfPod('{ volumes: [{ name: c, configMap: { name: x } }], containers: [{ name: a, image: nginx, volumeMounts: [{ name: c, mountPath: /c }] }] }', 5),
    ['kubelet-sees > mount-failed'],
  ],
  [
    'a variable that is not there',
    filmOfPod('{ containers: [{ name: a, image: nginx, envFrom: [{ configMapRef: { name: x } }] }] }', 10),
    ['containers > config-error CreateContainerConfigError'],
  ],
  ['an image with a bad name', filmOfPod('{ containers: [{ name: a, image: "A:::" }] }', 10), ['sandbox > image-error InvalidImageName']],
  [
    'an init container that fails',
    filmOfPod(`{ initContainers: [{ name: i, image: busybox, command: ["false"] }], containers: [{ name: a, ${sleeping} }] }`, 10),
    ['init > init-failed'],
  ],
  [
    'a liveness probe that fails',
    filmOfPod(`{ terminationGracePeriodSeconds: 1, containers: [{ name: a, ${sleeping}, livenessProbe: { ${fails} } }] }`, 9),
    ['running > probe-failed liveness', 'probe-failed > exited'],
  ],
  [
    'a startup probe that fails',
    filmOfPod(`{ containers: [{ name: a, ${sleeping}, startupProbe: { ${fails}, failureThreshold: 60 } }] }`, 8),
    ['running > probe-failed startup'],
  ],
  ['a readiness probe that fails kills nobody', filmOfPod(`{ containers: [{ name: a, ${sleeping}, readinessProbe: { ${fails} } }] }`, 8), []],
  [
    'a node under pressure',
    filmOfPod(onNode, 25, { after: 5000, fault: { type: 'node-pressure', node: 'node1', signal: 'memory' } }),
    ['ready > evicted Evicted', 'exited > ended Failed', 'running > exited', 'ready > unready'],
  ],
])('%s', async (_, film, branches) => {
  const grown = branchesOf(await film, createChart).filter((branch) => !branch.includes('crash-backoff'))
  expect(grown.map((b) => b.replace('image-backoff', '')).filter((b) => !b.includes('> image-backoff'))).toEqual(branches)
})

it('an admission plug-in that refuses is named', async () => {
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: a, image: nginx, resources: { limits: { cpu: 1 } } }] }\n'
  const script = [{ at: 0, kubectl: 'apply -f limits.yaml' }, { after: 1000, kubectl: 'apply -f web.yaml' }]
  const film = await filmOf(script, { 'limits.yaml': limits, 'web.yaml': pod }, 3)
  expect(branchesOf(film, createChart)).toEqual(['validate > refused 403 LimitRanger'])
})

it('an end that nobody asked for begins at the kubelet', async () => {
  const film = await filmOfPod(onNode, 25, { after: 5000, fault: { type: 'node-pressure', node: 'node1', signal: 'memory' } })
  expect(branchesOf(film, terminateChart)).toEqual(['- > kubelet-ends Evicted'])
})

it('a container that a probe kills is no end of the pod', async () => {
  const film = await filmOfPod(`{ containers: [{ name: a, ${sleeping}, livenessProbe: { ${fails} } }] }`, 9)
  const visits = lifeVisits(terminateChart, film, livesOf(film, 'pods/default/web')[0]!)
  expect([...visits.values()].flat()).toEqual([])
})
