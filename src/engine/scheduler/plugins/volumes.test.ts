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

  it('gives the smaller claim the smaller volume, whichever the pod names first', () => {
    const sized = (name: string, storage: string) => claim(name, { storageClassName: 'late', resources: { requests: { storage } } })
    const ofSize = (name: string, storage: string) => volume(name, { storageClassName: 'late', capacity: { storage }, ...onHost('a') })
    const objects = { storageclasses: [late], persistentvolumeclaims: [sized('large', '6Gi'), sized('small', '1Gi')], persistentvolumes: [ofSize('five', '5Gi'), ofSize('ten', '10Gi')] }
    const both = { spec: { volumes: ['large', 'small'].map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })) } }
    expect(verdict({ nodes, objects }, both).feasible).toEqual(['a'])
    const middling = { ...objects, persistentvolumeclaims: [sized('large', '4Gi'), sized('small', '1Gi')], persistentvolumes: [ofSize('one', '1Gi'), ofSize('five', '5Gi')] }
    expect(verdict({ nodes, objects: middling }, both).feasible).toEqual(['a'])
  })

  it('takes only a volume of the same VolumeAttributesClass', () => {
    const given = (volumeAttributesClassName?: string) => verdict({ nodes, objects: {
      storageclasses: [late], persistentvolumeclaims: [claim('data', { storageClassName: 'late', volumeAttributesClassName: 'gold' })],
      persistentvolumes: [volume('disk', { storageClassName: 'late', ...(volumeAttributesClassName === undefined ? {} : { volumeAttributesClassName }) })],
    } }, using('data')).feasible
    expect([given(), given('iron'), given('gold')]).toEqual([[], [], ['a', 'b']])
  })

  const made = bindingMode('late', 'WaitForFirstConsumer', { provisioner: 'disk.example.com' })
  const room = (name: string, where: object | undefined, capacity?: string, maximumVolumeSize?: string) =>
    ({ metadata: { name, namespace: 'kube-system' }, storageClassName: 'late', ...(where === undefined ? {} : { nodeTopology: { matchLabels: where } }), capacity, maximumVolumeSize })
  const spaces: [what: string, tells: boolean, rooms: object[], feasible: string[]][] = [
    ['a driver that does not tell how much it has', false, [], ['a', 'b']],
    ['nothing is told', true, [], []],
    ['room on one node', true, [room('one', { host: 'a' }, '10Gi'), room('two', { host: 'b' }, '1Gi')], ['a']],
    ['the largest volume counts, not the sum', true, [room('one', { host: 'a' }, '100Gi', '1Gi'), room('two', { host: 'b' }, '6Gi', '5Gi')], ['b']],
    ['no topology reaches no node', true, [room('one', undefined, '10Gi'), room('all', {}, '10Mi')], []],
    ['another class', true, [{ ...room('one', { host: 'a' }, '10Gi'), storageClassName: 'other' }], []],
  ]
  it.each(spaces)('has a volume made only where there is room: %s', (_what, storageCapacity, csistoragecapacities, feasible) => {
    const objects = { storageclasses: [made], persistentvolumeclaims: [wanting], csidrivers: [{ metadata: { name: 'disk.example.com' }, spec: { storageCapacity } }], csistoragecapacities }
    const found = shortVerdict({ nodes, objects }, using('data'))
    const short = 'node(s) did not have enough free storage'
    expect(found).toEqual({ feasible, because: ['a', 'b'].filter((name) => !feasible.includes(name)).map((name) => `${name}: ${short}`) })
  })

  it('goes where its bound volume can be reached', () => {
    const objects = { persistentvolumeclaims: [boundTo('disk')], persistentvolumes: [volume('disk', onHost('b'))] }
    expect(shortVerdict({ nodes, objects }, using('data'))).toEqual({ feasible: ['b'], because: ["a: node(s) didn't match PersistentVolume's node affinity"] })
  })

  it.each([
    [['there', 'gone'], "a: node(s) didn't match PersistentVolume's node affinity"],
    [['gone', 'there'], 'a: node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'],
  ])('says what is wrong with the first of several claims: %s', (order, because) => {
    const claimed = order.map((name) => ({ ...boundTo(name), metadata: { ...boundTo(name).metadata, name } }))
    const configuration = { profiles: [{ plugins: { multiPoint: { disabled: [{ name: 'VolumeZone' }] } } }] }
    const given = { spec: { volumes: order.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })) } }
    expect(shortVerdict({ nodes, objects: { persistentvolumeclaims: claimed, persistentvolumes: [volume('there', onHost('b'))] }, configuration }, given).because[0]).toBe(because)
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

