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
      'NodeUnschedulable', 'NodeName', 'TaintToleration', 'NodeAffinity', 'NodePorts', 'NodeResourcesFit', 'VolumeRestrictions', 'NodeVolumeLimits', 'VolumeBinding',
      'VolumeZone', 'PodTopologySpread', 'InterPodAffinity', 'DynamicResources',
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
  const creating = 'initializing profiles: creating profile for scheduler name default-scheduler: '
  const cases: [configuration: KubeSchedulerConfiguration, error: string][] = [
    [{ percentageOfNodesToScore: 101 }, 'percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]'],
    [{ podInitialBackoffSeconds: 0 }, 'podInitialBackoffSeconds: Invalid value: 0: must be greater than 0'],
    [{ podInitialBackoffSeconds: 5, podMaxBackoffSeconds: 4 }, 'podMaxBackoffSeconds: Invalid value: 4: must be greater than or equal to PodInitialBackoffSeconds'],
    [{ profiles: [{}, {}] }, 'profiles[1].schedulerName: Duplicate value: "profiles[0].schedulerName"'],
    [profile({ filter: { enabled: [{ name: 'Nope' }] } }), `${creating}FilterPlugin "Nope" does not exist`],
    [profile({ score: { enabled: [{ name: 'ImageLocality' }, { name: 'ImageLocality' }] } }), `${creating}plugin "ImageLocality" already registered as "ScorePlugin"`],
    [profile({ queueSort: { disabled: [{ name: '*' }] } }), `${creating}only one queue sort plugin required for profile with scheduler name "default-scheduler", but got 0`],
    [profile({ bind: { disabled: [{ name: 'DefaultBinder' }] } }), `${creating}at least one bind plugin is needed for profile with scheduler name "default-scheduler"`],
    [profile({ rank: {} }), 'strict decoding error: unknown field "profiles[0].plugins.rank"'],
    [{ profiles: [{ pluginConfig: [{ name: 'NodeAffinity' }, { name: 'NodeAffinity' }] }] }, 'profiles[0].pluginConfig[1]: Duplicate value: "NodeAffinity"'],
  ]
  it.each(cases)('%j', (configuration, error) => {
    expect(validateConfiguration(configuration)).toEqual([error])
    expect(() => makeProfiles(configuration, handle)).toThrow(error)
  })
})

describe('arguments of plugins', () => {
  const at = 'profiles[0].pluginConfig[0].args'
  const constraint = (more: object) => ({ defaultingType: 'List', defaultConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', ...more }] })
  const ratio = (...shape: object[]) => ({ scoringStrategy: { type: 'RequestedToCapacityRatio', requestedToCapacityRatio: { shape } } })
  const added = (requirement: object) => ({ addedAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [requirement] }] } } })
  const path = `${at}.addedAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0]`
  const cases: [plugin: string, args: Record<string, unknown>, ...errors: string[]][] = [
    ['NodeResourcesFit', { scoringStrategy: { type: 'Best' } }, `${at}.scoringStrategy.type: Unsupported value: "Best": supported values: "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"`],
    ['NodeResourcesFit', { scoringStrategy: { type: 'LeastAllocated', resources: [{ name: 'cpu', weight: 101 }] } }, `${at}.scoringStrategy.resources[0].weight: Invalid value: 101: resource weight of cpu not in valid range (0, 100]`],
    ['NodeResourcesFit', { scoringStrategy: { type: 'RequestedToCapacityRatio' } }, `${at}.scoringStrategy.requestedToCapacityRatio: Required value: must be specified when type is RequestedToCapacityRatio`],
    ['NodeResourcesFit', { scoringStrategy: { type: 'MostAllocated', requestedToCapacityRatio: {} } }, `${at}.scoringStrategy.requestedToCapacityRatio: Forbidden: must be nil when type is not RequestedToCapacityRatio`],
    ['NodeResourcesFit', ratio(), `${at}.scoringStrategy.requestedToCapacityRatio.shape: Required value: at least one point must be specified`],
    [
      'NodeResourcesFit', ratio({ utilization: 50, score: 1 }, { utilization: 10, score: 11 }),
      `${at}.scoringStrategy.requestedToCapacityRatio.shape[1].utilization: Invalid value: 10: values must be sorted in increasing order`,
      `${at}.scoringStrategy.requestedToCapacityRatio.shape[1].score: Invalid value: 11: not in valid range [0, 10]`,
    ],
    ['NodeResourcesFit', { ignoredResourceGroups: ['a/b'] }, `${at}.ignoredResourceGroups[0]: Invalid value: "a/b": resource group name can't contain '/'`],
    ['NodeResourcesBalancedAllocation', { resources: [{ name: 'cpu', weight: 2 }, { name: 'cpu' }] }, `${at}.resources[0].weight: Invalid value: 2: must be 1`, `${at}.resources[1].name: Duplicate value: "cpu"`],
    ['PodTopologySpread', { ...constraint({}), defaultingType: 'System' }, `${at}.defaultingType: Invalid value: "System": when .defaultConstraints are not empty`],
    [
      'PodTopologySpread', constraint({ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Perhaps', labelSelector: {} }),
      `${at}.defaultConstraints[0].maxSkew: Invalid value: 0: not in valid range (0, inf)`, `${at}.defaultConstraints[0].topologyKey: Required value: can not be empty`,
      `${at}.defaultConstraints[0].whenUnsatisfiable: Unsupported value: "Perhaps": supported values: "DoNotSchedule", "ScheduleAnyway"`,
      `${at}.defaultConstraints[0].labelSelector: Forbidden: constraint must not define a selector, as they deduced for each pod`,
    ],
    ['InterPodAffinity', { hardPodAffinityWeight: 101 }, `${at}.hardPodAffinityWeight: Invalid value: 101: not in valid range [0, 100]`],
    ['DefaultPreemption', { minCandidateNodesPercentage: 200, minCandidateNodesAbsolute: -1 }, `${at}.minCandidateNodesPercentage: Invalid value: 200: not in valid range [0, 100]`, `${at}.minCandidateNodesAbsolute: Invalid value: -1: not in valid range [0, inf)`],
    ['VolumeBinding', { bindTimeoutSeconds: -1 }, `${at}.bindTimeoutSeconds: Invalid value: -1: invalid BindTimeoutSeconds, should not be a negative value`],
    ['NodeAffinity', added({ key: 'disk', operator: 'Near' }), `${path}.operator: Unsupported value: "Near": supported values: "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"`],
    ['NodeAffinity', added({ key: 'disk', operator: 'In' }), `${path}.values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty`],
    ['NodeAffinity', added({ key: 'gen', operator: 'Gt', values: ['new'] }), `${path}.values[0]: Invalid value: "new": for 'Gt', 'Lt' operators, the value must be an integer`],
    ['NodeAffinity', { addedAfinity: {} }, 'decoding .profiles[0].pluginConfig[0]: decoding args for plugin NodeAffinity: strict decoding error: unknown field "addedAfinity"'],
    ['NodeAffinity', { addedAffinity: 'x' }, `${at}: Invalid value: {"addedAffinity":"x"}: has to match plugin args`],
    ['NodeAffinity', added({ key: 'disk', operator: 'Exists' })],
    ['NodeResourcesFit', ratio({ utilization: 0, score: 0 }, { utilization: 100, score: 10 })],
    ['PodTopologySpread', constraint({})],
    ['MyOwn', { anything: 'goes' }],
  ]
  it.each(cases)('%s %j', (name, args, ...errors) => {
    expect(validateConfiguration({ profiles: [{ pluginConfig: [{ name, args }] }] })).toEqual(errors)
  })
})
