import { describe, expect, it } from 'vitest'
import type { PodSpecShort, Situation } from '../testing/builders.ts'
import { shortVerdict, verdict } from '../testing/verdict.ts'

const zone = 'topology.kubernetes.io/zone'
const using = (claimName: string): PodSpecShort => ({ spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] } })
const bindingMode = (name: string, volumeBindingMode: string, more: object = {}) => ({ metadata: { name }, volumeBindingMode, provisioner: 'example.com/disk', ...more })
const claim = (name: string, spec: object, meta: object = {}, phase = 'Pending') =>
  ({ metadata: { name, namespace: 'default', uid: `claim-${name}`, ...meta }, spec: { accessModes: ['ReadWriteOnce'], ...spec }, status: { phase } })
const boundTo = (volumeName: string, more: object = {}) =>
  claim('data', { volumeName, ...more }, { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }, 'Bound')
const volume = (name: string, spec: object, labels?: object) => ({
  metadata: { name, ...(labels === undefined ? {} : { labels }) },
  spec: { accessModes: ['ReadWriteOnce'], capacity: { storage: '10Gi' }, ...spec }, status: { phase: 'Available' },
})
const onHost = (value: string) => ({ nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'host', operator: 'In', values: [value] }] }] } } })
const nodes = [{ name: 'a', labels: { host: 'a', [zone]: 'east' } }, { name: 'b', labels: { host: 'b', [zone]: 'west' } }]

describe('VolumeBinding', () => {
  const refusedEarly: [what: string, objects: Situation['objects'], message: string][] = [
    ['a claim that is not there', {}, 'persistentvolumeclaim "data" not found'],
    [
      'a claim that waits for its volume', { storageclasses: [bindingMode('now', 'Immediate')], persistentvolumeclaims: [claim('data', { storageClassName: 'now' })] },
      'pod has unbound immediate PersistentVolumeClaims',
    ],
    ['a claim of a class that nobody knows waits as well', { persistentvolumeclaims: [claim('data', { storageClassName: 'x' })] }, 'pod has unbound immediate PersistentVolumeClaims'],
    [
      'a claim that is going', { persistentvolumeclaims: [claim('data', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' })] },
      'persistentvolumeclaim "data" is being deleted',
    ],
    [
      'a claim that has lost its volume', { persistentvolumeclaims: [claim('data', { volumeName: 'gone' }, {}, 'Lost')] },
      'persistentvolumeclaim "data" bound to non-existent persistentvolume "gone"',
    ],
  ]
  it.each(refusedEarly)('refuses %s before any node is looked at', (_what, objects, message) => {
    expect(verdict({ nodes, ...(objects === undefined ? {} : { objects }) }, using('data'))).toMatchObject({ feasible: [], preFilter: message })
  })

  const late = bindingMode('late', 'WaitForFirstConsumer', { provisioner: 'kubernetes.io/no-provisioner' })
  const wanting = claim('data', { storageClassName: 'late', resources: { requests: { storage: '5Gi' } } })
  const noVolume = "node(s) didn't find available persistent volumes to bind"

  it('finds no node when no volume is there and none can be made', () => {
    const given = { nodes, objects: { storageclasses: [late], persistentvolumeclaims: [wanting] } }
    expect(shortVerdict(given, using('data'))).toEqual({ feasible: [], because: [`a: ${noVolume}`, `b: ${noVolume}`] })
    expect(verdict(given, using('data')).resolvable).toEqual([])
  })

  it('takes the node where a fitting volume lies', () => {
    const volumes = [
      volume('small', { storageClassName: 'late', capacity: { storage: '1Gi' }, ...onHost('b') }),
      volume('other-class', { storageClassName: 'x', ...onHost('b') }),
      volume('right', { storageClassName: 'late', ...onHost('a') }),
    ]
    const given = { nodes, objects: { storageclasses: [late], persistentvolumeclaims: [wanting], persistentvolumes: volumes } }
    expect(shortVerdict(given, using('data'))).toEqual({ feasible: ['a'], because: [`b: ${noVolume}`] })
  })

  it('has a volume made where the class allows it', () => {
    const topologies = { provisioner: 'example.com/disk', allowedTopologies: [{ matchLabelExpressions: [{ key: zone, values: ['west'] }] }] }
    const objects = { storageclasses: [bindingMode('late', 'WaitForFirstConsumer', topologies)], persistentvolumeclaims: [wanting] }
    expect(shortVerdict({ nodes, objects }, using('data'))).toEqual({ feasible: ['b'], because: [`a: ${noVolume}`] })
  })

  it('goes where its bound volume can be reached', () => {
    const objects = { persistentvolumeclaims: [boundTo('disk')], persistentvolumes: [volume('disk', onHost('b'))] }
    expect(shortVerdict({ nodes, objects }, using('data'))).toEqual({ feasible: ['b'], because: ["a: node(s) didn't match PersistentVolume's node affinity"] })
  })

  it('says that the volume is gone, when it is the first to be asked', () => {
    const objects = { persistentvolumeclaims: [boundTo('gone')] }
    const configuration = { profiles: [{ plugins: { multiPoint: { disabled: [{ name: 'VolumeZone' }] } } }] }
    expect(shortVerdict({ nodes, objects, configuration }, using('data')).because[0])
      .toBe('a: node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)')
    // With all plugins VolumeZone looks the volume up before any node is filtered.
    expect(verdict({ nodes, objects }, using('data')).preFilter).toBe('persistentvolume "gone" not found')
  })
})

describe('VolumeZone', () => {
  it('keeps a pod in the zone of its volume', () => {
    const objects = { persistentvolumeclaims: [boundTo('disk')], persistentvolumes: [volume('disk', {}, { [zone]: 'west' })] }
    expect(shortVerdict({ nodes, objects }, using('data'))).toEqual({ feasible: ['b'], because: ['a: node(s) had no available volume zone'] })
  })

  it('knows volumes of several zones, and labels of older days', () => {
    const labels = { 'failure-domain.beta.kubernetes.io/zone': 'east__south' }
    const objects = { persistentvolumeclaims: [boundTo('disk')], persistentvolumes: [volume('disk', {}, labels)] }
    expect(verdict({ nodes, objects }, using('data')).feasible).toEqual(['a'])
  })

  it('does not look at nodes without zones', () => {
    const objects = { persistentvolumeclaims: [boundTo('disk')], persistentvolumes: [volume('disk', {}, { [zone]: 'west' })] }
    expect(verdict({ nodes: [{ name: 'a' }], objects }, using('data')).feasible).toEqual(['a'])
  })
})

describe('VolumeRestrictions', () => {
  it('gives a ReadWriteOncePod claim to one pod only, wherever that is', () => {
    const objects = { persistentvolumeclaims: [boundTo('disk', { accessModes: ['ReadWriteOncePod'] })], persistentvolumes: [volume('disk', {})] }
    expect(verdict({ nodes, objects }, using('data')).feasible).toEqual(['a', 'b'])
    const found = verdict({ nodes, objects, existing: [{ name: 'holder', node: 'a', ...using('data') }] }, using('data'))
    const words = 'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod'
    expect(found).toMatchObject({ feasible: [], rejected: { a: [words], b: [words] }, resolvable: ['a', 'b'] })
  })
})
