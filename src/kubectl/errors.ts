/**
 * What can go wrong in a command, and how kubectl says so (kubectl/pkg/cmd/util/helpers.go, checkErr).
 * Commands throw these; program.ts prints them and ends with the exit code.
 */
import { goQuote } from '../engine/api/field.ts'
import type { Status } from '../engine/api/types.ts'

export abstract class KubectlError extends Error {
  readonly exitCode: number = 1
  /** What goes to stdout before it is told. */
  readonly printed: string = ''

  /** As one of several, or where no "error: " is put before it. */
  abstract short(): string

  /** Alone on stderr. */
  print(): string {
    return this.short()
  }
}

/** A mistake found by kubectl itself: "error: ...". */
export class CommandError extends KubectlError {
  short(): string {
    return this.message
  }

  override print(): string {
    return this.message.startsWith('error: ') ? this.message : `error: ${this.message}`
  }
}

/** `See 'kubectl logs -h' for help and examples` follows the message. */
export function usageError(command: string, message: string): CommandError {
  return new CommandError(`${message}\nSee 'kubectl ${command} -h' for help and examples`)
}

/** Ends the command with an exit code of its own; an empty message prints nothing. */
export class ExitError extends KubectlError {
  override readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.exitCode = exitCode
  }

  short(): string {
    return this.message
  }
}

/** The server said no. */
export class ServerError extends KubectlError {
  readonly status: Status
  /** The unchanged answer, when words were put before its message. */
  readonly original: Status

  constructor(status: Status, original: Status = status) {
    super(status.message ?? '')
    this.status = status
    this.original = original
  }

  get reason(): string {
    return this.status.reason ?? ''
  }

  short(): string {
    if (this.reason === 'Unauthorized') return `error: You must be logged in to the server (${this.message})`
    return this.reason === '' ? `Error from server: ${this.message}` : `Error from server (${this.reason}): ${this.message}`
  }

  override print(): string {
    return this.reason === 'Invalid' ? printInvalid(this.status) : this.short()
  }
}

/** Causes one by one; the message only where there is neither a cause nor the name of an object. */
function printInvalid({ details, message }: Status): string {
  const { kind = '', name = '' } = details ?? {}
  const causes = [...new Set((details?.causes ?? []).map((c) => `${c.field ?? ''}: ${c.message}`))]
  const subject = kind === '' && name === '' ? 'The request is invalid' : `The ${kind} ${goQuote(name)} is invalid`
  if (causes.length === 1) return `${subject}: ${causes[0]}`
  if (causes.length > 1) return `${subject}: \n${causes.map((cause) => `* ${cause}`).join('\n')}`
  return details && kind === '' && name === '' && message ? `${subject}: ${message}` : subject
}

/** No answer at all. `cause`: what Go's HTTP client says of it. */
export class ConnectionError extends KubectlError {
  private readonly host: string

  constructor(cause: string, host: string) {
    super(cause)
    this.host = host
  }

  short(): string {
    return this.message.includes('connection refused')
      ? `The connection to the server ${this.host} was refused - did you specify the right host or port?`
      : `Unable to connect to the server: ${this.message}`
  }
}

/** A type that no resource of the server answers to: "frobs", "frobs.example.com". */
export class NoResourceMatch extends CommandError {
  readonly group: string

  constructor(argument: string) {
    const [resource = '', ...group] = argument.split('.')
    super(`the server doesn't have a resource type ${goQuote(resource)}`)
    this.group = group.join('.')
  }
}

/** Several failures of one command, each on its own line; among others they are one line in brackets (utilerrors.Aggregate). */
export class SeveralErrors extends KubectlError {
  readonly errors: readonly KubectlError[]

  constructor(errors: readonly KubectlError[]) {
    const messages = [...new Set(errors.flatMap((e) => (e instanceof SeveralErrors ? e.errors : [e])).map((e) => e.message))]
    super(messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`)
    this.errors = errors
  }

  short(): string {
    return this.message
  }

  override print(): string {
    return this.errors.map((e) => e.short()).join('\n')
  }
}

/** One error stands for itself. */
export function asOne(errors: readonly KubectlError[]): KubectlError | undefined {
  return errors.length > 1 ? new SeveralErrors(errors) : errors[0]
}

/** What a command that collects errors itself tells of those in files: each on its line, with no "error: " before it. */
export const collected = (errors: readonly KubectlError[]): KubectlError[] =>
  errors.map((error) => (error instanceof SeveralErrors ? error : new SeveralErrors([error])))

/** Throws what was collected, if anything. */
export function throwAll(errors: readonly KubectlError[]): void {
  const error = asOne(errors)
  if (error) throw error
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ServerError && error.reason === 'NotFound'
}

/** `error when creating "p.yaml": ` before the server's words (cmdutil.AddSourceToErr). */
export function addSource(error: unknown, verb: string, source: string): unknown {
  if (source === '' || !(error instanceof KubectlError)) return error
  const message = `error when ${verb} ${goQuote(source)}: ${error.message}`
  return error instanceof ServerError ? new ServerError({ ...error.status, message }, error.original) : new CommandError(message)
}
