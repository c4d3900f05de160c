import type { KubeObject } from '../../../engine/api/types.ts'
import type { Command } from '../../command.ts'
import { goList } from '../../describe/writer.ts'
import { outputFlags, printerFor } from '../../printing/output.ts'
import { inStructOrder } from '../../printing/structOrder.ts'
import { tableLayout, TabWriter } from '../../printing/tabwriter.ts'
import { out, send, type Session, type Task } from '../../session.ts'

export const whoami: Command = {
  name: 'whoami',
  usage: 'auth whoami [options]',
  summary: 'Experimental: Check self subject attributes',
  flags: outputFlags,
  run,
}

function* run(session: Session): Task<void> {
  const review = { kind: 'SelfSubjectReview', apiVersion: 'authentication.k8s.io/v1', metadata: {}, status: { userInfo: {} } }
  const response = yield* send(session, { verb: 'create', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: review })
  if (session.flags.string('output') !== '') {
    const shown = session.flags.string('output') === 'json' ? inStructOrder(response.body as object) : response.body
    return yield* out(printerFor(session, '')(shown))
  }
  const { username = '', uid = '', groups = [], extra = {} } = (response.body as KubeObject)['status']?.userInfo ?? {}
  const writer = new TabWriter(tableLayout)
  writer.write('ATTRIBUTE\tVALUE\n')
  if (username !== '') writer.write(`Username\t${username}\n`)
  if (uid !== '') writer.write(`UID\t${uid}\n`)
  if (groups.length > 0) writer.write(`Groups\t${goList(groups)}\n`)
  for (const key of Object.keys(extra).toSorted()) writer.write(`Extra: ${key}\t${goList(extra[key])}\n`)
  yield* out(writer.flush())
}
