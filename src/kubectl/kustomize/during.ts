import { CommandError } from '../errors.ts'

/** Puts before an error what was done. */
export function during<T>(what: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof CommandError) throw new CommandError(`${what}: ${error.message}`)
    throw error
  }
}
