import { CommandError } from './errors.ts'
import { err, type Session, type Task, verbosity } from './session.ts'

export type DryRun = 'none' | 'client' | 'server'

/** `--dry-run`, with the old spellings that only mean the client. */
export function* dryRunOf(session: Session): Task<DryRun> {
  const value = session.flags.string('dry-run')
  if (value === 'none' || value === 'client' || value === 'server') return value
  if (value === 'unchanged') {
    yield* warn(session, '--dry-run is deprecated and can be replaced with --dry-run=client.')
    return 'client'
  }
  if (/^(1|t|T|true|TRUE|True)$/.test(value)) {
    yield* warn(session, `--dry-run=${value} is deprecated (boolean value) and can be replaced with --dry-run=client.`)
    return 'client'
  }
  if (/^(0|f|F|false|FALSE|False)$/.test(value)) {
    yield* warn(session, `--dry-run=${value} is deprecated (boolean value) and can be replaced with --dry-run=none.`)
    return 'none'
  }
  throw new CommandError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`)
}

function* warn(session: Session, text: string): Task<void> {
  yield* err(`${verbosity.get().klogHead(session, 'W', 'helpers.go:731')} ${text}\n`)
}

/** "created" becomes "created (dry run)". */
export function withDryRun(operation: string, dryRun: DryRun): string {
  return dryRun === 'none' ? operation : `${operation} ${dryRun === 'client' ? '(dry run)' : '(server dry run)'}`
}

/** Query parameters of a write: who writes, whether it counts, what becomes of unknown fields. */
export function writeQuery(session: Session, dryRun: DryRun): Record<string, string> {
  const { flags } = session
  return {
    ...(dryRun === 'server' ? { dryRun: 'All' } : {}),
    ...(flags.has('field-manager') && flags.string('field-manager') !== '' ? { fieldManager: flags.string('field-manager') } : {}),
    ...(flags.has('validate') ? { fieldValidation: fieldValidation(flags.string('validate')) } : {}),
  }
}

function fieldValidation(value: string): string {
  switch (value) {
    case 'true':
    case 'strict':
      return 'Strict'
    case 'false':
    case 'ignore':
      return 'Ignore'
    case 'warn':
      return 'Warn'
    default:
      throw new CommandError(`invalid - validate option "${value}"; must be one of: strict (or true), warn, ignore (or false)`)
  }
}
