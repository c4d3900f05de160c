import type { Command } from '../../command.ts'
import type { FlagSpec } from '../../commandLine/flags.ts'
import { plainResourceFor } from '../../discovery.ts'
import { CommandError, ExitError, KubectlError } from '../../errors.ts'
import { pathOf } from '../../paths.ts'
import { outputFlags, printerFor } from '../../printing/output.ts'
import { err, out, send, type Session, type Task } from '../../session.ts'
import { findResource } from '../../../engine/api/resources.ts'
import type { KubeObject } from '../../../engine/api/types.ts'
import { generator, given, nameOf, type Made } from './generating.ts'

const rbac = 'rbac.authorization.k8s.io'

export const createServiceAccount = generator({
  name: 'serviceaccount',
  aliases: ['sa'],
  usage: 'serviceaccount NAME [--dry-run=server|client|none]',
  summary: 'Create a service account with the specified name',
  flags: [],
  resource: ['', 'v1', 'serviceaccounts'],
  failure: 'failed to create serviceaccount: ',
  *make(_, name) {
    return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }
  },
})

const ruleFlags: readonly FlagSpec[] = [
  { name: 'resource', type: 'strings', usage: 'Resources the rule is about.' },
  { name: 'resource-name', type: 'stringArray', usage: 'Only objects of this name.' },
  { name: 'verb', type: 'strings', usage: 'What may be done.' },
]

const resourceVerbs = [
  'get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', 'use', 'bind', 'approve', 'sign', 'escalate', 'impersonate', '*',
]
const urlVerbs = ['get', 'put', 'post', 'head', 'options', 'delete', 'patch', '*']
/** Verbs that mean something for a few resources only. */
const specialVerbs: Readonly<Record<string, readonly string[]>> = {
  use: ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'],
  bind: [`roles.${rbac}`, `clusterroles.${rbac}`],
  escalate: [`roles.${rbac}`, `clusterroles.${rbac}`],
  impersonate: ['users', 'serviceaccounts', 'groups', 'userextras.authentication.k8s.io'],
  approve: ['signers.certificates.k8s.io'],
  sign: ['signers.certificates.k8s.io'],
}

interface Resource {
  group: string
  name: string
}

/** The rules that --verb, --resource and --resource-name ask for: one for each API group. */
function* resourceRules(session: Session): Task<unknown[]> {
  const { flags } = session
  const verbs = verbsOf(session)
  if (verbs.length === 0) throw new CommandError('at least one verb must be specified')
  for (const verb of verbs) if (!resourceVerbs.includes(verb)) yield* err(`Warning: '${verb}' is not a standard resource verb\n`)
  const words = [...new Set(flags.list('resource'))]
  const names = [...new Set(flags.list('resource-name'))]
  if (words.length === 0) throw new CommandError('at least one resource must be specified')
  // With "*" nothing else.
  const wanted = (words.includes('*') ? ['*'] : words).map(splitResource)
  if (wanted.some(({ name }) => name === '')) throw new CommandError('resource must be specified if apiGroup/subresource specified')
  const resources: Resource[] = []
  for (const { name, suffix, subresource } of wanted) {
    const found = yield* resolve(session, name, suffix, verbs)
    resources.push({ group: found.group, name: found.name + (subresource === '' ? '' : `/${subresource}`) })
  }
  for (const { group, name } of resources) {
    for (const verb of verbs) {
      const allowed = specialVerbs[verb]
      if (allowed && !allowed.includes(group === '' ? name : `${name}.${group}`)) throw new CommandError(`can not perform '${verb}' on '${name}' in group '${group}'`)
    }
  }
  const groups = [...new Set(resources.map(({ group }) => group))].toSorted()
  return groups.map((group) => given({
    verbs,
    apiGroups: [group],
    resources: resources.filter((r) => r.group === group).map((r) => r.name),
    resourceNames: names.length > 0 ? names : undefined,
  }))
}

/** Each once; with "*" nothing else. */
function verbsOf({ flags }: Session): string[] {
  const verbs = [...new Set(flags.list('verb'))]
  return verbs.includes('*') ? ['*'] : verbs
}

/** "deployments.apps/scale" */
function splitResource(word: string): { name: string; suffix: string; subresource: string } {
  const slash = word.indexOf('/')
  const [type, subresource] = slash < 0 ? [word, ''] : [word.slice(0, slash), word.slice(slash + 1)]
  const dot = type.indexOf('.')
  return dot < 0 ? { name: type, suffix: '', subresource } : { name: type.slice(0, dot), suffix: type.slice(dot), subresource }
}

