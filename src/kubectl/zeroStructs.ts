/**
 * What an object has once it was a Go type, though nobody wrote it: structs are printed even when they are empty, and so are numbers whose field
 * has no omitempty (k8s.io/api). For kinds with pods in them, and services: what commands with --local, and --overrides, print.
 */
import type { KubeObject } from '../engine/api/types.ts'

type Fields = Record<string, unknown>

interface Shape {
  /** Structs of the spec. */
  spec?: readonly string[]
  status: Fields
}

const shapes: Readonly<Record<string, Shape>> = {
  Pod: { status: {} },
  Deployment: { spec: ['strategy'], status: {} },
  StatefulSet: { spec: ['updateStrategy'], status: { replicas: 0, availableReplicas: 0 } },
  DaemonSet: { spec: ['updateStrategy'], status: { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 } },
  ReplicaSet: { status: { replicas: 0 } },
  ReplicationController: { status: { replicas: 0 } },
  Job: { status: {} },
  CronJob: { status: {} },
  Service: { status: { loadBalancer: {} } },
}

/** Other kinds stay as they are. */
export function withZeroStructs(object: KubeObject): KubeObject {
  const shape = shapes[object.kind]
  if (shape === undefined) return object
  const spec = Object.fromEntries((shape.spec ?? []).map((field) => [field, {}]))
  return { ...object, spec: specOf(object.kind, { ...spec, ...(object.spec as Fields | undefined) }), status: { ...shape.status, ...(object.status as Fields | undefined) } } as KubeObject
}

function specOf(kind: string, spec: Fields): Fields {
  if (kind === 'Pod') return podSpec(spec)
  if (kind === 'Service') return { ...spec, ...(Array.isArray(spec['ports']) ? { ports: spec['ports'].map((port: Fields) => ({ ...port, targetPort: port['targetPort'] ?? 0 })) } : {}) }
  if (kind === 'CronJob') {
    const { jobTemplate } = spec as { jobTemplate?: { metadata?: Fields; spec?: Fields } }
    return { ...spec, jobTemplate: { metadata: {}, ...jobTemplate, spec: specOf('Job', jobTemplate?.spec ?? {}) } }
  }
  const { template, volumeClaimTemplates } = spec as { template?: { metadata?: Fields; spec?: Fields }; volumeClaimTemplates?: Fields[] }
  return {
    ...spec,
    ...(template === undefined ? {} : { template: { metadata: {}, ...template, spec: podSpec(template.spec ?? {}) } }),
    ...(volumeClaimTemplates === undefined ? {} : { volumeClaimTemplates: volumeClaimTemplates.map((claim) => ({ ...claim, status: claim['status'] ?? {} })) }),
  }
}

function podSpec(spec: Fields): Fields {
  const lists = ['containers', 'initContainers'].filter((name) => Array.isArray(spec[name]))
  const withResources = (container: unknown): unknown => ({ resources: {}, ...(container as Fields) })
  return { ...spec, ...Object.fromEntries(lists.map((name) => [name, (spec[name] as unknown[]).map(withResources)])) }
}
