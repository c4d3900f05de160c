import { describe, expect, test } from 'vitest'
import type { KubeObject, Pod, ResourceList } from '../types.ts'
import { exceeding, mask, minusAtLeastZero, plus, print, sameAmounts } from './amounts.ts'
import { podConstraints } from './pods.ts'
import { inScope } from './scopes.ts'
import { countedOf, usageOf } from './usage.ts'

const now = Date.parse('2026-01-05T09:00:00Z')
const core = (plural: string) => ({ group: '', plural })
const object = (fields: object): KubeObject => ({ apiVersion: 'v1', kind: 'X', metadata: { name: 'x' }, ...fields }) as never
const pod = (spec: object, rest: object = {}): Pod => object({ spec: { containers: [], ...spec }, ...rest }) as Pod
const container = (name: string, requests: ResourceList, limits: ResourceList = {}) => ({ name, resources: { requests, limits } })

describe('amounts', () => {
  test('are added, subtracted, compared and printed by value', () => {
    expect(plus({ cpu: '100m', pods: '1' }, { cpu: '0.9' })).toEqual({ cpu: '1', pods: '1' })
    expect(minusAtLeastZero({ cpu: '1' }, { cpu: '2', memory: '1Gi' })).toEqual({ cpu: '0', memory: '0' })
    expect(exceeding({ cpu: '1100m', pods: '2', free: '9' }, { cpu: '1', pods: '2' })).toEqual(['cpu'])
    expect(sameAmounts({ cpu: '1' }, { cpu: '1000m' })).toBe(true)
    expect(print(mask({ b: '2Gi', a: '1', c: '3' }, ['a', 'b']))).toBe('a=1,b=2Gi')
  })
})

describe('what is used by', () => {
  test.each<[string, { group: string; plural: string }, KubeObject, ResourceList]>([
    [
      'a pod: the sum of its containers, or its largest init container',
      core('pods'),
      pod({ containers: [container('a', { cpu: '100m', memory: '1Gi' }, { cpu: '1' }), container('b', { cpu: '200m' })], initContainers: [container('i', { cpu: '250m', memory: '2Gi' })] }),
      { 'count/pods': '1', pods: '1', cpu: '300m', 'requests.cpu': '300m', 'limits.cpu': '1', memory: '2Gi', 'requests.memory': '2Gi' },
    ],
    ['a pod with a device', core('pods'), pod({ containers: [container('a', { 'example.com/gpu': '2' })] }), { 'count/pods': '1', pods: '1', 'requests.example.com/gpu': '2' }],
    ['a pod that has ended', core('pods'), pod({ containers: [container('a', { cpu: '1' })] }, { status: { phase: 'Succeeded' } }), { 'count/pods': '1' }],
    ['a config map', core('configmaps'), object({}), { 'count/configmaps': '1', configmaps: '1' }],
    ['a deployment', { group: 'apps', plural: 'deployments' }, object({}), { 'count/deployments.apps': '1' }],
    ['a service', core('services'), object({ spec: { type: 'ClusterIP', ports: [{}] } }), { 'count/services': '1', services: '1', 'services.loadbalancers': '0', 'services.nodeports': '0' }],
    ['a service with node ports', core('services'), object({ spec: { type: 'LoadBalancer', ports: [{}, {}] } }), { 'count/services': '1', services: '1', 'services.loadbalancers': '1', 'services.nodeports': '2' }],
    [
      'a claim',
      core('persistentvolumeclaims'),
      object({ spec: { storageClassName: 'gold', resources: { requests: { storage: '2Gi' } } } }),
      {
        'count/persistentvolumeclaims': '1', persistentvolumeclaims: '1', 'requests.storage': '2Gi',
        'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '1', 'gold.storageclass.storage.k8s.io/requests.storage': '2Gi',
      },
    ],
    [
      'a claim that has been set aside more than it asks for, which is no whole number of bytes',
      core('persistentvolumeclaims'),
      object({ spec: { resources: { requests: { storage: '2500m' } } }, status: { allocatedResources: { storage: '3100m' } } }),
      { 'count/persistentvolumeclaims': '1', persistentvolumeclaims: '1', 'requests.storage': '4' },
    ],
    [
      'a claim that asks for more than has been set aside',
      core('persistentvolumeclaims'),
      object({ spec: { resources: { requests: { storage: '9Gi' } } }, status: { allocatedResources: { storage: '4Gi' } } }),
      { 'count/persistentvolumeclaims': '1', persistentvolumeclaims: '1', 'requests.storage': '9Gi' },
    ],
    [
      'a claim for devices: all of one class are many, of alternatives the largest counts',
      { group: 'resource.k8s.io', plural: 'resourceclaims' },
      object({ spec: { devices: { requests: [
        { name: 'a', exactly: { deviceClassName: 'fast', allocationMode: 'ExactCount', count: 3 } },
        { name: 'b', exactly: { deviceClassName: 'disk', allocationMode: 'All' } },
        { name: 'c', firstAvailable: [{ deviceClassName: 'fast', count: 1 }, { deviceClassName: 'fast', count: 4 }, { deviceClassName: 'slow', count: 8 }] },
      ] } } }),
      { 'count/resourceclaims.resource.k8s.io': '1', 'fast.deviceclass.resource.k8s.io/devices': '7', 'disk.deviceclass.resource.k8s.io/devices': '32', 'slow.deviceclass.resource.k8s.io/devices': '8' },
    ],
  ])('%s', (_, kind, given, usage) => {
    expect(usageOf(kind, given, now)).toEqual(usage)
    expect(countedOf(kind, Object.keys(usage)).toSorted()).toEqual(Object.keys(usage).toSorted())
  })
})

