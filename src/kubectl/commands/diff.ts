import { structuredPatch } from 'diff'
import { civilTime } from '../../engine/api/time.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { fieldManagerFlag, filenameFlags, selectorFlag, type Command } from '../command.ts'
import { CommandError, ExitError, isNotFound, KubectlError, throwAll, usageError } from '../errors.ts'
import { withoutLastApplied } from '../lastApplied.ts'
import { applyPatch } from '../patches.ts'
import { pathOf } from '../paths.ts'
import { toYaml } from '../printing/goYaml.ts'
import { out, send, type Session, type Task } from '../session.ts'
import { getObject, type Target } from '../fileTargets.ts'
import { findTargets } from '../targets.ts'
import { unversioned } from '../posting.ts'
import { forgotten, typesToPrune } from './pruning.ts'

export const diff: Command = {
  name: 'diff',
  usage: 'diff -f FILENAME [options]',
  summary: 'Diff the live version against a would-be applied version',
  examples: `# What apply would change
kubectl diff -f web.yaml`,
  flags: [
    { name: 'concurrency', type: 'int', default: '1', usage: 'How many objects to look at at once.' },
    fieldManagerFlag('kubectl-client-side-apply'),
    ...filenameFlags,
    { name: 'force-conflicts', type: 'bool', usage: 'With --server-side: take over the fields of others.' },
    { name: 'prune', type: 'bool', usage: 'Also what would be deleted.' },
    { name: 'prune-allowlist', type: 'stringArray', usage: 'Only with --prune.' },
    selectorFlag,
    { name: 'server-side', type: 'bool', usage: 'Let the server merge.' },
    { name: 'show-managed-fields', type: 'bool', usage: 'Keep metadata.managedFields.' },
  ],
  run,
  unbuilt: failed,
  badFlags: (message) => failed(usageError('diff', message)),
}

/** Differences end with 1, what goes wrong with more. */
function* run(session: Session): Task<number> {
  try {
    return (yield* compareAll(session)) ? 1 : 0
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    throw failed(error)
  }
}

function failed(error: KubectlError): KubectlError {
  return new ExitError(error.print(), 2)
}

function* compareAll(session: Session): Task<boolean> {
  const { flags, args } = session
  if (args.length > 0) throw usageError('diff', `Unexpected args: [${args.join(' ')}]`)
  if (flags.list('filename').length === 0) throw new CommandError('must specify one of -f and -k')
  const types = flags.bool('prune') ? yield* typesToPrune(session) : []
  const found = yield* findTargets(session, {
    args: [], filenames: flags.list('filename'), recursive: flags.bool('recursive'), labelSelector: flags.string('selector'),
  })
  throwAll(found.errors)
  const texts: { name: string; text: string }[] = []
  const visited: Target[] = []
  for (const query of found.queries) {
    if (query.by !== 'name') continue
    const live = yield* readLive(session, query.target)
    const merged = yield* wouldBe(session, query.target, live)
    const name = fileName(query.target)
    texts.push({ name, text: fileDiff(session, name, shown(session, live), shown(session, merged)) })
    visited.push({ ...query.target, object: live })
  }
  // They are shown with all that they have, and there is no file of what would be.
  for (const target of types.length === 0 ? [] : yield* forgotten(session, types, visited)) {
    const name = fileName(target)
    texts.push({ name, text: fileDiff(session, name, toYaml(target.object), undefined) })
  }
  const differing = texts.filter(({ text }) => text !== '').toSorted((a, b) => (a.name < b.name ? -1 : 1))
  yield* out(differing.map(({ text }) => text).join(''))
  return differing.length > 0
}

/** "apps.v1.Deployment.default.web" */
function fileName({ resource, namespace, name }: Target): string {
  return `${resource.group === '' ? '' : `${resource.group}.`}${resource.version}.${resource.kind}.${namespace}.${name}`
}

function* readLive(session: Session, target: Target): Task<KubeObject | undefined> {
  try {
    return yield* getObject(session, target)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** What `apply` would make of it, by dry runs in the server. */
function* wouldBe(session: Session, target: Target, live: KubeObject | undefined): Task<KubeObject> {
  const { resource, namespace, name, object } = target
  const { flags } = session
  const query: Record<string, string> = { dryRun: 'All', fieldManager: flags.string('field-manager') }
  const path = pathOf(resource, namespace, name)
  if (flags.bool('server-side')) {
    const own = flags.changed('field-manager') ? query : { ...query, fieldManager: 'kubectl' }
    const apply = { verb: 'patch' as const, path, query: { ...own, force: String(flags.bool('force-conflicts')) }, body: object, contentType: 'application/apply-patch+yaml' }
    return (yield* send(session, apply)).body as KubeObject
  }
  if (live === undefined) return (yield* send(session, { verb: 'create', path: pathOf(resource, namespace), query, body: unversioned(object) })).body as KubeObject
  const { body, contentType } = yield* applyPatch(session, target, live, withoutLastApplied(object!))
  if (Object.keys(body).length === 0) return live
  const metadata = { ...(body['metadata'] as object | undefined), resourceVersion: live.metadata.resourceVersion }
  return (yield* send(session, { verb: 'patch', path, query, body: { ...body, metadata }, contentType })).body as KubeObject
}

function shown({ flags }: Session, object: KubeObject | undefined): string {
  if (object === undefined) return ''
  const { managedFields: _, ...metadata } = object.metadata
  const plain = flags.bool('show-managed-fields') ? object : { ...object, metadata }
  return toYaml(object.kind === 'Secret' ? masked(plain as KubeObject) : plain)
}

/** What a secret holds is not shown, only that it differs. */
function masked(secret: KubeObject): KubeObject {
  const data = Object.fromEntries(Object.keys(secret['data'] ?? {}).map((key) => [key, '***']))
  return { ...secret, ...(secret['data'] ? { data } : {}) }
}

/** `after`: undefined where there is no such file. */
function fileDiff(session: Session, name: string, before: string, after: string | undefined): string {
  if (before === after) return ''
  const number = String(Math.trunc(session.input.now() / 1000) % 10_000_000_000)
  const [live, merged] = [`/tmp/LIVE-${number}/${name}`, `/tmp/MERGED-${number}/${name}`]
  const time = timeOf(session.input.now())
  const { hunks } = structuredPatch(live, merged, before, after ?? '', '', '', { context: 3 })
  const range = (start: number, lines: number) => (lines === 1 ? `${start}` : `${lines === 0 ? Math.max(start - 1, 0) : start},${lines}`)
  const body = hunks.map((h) => `@@ -${range(h.oldStart, h.oldLines)} +${range(h.newStart, h.newLines)} @@\n${h.lines.map((line) => `${line}\n`).join('')}`)
  return `diff -u -N ${live} ${merged}\n--- ${live}\t${time}\n+++ ${merged}\t${after === undefined ? timeOf(0) : time}\n${body.join('')}`
}

/** As diff writes the time of a file. */
function timeOf(ms: number): string {
  const t = civilTime(ms)
  const two = (n: number) => String(n).padStart(2, '0')
  const nanos = String(Math.trunc(((ms % 1000) + 1000) % 1000)).padStart(3, '0').padEnd(9, '0')
  return `${t.year}-${two(t.month)}-${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}.${nanos} +0000`
}
