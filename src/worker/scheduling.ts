import type { Change, NodeExplanation, PatchOperation } from '../engine/api/scheduling.ts'
import type { KubeObject, Pod, PodSpec } from '../engine/api/types.ts'
import type { Cluster, View } from '../engine/core.ts'
import { explain, type ExplainOptions } from '../engine/scheduler/explain.ts'
import { applyPatch } from '../engine/scheduler/framework/change.ts'
import { lastAppliedKey } from '../kubectl/lastApplied.ts'
import { toYaml } from '../kubectl/printing/goYaml.ts'
import { explanation } from './host.ts'
import type { Input, NodeVerdict } from './protocol.ts'

/**
 * Why one node was refused in an attempt, by all plugins and not only by the first, and what would make each of them
 * accept it, with the command that does so. undefined: the attempt or its pod is not there.
 */
export function explainNode(cluster: Cluster, step: number, node: string): NodeVerdict | undefined {
  const attempt = cluster.scheduler.attemptAt(step)
  const view = cluster.at(cluster.trace[step]?.world ?? 0)
  const [namespace = '', name = ''] = attempt?.pod.split('/') ?? []
  const pod = view.get('Pod', name, namespace) as Pod | undefined
  if (attempt === undefined || pod?.metadata.uid !== attempt.podUID) return undefined
  const { scheduler: configuration } = cluster.options
  const options = {
    ...(configuration === undefined ? {} : { configuration }),
    node,
    assumed: cluster.scheduler.placedBefore(step),
  }
  const found = explain(view, pod, options)
  const author = new Author(view, pod, options)
  return {
    node,
    preFilter: found?.preFilter,
    obstacles: (found?.nodes[0]?.obstacles ?? []).map(({ plugin, reasons, changes }) => ({
      plugin,
      reasons,
      proposals: changes.map((change) => ({ change, input: author.inputFor(change, plugin) })),
    })),
  }
}

/** What has a pod template and may be changed while it lives; of a Job it may not. */
const templated = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController']

/** Writes the command with which a person would make a change. */
class Author {
  private readonly view: View
  private readonly pod: Pod
  private readonly owner: KubeObject | undefined
  /** What the plugins would say of the pod that the owner's template makes. */
  private readonly ofTemplate: NodeExplanation | undefined

  constructor(view: View, pod: Pod, options: ExplainOptions) {
    this.view = view
    this.pod = pod
    this.owner = this.ownerOf(pod)
    if (this.owner !== undefined) this.ofTemplate = explain(view, podOf(this.owner, pod), options)?.nodes[0]
  }

  /** undefined: no command does it, as nobody can make a machine larger. */
  inputFor(change: Change, plugin: string): Input | undefined {
    const { node } = change.facts
    switch (change.type) {
      case 'Uncordon':
        return { kubectl: `uncordon ${node}` }
      case 'RemoveTaints':
        return {
          kubectl: `taint node ${node} ${change.facts.taints.map(({ key, effect }) => `${key}:${effect}-`).join(' ')}`,
        }
      case 'AddNodeLabels': {
        const labels = Object.entries(change.facts.labels).map(([key, value]) =>
          value == null ? `${key}-` : `${key}=${value}`,
        )
        return { kubectl: `label node ${node} ${labels.join(' ')} --overwrite` }
      }
      case 'RaiseAllocatable':
        return undefined
      default:
        return this.changePod(change, plugin)
    }
  }

  private changePod(change: Change, plugin: string): Input | undefined {
    const { name, namespace, ownerReferences = [] } = this.pod.metadata
    if (this.owner !== undefined) return this.changeTemplate(this.owner, change, plugin)
    // Whoever keeps it would only make another one like it.
    if (ownerReferences.some(({ controller }) => controller === true)) return undefined
    const ownLabels = change.patch.every(({ path }) => path.startsWith('/metadata/labels/'))
    if (change.type === 'AddTolerations' || ownLabels) {
      return { kubectl: `patch pod ${name} -n ${namespace} --type=json -p '${JSON.stringify(change.patch)}'` }
    }
    // The rest of a pod's spec cannot be changed: it is made anew.
    return {
      kubectl: 'replace --force -f -',
      stdin: toYaml(applyPatch(manifestOf(this.pod, change.patch), change.patch)),
    }
  }

  private changeTemplate({ kind, metadata }: KubeObject, { type }: Change, plugin: string): Input | undefined {
    // Labels of a template must fit the selector, which cannot be changed.
    if (type === 'ChangePodLabels') return undefined
    const change = this.ofTemplate?.obstacles
      .find((obstacle) => obstacle.plugin === plugin)
      ?.changes.find((other) => other.type === type)
    if (change === undefined) return undefined
    const patch: PatchOperation[] = change.patch.map((operation) => ({
      ...operation,
      path: `/spec/template${operation.path}`,
    }))
    const line = `patch ${kind.toLowerCase()} ${metadata.name} -n ${metadata.namespace} --type=json -p '${JSON.stringify(patch)}'`
    return { kubectl: line }
  }

  /** The topmost object above the pod that has the template it comes from. */
  private ownerOf(object: KubeObject): KubeObject | undefined {
    const reference = object.metadata.ownerReferences?.find(({ controller }) => controller === true)
    const owner =
      reference === undefined ? undefined : this.view.get(reference.kind, reference.name, object.metadata.namespace)
    if (owner === undefined || !templated.includes(owner.kind)) return undefined
    return this.ownerOf(owner) ?? owner
  }
}

/** The pod as somebody wrote it, if the patch fits that; else as it is, without what only the server says. */
function manifestOf(pod: Pod, patch: readonly PatchOperation[]): Pod {
  const written = pod.metadata.annotations?.[lastAppliedKey]
  const applied = written === undefined ? undefined : (JSON.parse(written) as Pod)
  if (applied !== undefined && patch.every((operation) => fits(applied, operation))) return applied
  const { status: _status, metadata, ...rest } = pod
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    generation: _generation,
    managedFields: _fields,
    ...wanted
  } = metadata
  return { ...rest, metadata: wanted } as Pod
}

/** Whether there is what an operation wants to replace, to take away, or to add to. */
function fits(object: unknown, { op, path }: PatchOperation): boolean {
  const parts = path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const needed = op === 'add' ? parts.slice(0, -1) : parts
  let value = object
  for (const part of needed) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return false
    value = (value as Record<string, unknown>)[part]
  }
  return true
}

/** The pod as the template has it, without what admission and controllers have added. */
function podOf(owner: KubeObject, { metadata, spec, ...pod }: Pod): Pod {
  const template = owner['spec'].template as { metadata?: Partial<Pod['metadata']>; spec: PodSpec }
  const schedulerName = spec.schedulerName ?? ''
  return {
    ...pod,
    metadata: { ...metadata, labels: template.metadata?.labels ?? {} },
    spec: { ...template.spec, schedulerName },
  } as Pod
}

explanation.bring(explainNode)
