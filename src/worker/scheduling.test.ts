import { describe, expect, it } from 'vitest'
import { open } from '../engine/index.ts'
import type { Cluster } from '../engine/index.ts'
import '../kubectl/index.ts'
import type { Input, Scenario } from './protocol.ts'
import { explainNode } from './scheduling.ts'

const plainPod = (name: string, spec: object): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'app', image: 'nginx:1.27', ...spec }] },
})
const cpu = (amount: string) => ({ resources: { requests: { cpu: amount } } })

function film(files: Record<string, object>, before: string[] = [], scheduler?: object): Cluster {
  const texts = Object.fromEntries(
    Object.entries(files).map(([name, object]) => [`${name}.json`, JSON.stringify(object)]),
  )
  const lines = [...before, ...Object.keys(texts).map((name) => `apply -f ${name}`)]
  const cluster = open({
    apiVersion: 'podreel.dev/v1',
    kind: 'Scenario',
    metadata: { name: 'test' },
    spec: {
      title: { en: '', zh: '' },
      summary: { en: '', zh: '' },
      cluster: { nodes: 2, ...(scheduler === undefined ? {} : { scheduler }) },
      files: texts,
      script: lines.map((kubectl, i) => ({ at: i * 1000, kubectl })),
    },
  } as Scenario)
  cluster.run({ for: '8s' })
  return cluster
}

/** Index of the last step of filtering for a pod. */
function lastAttempt(cluster: Cluster, name: string): number {
  return cluster.trace.findLast(
    ({ detail, name: about }) => detail?.type === 'Filter' && about?.startsWith(name) === true,
  )!.index
}

const proposals = (cluster: Cluster, pod: string, node: string) =>
  explainNode(cluster, lastAttempt(cluster, pod), node)!.obstacles.flatMap((obstacle) => obstacle.proposals)

const inputFor = (cluster: Cluster, pod: string, node: string, type: string): Input | undefined =>
  proposals(cluster, pod, node).find(({ change }) => change.type === type)!.input

/** Does it, and gives what the scheduler says of that node the next time: its refusing plugins. */
function tried(cluster: Cluster, pod: string, input: Input): { exitCode: number; place: string | undefined } {
  const index = cluster.perform(input)
  cluster.run({ for: '40s' })
  const found = cluster
    .world()
    .list('Pod')
    .findLast(({ metadata }) => metadata.name.startsWith(pod))
  return {
    exitCode: cluster.ended.find(({ command }) => command === index)?.exitCode ?? -1,
    place: found?.['spec'].nodeName,
  }
}

describe('what would make it fit, as a command', () => {
  const cases: [what: string, type: string, before: string[], spec: object, line: string][] = [
    ['a cordon', 'Uncordon', ['cordon node1', 'cordon node2'], {}, 'uncordon node1'],
    ['a taint', 'RemoveTaints', ['taint node node1 node2 k=v:NoSchedule'], {}, 'taint node node1 k:NoSchedule-'],
    ['a toleration', 'AddTolerations', ['taint node node1 node2 k=v:NoSchedule'], {}, 'patch pod web'],
    ['a label', 'AddNodeLabels', [], { nodeSelector: { disk: 'ssd' } }, 'label node node1 disk=ssd --overwrite'],
    ['fewer wishes', 'RemoveSelectorParts', [], { nodeSelector: { disk: 'ssd' } }, 'replace --force -f -'],
    ['less to ask for', 'LowerRequests', [], cpu('10'), 'replace --force -f -'],
  ]
  it.each(cases)('%s', (_what, type, before, spec, line) => {
    const { nodeSelector, ...container } = spec as { nodeSelector?: object }
    const given = plainPod('web', container) as { spec: object }
    const cluster = film(
      { web: { ...given, spec: { ...given.spec, ...(nodeSelector === undefined ? {} : { nodeSelector }) } } },
      before,
    )
    const input = inputFor(cluster, 'web', 'node1', type)!
    expect(input.kubectl).toContain(line)
    expect(tried(cluster, 'web', input)).toMatchObject({ exitCode: 0, place: expect.stringMatching(/node/) })
  })

  it('writes a pod anew as it was written, with the change', () => {
    const cluster = film({ web: plainPod('web', cpu('10')) })
    expect(inputFor(cluster, 'web', 'node1', 'LowerRequests')!.stdin).toBe(`apiVersion: v1
kind: Pod
metadata:
  annotations: {}
  name: web
  namespace: default
spec:
  containers:
  - image: nginx:1.27
    name: app
    resources:
      requests:
        cpu: "4"
`)
  })

  it('changes the template of whoever keeps the pod', () => {
    const cluster = film(
      {
        web: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'web' },
          spec: {
            selector: { matchLabels: { app: 'web' } },
            template: {
              metadata: { labels: { app: 'web' } },
              spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] },
            },
          },
        },
      },
      ['taint node node1 node2 k=v:NoSchedule'],
    )
    const input = inputFor(cluster, 'web-', 'node1', 'AddTolerations')!
    expect(input.kubectl).toMatch(/^patch deployment web .*"path":"\/spec\/template\/spec\/tolerations"/)
    expect(tried(cluster, 'web-', input)).toMatchObject({ exitCode: 0, place: expect.stringMatching(/node/) })
  })

  it('knows no command for a larger machine', () => {
    expect(inputFor(film({ web: plainPod('web', cpu('10')) }), 'web', 'node1', 'RaiseAllocatable')).toBeUndefined()
  })
})

describe('an explanation', () => {
  it('reckons with pods whose binding was not written yet', () => {
    // Both are tried at once; the second one's refusal comes from the first, which etcd does not show there yet.
    const cluster = film({
      both: {
        apiVersion: 'v1',
        kind: 'List',
        items: [plainPod('one', cpu('3')), plainPod('two', cpu('3')), plainPod('three', cpu('3'))],
      },
    })
    const { obstacles } = explainNode(
      cluster,
      cluster.trace.find(({ detail, name }) => detail?.type === 'Filter' && name === 'three')!.index,
      'node1',
    )!
    expect(obstacles.map(({ reasons }) => reasons)).toEqual([['Insufficient cpu']])
  })

  it('is that of the profile', () => {
    const scheduler = { profiles: [{ plugins: { multiPoint: { disabled: [{ name: 'TaintToleration' }] } } }] }
    const cluster = film({ web: plainPod('web', cpu('10')) }, ['taint node node1 k=v:NoSchedule'], scheduler)
    expect(explainNode(cluster, lastAttempt(cluster, 'web'), 'node1')!.obstacles.map(({ plugin }) => plugin)).toEqual([
      'NodeResourcesFit',
    ])
  })

  it('there is none of a step that is no attempt', () => {
    expect(explainNode(film({ web: plainPod('web', {}) }), 0, 'node1')).toBeUndefined()
  })
})

it('a configuration that kube-scheduler refuses stops the film before it begins', () => {
  expect(() => film({}, [], { percentageOfNodesToScore: 101 })).toThrow(
    'percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]',
  )
})
