import { oomScoreAdjust } from '../../api/qos.ts'
import type { Container, Pod } from '../../api/types.ts'
import type { LinuxConfinement } from '../../runtime/cri.ts'

type Profile = { type?: string; localhostProfile?: string } | undefined

/** What the kernel is to keep a container from, and how soon it may kill it (pkg/kubelet/kuberuntime/security_context.go). */
export function confinementOf(pod: Pod, container: Container, nodeMemoryBytes: number): LinuxConfinement {
  const { securityContext: shared } = pod.spec
  const { securityContext: own } = container as { securityContext?: Container['securityContext'] & { appArmorProfile?: Profile } }
  const privileged = own?.privileged === true
  const seccomp = privileged ? undefined : profile(own?.seccompProfile ?? shared?.seccompProfile)
  const appArmor = privileged ? undefined : profile(own?.appArmorProfile ?? (shared as { appArmorProfile?: Profile } | undefined)?.appArmorProfile)
  return {
    oomScoreAdj: oomScoreAdjust(pod, container.name, nodeMemoryBytes),
    ...(privileged ? { privileged } : {}),
    ...(shared?.sysctls === undefined ? {} : { sysctls: Object.fromEntries(shared.sysctls.map(({ name, value }) => [name.replaceAll('/', '.'), value])) }),
    ...(own?.allowPrivilegeEscalation === false ? { noNewPrivileges: true } : {}),
    ...(seccomp === undefined ? {} : { seccomp }),
    ...(appArmor === undefined ? {} : { appArmor }),
    ...((pod.spec as { hostUsers?: boolean }).hostUsers === false ? { userNamespace: true } : {}),
  }
}

/** Of a profile on the node its name; '' is the runtime's own. */
function profile(given: Profile): string | undefined {
  if (given === undefined || given.type === 'Unconfined') return undefined
  return given.type === 'Localhost' ? (given.localhostProfile ?? '') : ''
}
