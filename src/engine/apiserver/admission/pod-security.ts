import { collectionOf } from '../../api/resources.ts'
import { checkStandards } from './pod-standards.ts'
import type { ValidatingPlugin } from './plugin.ts'

const labelPrefix = 'pod-security.kubernetes.io/'

const asks = (labels: Readonly<Record<string, string>> | undefined): boolean => Object.keys(labels ?? {}).some((label) => label.startsWith(labelPrefix))

/**
 * The Pod Security Standards that a namespace's labels ask for (pod-security-admission/admission): pods that violate what is enforced are
 * refused; of the templates of Deployments, Jobs and their like a client is only warned.
 */
export const podSecurity: ValidatingPlugin = {
  name: 'PodSecurity',
  validate(attributes, context) {
    const { info, operation, namespace, object, old } = attributes
    if (operation !== 'CREATE' && operation !== 'UPDATE') return undefined
    const isNamespace = collectionOf(info) === 'namespaces'
    const isAsked = isNamespace
      ? asks(object.metadata.labels) || asks(old?.metadata.labels)
      : namespace !== undefined && asks(context.get('namespaces', undefined, namespace)?.metadata.labels)
    return isAsked ? checkStandards(attributes, context) : undefined
  },
}
