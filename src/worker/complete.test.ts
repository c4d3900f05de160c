import { describe, expect, it } from 'vitest'
import { createCluster } from '../engine/index.ts'
import { complete } from './complete.ts'

const cluster = createCluster({ nodes: 2, latency: 'zero' })
for (const name of ['web', 'web-2', 'api']) {
  cluster.request({
    verb: 'create',
    path: '/api/v1/namespaces/default/pods',
    body: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        containers: [
          { name: 'main', image: 'nginx' },
          { name: 'side', image: 'nginx' },
        ],
      },
    },
  })
}
const world = cluster.world()
const texts = (line: string) => complete(line, world).candidates.map((c) => c.text)

describe('completion of', () => {
  it.each([
    ['de', ['debug', 'delete', 'describe']],
    ['get po', ['poddisruptionbudgets', 'pods', 'podtemplates']],
    ['get pods ', ['api', 'web', 'web-2']],
    ['get pods w', ['web', 'web-2']],
    ['get pods web ', ['api', 'web-2']],
    ['get pod/a', ['pod/api']],
    ['describe no', ['nodes']],
    ['describe node node', ['node1', 'node2']],
    ['logs ', ['api', 'web', 'web-2']],
    ['logs web -c ', ['main', 'side']],
    ['get pods -n kube-s', ['kube-system']],
    ['get pods --namespace=kube-s', ['kube-system']],
    ['get pods -n kube-system ', []],
    ['get pods -o y', ['yaml']],
    ['get pods --outp', ['--output-watch-events', '--output=']],
    ['get nonsense ', []],
    ['apply -f ', []],
  ])('%s', (line, expected) => expect(texts(line)).toEqual(expected))

  it.each([
    ['get pods we', 9],
    ['get pods --namespace=kube', 21],
    ['', 0],
  ])('%j replaces from %i', (line, from) => expect(complete(line, world).from).toBe(from))

  it('says what a verb is for', () => {
    expect(complete('get', world).candidates[0]).toMatchObject({ text: 'get', hint: expect.stringMatching(/\w/) })
  })
})
