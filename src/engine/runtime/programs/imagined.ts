import { attempt, Errno } from '../filesystem/errno.ts'
import type { Node } from '../filesystem/node.ts'
import { basename, normalize } from '../filesystem/path.ts'
import { sleep } from '../process/io.ts'
import type { Resolved } from '../process/machine.ts'
import type { Part, Process, Run } from '../process/process.ts'
import type { ContainerConfig } from '../container-config.ts'
import { programs, SMALL_TOOL_BYTES } from './resolve.ts'

/**
 * Nobody knows what an image of no fame holds. Whoever wrote its pod does: what the pod's own words ask for - its command, its probes,
 * its hooks - is taken to be there. Not so what someone types, what lies in a volume, and a name that says that it does not exist.
 */

/** A command that says by its name that it does not exist: what people write to see the error. */
const saysMissing = /no-?such|non-?exist|not-?found|does-?not|missing|wrong|typo|invalid|fake|bogus|unknown/i

/** Whether an image that nobody knows has `path`, or a program of this name in its $PATH. */
export function mayHold({ image, mounts }: Pick<ContainerConfig, 'image' | 'mounts'>, path: string): boolean {
  return (
    image.unknown &&
    !saysMissing.test(path) &&
    /^[\w./+@-]*\w[\w./+@-]*$/.test(path) &&
    !mounts.some((m) => path === m.path || path.startsWith(`${m.path.replace(/\/$/, '')}/`))
  )
}

/** The same of what a process asks for. */
export function imagines(p: Process, name: string): boolean {
  return p.part !== undefined && mayHold(p.machine.config, name.includes('/') ? normalize(name, p.cwd) : name)
}

/** What a shell's script asks for: as the last command the application, else a step. What else has failed, fails. */
export function foundOrImagined(p: Process, found: Resolved, argv: readonly string[], isLast: boolean): Resolved {
  if (!('failed' in found) || found.failed !== 'not found' || !imagines(p, argv[0]!)) return found
  return imagined(argv, isLast ? p.part! : 'step')
}

/** The program that is taken to be there. */
export function imagined(argv: readonly string[], part: Part): Extract<Resolved, { run: unknown }> {
  if (part === 'step') return { run: step, memoryBytes: SMALL_TOOL_BYTES, path: argv[0]!, argv }
  const { run, memoryBytes = 0 } = programs.get()('scripted')!
  return { run, memoryBytes, path: argv[0]!, argv }
}

/** Shorter than what a probe waits for. */
const STEP_MS = 100

/** It does its work, whatever that is, and ends well. */
function* step(p: Process): Run<number> {
  yield* sleep(p, STEP_MS)
  return 0
}

/** What a path leads to; a file or directory that an image must have had, for it is to be copied or gone into, is made. '/app/.' and '/app/*' are of a directory. */
export function findOrImagine(p: Process, path: string, o: { recursive: boolean; followLast?: boolean }): Node | Errno {
  const find = (at: string): Node | Errno => attempt(() => p.machine.files.find(at, p.access, o.followLast))
  const found = find(path)
  const whole = normalize(path.replace(/\/\*$/, ''), p.cwd)
  if (!(found instanceof Errno) || found.code !== 'ENOENT' || !imagines(p, whole)) return found
  const hasSuffix = basename(whole).includes('.')
  const made = attempt(() => {
    if (/\/[.*]?$/.test(path) || (o.recursive && !hasSuffix)) p.machine.files.mkdir(whole)
    else if (hasSuffix) p.machine.files.writeText(whole, '')
    else p.machine.install(whole, 'scripted')
  })
  return made instanceof Errno ? found : find(whole)
}
