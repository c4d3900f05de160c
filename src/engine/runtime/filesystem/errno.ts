/**
 * What a system call fails with. Thrown, but not an Error: no stack is captured, because a missing
 * file is an ordinary answer here.
 */
export class Errno {
  readonly code: ErrnoCode
  constructor(code: ErrnoCode) {
    this.code = code
  }
}

/** glibc's words; musl's differ in a few, which nobody learns by heart. */
const words = {
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  ESRCH: 'No such process',
  EIO: 'Input/output error',
  EBADF: 'Bad file descriptor',
  EAGAIN: 'Resource temporarily unavailable',
  ENOMEM: 'Cannot allocate memory',
  EACCES: 'Permission denied',
  EBUSY: 'Device or resource busy',
  EEXIST: 'File exists',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EINVAL: 'Invalid argument',
  EXDEV: 'Invalid cross-device link',
  ENOSPC: 'No space left on device',
  EROFS: 'Read-only file system',
  EPIPE: 'Broken pipe',
  ENOTEMPTY: 'Directory not empty',
  ELOOP: 'Too many levels of symbolic links',
  EADDRINUSE: 'Address already in use',
} as const

export type ErrnoCode = keyof typeof words

export function strerror(e: Errno | ErrnoCode): string {
  return words[e instanceof Errno ? e.code : e]
}

/** Runs `f`; a failed system call becomes a value. Anything else that is thrown goes on. */
export function attempt<T>(f: () => T): T | Errno {
  try {
    return f()
  } catch (e) {
    if (e instanceof Errno) return e
    throw e
  }
}
