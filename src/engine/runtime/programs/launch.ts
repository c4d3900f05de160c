import type { ContainerConfig } from '../container-config.ts'
import type { Credentials } from '../filesystem/node.ts'
import type { FileSystem } from '../filesystem.ts'
import { credentialsOf } from './users.ts'

/** What every process that is started from outside gets. */
export interface Surroundings {
  env: ReadonlyMap<string, string>
  cwd: string
  who: Credentials
}

/** From the image and the pod; the working directory is made when it is missing, as containerd makes it. */
export function surroundingsOf(config: ContainerConfig, files: FileSystem): Surroundings {
  const { image, user, group, supplementalGroups = [] } = config
  const { who, home } = credentialsOf(files, { imageUser: image.user, user, group, supplementalGroups })
  const cwd = config.workingDir ?? image.workingDir
  if (cwd !== '/' && !files.exists(cwd)) files.mkdir(cwd)
  const { PATH: path = '', ...imageEnv } = image.env
  const env = new Map(Object.entries({ PATH: path, HOSTNAME: config.hostname, ...imageEnv, ...config.env }))
  if (!env.has('HOME')) env.set('HOME', home)
  if (config.tty === true) env.set('TERM', 'xterm')
  return { env, cwd, who }
}

/** What stands before runc's words when a container or an exec cannot be started. */
export const RUNC_CREATE =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: '
export const RUNC_EXEC = 'OCI runtime exec failed: exec failed: unable to start container process: '

/** A command that says by its name that it does not exist: what people write to see the error. */
export const saysMissing = /no-?such|non-?exist|not-?found|does-?not|missing|wrong|typo|invalid|fake|bogus|unknown/i

export function runcReason(
  name: string,
  failed: 'not found' | 'permission denied' | 'is a directory' | 'bad interpreter',
): string {
  if (failed === 'permission denied') return 'permission denied'
  if (failed === 'is a directory') return 'is a directory'
  if (failed === 'bad interpreter') return 'no such file or directory'
  return name.includes('/') ? `stat ${name}: no such file or directory` : 'executable file not found in $PATH'
}
