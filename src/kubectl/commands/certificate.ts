import { findResource } from '../../engine/api/resources.ts'
import { formatTime } from '../../engine/api/time.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import type { Command } from '../command.ts'
import { CommandError } from '../errors.ts'
import { pathOf } from '../paths.ts'
import { out, send, type Session, type Task } from '../session.ts'
import { getObject } from '../targets.ts'

const requests = findResource('certificates.k8s.io', 'v1', 'certificatesigningrequests')!

interface Verdict {
  verb: 'approve' | 'deny'
  title: string
  type: 'Approved' | 'Denied'
  done: string
}

export const certificate: Command = {
  name: 'certificate',
  usage: 'certificate SUBCOMMAND',
  summary: 'Modify certificate resources',
  flags: [],
  commands: [decision({ verb: 'approve', title: 'Approve', type: 'Approved', done: 'approved' }), decision({ verb: 'deny', title: 'Deny', type: 'Denied', done: 'denied' })],
}

function decision(verdict: Verdict): Command {
  return {
    name: verdict.verb,
    usage: `certificate ${verdict.verb} (-f FILENAME | NAME)`,
    summary: `${verdict.title} a certificate signing request`,
    flags: [{ name: 'force', type: 'bool', usage: 'Decide again what is decided already.' }],
    *run(session) {
      if (session.args.length === 0) throw new CommandError('error: one or more CSRs must be specified as <name> or -f <filename>')
      for (const arg of session.args) yield* decide(session, arg.replace(/^(csr|certificatesigningrequests?)\//, ''), verdict)
    },
  }
}

/** A request that was decided so already is only told again. */
function* decide(session: Session, name: string, { verb, title, type, done }: Verdict): Task<void> {
  const request: KubeObject = yield* getObject(session, { resource: requests, namespace: '', name, source: '', object: undefined })
  const conditions: { type: string }[] = request['status']?.conditions ?? []
  if (session.flags.bool('force') || !conditions.some((condition) => condition.type === type)) {
    const now = formatTime(session.input.now())
    const condition = { type, status: 'True', reason: `Kubectl${title}`, message: `This CSR was ${done} by kubectl certificate ${verb}.`, lastUpdateTime: now }
    const body = { ...request, status: { ...request['status'], conditions: [...conditions.filter((other) => other.type !== type), condition] } }
    yield* send(session, { verb: 'PUT', path: `${pathOf(requests, '', name, 'approval')}`, body })
  }
  yield* out(`certificatesigningrequest.certificates.k8s.io/${name} ${done}\n`)
}
