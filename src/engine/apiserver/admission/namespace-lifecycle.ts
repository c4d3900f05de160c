import { forbidden, notFound } from '../../api/status.ts'
import { collectionOf, findResource } from '../../api/resources.ts'
import type { MutatingPlugin, ValidatingPlugin } from './plugin.ts'

const namespaces = findResource('', 'v1', 'namespaces')!

const immortal = new Set(['default', 'kube-system', 'kube-public'])

/** Some namespaces cannot be done without. */
export const namespaceProtection: ValidatingPlugin = {
  name: 'NamespaceLifecycle',
  validate({ operation, info, name }) {
    if (operation !== 'DELETE' || collectionOf(info) !== 'namespaces' || !immortal.has(name)) return undefined
    return { refused: forbidden(info, name, 'this namespace may not be deleted') }
  },
}

/** Nothing is made in a namespace that is not there or is ending (plugin/pkg/admission/namespace/lifecycle). */
export const namespaceLifecycle: MutatingPlugin = {
  name: 'NamespaceLifecycle',
  mutate({ operation, info, namespace, name, object, subresource }, context) {
    if (namespace === undefined || !info.namespaced || operation === 'DELETE') return object
    const found = context.get('namespaces', undefined, namespace)
    if (found === undefined) return { refused: notFound(namespaces, namespace) }
    if (operation !== 'CREATE' || subresource !== undefined || found.metadata.deletionTimestamp === undefined) return object
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`
    const refused = forbidden(info, name, why)
    const causes = [{ reason: 'NamespaceTerminating', message: `namespace ${namespace} is being terminated`, field: 'metadata.namespace' }]
    return { refused: { ...refused, details: { ...refused.details, causes } } }
  },
}
