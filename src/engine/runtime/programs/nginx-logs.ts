import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { print, writeTo } from '../process/io.ts'
import type { OpenFile } from '../process/open-file.ts'
import type { Process, Run } from '../process/process.ts'
import { openPath } from '../process/regular-file.ts'
import { formatTime } from '../tools/calendar.ts'

/** There the image has links to standard output and standard error. */
export const LOG_FOLDER = '/var/log/nginx'
export const ACCESS_LOG = `${LOG_FOLDER}/access.log`
export const ERROR_LOG = `${LOG_FOLDER}/error.log`

/** As lines of the error log begin. */
export function stamp(p: Process): string {
  return formatTime('%Y/%m/%d %T', p.machine.now())
}

/**
 * Where a process of nginx logs to. While the image's folder is as it was, its links lead to the container's own log, as they do in an image
 * that is not known so well that it has the folder; a volume that is mounted there gets files.
 */
export class NginxLogs {
  private readonly p: Process
  private readonly isOwn: boolean
  private readonly open = new Map<string, OpenFile>()

  constructor(p: Process) {
    this.p = p
    const { files } = p.machine
    this.isOwn = files.shipped(LOG_FOLDER) !== undefined || !files.exists(LOG_FOLDER)
  }

  /** Why a log cannot be written, in nginx' words. */
  problem(path: string): string | undefined {
    const file = this.file(path)
    return file instanceof Errno ? `open() "${path}" failed (${file.code === 'EACCES' ? 13 : file.code === 'EROFS' ? 30 : 2}: ${strerror(file)})` : undefined
  }

  *write(path: string, text: string): Run<void> {
    const file = this.file(path)
    if (typeof file === 'number') yield* print(this.p, text, file)
    else if (!(file instanceof Errno)) yield* writeTo(this.p, file, text)
  }

  private file(path: string): 1 | 2 | OpenFile | Errno {
    if (path === '/dev/stdout' || (this.isOwn && path === ACCESS_LOG)) return 1
    if (path === '/dev/stderr' || (this.isOwn && path === ERROR_LOG)) return 2
    const known = this.open.get(path)
    if (known !== undefined) return known
    const { machine, access, umask } = this.p
    const file = attempt(() => openPath(machine.files, path, { append: true }, access, 0o666 & ~umask))
    if (!(file instanceof Errno)) this.open.set(path, file)
    return file
  }
}
