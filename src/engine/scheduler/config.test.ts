import { describe, expect, it } from 'vitest'
import type { KubeSchedulerConfiguration } from '../api/schedulerConfiguration.ts'
import { makeProfiles, validateConfiguration } from './config.ts'
import { situation } from './testing/builders.ts'

const { handle } = situation({ nodes: [] })
const pluginsAt = (configuration: KubeSchedulerConfiguration, point: 'filter' | 'score' | 'postFilter' | 'preEnqueue') =>
  makeProfiles(configuration, handle)[0]!.enabled[point].map(({ name }) => name)
const profile = (plugins: object): KubeSchedulerConfiguration => ({ profiles: [{ plugins }] })

describe('profiles', () => {
  it('run the default plugins in upstream’s order', () => {
    expect(pluginsAt({}, 'filter')).toEqual([
      'NodeUnschedulable', 'NodeName', 'TaintToleration', 'NodeAffinity', 'NodePorts', 'NodeResourcesFit', 'VolumeRestrictions', 'VolumeBinding',
      'VolumeZone', 'PodTopologySpread', 'InterPodAffinity',
    ])
    expect(pluginsAt({}, 'postFilter')).toEqual(['DynamicResources', 'DefaultPreemption'])
    expect(pluginsAt({}, 'preEnqueue')).toEqual(['SchedulingGates', 'DynamicResources', 'DefaultPreemption'])
  })

  it('leave out what is disabled at one point, or everywhere', () => {
    expect(pluginsAt(profile({ score: { disabled: [{ name: 'ImageLocality' }] } }), 'score')).not.toContain('ImageLocality')
    expect(pluginsAt(profile({ score: { disabled: [{ name: '*' }] } }), 'score')).toEqual([])
    const nowhere = profile({ multiPoint: { disabled: [{ name: 'TaintToleration' }] } })
    expect(pluginsAt(nowhere, 'filter')).not.toContain('TaintToleration')
    expect(pluginsAt(nowhere, 'score')).not.toContain('TaintToleration')
  })

  it('weigh as they are told; who is set at a point goes first', () => {
    const [made] = makeProfiles(profile({ score: { enabled: [{ name: 'NodeAffinity', weight: 10 }] } }), handle)
    expect(made!.weights.get('NodeAffinity')).toBe(10)
    expect(made!.weights.get('TaintToleration')).toBe(3)
    expect(made!.enabled.score[0]!.name).toBe('NodeAffinity')
    const [general] = makeProfiles(profile({ multiPoint: { enabled: [{ name: 'TaintToleration', weight: 7 }] } }), handle)
    expect(general!.weights.get('TaintToleration')).toBe(7)
    expect(general!.enabled.score[0]!.name).toBe('TaintToleration')
  })
})

describe('a bad configuration', () => {
  const cases: [configuration: KubeSchedulerConfiguration, error: string][] = [
    [{ percentageOfNodesToScore: 101 }, 'percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]'],
    [{ podInitialBackoffSeconds: 0 }, 'podInitialBackoffSeconds: Invalid value: 0: must be greater than 0'],
    [{ podInitialBackoffSeconds: 5, podMaxBackoffSeconds: 4 }, 'podMaxBackoffSeconds: Invalid value: 4: must be greater than or equal to PodInitialBackoffSeconds'],
    [{ profiles: [{}, {}] }, 'profiles[1].schedulerName: Duplicate value: "profiles[0].schedulerName"'],
    [profile({ filter: { enabled: [{ name: 'Nope' }] } }), 'profiles[0].plugins: Invalid value: "Nope": plugin does not exist'],
  ]
  it.each(cases)('%j', (configuration, error) => {
    expect(validateConfiguration(configuration)).toEqual([error])
    expect(() => makeProfiles(configuration, handle)).toThrow(error)
  })
})
