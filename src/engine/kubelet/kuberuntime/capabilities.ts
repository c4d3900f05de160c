import type { Container } from '../../api/types.ts'

/** In the order of their bits (include/uapi/linux/capability.h). */
const names = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN ' +
  'NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME ' +
  'SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ')

const all = (1n << BigInt(names.length)) - 1n
/** What containerd gives a container that asks for nothing. */
const usual = 0xa80425fbn

/**
 * The capabilities of a container's process 1 as bits; undefined: the runtime's usual ones. 'ALL' counts first, then single ones
 * (containerd, oci.WithCapabilities).
 */
export function capabilitiesOf({ privileged, capabilities }: NonNullable<Container['securityContext']>): bigint | undefined {
  if (privileged === true) return all
  const { add = [], drop = [] } = capabilities ?? {}
  if (add.length + drop.length === 0) return undefined
  let bits = usual
  if (add.some(isAll)) bits = all
  if (drop.some(isAll)) bits = 0n
  for (const name of add) bits |= bitOf(name)
  for (const name of drop) bits &= ~bitOf(name)
  return bits
}

function isAll(name: string): boolean {
  return name.toUpperCase() === 'ALL'
}

/** 0 for a name that the kernel does not know. */
function bitOf(name: string): bigint {
  const bit = names.indexOf(name.toUpperCase().replace(/^CAP_/, ''))
  return bit < 0 ? 0n : 1n << BigInt(bit)
}
