import { claimsOf } from '../../api/podClaims.ts'
import type { PolicyRule } from '../../api/rbac.ts'
import { claimNameOf, podClaimsOf } from '../../api/resourceClaims.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { nodeOf, selectedField, type Attributes, type AuthorizationDecision, type ResourceAttributes } from './attributes.ts'
import { allowsName, allowsPath, allowsResource } from './rule.ts'
import type { RoleReader } from './rbac.ts'

/** The pods of a node, wherever they are known by node. */
export type PodsOfNode = (node: string) => Iterable<Pod>

/**
 * What a kubelet may do (plugin/pkg/auth/authorizer/node): the rights of the role `system:node`, of which those that concern objects of
 * others - secrets, config maps, claims, volumes, tokens - only for what a pod on its node names. Undefined: no opinion.
 */
export function authorizeNode(attributes: Attributes, podsOf: PodsOfNode, reader: RoleReader): AuthorizationDecision | undefined {
  const node = nodeOf(attributes.user)
  if (node === undefined) return undefined
  const { verb, resource, path } = attributes
  const rules = (reader.get('clusterroles/system:node')?.['rules'] ?? []) as PolicyRule[]
  if (resource === undefined) return rules.some((rule) => allowsPath(rule, verb, path)) ? allowed : undefined
  const special = specialCase(`${resource.group}/${resource.resource}`, { node, verb, resource, podsOf, reader })
  if (special !== undefined) return special === '' ? allowed : { allowed: false, reason: special }
  return rules.some((rule) => allowsResource(rule, verb, resource) && allowsName(rule, resource.name)) ? allowed : undefined
}

const allowed: AuthorizationDecision = { allowed: true, reason: '' }

interface Question {
  node: string
  verb: string
  resource: ResourceAttributes
  podsOf: PodsOfNode
  reader: RoleReader
}

/** '' when allowed, why not when refused, undefined when the plain rules decide. */
function specialCase(groupResource: string, question: Question): string | undefined {
  switch (groupResource) {
    case '/secrets':
      return readNamespaced(question, namesSecret)
    case '/configmaps':
      return readNamespaced(question, namesConfigMap)
    case '/persistentvolumeclaims':
      return readClaim(question)
    case '/persistentvolumes':
      return getOnly(question, (pod, name) => claimsOf(pod).some((claim) => volumeOf(question.reader, pod, claim) === name))
    case 'resource.k8s.io/resourceclaims':
      return getOnly(question, (pod, name) => podClaimsOf(pod).some((entry) => claimNameOf(pod, entry) === name))
    case '/serviceaccounts':
      return createToken(question)
    case 'coordination.k8s.io/leases':
      return lease(question)
    case '/nodes':
      return ownNode(question)
    case '/pods':
      return ownPods(question)
    default:
      return undefined
  }
}

type Names = (pod: Pod, name: string) => boolean

function related({ node, resource, podsOf }: Question, names: Names): string {
  const { name, namespace } = resource
  if (name === '') return 'No Object name found'
  for (const pod of podsOf(node)) if ((namespace === '' || pod.metadata.namespace === namespace) && names(pod, name)) return ''
  return `no relationship found between node '${node}' and this object`
}

function readNamespaced(question: Question, names: Names): string {
  const { verb, resource } = question
  if (verb !== 'get' && verb !== 'list' && verb !== 'watch') return 'can only read resources of this type'
  if (resource.subresource !== '') return 'cannot read subresource'
  if (resource.namespace === '') return 'can only read namespaced object of this type'
  return related(question, names)
}

function getOnly(question: Question, names: Names): string {
  if (question.verb !== 'get') return 'can only get individual resources of this type'
  if (question.resource.subresource !== '') return 'cannot get subresource'
  return related(question, names)
}

function readClaim(question: Question): string {
  const { verb, resource } = question
  const names: Names = (pod, name) => claimsOf(pod).includes(name)
  if (resource.subresource !== 'status') return getOnly(question, names)
  return verb === 'update' || verb === 'patch' ? related(question, names) : 'can only get/update/patch this type'
}

function createToken(question: Question): string {
  const { verb, resource } = question
  if (verb !== 'create' || resource.name === '') return 'can only create tokens for individual service accounts'
  if (resource.subresource !== 'token') return 'can only create token subresource of serviceaccount'
  return related(question, (pod, name) => pod.spec.serviceAccountName === name)
}

const leaseVerbs = new Set(['get', 'create', 'update', 'patch', 'delete'])
const leaseNamespace = 'kube-node-lease'

function lease({ node, verb, resource }: Question): string {
  if (!leaseVerbs.has(verb)) return 'can only get, create, update, patch, or delete a node lease'
  if (resource.namespace !== leaseNamespace) return `can only access leases in the "${leaseNamespace}" system namespace`
  return verb === 'create' || resource.name === node ? '' : 'can only access node lease with the same name as the requesting node'
}

function ownNode({ node, verb, resource }: Question): string | undefined {
  if (verb !== 'get' && verb !== 'list' && verb !== 'watch') return undefined
  if (resource.subresource !== '') return undefined
  if (resource.name === node) return ''
  return `node '${node}' cannot read ${resource.name === '' ? 'all nodes' : `'${resource.name}'`}, only its own Node object`
}

/** Pods are read by the field selector spec.nodeName, or one by one where they lie on the node. */
function ownPods({ node, verb, resource, podsOf }: Question): string | undefined {
  if (resource.subresource !== '') return undefined
  if (verb === 'list' || verb === 'watch') {
    return selectedField(resource.fieldSelector, 'spec.nodeName') === node ? '' : 'can only list/watch pods with spec.nodeName field selector'
  }
  if (verb !== 'get') return undefined
  for (const { metadata } of podsOf(node)) if (metadata.name === resource.name && metadata.namespace === resource.namespace) return ''
  return `no relationship found between node '${node}' and this object`
}

const volumesOf = (pod: Pod): any[] => (pod.spec.volumes as any[] | undefined) ?? []

/** Volumes, and the sources of projected ones. */
const sourcesOf = (pod: Pod): any[] => volumesOf(pod).flatMap((volume) => (volume.projected?.sources as any[] | undefined) ?? [volume])

function namesConfigMap(pod: Pod, name: string): boolean {
  return sourcesOf(pod).some((source) => source.configMap?.name === name) || environmentNames(pod, 'configMapRef', 'configMapKeyRef', name)
}

function namesSecret(pod: Pod, name: string): boolean {
  return (
    sourcesOf(pod).some((source) => source.secret?.secretName === name || source.secret?.name === name) ||
    pod.spec.imagePullSecrets?.some((reference) => reference.name === name) === true ||
    environmentNames(pod, 'secretRef', 'secretKeyRef', name)
  )
}

function environmentNames(pod: Pod, whole: string, key: string, name: string): boolean {
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? []), ...((pod.spec.ephemeralContainers ?? []) as any[])] as any[]
  return containers.some(
    (container) =>
      container.envFrom?.some((source: any) => source[whole]?.name === name) === true ||
      container.env?.some((variable: any) => variable.valueFrom?.[key]?.name === name) === true,
  )
}

function volumeOf(reader: RoleReader, pod: Pod, claim: string): string | undefined {
  const found: KubeObject | undefined = reader.get(`persistentvolumeclaims/${pod.metadata.namespace}/${claim}`)
  return found?.['spec']?.volumeName as string | undefined
}
