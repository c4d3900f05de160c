import '../kubectl/index.ts'
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
cluster.request({
  verb: 'create',
  path: '/apis/apps/v1/namespaces/default/deployments',
  body: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop' },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'shop' } },
      template: { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'main', image: 'nginx' }] } },
    },
  },
})
const world = cluster.world()
const texts = (line: string) => complete(line, world, cluster.now).candidates.map((c) => c.text)

describe('completion of', () => {
  it.each([
    ['de', ['debug', 'delete', 'describe']],
    ['get po', ['poddisruptionbudgets.policy', 'pods', 'podtemplates']],
    ['get deployments.apps ', ['shop']],
    ['rollout restart deployment/', ['deployment/shop']],
    ['rollout status d', ['daemonset', 'deployment']],
    ['scale s', ['statefulset']],
    ['set image deployment ', ['shop']],
    ['drain node', ['node1', 'node2']],
    ['drain node1 n', ['node2']],
    ['taint node ', ['node1', 'node2']],
    ['logs d', ['daemonsets/', 'deployments/']],
    ['logs deployments/', ['deployments/shop']],
    ['exec w', ['web', 'web-2']],
    ['explain pods.spec.containers.li', ['pods.spec.containers.lifecycle', 'pods.spec.containers.livenessProbe']],
    ['explain pods.none.', []],
    ['get pods --sort-by=.metadata.cr', ['.metadata.creationTimestamp']],
    ['get pods --sort-by .status.ph', ['.status.phase']],
    [
      'get pods -o jsonpath={.items[0].spec.node',
      ['jsonpath={.items[0].spec.nodeName', 'jsonpath={.items[0].spec.nodeSelector'],
    ],
    [
      'get pods -o jsonpath={.spec.containers[*].ima',
      ['jsonpath={.spec.containers[*].image', 'jsonpath={.spec.containers[*].imagePullPolicy'],
    ],
    [
      'get pods -o custom-columns=NAME:.metadata.na',
      ['custom-columns=NAME:.metadata.name', 'custom-columns=NAME:.metadata.namespace'],
    ],
    ['get pods ', ['api', 'web', 'web-2']],
    ['get pods w', ['web', 'web-2']],
    ['get pods web ', ['api', 'web-2']],
    ['get pod/a', ['pod/api']],
    ['describe no', ['nodes']],
    ['describe node node', ['node1', 'node2']],
    ['logs ', ['api', 'daemonsets/', 'deployments/', 'jobs/', 'pods/', 'replicasets/', 'replicationcontrollers/', 'services/', 'statefulsets/', 'web', 'web-2']],
    ['logs web ', ['main', 'side']],
    ['logs web -c ', ['main', 'side']],
    ['get pods -n kube-s', ['kube-system']],
    ['get pods --namespace=kube-s', ['kube-system']],
    ['get pods -n kube-system ', []],
    ['get pods -o y', ['yaml']],
    ['get pods --outp', ['--output', '--output-watch-events']],
    ['get pods,se', ['pods,secrets', 'pods,serviceaccounts', 'pods,servicecidrs.networking.k8s.io', 'pods,services']],
    ['get pod/web po', ['poddisruptionbudgets.policy/', 'pods/', 'podtemplates/']],
    ['get pod/web pod/w', ['pod/web-2']],
    ['get nonsense ', []],
    ['get pods --context=none ', []],
    ['get pods --none ', []],
    ['completion ', ['bash', 'fish', 'powershell', 'zsh']],
    ['apply -f ', []],
  ])('%s', (line, expected) => expect(texts(line)).toEqual(expected))

  it.each([
    ['get pods we', 9],
    ['get pods --namespace=kube', 21],
    ['', 0],
  ])('%j replaces from %i', (line, from) => expect(complete(line, world, cluster.now).from).toBe(from))

  it.each([
    ['get pods k', []],
    ['get pods -n default w', ['web', 'web-2']],
    ['get pods --context=kubernetes-admin@kubernetes w', ['web', 'web-2']],
    ['config use-context ', ['kubernetes-admin@kubernetes', 'system']],
    ['get pods --context s', ['system']],
    ['get pods --user=', ['kubernetes-admin']],
    ['create rolebinding x --user=', []],
  ])('with a kubeconfig, %s', (line, expected) => {
    const contexts = ['kubernetes-admin@kubernetes', 'system'].map((name, i) => ({ name, context: { cluster: 'kubernetes', user: 'kubernetes-admin', ...(i === 1 ? { namespace: 'kube-system' } : {}) } }))
    const config = JSON.stringify({ 'clusters': [{ name: 'kubernetes', cluster: { server: 'https://127.0.0.1:6443' } }], contexts, 'current-context': 'system', 'users': [{ name: 'kubernetes-admin', user: {} }] })
    expect(complete(line, world, cluster.now, { '.kube/config': config }).candidates.map((c) => c.text)).toEqual(expected)
  })

  it('knows the kinds that were added', () => {
    const added = createCluster({ nodes: 1, latency: 'zero' })
    const create = (path: string, body: object) => added.request({ verb: 'create', path, body })
    create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'carts.shop.example' },
      spec: {
        group: 'shop.example', scope: 'Namespaced', names: { plural: 'carts', singular: 'cart', kind: 'Cart', shortNames: ['ca'] },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } } } }],
      },
    })
    added.run({ for: 1000 })
    create('/apis/shop.example/v1/namespaces/default/carts', { apiVersion: 'shop.example/v1', kind: 'Cart', metadata: { name: 'mine' }, spec: { size: 1 } })
    const of = (line: string) => complete(line, added.world(), added.now).candidates.map((c) => c.text)
    expect([of('get car'), of('get carts.shop.example '), of('delete ca/'), of('explain carts.spec.')]).toEqual([['carts.shop.example'], ['mine'], ['ca/mine'], ['carts.spec.size']])
  })

  it('says what a verb is for', () => {
    expect(complete('get', world, cluster.now).candidates[0]).toMatchObject({ text: 'get', hint: expect.stringMatching(/\w/) })
  })
})
