import { describe, expect, it } from 'vitest'
import '../../kinds.ts'
import { made, object, pod } from '../testdata/objects.ts'
import type { KubeObject } from '../types.ts'
import { paths, type FieldSet } from './fieldSet.ts'
import { managerOf, trackUpdate } from './track.ts'

type Fields = Record<string, any>

const entries = (object: KubeObject): Fields[] => (object.metadata.managedFields ?? []) as Fields[]
const managers = (object: KubeObject): string[] => entries(object).map((entry) => entry['manager'] as string)
const fieldsOf = (object: KubeObject, manager: string): string[] =>
  entries(object)
    .filter((entry) => entry['manager'] === manager)
    .flatMap((entry) => paths(entry['fieldsV1'] as FieldSet))

describe('who writes owns', () => {
  const created = trackUpdate(made(pod({}, { labels: { app: 'web' } })), undefined, { manager: 'kubectl-run', now: 0 })

  it('everything that it sent, and what was filled in', () => {
    expect(entries(created)).toEqual([
      {
        manager: 'kubectl-run',
        operation: 'Update',
        apiVersion: 'v1',
        time: '1970-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': {
            'f:containers': {
              'k:{"name":"c"}': {
                '.': {},
                'f:image': {},
                'f:imagePullPolicy': {},
                'f:name': {},
                'f:resources': {},
                'f:terminationMessagePath': {},
                'f:terminationMessagePolicy': {},
              },
            },
            'f:dnsPolicy': {},
            'f:enableServiceLinks': {},
            'f:restartPolicy': {},
            'f:schedulerName': {},
            'f:securityContext': {},
            'f:serviceAccount': {},
            'f:serviceAccountName': {},
            'f:terminationGracePeriodSeconds': {},
          },
        },
      },
    ])
  })

  it('the status, at the subresource', () => {
    const status = {
      phase: 'Running',
      qosClass: 'BestEffort',
      hostIPs: [{ ip: '172.18.0.2' }],
      podIPs: [{ ip: '10.244.1.5' }],
      conditions: [{ type: 'Ready', status: 'True', lastProbeTime: null }],
      containerStatuses: [{ name: 'c' }],
    }
    const next = { ...created, spec: {}, status }
    const running = trackUpdate(next, created, { manager: 'kubelet', subresource: 'status', now: 5000 })
    expect(entries(running)[1]).toEqual({
      manager: 'kubelet',
      operation: 'Update',
      apiVersion: 'v1',
      time: '1970-01-01T00:00:05Z',
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:status': {
          'f:conditions': {
            '.': {},
            'k:{"type":"Ready"}': { '.': {}, 'f:lastProbeTime': {}, 'f:status': {}, 'f:type': {} },
          },
          'f:containerStatuses': {},
          'f:hostIPs': {},
          'f:phase': {},
          'f:podIPs': { '.': {}, 'k:{"ip":"10.244.1.5"}': { '.': {}, 'f:ip': {} } },
        },
      },
      subresource: 'status',
    })
    expect(entries(running)[0]).toEqual(entries(created)[0])
  })

  it('what it changes, and nobody else does any more', () => {
    const metadata = { ...created.metadata, labels: { app: 'other', tier: 'x' } }
    const labelled = trackUpdate({ ...created, metadata }, created, { manager: 'kubectl-label', now: 0 })
    expect(fieldsOf(labelled, 'kubectl-label')).toEqual(['.metadata.labels.app', '.metadata.labels.tier'])
    expect(fieldsOf(labelled, 'kubectl-run')).not.toContain('.metadata.labels.app')
    const { labels: _, ...unlabelled } = metadata
    const bare = trackUpdate(
      { ...labelled, metadata: { ...unlabelled, managedFields: labelled.metadata.managedFields! } },
      labelled,
      {
        manager: 'kubectl-edit',
        now: 0,
      },
    )
    expect(managers(bare)).toEqual(['kubectl-run'])
    expect(fieldsOf(bare, 'kubectl-run').filter((path) => path.startsWith('.metadata'))).toEqual([])
  })

  it('nothing by changing nothing', () => {
    const same = { ...created, metadata: { ...created.metadata, resourceVersion: '7', generation: 9 } }
    expect(trackUpdate(same, created, { manager: 'kubectl-edit', now: 9000 }).metadata.managedFields).toBe(
      created.metadata.managedFields,
    )
  })

  it.each([[[{}]], [[]]])('and cannot be cleared by leaving managedFields out, but by no entries or one empty one: %j', (managedFields) => {
    const { managedFields: _, ...metadata } = created.metadata
    const writer = { manager: 'x', now: 0 }
    expect(managers(trackUpdate({ ...created, metadata }, created, writer))).toEqual(['kubectl-run'])
    const reset = { ...created, metadata: { ...metadata, managedFields } } as KubeObject
    const cleared = trackUpdate(reset, created, writer)
    expect(cleared.metadata).not.toHaveProperty('managedFields')
    expect(trackUpdate({ ...cleared, spec: {} }, cleared, writer).metadata).not.toHaveProperty('managedFields')
  })

  it('until it is one of too many', () => {
    let live = created
    for (let i = 0; i < 15; i++) {
      const metadata = { ...live.metadata, annotations: { ...live.metadata.annotations, [`a${i}`]: 'x' } }
      live = trackUpdate({ ...live, metadata }, live, { manager: `writer-${i}`, now: i * 1000 + 1000 })
    }
    expect(managers(live)).toEqual(['ancient-changes', ...[6, 7, 8, 9, 10, 11, 12, 13, 14].map((i) => `writer-${i}`)])
    expect(fieldsOf(live, 'ancient-changes')).toContain('.metadata.annotations.a3')
  })

  it('under the name of its request', () => {
    expect(managerOf('me', 'kubectl/v1.34.1 (linux/amd64)')).toBe('me')
    expect(managerOf(undefined, 'kubectl/v1.34.1 (linux/amd64)')).toBe('kubectl')
    expect(managerOf('', 'curl')).toBe('curl')
  })
})

it('objects of every kind can be tracked', () => {
  for (const manifest of [
    object('v1/ConfigMap', { data: { a: 'b' } }),
    object('v1/Namespace', {}),
    object('v1/Secret', {}),
  ]) {
    const tracked = trackUpdate(made(manifest), undefined, { manager: 'm', now: 0 })
    expect(managers(tracked)).toEqual(['m'])
  }
})
