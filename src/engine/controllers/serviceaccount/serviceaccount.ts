import { semanticEqual } from '../../api/equality.ts'
import { rootCertificateMap } from '../../api/rootCertificate.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, type Call, type Reconciliation } from '../../client/controller.ts'
import type { SharedInformers } from '../shared-informers.ts'

const namespaces = resource('namespaces')
const serviceAccounts = resource('serviceaccounts')
const configMaps = resource('configmaps')

/** What every namespace has: created again whenever it is missing. */
interface NamespaceContent {
  name: string
  author: string
  info: typeof serviceAccounts
  /** Whether one that was deleted is made again in a namespace that ends: an attempt that will be refused. */
  triesToTheEnd: boolean
  /** Whether somebody has changed what is not theirs; it is put right then. */
  isSpoilt?: (object: KubeObject) => boolean
  body: (namespace: string) => object
}

/**
 * Sees to it that every namespace has its `default` service account
 * (pkg/controller/serviceaccount/serviceaccounts_controller.go) and the cluster's root certificate
 * (pkg/controller/certificates/rootcacertpublisher).
 */
export function startNamespaceContent(options: ComponentOptions, informers: SharedInformers): void {
  publish(options, informers, {
    name: 'default',
    author: 'service-account-controller',
    info: serviceAccounts,
    triesToTheEnd: false,
    body: (namespace) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } }),
  })
  publish(options, informers, {
    name: 'kube-root-ca.crt',
    author: 'root-ca-cert-publisher',
    info: configMaps,
    triesToTheEnd: true,
    body: rootCertificateMap,
    isSpoilt: ({ metadata, ...object }) => !metadata.annotations?.['kubernetes.io/description'] || !semanticEqual(object['data'], rootCertificateMap('')['data']),
  })
}

function publish(options: ComponentOptions, informers: SharedInformers, { name, author, info, triesToTheEnd, body, isSpoilt }: NamespaceContent): void {
  const all = informers.of<KubeObject>(namespaces)
  const present = informers.of<KubeObject>(info)
  const repair = (there: KubeObject): Call => {
    const { namespace, annotations } = there.metadata
    const { metadata, ...right } = body(namespace!) as KubeObject
    return { verb: 'update', info, namespace, name, body: { ...there, ...right, metadata: { ...there.metadata, annotations: { ...annotations, ...metadata.annotations } } } }
  }
  const controller = new Controller(options, author, 1, (key): Reconciliation => {
    const namespace = all.get(undefined, key)
    const there = present.get(key, name)
    if (namespace === undefined) return {}
    if (there !== undefined) return isSpoilt?.(there) === true ? { calls: [repair(there)] } : {}
    if (!triesToTheEnd && namespace.metadata.deletionTimestamp !== undefined) return {}
    // Somebody else was first, or the namespace has begun to end: both are as good.
    return { calls: [{ verb: 'create', info, namespace: key, body: body(key), tolerate: [403, 404, 409] }] }
  })
  all.onChange(({ object }) => {
    if (object.metadata.deletionTimestamp === undefined) controller.queue.add(object.metadata.name)
  })
  present.onChange(({ type, object }) => {
    if (object.metadata.name === name && (type === 'delete' || isSpoilt?.(object) === true)) controller.queue.add(object.metadata.namespace!)
  })
}
