import { forbidden } from '../../api/status.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import type { AdmissionContext, Attributes, MutatingPlugin, ValidatingPlugin } from './plugin.ts'

/** Plug-ins that are off unless the server is told otherwise (--enable-admission-plugins). */

/** Every container's image is asked for anew, so that nobody runs one that he could not have pulled (plugin/pkg/admission/alwayspullimages). */
const alwaysPullImages: MutatingPlugin = {
  name: 'AlwaysPullImages',
  mutate({ info, subresource, object }: Attributes): KubeObject {
    if (info.plural !== 'pods' || info.group !== '' || (subresource !== undefined && subresource !== 'ephemeralcontainers')) return object
    const pod = object as Pod
    const lists = ['containers', 'initContainers', 'ephemeralContainers'] as const
    const spec: Record<string, unknown> = { ...pod.spec }
    for (const list of lists) {
      const containers = pod.spec[list] as Pod['spec']['containers'] | undefined
      if (containers !== undefined) spec[list] = containers.map((container) => ({ ...container, imagePullPolicy: 'Always' }))
    }
    return { ...pod, spec } as unknown as KubeObject
  },
}

/** A namespace that is named and not there is made (plugin/pkg/admission/namespace/autoprovision). */
const namespaceAutoProvision: MutatingPlugin = {
  name: 'NamespaceAutoProvision',
  mutate({ operation, namespace, object, dryRun }: Attributes, context: AdmissionContext): KubeObject {
    const isMissing = operation === 'CREATE' && namespace !== undefined && context.get('namespaces', undefined, namespace) === undefined
    if (isMissing && !dryRun) context.plugins?.provide(namespace)
    return object
  },
}

/** plugin/pkg/admission/denyserviceexternalips. */
const denyServiceExternalIPs: ValidatingPlugin = {
  name: 'DenyServiceExternalIPs',
  validate({ info, object, old, subresource }: Attributes) {
    if (info.plural !== 'services' || subresource !== undefined) return undefined
    const addresses = (one: KubeObject | undefined): string[] => one?.['spec']?.externalIPs ?? []
    const known = new Set(addresses(old))
    return addresses(object).every((address) => known.has(address)) ? undefined : { refused: forbidden(info, object.metadata.name, 'Use of external IPs is denied by admission control.') }
  },
}

export const optionalMutating: readonly MutatingPlugin[] = [namespaceAutoProvision, alwaysPullImages]
export const optionalValidating: readonly ValidatingPlugin[] = [denyServiceExternalIPs]
