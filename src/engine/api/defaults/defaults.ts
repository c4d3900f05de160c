/**
 * What the API server fills in before admission (zz_generated.defaults.go of every group). Deciding
 * what a new object's status is belongs to prepare.ts.
 */
import { Part } from '../../part.ts'
import type { KubeObject, Pod } from '../types.ts'
import * as basic from './basic.ts'
import { podDefaults } from './podSpec.ts'

type Defaults = Readonly<Record<string, (object: any) => any>>

const same = (object: unknown): unknown => object

/** Of what a cluster begins with. */
const first: Defaults = {
  'v1/Namespace': basic.namespace,
  'v1/Node': basic.node,
  'v1/Service': basic.service,
  'v1/Endpoints': basic.endpoints,
  'discovery.k8s.io/v1/EndpointSlice': basic.endpointSlice,
  'v1/ServiceAccount': same,
  'v1/ConfigMap': same,
  'scheduling.k8s.io/v1/PriorityClass': basic.priorityClass,
  'coordination.k8s.io/v1/Lease': same,
  'networking.k8s.io/v1/ServiceCIDR': same,
  'storage.k8s.io/v1/CSINode': same,
  'apiregistration.k8s.io/v1/APIService': basic.apiService,
  'flowcontrol.apiserver.k8s.io/v1/FlowSchema': basic.flowSchema,
  'flowcontrol.apiserver.k8s.io/v1/PriorityLevelConfiguration': basic.priorityLevelConfiguration,
  'rbac.authorization.k8s.io/v1/Role': same,
  'rbac.authorization.k8s.io/v1/ClusterRole': same,
  'rbac.authorization.k8s.io/v1/RoleBinding': basic.roleBinding,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': basic.roleBinding,
}

/** Of all other kinds: kinds.ts. */
export const otherDefaults = new Part<Defaults>('kinds')

/**
 * The object with its defaults: a new one, or the same when it lacks none. Takes what `decode` returns. What is `stored` has its
 * defaults: a pod with that spec, as nearly every patch of a status makes it, needs none.
 */
export function applyDefaults<T extends KubeObject>(object: T, stored?: KubeObject): T {
  if (object.kind === 'Pod' && object.apiVersion === 'v1') {
    const pod = object as unknown as Pod
    return pod.spec !== undefined && pod.spec === (stored as Pod | undefined)?.spec ? object : (podDefaults(pod) as unknown as T)
  }
  const key = `${object.apiVersion}/${object.kind}`
  if (Object.hasOwn(first, key)) return first[key]!(object)
  const others = otherDefaults.get()
  return Object.hasOwn(others, key) ? others[key]!(object) : object
}
