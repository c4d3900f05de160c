import { extended } from '../../api/extended.ts'
import { isMirrorPod } from '../../api/machine.ts'
import { namesSecret, projectionsOf } from '../../api/objectReferences.ts'
import { forbidden, notFound } from '../../api/status.ts'
import { findResource } from '../../api/resources.ts'
import type { Container, KubeObject, Pod, Volume } from '../../api/types.ts'
import { containersOf, isAttaching, isPodCreation } from './pods.ts'
import type { AdmissionContext, Attributes, MutatingPlugin, Refusal } from './plugin.ts'

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
    if (isAttaching(attributes)) return attached(attributes, context)
    if (!isPodCreation(attributes)) return attributes.object
    const pod = attributes.object as Pod
    const refuse = (why: string) => ({ refused: forbidden(attributes.info, attributes.name, why) })
    if (isMirrorPod(pod)) {
      const why = namedByMirror(pod)
      return why === undefined ? pod : refuse(why)
    }
    const account = pod.spec.serviceAccountName || 'default'
    const found = context.get('serviceaccounts', attributes.namespace, account)
    if (found === undefined) {
      const missing = notFound(serviceAccounts, account).message!
      const why = `error looking up service account ${attributes.namespace}/${account}: ${missing.replace('serviceaccounts', 'serviceaccount')}`
      // The default account of a new namespace is on its way.
      return account === 'default' ? { ...refuse(why), mayPass: true } : refuse(why)
    }
    const spec = extended(pod.spec, { serviceAccountName: account, serviceAccount: account })
    const pullSecrets = found['imagePullSecrets'] as { name: string }[] | undefined
    if (!spec.imagePullSecrets?.length && pullSecrets?.length) spec.imagePullSecrets = pullSecrets
    const unlisted = isStrict(found) ? unlistedSecret({ ...pod, spec }, found) : undefined
    if (unlisted !== undefined) return refuse(unlisted)
    const automount = pod.spec.automountServiceAccountToken ?? found['automountServiceAccountToken'] ?? true
    return { ...pod, spec: automount ? withToken(spec, context) : spec }
  },
}

/** Of a pod that is there already: what is attached to it has no other secrets (limitEphemeralContainerSecretReferences). */
function attached({ object, info, name, namespace }: Attributes, context: AdmissionContext): KubeObject | Refusal {
  const pod = object as Pod
  const account = context.get('serviceaccounts', namespace, pod.spec.serviceAccountName ?? '')
  const why = account !== undefined && isStrict(account) ? unlistedVariable(pod, account, true) : undefined
  return why === undefined ? pod : { refused: forbidden(info, name, why) }
}

/** What a mirror pod must not name. */
function namedByMirror(pod: Pod): string | undefined {
  if (pod.spec.serviceAccountName) return 'a mirror pod may not reference service accounts'
  if (namesSecret(pod)) return 'a mirror pod may not reference secrets'
  const hasToken = projectionsOf(pod).some(({ serviceAccountToken }) => serviceAccountToken !== undefined)
  return hasToken ? 'a mirror pod may not use ServiceAccountToken volume projections' : undefined
}

/** Its pods have only the secrets that it lists; said by what Go's strconv.ParseBool takes for true. */
const isStrict = ({ metadata }: KubeObject): boolean => /^(1|t|T|true|TRUE|True)$/.test(metadata.annotations?.['kubernetes.io/enforce-mountable-secrets'] ?? '')

const listed = (account: KubeObject, list: 'secrets' | 'imagePullSecrets'): Set<string> => new Set(((account[list] ?? []) as { name: string }[]).map(({ name }) => name))

const because = ({ metadata }: KubeObject, what: string): string => `is not allowed because service account ${metadata.name} does not reference that ${what}`

function unlistedSecret(pod: Pod, account: KubeObject): string | undefined {
  const mountable = listed(account, 'secrets')
  for (const { secret } of (pod.spec.volumes ?? []) as { secret?: { secretName?: string } }[]) {
    if (secret !== undefined && !mountable.has(secret.secretName ?? '')) return `volume with secret.secretName="${secret.secretName}" ${because(account, 'secret')}`
  }
  const variable = unlistedVariable(pod, account, false)
  if (variable !== undefined) return variable
  const pullable = listed(account, 'imagePullSecrets')
  const at = (pod.spec.imagePullSecrets ?? []).findIndex(({ name }) => !pullable.has(name ?? ''))
  return at < 0 ? undefined : `imagePullSecrets[${at}].name="${pod.spec.imagePullSecrets![at]!.name}" ${because(account, 'imagePullSecret')}`
}

interface Sources {
  name: string
  env?: { name: string; valueFrom?: { secretKeyRef?: { name: string } } }[]
  envFrom?: { secretRef?: { name: string } }[]
}

function unlistedVariable(pod: Pod, account: KubeObject, attached: boolean): string | undefined {
  const mountable = listed(account, 'secrets')
  for (const { kind, container } of containersOf(pod, attached)) {
    const { name, env = [], envFrom = [] } = container as Sources
    const named = [
      ...env.map((variable) => [`envVar ${variable.name}`, variable.valueFrom?.secretKeyRef] as const),
      ...envFrom.map(({ secretRef }) => ['envFrom', secretRef] as const),
    ]
    for (const [what, secret] of named) {
      if (secret !== undefined && !mountable.has(secret.name)) return `${kind} ${name} with ${what} referencing secret.secretName="${secret.name}" ${because(account, 'secret')}`
    }
  }
  return undefined
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
