import type { PolicyRule, Subject } from '../../../engine/api/rbac.ts'
import type { KubeObject } from '../../../engine/api/types.ts'
import { dryRunFlag, filenameFlags, type Command } from '../../command.ts'
import { goList } from '../../describe/writer.ts'
import { dryRunOf } from '../../dryRun.ts'
import { CommandError, isNotFound, KubectlError, throwAll } from '../../errors.ts'
import { pathOf } from '../../paths.ts'
import { postObject } from '../../posting.ts'
import { outputFlags, printerFor, type ObjectPrinter } from '../../printing/output.ts'
import { err, out, send, type Session, type Task } from '../../session.ts'
import { getObject, type Target } from '../../fileTargets.ts'
import { findTargets } from '../../targets.ts'
import { reconciledBinding, reconciledRole, type Reconciled } from './reconciled.ts'

export const reconcile: Command = {
  name: 'reconcile',
  usage: 'auth reconcile -f FILENAME [options]',
  summary: 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects',
  examples: `# What a file grants is granted
kubectl auth reconcile -f rbac.yaml`,
  flags: [
    dryRunFlag,
    ...filenameFlags,
    ...outputFlags,
    { name: 'remove-extra-permissions', type: 'bool', usage: 'Take from roles what the file does not give.' },
    { name: 'remove-extra-subjects', type: 'bool', usage: 'Take from bindings whom the file does not name.' },
  ],
  run,
}

function* run(session: Session): Task<void> {
  const { flags, args } = session
  if (flags.list('filename').length === 0) throw new CommandError('must specify one of -f and -k')
  if (args.length > 0) throw new CommandError('no arguments are allowed')
  const dryRun = yield* dryRunOf(session)
  if (dryRun === 'server') throw new CommandError('--dry-run=server for command reconcile is not supported yet')
  const found = yield* findTargets(session, { args: [], filenames: flags.list('filename'), recursive: flags.bool('recursive') })
  const print = printerFor(session, dryRun === 'client' ? 'reconciled (dry run)' : 'reconciled')
  const errors: KubectlError[] = []
  for (const named of found.queries) {
    if (named.by !== 'name') continue
    try {
      yield* reconcileOne(session, named.target, dryRun === 'client', print)
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      errors.push(error)
    }
  }
  throwAll([...errors, ...found.errors])
}

const kinds = { Role: 'role', ClusterRole: 'role', RoleBinding: 'binding', ClusterRoleBinding: 'binding' } as const

/** Other kinds are passed over. */
function* reconcileOne(session: Session, target: Target, isDryRun: boolean, print: ObjectPrinter): Task<void> {
  const { flags } = session
  const { resource, object } = target
  if (resource.group !== 'rbac.authorization.k8s.io' || !Object.hasOwn(kinds, resource.kind)) return
  const existing = yield* present(session, target)
  if (kinds[resource.kind as keyof typeof kinds] === 'role') {
    const result = reconciledRole(existing, object!, flags.bool('remove-extra-permissions'))
    yield* carryOut(session, target, result, isDryRun)
    yield* out(print(result.object))
    yield* tell(result, 'rules', goRule, flags.bool('remove-extra-permissions'))
  } else {
    const result = reconciledBinding(existing, object!, flags.bool('remove-extra-subjects'))
    yield* carryOut(session, target, result, isDryRun)
    yield* out(print(result.object))
    yield* tell(result, 'subjects', goSubject, flags.bool('remove-extra-subjects'))
  }
}

function* present(session: Session, target: Target): Task<KubeObject | undefined> {
  try {
    return yield* getObject(session, target)
  } catch (error) {
    if (error instanceof KubectlError && isNotFound(error)) return undefined
    throw error
  }
}

function* carryOut(session: Session, target: Target, result: Reconciled<unknown>, isDryRun: boolean): Task<void> {
  if (isDryRun || result.protected || result.operation === 'none') return
  const { resource, namespace, name } = target
  const path = pathOf(resource, namespace, name)
  if (result.operation === 'update') {
    yield* send(session, { verb: 'update', path, body: result.object })
    return
  }
  if (result.operation === 'recreate') yield* send(session, { verb: 'delete', path })
  else if (namespace !== '') yield* ensureNamespace(session, namespace)
  yield* postObject(session, { ...target, object: result.object }, {})
}

function* ensureNamespace(session: Session, name: string): Task<void> {
  try {
    yield* send(session, { verb: 'get', path: `/api/v1/namespaces/${name}` })
  } catch (error) {
    if (!(error instanceof KubectlError && isNotFound(error))) throw error
    yield* send(session, { verb: 'create', path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } })
  }
}

function* tell<Item>(result: Reconciled<Item>, what: string, print: (item: Item) => string, removes: boolean): Task<void> {
  if (result.operation === 'none') return
  const caveat = result.protected ? ', but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)' : ''
  yield* err(`\treconciliation required ${result.operation}${caveat}\n`)
  if (result.missing.length > 0) yield* err(`\tmissing ${what} added:\n${listed(result.missing, print)}`)
  if (removes && result.extra.length > 0) yield* err(`\textra ${what} removed:\n${listed(result.extra, print)}`)
}

const listed = <Item>(items: readonly Item[], print: (item: Item) => string): string => items.map((item) => `\t\t${print(item)}\n`).join('')

/** As Go prints the struct. */
function goRule({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  return `{Verbs:${goList(verbs)} APIGroups:${goList(apiGroups)} Resources:${goList(resources)} ResourceNames:${goList(resourceNames)} NonResourceURLs:${goList(nonResourceURLs)}}`
}

function goSubject({ kind, name, namespace = '', ...rest }: Subject & { apiGroup?: string }): string {
  const group = rest.apiGroup ?? (kind === 'ServiceAccount' ? '' : 'rbac.authorization.k8s.io')
  return `{Kind:${kind} APIGroup:${group} Name:${name} Namespace:${namespace}}`
}
