import type { Container, Pod } from '../../api/types.ts'

/**
 * runAsNonRoot holds a start up when the user is root or cannot be told from it: an image says its user as "1000",
 * "1000:1000" or by name, and nothing stands for root (kuberuntime/security_context_others.go verifyRunAsNonRoot, helpers.go getImageUser).
 */
export function runsAsRoot(pod: Pod, container: Container, imageUser: string): string | undefined {
  const own = container.securityContext
  if ((own?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot) !== true) return undefined
  const about = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`
  const asked = own?.runAsUser ?? pod.spec.securityContext?.runAsUser
  if (asked !== undefined) return asked === 0 ? `container's runAsUser breaks non-root policy ${about}` : undefined
  const user = imageUser.split(':')[0]!
  // A name is not looked up, not even root's.
  if (user !== '' && !/^\d+$/.test(user)) return `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${about}`
  return Number(user) === 0 ? `container has runAsNonRoot and image will run as root ${about}` : undefined
}
