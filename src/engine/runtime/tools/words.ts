import { type Errno, strerror } from '../filesystem/errno.ts'
import { isBusybox } from '../images/userland.ts'
import type { Process } from '../process/process.ts'

/** busybox and the GNU tools complain in different words, and people search for them. */
export function usesBusybox(p: Process): boolean {
  return isBusybox(p.machine.config.image.userland)
}

/** `can't remove 'x'` or `cannot remove 'x'`, with the reason. */
export function cannot(p: Process, verb: string, path: string, e: Errno): string {
  return `${usesBusybox(p) ? "can't" : 'cannot'} ${verb} '${path}': ${strerror(e)}`
}

/** Of cat and others that read: busybox says what it could not do. */
export function cannotOpen(p: Process, path: string, e: Errno): string {
  return usesBusybox(p) ? `can't open '${path}': ${strerror(e)}` : `${path}: ${strerror(e)}`
}
