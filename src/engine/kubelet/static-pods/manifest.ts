import { configMirror } from '../../api/machine.ts'
import { applyDefaults } from '../../api/defaults/defaults.ts'
import { formatFieldError } from '../../api/field.ts'
import { prepareForCreate } from '../../api/prepare.ts'
import { referenceOf } from '../../api/objectReferences.ts'
import { formatMicroTime } from '../../api/time.ts'
import { validateCreate } from '../../api/validation/validation.ts'
import type { KubeObject, Node, Pod } from '../../api/types.ts'
import { hash32 } from '../../kernel/random.ts'

/** The annotations by which a static pod and its image in the API server are known (pkg/kubelet/types/pod_update.go). */
const configSource = 'kubernetes.io/config.source'
const configHash = 'kubernetes.io/config.hash'
const configSeen = 'kubernetes.io/config.seen'

/** A file that lies on a node under /etc/kubernetes/manifests. */
export interface Manifest {
  file: string
  /** As it was read from YAML. */
  pod: object
}

/** Upstream's hash is an MD5 sum: 32 hexadecimal digits that depend on the node, the file and what is written in it. */
function hashOf(nodeName: string, { file, pod }: Manifest): string {
  const text = `${nodeName}/${file}/${JSON.stringify(pod)}`
  return [1, 2, 3, 4].map((seed) => (hash32(text, seed) >>> 0).toString(16).padStart(8, '0')).join('')
}

/**
 * The pod that a manifest stands for on this node, or what is wrong with it: named after the node, bound to it, known by its hash, and
 * staying whatever taint the node gets (pkg/kubelet/config/common.go applyDefaults).
 */
export function staticPod(manifest: Manifest, { metadata: { name: nodeName } }: Node, nowMs: number): Pod | { error: string } {
  const { apiVersion, kind, metadata, spec } = manifest.pod as Partial<Pod>
  if (apiVersion !== 'v1' || kind !== 'Pod') return { error: `couldn't parse as pod: ${String(kind)}` }
  if (!metadata?.name) return { error: 'invalid pod: name is needed for the pod' }
  const hash = hashOf(nodeName, manifest)
  const annotations = { ...metadata.annotations, [configHash]: hash, [configSeen]: formatMicroTime(nowMs).replace('Z', '000Z'), [configSource]: 'file' }
  const renamed = { ...metadata, name: `${metadata.name}-${nodeName.toLowerCase()}`, namespace: metadata.namespace ?? 'default', annotations }
  const tolerations = [...(spec?.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }]
  const given = { apiVersion, kind, metadata: renamed, spec: { ...spec, nodeName, tolerations } } as unknown as KubeObject
  const pod = prepareForCreate(applyDefaults(given), nowMs)
  const [wrong] = validateCreate(pod)
  if (wrong !== undefined) return { error: `invalid pod: ${formatFieldError(wrong)}` }
  const named = referenceOf(pod as Pod)
  if (named !== undefined) return { error: `static pods may not reference ${named}` }
  return { ...pod, metadata: { ...pod.metadata, uid: hash } } as Pod
}

export function isStaticPod({ metadata }: Pod): boolean {
  const source = metadata.annotations?.[configSource]
  return source !== undefined && source !== 'api'
}

/** The pod that a mirror shows: what lies in the node's file, as far as anybody can tell from outside. */
export function staticPodOf(mirror: Pod): Pod {
  const { ownerReferences: _, annotations: { [configMirror]: hash = '', ...annotations } = {}, ...metadata } = mirror.metadata
  return { ...mirror, metadata: { ...metadata, annotations: { ...annotations, [configHash]: hash, [configSource]: 'file' }, uid: hash } }
}

export function isMirrorOf(mirror: Pod, pod: Pod): boolean {
  return mirror.metadata.annotations?.[configMirror] === pod.metadata.annotations?.[configHash]
}

/** How a static pod is shown in the API server (pkg/kubelet/pod/mirror_client.go CreateMirrorPod). */
export function mirrorPodOf({ apiVersion, kind, metadata, spec }: Pod, node: Node): object {
  const { name, namespace, labels, annotations } = metadata
  const owner = { apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: node.metadata.uid, controller: true }
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, ...(labels === undefined ? {} : { labels }), annotations: { ...annotations, [configMirror]: annotations![configHash] }, ownerReferences: [owner] },
    spec,
  }
}

export const fullName = ({ metadata: { namespace, name } }: Pod): string => `${namespace}/${name}`
