import { extended } from '../../api/extended.ts'
import { forbidden, notFound } from '../../api/status.ts'
import { findResource } from '../../api/resources.ts'
import type { Container, Pod, Volume } from '../../api/types.ts'
import { isPodCreation } from './pods.ts'
import type { AdmissionContext, MutatingPlugin } from './plugin.ts'

const serviceAccounts = findResource('', 'v1', 'serviceaccounts')!
const tokenMountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
const tokenExpirationSeconds = 3607

/**
 * Every pod runs as a service account and, unless told otherwise, has its token mounted
 * (plugin/pkg/admission/serviceaccount).
 */
export const serviceAccount: MutatingPlugin = {
  name: 'ServiceAccount',
  mutate(attributes, context) {
    if (!isPodCreation(attributes)) return attributes.object
    const pod = attributes.object as Pod
    if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return pod
    const account = pod.spec.serviceAccountName || 'default'
    const found = context.get('serviceaccounts', attributes.namespace, account)
    if (found === undefined) {
      const missing = notFound(serviceAccounts, account).message!
      const why = `error looking up service account ${attributes.namespace}/${account}: ${missing.replace('serviceaccounts', 'serviceaccount')}`
      const refused = forbidden(attributes.info, attributes.name, why)
      // The default account of a new namespace is on its way.
      return account === 'default' ? { refused, mayPass: true } : { refused }
    }
    const spec = extended(pod.spec, { serviceAccountName: account, serviceAccount: account })
    const pullSecrets = found['imagePullSecrets'] as { name: string }[] | undefined
    if (!spec.imagePullSecrets?.length && pullSecrets?.length) spec.imagePullSecrets = pullSecrets
    const automount = pod.spec.automountServiceAccountToken ?? found['automountServiceAccountToken'] ?? true
    return { ...pod, spec: automount ? withToken(spec, context) : spec }
  },
}

function withToken(spec: Pod['spec'], context: AdmissionContext): Pod['spec'] {
  const present = spec.volumes?.find((volume) => volume.name.startsWith('kube-api-access-'))
  const name = present?.name ?? `kube-api-access-${context.randomSuffix()}`
  const mounted = (container: Container): boolean => !container.volumeMounts?.some((m) => m.mountPath === tokenMountPath)
  // A manifest may leave them out; validation, which comes later, refuses it.
  const containers = (spec.containers as Container[] | null) ?? []
  const all = [...(spec.initContainers ?? []), ...containers]
  if (!all.some(mounted)) return spec
  const mount = (container: Container): Container =>
    mounted(container)
      ? extended(container, { volumeMounts: [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: tokenMountPath }] })
      : container
  const volumes = present !== undefined ? spec.volumes : [...(spec.volumes ?? []), tokenVolume(name)]
  const result = extended(spec, { containers: containers.map(mount), volumes: volumes! })
  return spec.initContainers === undefined ? result : { ...result, initContainers: spec.initContainers.map(mount) }
}

function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: tokenExpirationSeconds, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
      defaultMode: 420,
    },
  }
}
