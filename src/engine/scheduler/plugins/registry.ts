import type { PluginFactory } from '../framework/plugin.ts'
import { nodeResourcesBalancedAllocation } from './balancedallocation.ts'
import { defaultBinder } from './defaultbinder.ts'
import { defaultPreemption } from './defaultpreemption.ts'
import { dynamicResources } from './dynamicresources.ts'
import { imageLocality } from './imagelocality.ts'
import { interPodAffinity } from './interpodaffinity.ts'
import { names } from './names.ts'
import { nodeAffinity } from './nodeaffinity.ts'
import { nodeName } from './nodename.ts'
import { nodePorts } from './nodeports.ts'
import { nodeResourcesFit } from './noderesourcesfit.ts'
import { nodeUnschedulable } from './nodeunschedulable.ts'
import { nodeVolumeLimits } from './nodevolumelimits.ts'
import { podTopologySpread } from './podtopologyspread.ts'
import { schedulingGates } from './schedulinggates.ts'
import { taintToleration } from './tainttoleration.ts'
import { volumeBinding } from './volumebinding.ts'
import { volumeRestrictions } from './volumerestrictions.ts'
import { volumeZone } from './volumezone.ts'

/** The plugins that there are, by name. */
export const registry: Readonly<Record<string, PluginFactory>> = {
  // Sorting is the queue's own; a plugin of this name only has to be known.
  [names.PrioritySort]: () => ({ name: names.PrioritySort }),
  [names.NodeVolumeLimits]: (handle) => nodeVolumeLimits(handle),
  [names.SchedulingGates]: () => schedulingGates(),
  [names.NodeUnschedulable]: () => nodeUnschedulable(),
  [names.NodeName]: () => nodeName(),
  [names.TaintToleration]: () => taintToleration(),
  [names.NodeAffinity]: (_handle, args) => nodeAffinity(args),
  [names.NodePorts]: () => nodePorts(),
  [names.NodeResourcesFit]: (_handle, args) => nodeResourcesFit(args),
  [names.NodeResourcesBalancedAllocation]: (_handle, args) => nodeResourcesBalancedAllocation(args),
  [names.VolumeRestrictions]: (handle) => volumeRestrictions(handle),
  [names.VolumeBinding]: (handle, args) => volumeBinding(handle, args),
  [names.VolumeZone]: (handle) => volumeZone(handle),
  [names.PodTopologySpread]: (handle, args) => podTopologySpread(handle, args),
  [names.InterPodAffinity]: (handle, args) => interPodAffinity(handle, args),
  [names.DynamicResources]: (handle) => dynamicResources(handle),
  [names.DefaultPreemption]: (handle, args) => defaultPreemption(handle, args),
  [names.ImageLocality]: (handle) => imageLocality(handle),
  [names.DefaultBinder]: () => defaultBinder(),
}

/** The default profile (pkg/scheduler/apis/config/v1/default_plugins.go), in order, with its weights. */
export const defaultPlugins: readonly { name: string; weight?: number }[] = [
  { name: names.SchedulingGates },
  { name: names.PrioritySort },
  { name: names.NodeUnschedulable },
  { name: names.NodeName },
  { name: names.TaintToleration, weight: 3 },
  { name: names.NodeAffinity, weight: 2 },
  { name: names.NodePorts },
  { name: names.NodeResourcesFit, weight: 1 },
  { name: names.VolumeRestrictions },
  { name: names.NodeVolumeLimits },
  { name: names.VolumeBinding },
  { name: names.VolumeZone },
  { name: names.PodTopologySpread, weight: 2 },
  { name: names.InterPodAffinity, weight: 2 },
  { name: names.DynamicResources },
  { name: names.DefaultPreemption },
  { name: names.NodeResourcesBalancedAllocation, weight: 1 },
  { name: names.ImageLocality, weight: 1 },
  { name: names.DefaultBinder },
]