describe('NodeVolumeLimits', () => {
  const driver = 'disk.example.com'
  const disk = (name: string) => volume(name, { csi: { driver, volumeHandle: `h-${name}` } })
  const bound = (name: string) => claim(name, { volumeName: name }, { annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }, 'Bound')
  const limit = (name: string, count?: number) => ({ metadata: { name }, spec: { drivers: [{ name: driver, nodeID: name, ...(count === undefined ? {} : { allocatable: { count } }) }] } })
  const on = (node: string, name: string, ...claimNames: string[]) => ({ name, node, spec: { volumes: claimNames.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })) } })
  const all = ['one', 'two', 'three', 'new']
  const stored = { persistentvolumes: all.map(disk), persistentvolumeclaims: all.map(bound) }
  const wants = (...claimNames: string[]): PodSpecShort => ({ spec: on('', '', ...claimNames).spec })
  const full = 'node(s) exceed max volume count'
  const cases: [what: string, objects: Situation['objects'], existing: PodSpecShort[], pod: PodSpecShort, because: string[]][] = [
    ['nobody tells a limit', { csinodes: [limit('a'), limit('b')] }, [on('a', 'p', 'one', 'two')], wants('new'), []],
    ['room on one node', { csinodes: [limit('a', 2), limit('b', 2)] }, [on('a', 'p', 'one', 'two'), on('b', 'q', 'three')], wants('new'), [`a: ${full}`]],
    ['a volume that several pods have is one', { csinodes: [limit('a', 2), limit('b', 0)] }, [on('a', 'p', 'one'), on('a', 'q', 'one')], wants('new'), [`b: ${full}`]],
    ['a volume that is there already', { csinodes: [limit('a', 1), limit('b', 0)] }, [on('a', 'p', 'one')], wants('one'), [`b: ${full}`]],
    ['what the pod itself brings', { csinodes: [limit('a', 2), limit('b', 1)] }, [], wants('one', 'new'), [`b: ${full}`]],
    [
      'what is attached though no pod has it', { csinodes: [limit('a', 1), limit('b', 1)], volumeattachments: [{ metadata: { name: 'x' }, spec: { nodeName: 'a', attacher: driver, source: { persistentVolumeName: 'one' } } }] },
      [], wants('new'), [`a: ${full}`],
    ],
    [
      'a claim whose volume is still to be made', {
        csinodes: [limit('a', 1), limit('b', 1)], storageclasses: [bindingMode('late', 'WaitForFirstConsumer', { provisioner: driver })],
        persistentvolumeclaims: [bound('one'), claim('open', { storageClassName: 'late' })],
      },
      [on('a', 'p', 'one')], wants('open'), [`a: ${full}`],
    ],
    ['a pod without volumes', { csinodes: [limit('a', 0), limit('b', 0)] }, [], {}, []],
  ]
  it.each(cases)('counts what a driver can attach to a node: %s', (_what, objects, existing, pod, because) => {
    const given = { nodes, existing, objects: { ...stored, ...objects } }
    expect(shortVerdict(given, pod).because).toEqual(because)
    expect(verdict(given, pod).resolvable).toEqual(because.map((line) => line[0]))
  })
})
