import { safeSysctls } from '../../api/safeSysctls.ts'
import type { Pod } from '../../api/types.ts'
import type { Rejection } from '../admission.ts'

/** Sysctls that are not safe need a kubelet that allows them; none that belongs to a namespace of the node is the pod's to set (pkg/kubelet/sysctl/allowlist.go). */
export function forbiddenSysctl({ spec }: Pod, alsoAllowed: readonly string[] = []): Rejection | undefined {
  const isAllowed = (name: string): boolean => safeSysctls.has(name) || alsoAllowed.some((one) => (one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one))
  for (const { name } of spec.securityContext?.sysctls ?? []) {
    const dotted = name.replaceAll('/', '.')
    const why = !isAllowed(dotted)
      ? 'not allowlisted'
      : spec.hostNetwork === true && dotted.startsWith('net.')
        ? 'not allowed with host net enabled'
        : spec.hostIPC === true && dotted.startsWith('kernel.')
          ? 'not allowed with host ipc enabled'
          : undefined
    if (why !== undefined) return { reason: 'SysctlForbidden', message: `forbidden sysctl: ${JSON.stringify(name)} ${why}` }
  }
  return undefined
}
