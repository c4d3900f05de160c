import { fromBase64 } from '../../api/base64.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import type { Credentials } from '../../runtime/registry.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { secrets, type ReferencedObjects } from '../referenced-objects.ts'
import type { Routine } from '../routine.ts'

/** Registry host, with a path perhaps -> who logs in there. */
export type Keyring = ReadonlyMap<string, Credentials>

export const noKeys: Keyring = new Map()

/** The logins that a pod's imagePullSecrets hold; an event names those that are not there (pkg/kubelet/kubelet_pods.go getPullSecretsForPod). */
export function* keyringOf(context: Pick<KubeletContext, 'recorder'>, objects: ReferencedObjects, pod: Pod): Routine<Keyring> {
  if (pod.spec.imagePullSecrets === undefined) return noKeys
  const keyring = new Map<string, Credentials>()
  const missing: string[] = []
  for (const { name } of pod.spec.imagePullSecrets) {
    if (!name) continue
    const secret = yield* objects.get(pod, secrets, name)
    if (secret === undefined) missing.push(name)
    else for (const [registry, login] of loginsIn(secret)) keyring.set(registry, login)
  }
  if (missing.length > 0) {
    const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`
    context.recorder.event(pod, 'Warning', 'FailedToRetrieveImagePullSecret', message)
  }
  return keyring
}

/** Those of a kubernetes.io/dockerconfigjson or kubernetes.io/dockercfg Secret (pkg/credentialprovider/config.go). */
function loginsIn(secret: KubeObject): [string, Credentials][] {
  const data = (secret['data'] ?? {}) as Record<string, string>
  const text = data['.dockerconfigjson'] ?? data['.dockercfg']
  if (text === undefined) return []
  let config: unknown
  try {
    config = JSON.parse(fromBase64(text))
  } catch {
    // As upstream: a secret that cannot be read is as good as none.
    return []
  }
  const auths = data['.dockerconfigjson'] === undefined ? config : (config as { auths?: unknown } | null)?.auths
  if (typeof auths !== 'object' || auths === null) return []
  return Object.entries(auths as Record<string, { username?: string; password?: string; auth?: string }>).map(([registry, entry]) => [hostOf(registry), loginOf(entry)])
}

function loginOf({ username = '', password = '', auth }: { username?: string; password?: string; auth?: string }): Credentials {
  if (!auth || username !== '') return { username, password }
  const [user = '', ...rest] = fromBase64(auth).split(':')
  return { username: user, password: rest.join(':') }
}

/** 'https://index.docker.io/v1/' and 'index.docker.io' both mean docker.io. */
function hostOf(registry: string): string {
  const host = registry.replace(/^https?:\/\//, '').replace(/\/(?:v[12]\/?)?$/, '')
  return host === 'index.docker.io' ? 'docker.io' : host
}

/** The login for an image: that of the longest path that it begins with. */
export function loginFor(keyring: Keyring, repository: string): Credentials | undefined {
  let best: [string, Credentials] | undefined
  for (const entry of keyring) {
    const [place] = entry
    if (repository !== place && !repository.startsWith(`${place}/`)) continue
    if (best === undefined || place.length > best[0].length) best = entry
  }
  return best?.[1]
}
