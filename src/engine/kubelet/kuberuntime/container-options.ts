import type { Container, Pod } from '../../api/types.ts'
import { quantity } from '../../api/quantity.ts'
import { downwardValues } from '../downward-values.ts'
import type { DraManager } from '../devices/dra-manager.ts'
import { expand, makeEnvironment, namesIn } from './environment.ts'
import { capabilitiesOf } from './capabilities.ts'
import { confinementOf } from './confinement.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { guessesAbout } from '../guesses.ts'
import { hostsFile, resolvConf } from '../network-files.ts'
import { limitsOf, type Limits } from './container-limits.ts'
import { runsAsRoot, userOfImage } from './non-root.ts'
import type { Routine } from '../routine.ts'
import { serviceVariables } from './service-variables.ts'
import type { ContainerOptions } from './start-container.ts'
import type { ImageManager } from '../images/image-manager.ts'
import type { Keyring } from '../images/pull-secrets.ts'
import { mountImageVolumes } from '../volumes/image-volumes.ts'
import type { VolumeManager } from '../volumes/volume-manager.ts'
import { lookupImage } from '../../runtime/images.ts'

/** What a container is started with: environment, mounts, user, limits (pkg/kubelet/kubelet_pods.go). */
export function* containerOptions(
  context: KubeletContext,
  { images, volumes, devices, keyring }: { images: ImageManager; volumes: VolumeManager; devices: DraManager; keyring: Keyring },
  pod: Pod,
  container: Container,
  podIP: string,
): Routine<ContainerOptions> {
  const image = lookupImage(container.image ?? '')
  const imageUser = userOfImage(pod, container, image)
  const root = runsAsRoot(pod, container, imageUser)
  if (root !== undefined) return { failed: { reason: 'CreateContainerConfigError', message: root } }
  const services = context.services(pod.metadata.namespace!)
  const made = yield* makeEnvironment(volumes.objects, pod, container, serviceVariables(pod, services), downwardValues(context, pod, podIP, container.name))
  if ('error' in made) return { failed: { reason: 'CreateContainerConfigError', message: made.error } }
  const missing = yield* mountImageVolumes(context, images, volumes, pod, container, keyring)
  if (missing !== undefined) return { failed: missing }
  const { env } = made
  const expanded = (words: readonly string[]): string[] => words.map((word) => expand(word, env))
  const mounts = mountsWithPaths(container, env)
  const problem = 'error' in mounts ? mounts.error : volumes.subPathProblem(pod, container.name, mounts)
  if ('error' in mounts || problem !== undefined) return { failed: { reason: 'CreateContainerConfigError', message: problem! } }
  const nodeMemoryBytes = quantity(context.node().status.capacity?.['memory'] ?? '64Gi').value
  return {
    env: { ...env, ...devices.environmentOf(pod, container) },
    mounts: volumes.mountsOf(pod, mounts),
    ...(container.command === undefined ? {} : { command: expanded(container.command) }),
    ...(container.args === undefined ? {} : { args: expanded(container.args) }),
    hostsFile: hostsFile(pod, podIP),
    resolvConf: resolvConf(pod, context.configuration).text,
    ...identity(pod, container, imageUser === image?.user ? '' : imageUser),
    ...given(limitsOf(container, pod)),
    nodeMemoryBytes,
    guesses: guessesAbout(pod, container, services),
    ...rights(container),
    linux: confinementOf(pod, container, nodeMemoryBytes),
    ...((context.configuration.podPidsLimit ?? -1) > 0 ? { pidsLimit: context.configuration.podPidsLimit! } : {}),
    ...(pod.spec.hostPID === true ? { nodeFiles: () => volumes.hostFiles() } : {}),
  }
}

/** A path inside a volume may come from the environment, which then must have something for it (pkg/kubelet/container/helpers.go ExpandContainerVolumeMounts). */
function mountsWithPaths({ volumeMounts = [] }: Container, env: Readonly<Record<string, string>>): NonNullable<Container['volumeMounts']> | { error: string } {
  const mounts: NonNullable<Container['volumeMounts']> = []
  for (const mount of volumeMounts) {
    const { subPathExpr } = mount
    const missing = subPathExpr === undefined ? [] : namesIn(subPathExpr).filter((name) => !env[name])
    if (missing.length > 0) return { error: `missing value for ${[...new Set(missing)].sort().join(', ')}` }
    const subPath = subPathExpr === undefined ? mount.subPath : expand(subPathExpr, env)
    if (subPath?.startsWith('/') === true) return { error: `error SubPath \`${subPath}\` must not be an absolute path` }
    if (subPath?.split('/').includes('..') === true) return { error: `unable to provision SubPath \`${subPath}\`: must not contain '..'` }
    mounts.push(subPath === undefined || subPath === '' ? mount : { ...mount, subPath })
  }
  return mounts
}

/** `imageUser`: whom the image brings along, when that is only known from here. */
function identity(pod: Pod, container: Container, imageUser: string): { user?: number; group?: number; supplementalGroups?: number[]; ignoresImageGroups?: boolean } {
  const own = container.securityContext
  const shared: Pod['spec']['securityContext'] & { supplementalGroupsPolicy?: string } = pod.spec.securityContext ?? {}
  const user = own?.runAsUser ?? shared.runAsUser ?? (imageUser === '' ? undefined : Number(imageUser))
  const group = own?.runAsGroup ?? shared.runAsGroup
  const groups = [...(shared.supplementalGroups ?? []), ...(shared.fsGroup === undefined ? [] : [shared.fsGroup])]
  return {
    ...(user === undefined ? {} : { user }),
    ...(group === undefined ? {} : { group }),
    ...(groups.length === 0 ? {} : { supplementalGroups: groups }),
    ...(shared.supplementalGroupsPolicy === 'Strict' ? { ignoresImageGroups: true } : {}),
  }
}

function rights({ securityContext }: Container): { capabilities?: bigint } {
  const capabilities = securityContext === undefined ? undefined : capabilitiesOf(securityContext)
  return capabilities === undefined ? {} : { capabilities }
}

function given({ memoryLimitBytes, cpuLimitMillis }: Limits): { memoryLimitBytes?: number; cpuLimitMillis?: number } {
  return { ...(memoryLimitBytes === undefined ? {} : { memoryLimitBytes }), ...(cpuLimitMillis === undefined ? {} : { cpuLimitMillis }) }
}
