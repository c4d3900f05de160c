import type { CriContainerConfig } from './cri.ts'

/** Profiles that lie on the node: none does. */
export function missingProfile({ linux }: CriContainerConfig): string | undefined {
  if (linux?.appArmor) return `failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found ${linux.appArmor}`
  if (!linux?.seccomp) return undefined
  const path = `/var/lib/kubelet/seccomp/${linux.seccomp}`
  return `failed to create containerd container: cannot load seccomp profile "${path}": open ${path}: no such file or directory`
}
