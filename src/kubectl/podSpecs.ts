/** Objects that have a pod's spec in them, and where (polymorphichelpers.updatePodSpecForObject). */
import type { KubeObject, PodSpec } from '../engine/api/types.ts'
import { CommandError } from './errors.ts'
import type { Target } from './fileTargets.ts'

const paths: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  Deployment: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
}

/** The object with another pod spec in its place. */
export function withPodSpec({ resource }: Target, object: KubeObject, change: (spec: PodSpec) => PodSpec): KubeObject {
  const path = Object.hasOwn(paths, resource.kind) ? paths[resource.kind]! : undefined
  if (path === undefined) throw new CommandError(`the object is not a pod or does not have a pod template: *${resource.version}.${resource.kind}`)
  return changed(object, path, (value) => change((value ?? {}) as PodSpec)) as KubeObject
}

/** A copy of `value` with what is at `path` changed. */
export function changed(value: unknown, path: readonly string[], change: (inner: unknown) => unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return change(value)
  const object = (value ?? {}) as Record<string, unknown>
  return { ...object, [key]: changed(object[key], rest, change) }
}

/** Containers whose names match `*` or `web-*`; in the order in which commands change them. */
export function selectedContainers<T extends { name: string }>(containers: readonly T[] | undefined, pattern: string): T[] {
  const matcher = new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`)
  return (containers ?? []).filter((c) => matcher.test(c.name))
}
