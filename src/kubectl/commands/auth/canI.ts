import type { KubeObject } from '../../../engine/api/types.ts'
import { allNamespacesFlag, type Command } from '../../command.ts'
import { compactRules, resourceText } from '../../describe/rbac.ts'
import { goList } from '../../describe/writer.ts'
import { resourceFor } from '../../discovery.ts'
import { CommandError, NoResourceMatch } from '../../errors.ts'
import { tableLayout, TabWriter } from '../../printing/tabwriter.ts'
import { err, out, send, type Session, type Task } from '../../session.ts'
import { given } from '../create/generating.ts'

export const canI: Command = {
  name: 'can-i',
  usage: 'auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL] [options]',
  summary: 'Check whether an action is allowed',
  flags: [
    allNamespacesFlag,
    { name: 'list', type: 'bool', usage: 'Everything that is allowed.' },
    { name: 'no-headers', type: 'bool', usage: 'With --list: no titles.' },
    { name: 'quiet', short: 'q', type: 'bool', usage: 'Only the exit code.' },
    { name: 'subresource', type: 'string', usage: 'A part of the object, such as log or scale.' },
  ],
  run,
}

const resourceVerbs = new Set([
  'get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', 'use', 'bind', 'impersonate', '*', 'approve', 'sign', 'escalate', 'attest',
])
const urlVerbs = new Set(['get', 'put', 'post', 'head', 'options', 'delete', 'patch', '*'])

const usage = `you must specify two arguments: verb resource or verb resource/resourceName.
See 'kubectl auth can-i -h' for help and examples.`

function* run(session: Session): Task<number> {
  const { flags, args } = session
  if (flags.bool('list')) return yield* list(session)
  if (args.length !== 2) throw new CommandError(usage)
  const [verb, subject] = args as [string, string]
  const attributes = subject.startsWith('/') ? yield* urlAttributes(session, verb, subject) : yield* resourceAttributes(session, verb, subject)
  if (flags.bool('no-headers')) throw new CommandError('--no-headers cannot be set without --list specified')
  const review = { kind: 'SelfSubjectAccessReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec: attributes, status: { allowed: false } }
  const response = yield* send(session, { verb: 'create', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body: review })
  const { allowed = false, reason = '', evaluationError = '' } = (response.body as KubeObject)['status'] ?? {}
  const why = [reason, evaluationError].filter((text) => text !== '').map((text) => ` - ${text}`).join('')
  if (!flags.bool('quiet')) yield* out(allowed ? 'yes\n' : `no${why}\n`)
  return allowed ? 0 : 1
}

function* urlAttributes({ flags }: Session, verb: string, path: string): Task<unknown> {
  if (flags.string('subresource') !== '') throw new CommandError('--subresource can not be used with NonResourceURL')
  if (!urlVerbs.has(verb)) yield* err(`Warning: verb '${verb}' is not a known verb\n\n`)
  return { nonResourceAttributes: { path, verb } }
}

function* resourceAttributes(session: Session, verb: string, subject: string): Task<unknown> {
  const { flags, context } = session
  const [type = '', ...names] = subject.split('/')
  const found = yield* lookUp(session, type)
  const everywhere = flags.bool('all-namespaces')
  if (!everywhere && found.namespaced === false) {
    yield* err(`Warning: resource '${found.plural}' is not namespace scoped${found.group === '' ? '' : ` in group '${found.group}'`}\n\n`)
  }
  if (!everywhere && !resourceVerbs.has(verb)) yield* err(`Warning: verb '${verb}' is not a known verb\n\n`)
  return {
    resourceAttributes: given({
      namespace: everywhere ? undefined : context.namespace,
      verb,
      group: found.group || undefined,
      resource: found.plural,
      subresource: flags.string('subresource') || undefined,
      name: names.length > 0 ? names.join('/') : undefined,
    }),
  }
}

/** What nobody serves can be asked about, too. */
function* lookUp(session: Session, type: string): Task<{ group: string; plural: string; namespaced?: boolean }> {
  if (type === '*') return { group: '', plural: '*' }
  try {
    return yield* resourceFor(session, type)
  } catch (error) {
    if (!(error instanceof NoResourceMatch)) throw error
    const dot = type.indexOf('.')
    const [plural, group] = dot < 0 ? [type, ''] : [type.slice(0, dot), type.slice(dot + 1)]
    yield* err(`Warning: the server doesn't have a resource type '${plural}'${group === '' ? '' : ` in group '${group}'`}\n\n`)
    return { group, plural }
  }
}

function* list(session: Session): Task<number> {
  const { flags, args, context } = session
  if (args.length > 0) throw new CommandError('list option must be specified with no arguments')
  if (flags.bool('quiet') || flags.bool('all-namespaces') || flags.string('subresource') !== '') {
    throw new CommandError("list option can't be specified with neither quiet, all-namespaces nor subresource options")
  }
  const review = { kind: 'SelfSubjectRulesReview', apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec: { namespace: context.namespace }, status: {} }
  const response = yield* send(session, { verb: 'create', path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', body: review })
  const { resourceRules = [], nonResourceRules = [], incomplete = false, evaluationError = '' } = (response.body as KubeObject)['status'] ?? {}
  const writer = new TabWriter(tableLayout)
  if (!flags.bool('no-headers')) writer.write('Resources\tNon-Resource URLs\tResource Names\tVerbs\n')
  for (const rule of compactRules([...resourceRules, ...nonResourceRules])) {
    writer.write(`${resourceText(rule)}\t${goList(rule.nonResourceURLs)}\t${goList(rule.resourceNames)}\t${goList(rule.verbs)}\n`)
  }
  if (incomplete) yield* err(`warning: the list may be incomplete: ${evaluationError}\n`)
  yield* out(writer.flush())
  return 0
}
