import { semanticEqual } from '../../api/equality.ts'
import { goQuote } from '../../api/field.ts'
import { isKubeletLabel } from '../../api/kubeletLabels.ts'
import { configMirror, isMirrorPod } from '../../api/machine.ts'
import { referenceOf } from '../../api/objectReferences.ts'
import { collectionOf } from '../../api/resources.ts'
import { forbidden, notFound } from '../../api/status.ts'
import type { KubeObject, Pod, Status } from '../../api/types.ts'
import { nodeOf } from '../authorization/attributes.ts'
import type { AdmissionContext, Attributes, MutatingPlugin, Refusal, ValidatingPlugin } from './plugin.ts'

/**
 * A kubelet writes only its own node, the pods that are bound to it, and its own lease (plugin/pkg/admission/noderestriction). What it
 * writes is looked at before anything else is; what it deletes or connects to has nothing that could be mutated.
 */
export const nodeRestriction: MutatingPlugin & ValidatingPlugin = {
  name: 'NodeRestriction',
  mutate: (attributes, context) => refusal(attributes, context) ?? attributes.object,
  validate: refusal,
}

function refusal(attributes: Attributes, context: AdmissionContext): Refusal | undefined {
  const node = nodeOf(attributes.user)
  if (node === undefined) return undefined
  const why = objection(attributes, node, context)
  if (why === undefined) return undefined
  return { refused: typeof why === 'string' ? forbidden(attributes.info, attributes.name, why) : why }
}

/** Why it may not; a Status is passed on as it is. */
type Objection = string | Status | undefined

function objection(attributes: Attributes, node: string, context: AdmissionContext): Objection {
  const { info, operation, subresource, name, namespace, object, old } = attributes
  switch (collectionOf(info)) {
    case 'pods':
      if (subresource === undefined) return ofPod(attributes, node, context)
      if (subresource === 'status') return ofPodStatus(object as Pod, old as Pod, node)
      if (subresource !== 'eviction') return `unexpected pod subresource ${goQuote(subresource)}, only 'status' and 'eviction' are allowed`
      return nodeNameOf(context.get('pods', namespace, name)) === node ? undefined : `node ${node} can only evict pods with spec.nodeName set to itself`
    case 'nodes':
      return ofNode(attributes, node)
    case 'serviceaccounts':
      return subresource === 'token' ? ofToken(attributes, node, context) : undefined
    case 'persistentvolumeclaims':
      return subresource === 'status' ? undefined : 'may only update PVC status'
    case 'leases':
      if (namespace !== 'kube-node-lease') return 'can only access leases in the "kube-node-lease" system namespace'
      return name === node ? undefined : 'can only access node lease with the same name as the requesting node'
    case 'csinodes':
      return name === node ? undefined : 'can only access CSINode with the same name as the requesting node'
    case 'resourceslices': {
      if (operation !== 'CREATE' && operation !== 'DELETE') return undefined
      const verb = operation === 'CREATE' ? 'create' : 'delete'
      return nodeNameOf(old ?? object) === node ? undefined : `can only ${verb} ResourceSlice with the same NodeName as the requesting node`
    }
    default:
      return undefined
  }
}

/** A kubelet gets tokens for the pods that are bound to its node, and for nobody else. */
function ofToken({ object, namespace }: Attributes, node: string, context: AdmissionContext): Objection {
  const { apiVersion, kind, name, uid } = (object?.['spec']?.boundObjectRef ?? {}) as Record<string, string | undefined>
  if (apiVersion !== 'v1' || kind !== 'Pod' || !name) return 'node requested token not bound to a pod'
  if (!uid) return 'node requested token with a pod binding without a uid'
  const pod = context.get('pods', namespace, name)
  if (pod === undefined) return notFound({ group: '', plural: 'pod' }, name)
  if (uid !== pod.metadata.uid) return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`
  return nodeNameOf(pod) === node ? undefined : 'node requested token bound to a pod scheduled on a different node'
}

const nodeNameOf = (object: KubeObject | undefined): string => (object?.['spec']?.nodeName ?? '') as string

function ofPod({ operation, object, old }: Attributes, node: string, context: AdmissionContext): Objection {
  if (operation === 'CREATE') return ofMirrorPod(object as Pod, node, context)
  if (operation !== 'DELETE') return `unexpected operation "${operation}", node "${node}" can only create and delete mirror pods`
  return nodeNameOf(old ?? object) === node ? undefined : `node "${node}" can only delete pods with spec.nodeName set to itself`
}

/** The picture of a static pod: bound to its node, owned by it, and naming nothing else. */
function ofMirrorPod(pod: Pod, node: string, context: AdmissionContext): Objection {
  const { ownerReferences = [] } = pod.metadata
  if (!isMirrorPod(pod)) return `pod does not have "${configMirror}" annotation, node "${node}" can only create mirror pods`
  const only = (what: string): string => `node "${node}" can only create pods with ${what} set to itself`
  if (nodeNameOf(pod) !== node) return only('spec.nodeName')
  if (ownerReferences.length > 1) return only('a single owner reference')
  const [owner] = ownerReferences
  if (owner === undefined || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) return only('an owner reference')
  if (owner.controller !== true) return only('a controller owner reference')
  if (owner.blockOwnerDeletion === true) return `node "${node}" must not set blockOwnerDeletion on an owner reference`
  const uid = context.get('nodes', undefined, node)?.metadata.uid
  if (uid === undefined) return notFound({ group: '', plural: 'node' }, node)
  if (owner.uid !== uid) return `node ${node} UID mismatch: expected ${owner.uid} got ${uid}`
  const named = referenceOf(pod)
  return named === undefined ? undefined : `node "${node}" can not create pods that reference ${named}`
}

function ofPodStatus(pod: Pod, old: Pod, node: string): string | undefined {
  if (nodeNameOf(old) !== node) return `node "${node}" can only update pod status for pods with spec.nodeName set to itself`
  if (!semanticEqual(pod.metadata.labels, old.metadata.labels)) return `node "${node}" cannot update labels through pod status`
  const claims = ({ status }: KubeObject): unknown => status?.resourceClaimStatuses
  return semanticEqual(claims(pod), claims(old)) ? undefined : `node "${node}" cannot update resource claim statues`
}

function ofNode({ operation, name, object, old }: Attributes, node: string): string | undefined {
  if (name !== node) return `node "${node}" is not allowed to modify node "${name}"`
  if (operation === 'DELETE') return undefined
  const labels = object.metadata.labels ?? {}
  const before = old?.metadata.labels ?? {}
  const changed = [...new Set([...Object.keys(labels), ...Object.keys(before)])].filter((key) => labels[key] !== before[key] && !isKubeletLabel(key)).toSorted()
  if (old === undefined) return changed.length === 0 ? undefined : `node "${node}" is not allowed to set the following labels: ${changed.join(', ')}`
  if (!semanticEqual(object['spec']?.taints, old['spec']?.taints)) return `node "${node}" is not allowed to modify taints`
  return changed.length === 0 ? undefined : `is not allowed to modify labels: ${changed.join(', ')}`
}
