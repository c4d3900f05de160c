import { isSelectorError, parseSelector, type Requirement } from '../../../engine/api/selector.ts'
import { semanticEqual } from '../../../engine/api/equality.ts'
import type { KubeObject } from '../../../engine/api/types.ts'
import type { Command } from '../../command.ts'
import { CommandError } from '../../errors.ts'
import { withPodSpec } from '../../podSpecs.ts'
import type { Session, Task } from '../../session.ts'
import { subjectsOf } from '../create/access.ts'
import { changeObjects, PlainFailure, readTargets, setFlags } from './changing.ts'

export const setServiceAccount: Command = {
  name: 'serviceaccount',
  aliases: ['sa'],
  usage: 'set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT [options]',
  summary: 'Update the service account of a resource',
  flags: setFlags.filter((flag) => flag.name !== 'selector'),
  *run(session) {
    const name = session.args.at(-1)
    if (name === undefined) throw new CommandError('serviceaccount is required')
    const targets = yield* readTargets(session, session.args.slice(0, -1))
    yield* changeObjects(session, {
      targets,
      always: true,
      operation: 'serviceaccount updated',
      failure: 'failed to patch ServiceAccountName ',
      change: (object, target) => withPodSpec(target, object, (spec) => ({ ...spec, serviceAccountName: name })),
    })
  },
}

export const setSelector: Command = {
  name: 'selector',
  usage: 'set selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version] [options]',
  summary: 'Set the selector on a resource',
  flags: [...setFlags.filter((flag) => flag.name !== 'selector'), { name: 'resource-version', type: 'string', usage: 'Only if the object has this version.' }],
  *run(session) {
    const expression = session.args.at(-1)
    if (expression === undefined) throw new CommandError('one selector is required')
    const selector = parseSelector(expression)
    if (isSelectorError(selector)) throw new CommandError(selector.error)
    const targets = yield* readTargets(session, session.args.slice(0, -1))
    const expressions = selector.requirements.map(expressionOf).filter((e) => e.operator !== '=')
    yield* changeObjects(session, {
      targets,
      operation: 'selector updated',
      failure: '',
      change(object, { resource }) {
        if (resource.kind !== 'Service') throw new PlainFailure('setting a selector is only supported for Services')
        if (expressions.length > 0) throw new PlainFailure(`match expression [${expressions.map(({ key, operator, values }) => `{${key} ${operator} [${values.join(' ')}]}`).join(' ')}] not supported on this object`)
        const labels = Object.fromEntries(selector.requirements.map(({ key, values }) => [key, values[0] ?? '']))
        return { ...object, spec: { ...object['spec'], selector: labels } }
      },
    })
  },
}

const operators: Readonly<Record<string, string>> = { '=': '=', '==': '=', in: 'In', notin: 'NotIn', exists: 'Exists', '!': 'DoesNotExist' }

/** metav1.ParseToLabelSelector */
function expressionOf({ key, operator, values }: Requirement): { key: string; operator: string; values: readonly string[] } {
  const word = operators[operator]
  if (word === undefined) throw new CommandError(`${JSON.stringify(operator)} is not a valid label selector operator`)
  return { key, operator: word, values }
}

export const setSubject: Command = {
  name: 'subject',
  usage: 'set subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none] [options]',
  summary: 'Update the user, group, or service account in a role binding or cluster role binding',
  flags: [
    ...setFlags,
    { name: 'group', type: 'stringArray', usage: 'Groups to bind.' },
    { name: 'serviceaccount', type: 'stringArray', usage: 'Service accounts to bind: namespace:name.' },
    { name: 'user', type: 'stringArray', usage: 'Users to bind.' },
  ],
  run: bindSubjects,
}

function* bindSubjects(session: Session): Task<void> {
  const { flags, args } = session
  const targets = yield* readTargets(session, args)
  if (['user', 'group', 'serviceaccount'].every((flag) => flags.list(flag).length === 0)) {
    throw new CommandError('you must specify at least one value of user, group or serviceaccount')
  }
  for (const account of flags.list('serviceaccount')) {
    const parts = account.split(':')
    if (parts.length !== 2 || parts.some((part) => part === '')) throw new CommandError('serviceaccount must be <namespace>:<name>')
  }
  const subjects = subjectsOf(session)
  yield* changeObjects(session, {
    targets,
    operation: 'subjects updated',
    failure: `failed to patch subjects to rolebinding: `,
    change(object: KubeObject, { resource }) {
      if (resource.kind !== 'RoleBinding' && resource.kind !== 'ClusterRoleBinding') throw new CommandError('setting subjects is only supported for RoleBinding/ClusterRoleBinding')
      const old: unknown[] = object['subjects'] ?? []
      const added = subjects.filter((subject) => !old.some((other) => semanticEqual(other, subject)))
      return { ...object, subjects: [...old, ...added] }
    },
  })
}
