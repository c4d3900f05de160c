import type { CriContainerConfig } from './cri.ts'
import type { FileSystem } from './filesystem.ts'

/** The kernel's list of loaded AppArmor profiles, and where the texts of those are kept that somebody has loaded. */
export const appArmorProfiles = '/sys/kernel/security/apparmor/profiles'
export const appArmorCache = (name: string): string => `/etc/apparmor.d/cache/${name.replaceAll('/', '.')}`

/** Why a container cannot have the profiles that it wants: they have to lie on the node. `node`: its files, if anybody has been there. */
export function missingProfile({ linux }: CriContainerConfig, node: FileSystem | undefined): string | undefined {
  if (linux?.appArmor && !isLoaded(linux.appArmor, node)) return `failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found ${linux.appArmor}`
  if (!linux?.seccomp) return undefined
  const path = `/var/lib/kubelet/seccomp/${linux.seccomp}`
  const failed = (why: string): string => `failed to create containerd container: cannot load seccomp profile "${path}": ${why}`
  const text = node?.readText(path)
  if (text === undefined) return failed(`open ${path}: no such file or directory`)
  return /^\s*\{[\s\S]*\}\s*$/.test(text) ? undefined : failed('decoding seccomp profile failed: invalid character looking for beginning of value')
}

const isLoaded = (name: string, node: FileSystem | undefined): boolean => (node?.readText(appArmorProfiles) ?? '').split('\n').some((line) => line.replace(/ \(\w+\)$/, '') === name)

/** Whether the profile that a container has lets nobody write any file, as the one in the tutorial about AppArmor does. */
export function deniesWrites({ linux }: CriContainerConfig, node: FileSystem | undefined): boolean {
  if (!linux?.appArmor) return false
  const text = node?.readText(appArmorCache(linux.appArmor)) ?? ''
  return /^\s*deny\s+\/\*\*\s+\w*w\w*\s*,/m.test(text) && !/flags\s*=\s*\([^)]*complain/.test(text)
}
