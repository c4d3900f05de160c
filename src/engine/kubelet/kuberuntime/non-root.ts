import type { Container, Pod } from '../../api/types.ts'
import type { ImageConfig } from '../../runtime/images.ts'

const wantsNonRoot = (pod: Pod, { securityContext }: Container): boolean => (securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot) === true

/** Who wrote a pod for an image that nobody knows, and has it run as another than root, knows that the image has such a user. */
export function userOfImage(pod: Pod, container: Container, image: ImageConfig | undefined): string {
  return image?.unknown === true && wantsNonRoot(pod, container) ? presumedUser : (image?.user ?? '')
}

/** As base images without a shell call theirs. */
const presumedUser = '65532'

/**
 * runAsNonRoot holds a start up when the user is root or cannot be told from it: an image says its user as "1000",
 * "1000:1000" or by name, and nothing stands for root (kuberuntime/security_context_others.go verifyRunAsNonRoot, helpers.go getImageUser).
 */
export function runsAsRoot(pod: Pod, container: Container, imageUser: string): string | undefined {
  if (!wantsNonRoot(pod, container)) return undefined
  const own = container.securityContext
  const about = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`
  const asked = own?.runAsUser ?? pod.spec.securityContext?.runAsUser
  if (asked !== undefined) return asked === 0 ? `container's runAsUser breaks non-root policy ${about}` : undefined
  const user = imageUser.split(':')[0]!
  // A name is not looked up, not even root's.
  if (user !== '' && !/^\d+$/.test(user)) return `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${about}`
  return Number(user) === 0 ? `container has runAsNonRoot and image will run as root ${about}` : undefined
}