test('every container has to say what is limited, though not every kind of it', () => {
  const given = pod({ containers: [container('b', {}), container('a', { cpu: '1' })], initContainers: [container('i', {})] })
  expect(podConstraints(['pods', 'requests.cpu', 'limits.memory', 'requests.ephemeral-storage'], given)).toBe('must specify limits.memory for: a,b,i; requests.cpu for: b,i')
  expect(podConstraints(['pods'], given)).toBeUndefined()
  expect(podConstraints(['requests.cpu', 'memory'], pod({ containers: [{ name: 'a' }], resources: { limits: { memory: '1Gi' } } }))).toBeUndefined()
})

describe('a quota is about', () => {
  const high = pod({ priorityClassName: 'high', activeDeadlineSeconds: 5, containers: [container('a', { cpu: '1' })] })
  const plain = pod({ containers: [{ name: 'a' }] })
  const scoped = (scopeName: string, operator: string, values?: string[]) => ({ scopeSelector: { matchExpressions: [{ scopeName, operator, values }] } })
  test.each<[object, boolean, boolean]>([
    [{}, true, true],
    [{ scopes: ['Terminating'] }, true, false],
    [{ scopes: ['NotTerminating'] }, false, true],
    [{ scopes: ['BestEffort'] }, false, true],
    [{ scopes: ['NotBestEffort', 'Terminating'] }, true, false],
    [{ scopes: ['PriorityClass'] }, true, false],
    [scoped('PriorityClass', 'In', ['high']), true, false],
    [scoped('PriorityClass', 'NotIn', ['high']), false, true],
    [scoped('PriorityClass', 'DoesNotExist'), false, true],
    [{ scopes: ['CrossNamespacePodAffinity'] }, false, false],
  ])('%j: of a pod with a priority and a deadline %s, of a plain one %s', (spec, first, second) => {
    const quota = object({ spec })
    expect([inScope(quota, 'pods', high), inScope(quota, 'pods', plain)]).toEqual([first, second])
    expect(inScope(quota, 'services', object({}))).toBe(Object.keys(spec).length === 0)
  })
})

test.each<[string, string[] | undefined, object, boolean]>([
  ['In', ['gold'], { spec: { volumeAttributesClassName: 'gold' } }, true],
  ['In', ['gold'], { spec: { volumeAttributesClassName: 'iron' }, status: { currentVolumeAttributesClassName: 'gold' } }, true],
  ['In', ['gold'], { spec: {}, status: { modifyVolumeStatus: { targetVolumeAttributesClassName: 'gold' } } }, true],
  ['In', ['gold'], { spec: {} }, false],
  ['NotIn', ['gold'], { spec: {} }, true],
  ['NotIn', ['gold'], { spec: { volumeAttributesClassName: 'gold' }, status: { currentVolumeAttributesClassName: 'iron' } }, true],
  ['Exists', undefined, { spec: {}, status: { currentVolumeAttributesClassName: 'iron' } }, true],
  ['DoesNotExist', undefined, { spec: { volumeAttributesClassName: 'gold' } }, false],
])('a quota for claims whose class is %s %j: %j %s', (operator, values, claim, wanted) => {
  const quota = object({ spec: { scopeSelector: { matchExpressions: [{ scopeName: 'VolumeAttributesClass', operator, values }] } } })
  expect(inScope(quota, 'persistentvolumeclaims', object(claim))).toBe(wanted)
})
