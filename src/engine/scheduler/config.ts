/** What a KubeSchedulerConfiguration means: its profiles with their plugins. What is left out has Kubernetes' defaults. */
import type { ExtensionPoint, KubeSchedulerConfiguration, KubeSchedulerProfile, PluginRef, PluginSet } from '../api/schedulerConfiguration.ts'
import { extensionPoints, type FrameworkProfile } from './framework/framework.ts'
import type { Handle, Plugin } from './framework/plugin.ts'
import { defaultPlugins, registry } from './plugins/registry.ts'
import { pluginArgsErrors } from './validateargs.ts'

export const defaultSchedulerName = 'default-scheduler'

/** What is wrong with a configuration, in upstream's form; empty when nothing is. */
export function validateConfiguration(config: KubeSchedulerConfiguration): string[] {
  const errors: string[] = []
  const percentage = (value: number | undefined, path: string) => {
    if (value !== undefined && !(value >= 0 && value <= 100)) errors.push(`${path}: Invalid value: ${value}: not in valid range [0-100]`)
  }
  percentage(config.percentageOfNodesToScore, 'percentageOfNodesToScore')
  const initial = config.podInitialBackoffSeconds ?? defaultInitialBackoffSeconds
  if (initial <= 0) errors.push(`podInitialBackoffSeconds: Invalid value: ${initial}: must be greater than 0`)
  const most = config.podMaxBackoffSeconds ?? defaultMaxBackoffSeconds
  if (most < initial) errors.push(`podMaxBackoffSeconds: Invalid value: ${most}: must be greater than or equal to PodInitialBackoffSeconds`)
  const names = new Map<string, number>()
  for (const [i, profile] of (config.profiles ?? []).entries()) {
    const path = `profiles[${i}]`
    percentage(profile.percentageOfNodesToScore, `${path}.percentageOfNodesToScore`)
    const name = profile.schedulerName ?? defaultSchedulerName
    if (names.has(name)) errors.push(`${path}.schedulerName: Duplicate value: "profiles[${names.get(name)}].schedulerName"`)
    names.set(name, i)
    errors.push(...pluginErrors(profile, path, name))
  }
  return errors
}

function pluginErrors({ plugins = {}, pluginConfig = [] }: KubeSchedulerProfile, path: string, schedulerName: string): string[] {
  const errors: string[] = []
  const seen = new Set<string>()
  for (const [i, { name, args = {} }] of pluginConfig.entries()) {
    const at = `${path}.pluginConfig[${i}]`
    if (seen.has(name)) errors.push(`${at}: Duplicate value: "${name}"`)
    seen.add(name)
    errors.push(...pluginArgsErrors(name, args, `${at}.args`))
  }
  const unable = (why: string) => errors.push(`initializing profiles: creating profile for scheduler name ${schedulerName}: ${why}`)
  for (const [point, set] of Object.entries(plugins)) {
    const plugin = pluginTypes[point]
    if (plugin === undefined) errors.push(`strict decoding error: unknown field "${path}.plugins.${point}"`)
    const enabled = (set?.enabled ?? []).map(({ name }) => name)
    for (const [i, name] of enabled.entries()) {
      if (!Object.hasOwn(registry, name)) unable(`${plugin} "${name}" does not exist`)
      else if (enabled.indexOf(name) < i) unable(`plugin "${name}" already registered as "${plugin}"`)
    }
  }
  const none = (point: string, name: string): boolean => {
    const offAt = (set: PluginSet = {}) => set.disabled?.some((ref) => ref.name === '*' || ref.name === name) === true && !set.enabled?.length
    const sets = plugins as Readonly<Record<string, PluginSet | undefined>>
    return offAt(sets[point]) || (offAt(sets['multiPoint']) && !sets[point]?.enabled?.length)
  }
  if (none('queueSort', 'PrioritySort')) unable(`only one queue sort plugin required for profile with scheduler name "${schedulerName}", but got 0`)
  if (none('bind', 'DefaultBinder')) unable(`at least one bind plugin is needed for profile with scheduler name "${schedulerName}"`)
  return errors
}

