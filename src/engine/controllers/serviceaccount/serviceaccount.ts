import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, type Reconciliation } from '../../client/controller.ts'
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
  body: (namespace: string) => object
}

/**
 * Sees to it that every namespace has its `default` service account
 * (pkg/controller/serviceaccount/serviceaccounts_controller.go) and the cluster's root certificate
 * (pkg/controller/certificates/rootcacertpublisher).
 */
export function startNamespaceContent(options: ComponentOptions, informers: SharedInformers, rootCertificate: string): void {
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
    body: (namespace) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: 'kube-root-ca.crt',
        namespace,
        annotations: { 'kubernetes.io/description': 'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.' },
      },
      data: { 'ca.crt': rootCertificate },
    }),
  })
}

function publish(options: ComponentOptions, informers: SharedInformers, { name, author, info, triesToTheEnd, body }: NamespaceContent): void {
  const all = informers.of<KubeObject>(namespaces)
  const present = informers.of<KubeObject>(info)
  const controller = new Controller(options, author, 1, (key): Reconciliation => {
    const namespace = all.get(undefined, key)
    if (namespace === undefined || present.get(key, name) !== undefined) return {}
    if (!triesToTheEnd && namespace.metadata.deletionTimestamp !== undefined) return {}
    // Somebody else was first, or the namespace has begun to end: both are as good.
    return { calls: [{ verb: 'create', info, namespace: key, body: body(key), tolerate: [403, 404, 409] }] }
  })
  all.onChange(({ object }) => {
    if (object.metadata.deletionTimestamp === undefined) controller.queue.add(object.metadata.name)
  })
  present.onChange(({ type, object }) => {
    if (type === 'delete' && object.metadata.name === name) controller.queue.add(object.metadata.namespace!)
  })
}
