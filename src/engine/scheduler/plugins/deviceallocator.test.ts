import { describe, expect, it } from 'vitest'
import '../../cel.ts'
import type { Asked, ClaimSpec, Device, DeviceClass, DeviceRequest, ResourceClaim, ResourceSlice } from '../../api/resourceClaims.ts'
import { allocate, Programs } from './deviceallocator.ts'

const driver = 'gpu.example.com'
const node = { name: 'a', labels: { zone: 'east' } }

const gpu = (name: string, attributes: Device['attributes'] = {}, memory = '80Gi'): Device => ({ name, attributes, capacity: { memory: { value: memory } } })
const slice = (devices: Device[], more: Partial<ResourceSlice['spec']> = { nodeName: 'a' }, pool: Partial<ResourceSlice['spec']['pool']> = {}): ResourceSlice =>
  ({ metadata: { name: 's' }, spec: { driver, pool: { name: 'a', generation: 1, resourceSliceCount: 1, ...pool }, devices, ...more } }) as unknown as ResourceSlice
const deviceClass = (name: string, spec: DeviceClass['spec'] = {}): DeviceClass => ({ metadata: { name }, spec }) as unknown as DeviceClass
const claim = (requests: DeviceRequest[], more: Partial<NonNullable<ClaimSpec['devices']>> = {}, name = 'c'): ResourceClaim =>
  ({ metadata: { name, namespace: 'default', uid: name }, spec: { devices: { requests, ...more } } }) as unknown as ResourceClaim
const want = (name: string, asked: Partial<Asked> = {}): DeviceRequest => ({ name, exactly: { deviceClassName: 'gpu', ...asked } })
const where = (expression: string): Partial<Asked> => ({ selectors: [{ cel: { expression } }] })

const classes: Record<string, DeviceClass> = {
  gpu: deviceClass('gpu', { selectors: [{ cel: { expression: `device.driver == "${driver}"` } }], config: [{ opaque: { driver, parameters: { mode: 'shared' } } }] }),
  broken: deviceClass('broken', { selectors: [{ cel: { expression: `device.attributes["${driver}"].nothing == 1` } }] }),
}

/** Which devices are chosen: 'request=device'; or what is said. */
function chosen(claims: ResourceClaim[], slices: ResourceSlice[], taken: string[] = []): string[] | string {
  const found = allocate(claims, node, { slices, classOf: (name) => classes[name], taken: new Set(taken), programs: new Programs() })
  if ('error' in found) return found.error
  if ('refused' in found) return found.refused
  return found.flatMap(({ devices }) => devices.results.map(({ request, device }) => `${request}=${device}`))
}

const noneLeft = 'cannot allocate all claims'
const three = [slice([gpu('g0'), gpu('g1', {}, '40Gi'), gpu('g2')])]

