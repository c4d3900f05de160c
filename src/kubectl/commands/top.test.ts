import { beforeAll, describe, expect, test } from 'vitest'
import { createCluster } from '../../engine/index.ts'
import { kubectl } from '../kubectl.ts'

test('without a metrics-server there is no metrics API', () => {
  const cluster = createCluster({ nodes: 1 })
  expect(kubectl(cluster, 'top pods')).toEqual({ stdout: '', stderr: 'error: Metrics API not available\n', exitCode: 1 })
})

describe('with a metrics-server', () => {
  const cluster = createCluster({ nodes: 1, metricsServer: true })
  const busy = { name: 'burn', image: 'busybox:1.36', command: ['sh', '-c', 'while true; do :; done'], resources: { limits: { cpu: '500m' } } }
  const calm = { name: 'rest', image: 'busybox:1.36', command: ['sleep', '3600'] }
  const early: string[] = []
  const make = (name: string, ...containers: object[]): void => {
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { name } }, spec: { containers } } as never
    cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body })
  }
  beforeAll(() => {
    early.push(kubectl(cluster, 'top pods').stderr)
    make('hot', busy)
    make('calm', calm)
    make('mixed', busy, calm)
    cluster.run({ for: '8s' })
    early.push(kubectl(cluster, 'top pods').stderr)
    cluster.run({ for: '60s' })
  })
  const cells = (line: string): string[][] => kubectl(cluster, line).stdout.split('\n').filter(Boolean).map((text) => text.trim().split(/\s+/))

  test.each<[string, (string | RegExp)[][]]>([
    ['top pods', [['NAME', 'CPU(cores)', 'MEMORY(bytes)'], ['calm', '0m', /Mi$/], ['hot', '500m', /Mi$/], ['mixed', '500m', /Mi$/]]],
    ['top pod hot --no-headers', [['hot', '500m', /Mi$/]]],
    ['top pods -l name=calm --no-headers', [['calm', '0m', /Mi$/]]],
    ['top pods -A --sort-by=cpu --no-headers', [['default', 'hot', '500m', /Mi$/], ['default', 'mixed', '500m', /Mi$/], ['default', 'calm', '0m', /Mi$/]]],
    ['top pods mixed --containers', [['POD', 'NAME', 'CPU(cores)', 'MEMORY(bytes)'], ['mixed', 'burn', '500m', /Mi$/], ['mixed', 'rest', '0m', /Mi$/]]],
    ['top nodes', [['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)'], ['node1', '1060m', '26%', /Mi$/, /%$/]]],
    ['top nodes --show-swap --no-headers', [['node1', '1060m', '26%', /Mi$/, /%$/, '<unknown>', '<unknown>']]],
    ['top pods hot --show-swap', [['NAME', 'CPU(cores)', 'MEMORY(bytes)', 'SWAP(bytes)'], ['hot', '500m', /Mi$/, '0Mi']]],
  ])('%s', (line, wanted) => {
    const shown = cells(line)
    expect(shown).toHaveLength(wanted.length)
    wanted.forEach((row, i) => row.forEach((cell, j) => expect(shown[i]![j]).toMatch(cell)))
  })

  test('before there is anything to show', () => {
    expect(early).toEqual(['No resources found in default namespace.\n', 'error: metrics not available yet\n'])
  })

  test('a node that nobody has measured', () => {
    cluster.request({ verb: 'POST', path: '/api/v1/nodes', body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'silent' }, spec: { unschedulable: true } } as never })
    expect(cells('top nodes --no-headers').at(-1)).toEqual(['silent', '<unknown>', '<unknown>', '<unknown>', '<unknown>'])
  })

  test('what is not there', () => {
    expect(kubectl(cluster, 'top pod absent').stderr).toBe('Error from server (NotFound): podmetrics.metrics.k8s.io "default/absent" not found\n')
    expect(kubectl(cluster, 'top pods --sort-by=age').stderr).toBe('error: --sort-by accepts only cpu or memory\n')
  })
})