function* resolve(session: Session, name: string, suffix: string, verbs: readonly string[]): Task<Resource> {
  const full = name + suffix
  if (name === '*') return { group: suffix.slice(1), name }
  const special = Object.entries(specialVerbs).find(([verb, allowed]) => verbs.includes(verb) && allowed.includes(full))
  if (special) return { group: suffix.slice(1), name }
  try {
    const { group, plural } = yield* plainResourceFor(session, full)
    // No version stands here: what looks like one is the beginning of a group.
    if (!group.startsWith(suffix.slice(1))) throw new ExitError(`the server doesn't have a resource type "${name}" in group "${suffix.slice(1)}"`, 1)
    return { group, name: plural }
  } catch (error) {
    // Such a verb is refused before the resource is.
    if (error instanceof KubectlError && verbs.some((verb) => Object.hasOwn(specialVerbs, verb))) return { group: suffix.slice(1), name }
    throw error
  }
}

export const createRole = generator({
  name: 'role',
  usage: 'role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]',
  summary: 'Create a role with single rule',
  flags: ruleFlags,
  resource: [rbac, 'v1', 'roles'],
  *make(session, name) {
    return { apiVersion: `${rbac}/v1`, kind: 'Role', metadata: { name }, rules: yield* resourceRules(session) }
  },
})

export const createClusterRole = generator({
  name: 'clusterrole',
  usage: 'clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]',
  summary: 'Create a cluster role',
  flags: [
    { name: 'aggregation-rule', type: 'string', usage: 'Labels of the roles that are put together.' },
    { name: 'non-resource-url', type: 'strings', usage: 'Paths the rule is about.' },
    ...ruleFlags,
  ],
  resource: [rbac, 'v1', 'clusterroles'],
  *make(session, name) {
    const base = { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name } }
    const aggregation = session.flags.string('aggregation-rule')
    const urls = session.flags.list('non-resource-url')
    if (aggregation !== '') {
      if (urls.length > 0 || ['resource', 'verb', 'resource-name'].some((flag) => session.flags.changed(flag))) {
        throw new CommandError('aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames')
      }
      const matchLabels = Object.fromEntries(aggregation.split(',').map((pair) => pair.split('=')))
      return { ...base, rules: null, aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } } as Made
    }
    if (urls.length === 0) return { ...base, rules: yield* resourceRules(session) }
    return { ...base, rules: yield* urlRules(session, urls) }
  },
})

function* urlRules(session: Session, urls: readonly string[]): Task<unknown[]> {
  const verbs = verbsOf(session)
  if (verbs.length === 0) throw new CommandError('at least one verb must be specified')
  const wrong = verbs.find((verb) => !urlVerbs.includes(verb))
  if (wrong !== undefined) throw new CommandError(`invalid verb: '${wrong}' for nonResourceURL`)
  for (const url of urls) {
    if (url === '*') continue
    if (url === '' || !url.startsWith('/')) throw new CommandError('nonResourceURL should start with /')
    if (url.slice(0, -1).includes('*')) throw new CommandError("nonResourceURL only supports wildcard matches when '*' is at the end")
  }
  const rules = session.flags.list('resource').length > 0 ? yield* resourceRules(session) : []
  return [...rules, { verbs, nonResourceURLs: urls }]
}

const subjectFlags: readonly FlagSpec[] = [
  { name: 'group', type: 'stringArray', usage: 'A group to bind.' },
  { name: 'serviceaccount', type: 'stringArray', usage: 'A service account to bind: namespace:name.' },
  { name: 'user', type: 'stringArray', usage: 'A user to bind.' },
]

export function subjectsOf({ flags }: Session): unknown[] {
  const subject = (kind: string) => (name: string) => ({ kind, apiGroup: rbac, name })
  const accounts = flags.list('serviceaccount').map((text) => {
    const parts = text.split(':')
    if (parts.length !== 2) throw new CommandError('serviceaccount must be <namespace>:<name>')
    return { kind: 'ServiceAccount', name: parts[1], namespace: parts[0] }
  })
  return [...flags.list('user').map(subject('User')), ...flags.list('group').map(subject('Group')), ...accounts]
}