/** How upstream calls a plugin of each extension point. */
const pluginTypes: Readonly<Record<string, string>> = {
  preEnqueue: 'PreEnqueuePlugin', queueSort: 'QueueSortPlugin', preFilter: 'PreFilterPlugin', filter: 'FilterPlugin', postFilter: 'PostFilterPlugin',
  preScore: 'PreScorePlugin', score: 'ScorePlugin', reserve: 'ReservePlugin', permit: 'PermitPlugin', preBind: 'PreBindPlugin', bind: 'BindPlugin',
  postBind: 'PostBindPlugin', multiPoint: 'MultiPointPlugin',
}

export const defaultInitialBackoffSeconds = 1
export const defaultMaxBackoffSeconds = 10

/** The profiles of a configuration, with their plugins made. A bad configuration throws: validate it first. */
export function makeProfiles(config: KubeSchedulerConfiguration, handle: Handle): FrameworkProfile[] {
  const errors = validateConfiguration(config)
  if (errors.length > 0) throw new Error(`scheduler configuration: ${errors.join('; ')}`)
  const profiles = config.profiles === undefined || config.profiles.length === 0 ? [{}] : config.profiles
  return profiles.map((profile) => makeProfile(profile, handle))
}

function makeProfile(profile: KubeSchedulerProfile, handle: Handle): FrameworkProfile {
  const args = new Map((profile.pluginConfig ?? []).map((entry) => [entry.name, entry.args ?? {}]))
  const made = new Map<string, Plugin>()
  const plugin = (name: string): Plugin => {
    let found = made.get(name)
    if (found === undefined) made.set(name, (found = registry[name]!(handle, args.get(name) ?? {})))
    return found
  }
  const everywhere = merge(defaultPlugins, profile.plugins?.multiPoint)
  const enabled = {} as Record<ExtensionPoint, readonly Plugin[]>
  const weights = new Map<string, number>()
  for (const point of extensionPoints) {
    const refs = expand(point, everywhere, profile.plugins?.[point], plugin)
    enabled[point] = refs.map((ref) => plugin(ref.name))
    if (point === 'score') for (const { name, weight } of refs) weights.set(name, weight || 1)
  }
  return {
    schedulerName: profile.schedulerName ?? defaultSchedulerName,
    percentageOfNodesToScore: profile.percentageOfNodesToScore,
    enabled,
    weights,
  }
}

/** mergePluginSet: what is disabled goes ('*': all), what is enabled again takes its default's place. */
function merge(defaults: readonly PluginRef[], { enabled = [], disabled = [] }: PluginSet = {}): PluginRef[] {
  const off = new Set(disabled.map((ref) => ref.name))
  const custom = new Map(enabled.map((ref) => [ref.name, ref]))
  const kept = off.has('*') ? [] : defaults.filter((ref) => !off.has(ref.name))
  const replaced = new Set<string>()
  const merged = kept.map((ref) => {
    if (custom.has(ref.name)) replaced.add(ref.name)
    return custom.get(ref.name) ?? ref
  })
  return [...merged, ...enabled.filter((ref) => !replaced.has(ref.name))]
}

/**
 * expandMultiPointPlugins: those of the point that override a plugin enabled everywhere come first, then
 * the plugins enabled everywhere, then what the point has besides.
 */
function expand(
  point: ExtensionPoint, everywhere: readonly PluginRef[], { enabled = [], disabled = [] }: PluginSet = {}, plugin: (name: string) => Plugin,
): PluginRef[] {
  const off = new Set(disabled.map((ref) => ref.name))
  const own = new Set(enabled.map((ref) => ref.name))
  const general = off.has('*') ? [] : everywhere.filter((ref) => !off.has(ref.name) && implementsPoint(plugin(ref.name), point))
  const overriding = enabled.filter((ref) => general.some((other) => other.name === ref.name))
  const besides = enabled.filter((ref) => !overriding.includes(ref) && implementsPoint(plugin(ref.name), point))
  return [...overriding, ...general.filter((ref) => !own.has(ref.name)), ...besides]
}

function implementsPoint(plugin: Plugin, point: ExtensionPoint): boolean {
  return plugin[point] !== undefined || (point === 'reserve' && plugin.unreserve !== undefined)
}
