import type { ContainerConfig } from '../container-config.ts'
import { strerror } from '../filesystem/errno.ts'
import type { Credentials } from '../filesystem/node.ts'
import type { Access, FileSystem } from '../filesystem.ts'
import { components } from '../filesystem/path.ts'
import type { Resolved } from '../process/machine.ts'
import type { Part, Program } from '../process/process.ts'
import { imagined, mayHold } from './imagined.ts'
import type { PathLookup } from './path-lookup.ts'
import { credentialsOf } from './users.ts'

/** What every process that is started from outside gets. */
interface Surroundings {
  env: ReadonlyMap<string, string>
  cwd: string
  who: Credentials
}

const directoryOf = ({ workingDir, image }: ContainerConfig): string => workingDir ?? image.workingDir

/** Why no process can begin in the working directory, which is made when it is missing (runc validateProcessSpec; os.MkdirAll). */
function directoryProblem(config: ContainerConfig, files: FileSystem): string | undefined {
  const path = directoryOf(config)
  if (!path.startsWith('/')) return 'Cwd must be an absolute path: unknown'
  const file = prefixesOf(path).find((prefix) => files.exists(prefix) && files.list(prefix) === undefined)
  if (file !== undefined) return `${unable}error during container init: mkdir ${file}: not a directory: unknown`
  const missing = prefixesOf(path).find((prefix) => !files.exists(prefix))
  const failed = missing === undefined ? undefined : files.beforeReadOnly(() => files.mkdir(path))
  return failed && `${unable}error during container init: mkdir ${missing}: ${strerror(failed).toLowerCase()}: unknown`
}

/** '/a/b' is below '/a'; itself comes last. */
function prefixesOf(path: string): string[] {
  const names = components(path)
  return names.map((_, i) => `/${names.slice(0, i + 1).join('/')}`)
}

/** From the image and the pod. */
function surroundingsOf(config: ContainerConfig, files: FileSystem): Surroundings {
  const { image, user, group, supplementalGroups = [], ignoresImageGroups } = config
  const { who, home } = credentialsOf(files, { imageUser: image.user, user, group, supplementalGroups, ignoresImageGroups })
  const cwd = directoryOf(config)
  const { PATH: path = '', ...imageEnv } = image.env
  // The order is that of containerd's CRI plugin; HOME is runc's.
  const env = new Map(Object.entries({ PATH: path, ...(config.tty === true ? { TERM: 'xterm' } : {}), HOSTNAME: config.hostname, ...imageEnv, ...config.env }))
  if (!env.has('HOME')) env.set('HOME', home)
  return { env, cwd, who }
}

/** Arguments that are a command: whoever gives them to an image that nobody knows takes it for one without an entry point. */
const isCommand = /^(?:\/(?:usr\/)?(?:local\/)?s?bin\/.+|[bd]?ash|zsh|sh|sleep|echo|env|printenv|cat|ls|tail|seq|curl|wget|nslookup|dig|host|ping|nc|telnet|getent|ps|id|hostname)$/

/** What process 1 is: the pod's words where it has some, else the image's. */
export function commandOf({ command, args, image }: Pick<ContainerConfig, 'command' | 'args' | 'image'>): readonly string[] {
  if (command !== undefined) return [...command, ...(args ?? [])]
  if (image.unknown && args?.[0] !== undefined && isCommand.test(args[0])) return args
  return [...image.entrypoint, ...(args ?? image.cmd)]
}

/** What stands before runc's words when a container or an exec cannot be started. */
export const RUNC_CREATE =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: '
export const RUNC_EXEC = 'OCI runtime exec failed: exec failed: '
/** Before what only the machine could tell. */
const unable = 'unable to start container process: '

function runcReason(
  name: string,
  failed: 'not found' | 'permission denied' | 'is a directory' | 'bad interpreter',
): string {
  if (failed === 'permission denied') return 'permission denied'
  if (failed === 'is a directory') return 'is a directory'
  if (failed === 'bad interpreter') return 'no such file or directory'
  return name.includes('/') ? `stat ${name}: no such file or directory` : 'executable file not found in $PATH'
}

/** What a process begins with: its program, and what surrounds it. */
export interface Prepared extends Surroundings {
  run: Program
  argv: readonly string[]
  memoryBytes: number
}

/** The bit of a file that makes its owner of whoever runs it counts for nothing under no_new_privs (allowPrivilegeEscalation: false). */
export function asItsFileSays({ linux }: ContainerConfig, who: Credentials, setuid: number | undefined): Credentials {
  return setuid === undefined || linux?.noNewPrivileges === true ? who : { ...who, uid: setuid }
}

/** Finds what a container runs, or what is run beside it. */
export class Launcher {
  private readonly config: ContainerConfig
  private readonly lookup: PathLookup
  private surroundings: Surroundings | undefined

  constructor(config: ContainerConfig, lookup: PathLookup) {
    this.config = config
    this.lookup = lookup
  }

  /** runc's words when there is no such program. */
  prepare(files: FileSystem, argv: readonly string[], part: Part | undefined): { error: string } | Prepared {
    if (argv.length === 0) return { error: `${unable}no command specified` }
    const problem = this.surroundings === undefined ? (files.problem ?? directoryProblem(this.config, files)) : undefined
    if (problem !== undefined) return { error: problem }
    const { env, cwd, who } = (this.surroundings ??= surroundingsOf(this.config, files))
    const o = { access: { cwd, who }, path: env.get('PATH') ?? '' }
    const found = this.resolveOrImagine(files, argv, o, part)
    if ('failed' in found)
      return { error: `${unable}exec: ${JSON.stringify(argv[0])}: ${runcReason(argv[0]!, found.failed)}: unknown` }
    return { run: found.run, argv: found.argv, memoryBytes: found.memoryBytes, env, cwd, who: asItsFileSays(this.config, who, found.setuid) }
  }

  private resolveOrImagine(
    files: FileSystem,
    argv: readonly string[],
    o: { access: Access; path: string },
    part: Part | undefined,
  ): Resolved {
    const found = this.lookup.resolve(files, argv, o)
    if (part === undefined || !('failed' in found) || found.failed !== 'not found' || !mayHold(this.config, argv[0]!))
      return found
    return imagined(argv, part)
  }
}
