import { describe, expect, it } from 'vitest'
import { kindTypes } from './schema.generated.ts'
import {
  apiVersionOf,
  findByKindName,
  findKind,
  findResource,
  groupResource,
  matchResource,
  resources,
} from './resources.ts'

describe('resources', () => {
  it('are found by what names them', () => {
    expect(findResource('', 'v1', 'pods')?.kind).toBe('Pod')
    expect(findResource('apps', 'v1', 'deployments')?.kind).toBe('Deployment')
    expect(findResource('apps', 'v1beta1', 'deployments')).toBeUndefined()
    expect(findKind('batch/v1', 'Job')?.plural).toBe('jobs')
    expect(findByKindName('Event')?.group).toBe('')
    expect(findByKindName('__proto__')).toBeUndefined()
  })

  it.each([
    ['po', 'pods'],
    ['pod', 'pods'],
    ['Pods', 'pods'],
    ['pods.v1', 'pods'],
    ['deploy', 'deployments.apps'],
    ['deployments.apps', 'deployments.apps'],
    ['deployments.v1.apps', 'deployments.apps'],
    ['ep', 'endpoints'],
    ['crds', 'customresourcedefinitions.apiextensions.k8s.io'],
    ['events.events.k8s.io', 'events.events.k8s.io'],
    ['hpa', 'horizontalpodautoscalers.autoscaling'],
    ['netpol', 'networkpolicies.networking.k8s.io'],
  ])('kubectl means by %s %s', (word, name) => expect(groupResource(matchResource(word)!)).toBe(name))

  it.each(['pood', 'pods.apps', 'deployments.v2.apps', ''])('kubectl knows no %j', (word) =>
    expect(matchResource(word)).toBeUndefined(),
  )

  it('every stored kind has a schema', () => {
    const without = resources.map((r) => `${apiVersionOf(r)}/${r.kind}`).filter((key) => !Object.hasOwn(kindTypes, key))
    expect(without).toEqual([])
  })
})