describe('devices for claims on a node', () => {
  it.each<[string, ResourceClaim[], ResourceSlice[], string[], string[] | string]>([
    ['the first that is free', [claim([want('r')])], three, [`${driver}/a/g0`], ['r=g1']],
    ['as many as are asked for', [claim([want('r', { count: 2 })])], three, [], ['r=g0', 'r=g1']],
    ['more than there are', [claim([want('r', { count: 4 })])], three, [], noneLeft],
    ['only those that are selected', [claim([want('r', where(`device.capacity["${driver}"].memory.isLessThan(quantity("64Gi"))`))])], three, [], ['r=g1']],
    ['for all claims together', [claim([want('r')]), claim([want('s')], {}, 'd')], three, [], ['r=g0', 's=g1']],
    ['an earlier choice is taken back when a later request needs the device', [claim([want('any'), want('small', where(`device.capacity["${driver}"].memory.isLessThan(quantity("64Gi"))`))])], [slice([gpu('g1', {}, '40Gi'), gpu('g0')])], [], ['any=g0', 'small=g1']],
    ['all there are', [claim([want('r', { allocationMode: 'All' })])], three, [], ['r=g0', 'r=g1', 'r=g2']],
    ['all there are, of which one is in use', [claim([want('r', { allocationMode: 'All' })])], three, [`${driver}/a/g2`], noneLeft],
    ['all of nothing', [claim([want('r', { allocationMode: 'All', ...where('false') })])], three, [], noneLeft],
    ['one that is in use, for an administrator', [claim([want('r', { adminAccess: true })])], [slice([gpu('g0')])], [`${driver}/a/g0`], ['r=g0']],
    ['the first alternative that can be had', [claim([{ name: 'r', firstAvailable: [{ name: 'many', deviceClassName: 'gpu', count: 9 }, { name: 'one', deviceClassName: 'gpu', count: 1 }] }])], three, [], ['r/one=g0']],
  ])('%s', (_, claims, slices, taken, expected) => expect(chosen(claims, slices, taken)).toEqual(expected))

  it('all with the same value of an attribute', () => {
    const slices = [slice([gpu('g0', { rack: { string: 'x' } }), gpu('g1', { rack: { string: 'y' } }), gpu('g2'), gpu('g3', { rack: { string: 'y' } })])]
    const constraints = [{ matchAttribute: `${driver}/rack` }]
    expect(chosen([claim([want('r', { count: 2 })], { constraints })], slices)).toEqual(['r=g1', 'r=g3'])
    expect(chosen([claim([want('r', { count: 3 })], { constraints })], slices)).toBe(noneLeft)
    const onlyR = [{ matchAttribute: `${driver}/rack`, requests: ['r'] }]
    expect(chosen([claim([want('q'), want('r', { count: 2 })], { constraints: onlyR })], slices)).toEqual(['q=g0', 'r=g1', 'r=g3'])
    expect(chosen([claim([want('r', { allocationMode: 'All' })], { constraints })], slices)).toBe(`claim default/c, request r: cannot add device ${driver}/a/g1 because a claim constraint would not be satisfied`)
  })

  it.each<[string, ResourceSlice[], string[] | string]>([
    ['of another node', [slice([gpu('g0')], { nodeName: 'b' })], noneLeft],
    ['of all nodes', [slice([gpu('g0')], { allNodes: true })], ['r=g0']],
    ['of nodes that a selector chooses', [slice([gpu('g0')], { nodeSelector: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['east'] }] }] } })], ['r=g0']],
    ['of a pool that is not complete', [slice([gpu('g0')], { nodeName: 'a' }, { resourceSliceCount: 2 })], noneLeft],
    ['of an old generation', [slice([gpu('old')]), slice([gpu('new')], { nodeName: 'a' }, { generation: 2 })], ['r=new']],
    ['with one name twice', [slice([gpu('g0')], { nodeName: 'a' }, { resourceSliceCount: 2 }), slice([gpu('g0')], { nodeName: 'a' }, { resourceSliceCount: 2 })], 'invalid resource pools were encountered'],
  ])('devices %s', (_, slices, expected) => expect(chosen([claim([want('r')])], slices)).toEqual(expected))

  it.each<[DeviceRequest, string]>([
    [want('r', { deviceClassName: 'nobody' }), 'claim default/c, request r: could not retrieve device class nobody: deviceclass.resource.k8s.io "nobody" not found'],
    [want('r', { deviceClassName: 'broken' }), `class broken: selector #0 on device ${driver}/a/g0: CEL runtime error: no such key: nothing`],
    [want('r', where('device.nothing')), "claim default/c: selector #0: CEL compile error: compilation failed: ERROR: <input>:1:7: undefined field 'nothing'\n | device.nothing\n | ......^"],
  ])('what is wrong with %j', (request, error) => expect(chosen([claim([request])], three)).toBe(error))

  it('says where the devices are, and what the class and the claim have set', () => {
    const own = { opaque: { driver, parameters: { mode: 'alone' } } }
    const given = claim([want('r'), want('s')], { config: [{ ...own, requests: ['s'] }] })
    expect(allocate([given], node, { slices: three, classOf: (name) => classes[name], taken: new Set(), programs: new Programs() })).toEqual([
      {
        devices: {
          results: [{ request: 'r', driver, pool: 'a', device: 'g0' }, { request: 's', driver, pool: 'a', device: 'g1' }],
          config: [{ source: 'FromClass', opaque: { driver, parameters: { mode: 'shared' } } }, { source: 'FromClaim', requests: ['s'], ...own }],
        },
        nodeSelector: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }] },
      },
    ])
  })
})