export const createRoleBinding = generator({
  name: 'rolebinding',
  usage: 'rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  summary: 'Create a role binding for a particular role or cluster role',
  flags: [
    { name: 'clusterrole', type: 'string', usage: 'The cluster role that is granted.' },
    { name: 'role', type: 'string', usage: 'The role that is granted.' },
    ...subjectFlags,
  ],
  resource: [rbac, 'v1', 'rolebindings'],
  failure: 'failed to create rolebinding: ',
  *make(session, name) {
    const [clusterRole, role] = [session.flags.string('clusterrole'), session.flags.string('role')]
    if ((clusterRole === '') === (role === '')) throw new CommandError('exactly one of clusterrole or role must be specified')
    return binding('RoleBinding', name, subjectsOf(session), role === '' ? 'ClusterRole' : 'Role', role || clusterRole)
  },
})

export const createClusterRoleBinding = generator({
  name: 'clusterrolebinding',
  usage: 'clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]',
  summary: 'Create a cluster role binding for a particular cluster role',
  flags: [{ name: 'clusterrole', type: 'string', required: true, usage: 'The cluster role that is granted.' }, ...subjectFlags],
  resource: [rbac, 'v1', 'clusterrolebindings'],
  failure: 'failed to create clusterrolebinding: ',
  *make(session, name) {
    return binding('ClusterRoleBinding', name, subjectsOf(session), 'ClusterRole', session.flags.string('clusterrole'))
  },
})

function binding(kind: string, name: string, subjects: unknown[], roleKind: string, roleName: string): Made {
  return given({
    apiVersion: `${rbac}/v1`,
    kind,
    metadata: { name },
    subjects: subjects.length > 0 ? subjects : undefined,
    roleRef: { apiGroup: rbac, kind: roleKind, name: roleName },
  }) as Made
}

const boundKinds = ['Node', 'Pod', 'Secret']

export const createToken: Command = {
  name: 'token',
  usage: 'create token SERVICE_ACCOUNT_NAME [options]',
  summary: 'Request a service account token',
  flags: [
    { name: 'audience', type: 'stringArray', usage: 'Who the token is for.' },
    { name: 'bound-object-kind', type: 'string', values: boundKinds, usage: 'Kind of an object that the token ends with.' },
    { name: 'bound-object-name', type: 'string', usage: 'Name of that object.' },
    { name: 'bound-object-uid', type: 'string', usage: 'UID of that object.' },
    { name: 'duration', type: 'duration', default: '0s', usage: 'How long the token shall last.' },
    ...outputFlags,
  ],
  run: requestToken,
}

function* requestToken(session: Session): Task<void> {
  const name = nameOf(session)
  const { flags } = session
  const seconds = flags.duration('duration') / 1000
  if (flags.changed('duration') && seconds < 0) throw new CommandError('--duration must be greater than or equal to 0')
  if (!Number.isInteger(seconds)) throw new CommandError('--duration cannot be expressed in units less than seconds')
  const [kind, object, uid] = ['kind', 'name', 'uid'].map((word) => flags.string(`bound-object-${word}`))
  if (!kind && object) throw new CommandError('--bound-object-name can only be set if --bound-object-kind is provided')
  if (!kind && uid) throw new CommandError('--bound-object-uid can only be set if --bound-object-kind is provided')
  if (kind && !boundKinds.includes(kind)) throw new CommandError(`supported --bound-object-kind values are ${boundKinds.join(', ')}`)
  if (kind && !object) throw new CommandError('--bound-object-name is required if --bound-object-kind is provided')
  const body = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: {},
    spec: {
      audiences: flags.list('audience').length > 0 ? flags.list('audience') : null,
      expirationSeconds: seconds > 0 ? Math.trunc(seconds) : null,
      boundObjectRef: kind ? given({ kind, apiVersion: 'v1', name: object, uid: uid || undefined }) : null,
    },
    status: { token: '', expirationTimestamp: null },
  }
  const path = pathOf(findResource('', 'v1', 'serviceaccounts')!, session.context.namespace, name, 'token')
  let answer: KubeObject
  try {
    answer = (yield* send(session, { verb: 'create', path, body })).body as KubeObject
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    throw new CommandError(`failed to create token: ${error.message}`)
  }
  if (flags.string('output') !== '') return yield* out(printerFor(session, 'created')(answer))
  const token = answer['status']?.token ?? ''
  if (token === '') throw new CommandError('failed to create token: no token in server response')
  yield* out(`${token}\n`)
}
