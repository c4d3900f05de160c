import { formatTime } from '../../engine/api/time.ts'
import { goQuote } from '../../engine/api/field.ts'
import { groupKind } from '../../engine/api/resources.ts'
import { filenameFlags, type Command } from '../command.ts'
import { CommandError } from '../errors.ts'
import { helpText } from '../help.ts'
import { pathOf } from '../paths.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { out, send, type Session, type Task } from '../session.ts'
import { findTargets } from '../targets.ts'
import { visitTargets, type Visited } from '../visiting.ts'

interface Verdict {
  verb: 'approve' | 'deny'
  title: string
  type: 'Approved' | 'Denied'
  /** What excludes it. */
  other: 'Approved' | 'Denied'
  done: string
}

export const certificate: Command = {
  name: 'certificate',
  usage: 'certificate SUBCOMMAND [options]',
  summary: 'Modify certificate resources',
  flags: [],
  commands: [
    decision({ verb: 'approve', title: 'Approve', type: 'Approved', other: 'Denied', done: 'approved' }),
    decision({ verb: 'deny', title: 'Deny', type: 'Denied', other: 'Approved', done: 'denied' }),
  ],
  run: () => out(helpText(certificate, 'certificate')),
}

function decision(verdict: Verdict): Command {
  return {
    name: verdict.verb,
    usage: `certificate ${verdict.verb} (-f FILENAME | NAME) [options]`,
    summary: `${verdict.title} a certificate signing request`,
    flags: [...filenameFlags, { name: 'force', type: 'bool', usage: 'Decide again what is decided already.' }, ...outputFlags],
    run: (session) => run(session, verdict),
  }
}

function* run(session: Session, verdict: Verdict): Task<void> {
  const { flags, args } = session
  const filenames = flags.list('filename')
  if (args.length === 0 && filenames.length === 0) throw new CommandError('one or more CSRs must be specified as <name> or -f <filename>')
  const named = args.map((name) => (name.includes('/') ? name : `certificatesigningrequests/${name}`))
  const found = yield* findTargets(session, { args: named, filenames, recursive: flags.bool('recursive') })
  const count = yield* visitTargets(session, found, (target) => decide(session, target, verdict))
  if (count === 0) yield* out('No resources found\n')
}

/** A request that was decided so already is only told again. */
function* decide(session: Session, { resource, name, object }: Visited, { verb, title, type, other, done }: Verdict): Task<void> {
  if (resource.kind !== 'CertificateSigningRequest') {
    throw new CommandError(`can only handle CertificateSigningRequest.certificates.k8s.io objects, got ${groupKind(resource)}`)
  }
  const conditions: { type: string }[] = object['status']?.conditions ?? []
  if (conditions.some((condition) => condition.type === other)) throw new CommandError(`certificate signing request ${goQuote(name)} is already ${other}`)
  const decided = conditions.some((condition) => condition.type === type)
  if (!decided || session.flags.bool('force')) {
    const condition = { type, status: 'True', reason: `Kubectl${title}`, message: `This CSR was ${done} by kubectl certificate ${verb}.`, lastUpdateTime: formatTime(session.input.now()) }
    const body = { ...object, status: { ...object['status'], conditions: decided ? conditions : [...conditions, condition] } }
    yield* send(session, { verb: 'PUT', path: pathOf(resource, '', name, 'approval'), body })
  }
  yield* out(printerFor(session, done)(object))
}
