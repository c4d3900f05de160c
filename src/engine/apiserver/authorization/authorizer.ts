import type { Entry, RevisionStore } from '../../etcd/store.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { nodeOf, type Attributes, type AuthorizationDecision, type Authorizer } from './attributes.ts'
import { RBAC, type RoleReader } from './rbac.ts'
import { special } from './special.ts'

const roleCollections = ['roles/', 'rolebindings/', 'clusterroles/', 'clusterrolebindings/']

/**
 * `--authorization-mode=Node,RBAC`: the node authorizer is asked first, then the roles. Whoever allows it decides; when nobody does, the
 * reasons of all are told.
 */
function nodeAndRBAC(rbac: RBAC, podsOf: (node: string) => Iterable<Pod>, reader: RoleReader): Authorizer {
  return (attributes: Attributes): AuthorizationDecision => {
    const first = nodeOf(attributes.user) === undefined ? undefined : special.get().authorizeNode(attributes, podsOf, reader)
    if (first?.allowed === true) return first
    const second = rbac.authorize(attributes)
    if (second.allowed || first === undefined) return second
    return { allowed: false, reason: [first.reason, second.reason].filter((reason) => reason !== '').join('\n') }
  }
}

/** Who decides what somebody may. */
export interface Authority {
  rbac: RBAC
  authorize: Authorizer
}

/** What the roles and bindings of one moment say, which never change again. */
export function authorityOf(moment: RoleReader): Authority {
  const rbac = new RBAC(moment)
  const podsOf = (node: string): Iterable<Pod> => (moment.range('pods/') as Pod[]).filter(({ spec }) => spec.nodeName === node)
  return { rbac, authorize: nodeAndRBAC(rbac, podsOf, moment) }
}

/** The same, kept up to date as etcd is written. */
export function liveAuthority(etcd: RevisionStore<KubeObject>): Authority {
  const rbac = new RBAC(etcd)
  const pods = new PodsByNode()
  etcd.onWrite((entry) => {
    if (entry.key.startsWith('pods/')) pods.note(entry)
    else if (roleCollections.some((prefix) => entry.key.startsWith(prefix))) rbac.forget()
  })
  const podsOf = function* (node: string): Iterable<Pod> {
    for (const key of pods.of(node)) yield etcd.get(key) as Pod
  }
  return { rbac, authorize: nodeAndRBAC(rbac, podsOf, etcd) }
}

/** Which pods lie on a node: followed write by write, so that no request looks through all pods. */
class PodsByNode {
  private readonly keys = new Map<string, Set<string>>()

  note({ key, value, previous }: Entry<KubeObject>): void {
    const before = previous?.spec?.nodeName as string | undefined
    const after = value?.spec?.nodeName as string | undefined
    if (before === after) return
    if (before !== undefined) this.keys.get(before)?.delete(key)
    if (after === undefined) return
    const known = this.keys.get(after)
    if (known === undefined) this.keys.set(after, new Set([key]))
    else known.add(key)
  }

  of(node: string): Iterable<string> {
    return this.keys.get(node) ?? []
  }
}
